// The stores of Cloudflare, in workerd: one for each path.

import { d1Store } from "edge-mfa/store/d1";
import { durableObjectStore, MfaAccount } from "edge-mfa/store/durable-object";
import { answer } from "./remote.js";

export { MfaAccount };

const clock = { time: 0 };
const now = () => clock.time;
let stores;

export default {
  fetch(request, env) {
    stores ??= { "/d1": d1Store(env.DB, { now }), "/durable-object": durableObjectStore(env.MFA, { now }) };
    return answer(stores[new URL(request.url).pathname], clock, request);
  },
};
