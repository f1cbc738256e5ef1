// Hono on Cloudflare Workers; elsewhere only the store is another one.

import { env } from "cloudflare:workers";
import { mfaEndpoints, mfaGuard } from "edge-mfa/hono";
import { jwt } from "edge-mfa/jwt";
import { createMfa } from "edge-mfa/server";
import { durableObjectStore, MfaAccount } from "edge-mfa/store/durable-object";
import { Hono } from "hono";

export { MfaAccount };

const mfa = createMfa({
  issuer: "Example",
  store: durableObjectStore(env.MFA),
  keys: env.MFA_KEYS,
  authenticate: jwt({ issuer: env.ISSUER, audience: env.AUDIENCE }),
});

const app = new Hono();
app.all("/mfa/*", mfaEndpoints(mfa));
app.get("/orders", mfaGuard(mfa), (c) => c.json({ ordersOf: c.get("mfa").subject }));
app.post("/transfer", mfaGuard(mfa, { action: "transfer", maxAge: 300 }), (c) =>
  c.json({ transferredBy: c.get("mfa").subject }),
);

export default app;
