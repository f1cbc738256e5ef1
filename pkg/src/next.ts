/**
 * For the route handlers of Next.js. On Vercel say `createMfa({ http: { client: "vercel" } })`.
 *
 * @packageDocumentation
 */
import type { Demand, Mfa, Passed } from "./mfa.js";

/** A route handler. */
export type Handler = (request: Request) => Promise<Response>;

/**
 * The endpoints, for `app/mfa/[...path]/route.ts`:
 * `export const { GET, POST, PATCH, DELETE, OPTIONS } = endpoints(mfa)`.
 */
export function endpoints(
  mfa: Pick<Mfa, "fetch">,
): Record<"GET" | "HEAD" | "POST" | "PATCH" | "DELETE" | "OPTIONS", Handler> {
  const handle: Handler = (request) => mfa.fetch(request);
  return { GET: handle, HEAD: handle, POST: handle, PATCH: handle, DELETE: handle, OPTIONS: handle };
}

/**
 * A route handler that is reached by what {@link Mfa.guard} lets through. It is called with the request, what passed, and
 * the context of Next.js.
 *
 * @example
 * ```js
 * import { guarded } from "edge-mfa/next";
 * import { createMfa, keyring } from "edge-mfa/server";
 * import { memoryStore } from "edge-mfa/store/memory";
 *
 * const authenticate = (token) => (token === "alice.s-token" ? { subject: "alice" } : undefined); // see edge-mfa/jwt
 * const keys = keyring.generate({ environment: "test" });
 * const mfa = createMfa({ issuer: "Example", store: memoryStore(), keys, authenticate });
 *
 * const GET = guarded(mfa, {}, (request, { subject }) => Response.json({ ordersOf: subject })); // app/orders/route.js
 *
 * assert.equal((await GET(new Request("https://api.example/orders"))).status, 401);
 * ```
 */
export function guarded<R extends Request = Request, C = unknown>(
  mfa: Pick<Mfa, "guard">,
  demand: Demand,
  handler: (request: R, passed: Passed, context: C) => Response | Promise<Response>,
) {
  return async (request: R, context: C): Promise<Response> => {
    const passed = await mfa.guard(request, demand);
    if (passed instanceof Response) return passed;
    const answer = await handler(request, passed, context);
    // A copy: the headers of a redirect, and of what `fetch` answered, cannot be changed.
    const copy = new Response(answer.body, answer);
    for (const [name, value] of Object.entries(passed.headers)) copy.headers.set(name, value);
    return copy;
  };
}
