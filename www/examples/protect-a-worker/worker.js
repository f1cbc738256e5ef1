// A Worker that was there before, and a second factor in front of it.

import { jwt } from "edge-mfa/jwt";
import { createMfa } from "edge-mfa/server";
import { durableObjectStore, MfaAccount } from "edge-mfa/store/durable-object";

export { MfaAccount };

let authenticate;

export default {
  async fetch(request, env) {
    authenticate ??= jwt({ issuer: env.ISSUER, audience: env.AUDIENCE }); // kept: it has the keys of the issuer
    const mfa = createMfa({ issuer: "Example", store: durableObjectStore(env.MFA), keys: env.MFA_KEYS, authenticate });
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/mfa/")) return mfa.fetch(request);

    const demand = pathname === "/transfer" ? { action: "transfer", maxAge: 300 } : {};
    const passed = await mfa.guard(request, demand);
    if (passed instanceof Response) return passed;

    const response = new Response(...app(request, passed.subject)); // yours
    for (const [name, value] of Object.entries(passed.headers)) response.headers.set(name, value);
    return response;
  },
};

/** What the Worker did all along. */
function app(request, subject) {
  const { pathname } = new URL(request.url);
  if (pathname === "/transfer") return [`transferred for ${subject}`];
  if (pathname === "/orders") return [`the orders of ${subject}`];
  return ["not found", { status: 404 }];
}
