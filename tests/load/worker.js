// The API as a Worker, its accounts in Durable Objects.

import { durableObjectStore, MfaAccount } from "edge-mfa/store/durable-object";
import { apiOf, ordersOf, subjectOf } from "./api.js";

export { MfaAccount };

let api;

export default {
  async fetch(request, { MFA, MFA_KEYS }) {
    const { pathname } = new URL(request.url);
    if (pathname === "/bare") {
      const subject = subjectOf(request.headers.get("authorization"));
      return subject ? Response.json(ordersOf(subject)) : new Response(null, { status: 401 });
    }
    api ??= apiOf(durableObjectStore(MFA), MFA_KEYS);
    if (pathname.startsWith("/admin/")) return Response.json(await api.admin[pathname.slice(7)](await request.json()));
    if (pathname === "/code") api.advance(request.headers.get("x-time"));
    const passed = await api.guards[pathname].guard(request);
    if (passed instanceof Response) return passed;
    return Response.json(ordersOf(passed.subject), { headers: passed.headers });
  },
};
