// A site with the service and its pages, as a Worker with Durable Objects. Its clock goes, and a test moves it on.

import { createMfa } from "edge-mfa/server";
import { durableObjectStore, MfaAccount } from "edge-mfa/store/durable-object";
import { authenticate } from "../../../service/support/authenticate.js";
import { answer, pageOf } from "../wizard-pages.js";

export { MfaAccount };

let ahead = 0;
const now = () => Date.now() + ahead;
let violations = [];
let mfa;

export default {
  async fetch(request, { MFA, MFA_KEYS: keys, PAGE: script }) {
    const { pathname, origin } = new URL(request.url);
    if (pathname === "/csp") violations = [...violations, await request.text()];
    if (pathname === "/violations") return Response.json(violations);
    if (pathname === "/pass") {
      ahead += Number(await request.text());
      return Response.json(ahead);
    }
    const page = pageOf(pathname, script);
    if (page) return page;
    mfa ??= createMfa({
      ...{ issuer: "Example", authenticate, now, keys, store: durableObjectStore(MFA, { now }) },
      passkeys: { rpId: "localhost", origins: [origin] },
    });
    return answer(mfa, request);
  },
};
