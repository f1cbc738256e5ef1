/**
 * For Hono, on every runtime that it runs on.
 *
 * @packageDocumentation
 */
import type { Client, Demand, Mfa, Passed } from "./mfa.js";

/** The variables of a context behind {@link mfaGuard}: `new Hono<{ Variables: MfaVariables }>()`. */
export interface MfaVariables {
  mfa: Passed;
}

/** What is used of Hono's context. */
export interface HonoContext {
  readonly req: { readonly raw: Request };
  set(key: never, value: never): void;
  header(name: string, value: string): void;
}

/** Who sent a request, where the server knows it: `(c) => ({ address: getConnInfo(c).remote.address })` on Node. */
export type ClientOf<C extends HonoContext> = (context: C) => Client | undefined;

/**
 * Middleware that lets through what {@link Mfa.guard} does. What passed is `c.get("mfa")`.
 *
 * @example
 * ```js
 * import { Hono } from "hono";
 * import { mfaEndpoints, mfaGuard } from "edge-mfa/hono";
 * import { createMfa, keyring } from "edge-mfa/server";
 * import { memoryStore } from "edge-mfa/store/memory";
 *
 * const authenticate = (token) => (token === "alice.s-token" ? { subject: "alice" } : undefined); // see edge-mfa/jwt
 * const keys = keyring.generate({ environment: "test" });
 * const mfa = createMfa({ issuer: "Example", store: memoryStore(), keys, authenticate });
 *
 * const app = new Hono();
 * app.all("/mfa/*", mfaEndpoints(mfa));
 * app.get("/orders", mfaGuard(mfa), (c) => c.json({ ordersOf: c.get("mfa").subject }));
 *
 * assert.equal((await app.request("https://api.example/orders")).status, 401);
 * ```
 */
export function mfaGuard<C extends HonoContext>(mfa: Pick<Mfa, "guard">, demand?: Demand, clientOf?: ClientOf<C>) {
  return async (context: C, next: () => Promise<void>): Promise<Response | undefined> => {
    const passed = await mfa.guard(context.req.raw, demand, clientOf?.(context));
    if (passed instanceof Response) return passed;
    context.set("mfa" as never, passed as never);
    await next();
    // Afterwards, so that they are in the answer whoever made it: a code that was spent has bought this session.
    for (const [name, value] of Object.entries(passed.headers)) context.header(name, value);
    return undefined;
  };
}

/** A handler for the endpoints: `app.all("/mfa/*", mfaEndpoints(mfa))`. */
export function mfaEndpoints<C extends HonoContext>(mfa: Pick<Mfa, "fetch">, clientOf?: ClientOf<C>) {
  return (context: C): Promise<Response> => mfa.fetch(context.req.raw, clientOf?.(context));
}
