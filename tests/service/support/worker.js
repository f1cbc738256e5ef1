// The service in workerd, on Durable Objects. Several of them share the store, each below a path of its own.

import { durableObjectStore, MfaAccount } from "edge-mfa/store/durable-object";
import { appOf, startClock } from "./app.js";

export { MfaAccount };

const clock = startClock();
const configurations = {
  "": {},
  /** Another server of the same service. */
  "/second": {},
  "/caseless": { subjects: "caseless" },
  "/proxied": { policy: { addressFailures: 3 }, http: { client: { proxies: 1 } } },
  "/platform": { policy: { addressFailures: 3 } },
  "/passkeys": {},
  /** Those of one maker only. */
  "/attested": {},
};
const apps = new Map();

export default {
  fetch(request, { MFA, MFA_KEYS: keys, ANCHOR: anchor }) {
    const [, first] = /^(\/\w+)\//.exec(new URL(request.url).pathname) ?? [];
    const base = first in configurations ? first : "";
    const store = durableObjectStore(MFA, { now: () => clock.now });
    // Pages of this very server, on whatever port it is.
    const signIn = (subject) => `${subject}-1`;
    const passkeys = ["/passkeys", "/attested"].includes(base) && {
      ...{ rpId: "localhost", origins: [new URL(request.url).origin], signIn },
      ...(base === "/attested" && { trustAnchors: [anchor] }),
    };
    const all = { base, clock, store, keys, ...configurations[base], ...(passkeys && { passkeys }) };
    if (!apps.has(base)) apps.set(base, appOf(all));
    return apps.get(base)(request);
  },
};
