/**
 * For Express, Connect and plain `node:http`.
 *
 * @packageDocumentation
 */
import { guardedRequest, type NodeRequest, originOf, wholeRequest } from "./express/request.js";
import { answer, failed, type Next, type NodeResponse } from "./express/response.js";
import { isSecureUrl } from "./http/client-address.js";
import type { Client, Demand, Mfa, Passed } from "./mfa.js";

export type { NodeRequest } from "./express/request.js";
export type { NodeResponse } from "./express/response.js";

declare global {
  namespace Express {
    interface Request {
      /** What passed the guard before this route. */
      mfa?: Passed;
    }
  }
}

/** Connect's signature. Without `next` an error is answered by 500. */
export type Middleware = (req: NodeRequest, res: NodeResponse, next?: Next) => Promise<void> | undefined;

/**
 * Who sent a request. Default: Express's `req.ip`, which heeds `trust proxy`; else the other end of the connection, which
 * may be a proxy: then say `() => undefined`, and `createMfa({ http: { client: { proxies: 1 } } })`.
 */
export type ClientOf = (req: NodeRequest) => Client | undefined;

/**
 * Middleware that lets through what {@link Mfa.guard} does. What passed is `req.mfa`; its headers are on the answer.
 *
 * Whether a request came over TLS is what `req.protocol` says: behind a proxy set `trust proxy`.
 *
 * @example
 * ```js
 * import express from "express";
 * import { endpoints, guard } from "edge-mfa/express";
 * import { createMfa, keyring } from "edge-mfa/server";
 * import { memoryStore } from "edge-mfa/store/memory";
 *
 * const authenticate = (token) => (token === "alice.s-token" ? { subject: "alice" } : undefined); // see edge-mfa/jwt
 * const keys = keyring.generate({ environment: "test" });
 * const mfa = createMfa({ issuer: "Example", store: memoryStore(), keys, authenticate });
 *
 * const app = express();
 * app.use("/mfa", endpoints(mfa));
 * app.get("/orders", guard(mfa), (req, res) => res.json({ ordersOf: req.mfa.subject }));
 *
 * const server = app.listen(0);
 * const { status } = await fetch(`http://localhost:${server.address().port}/orders`);
 * server.close();
 * assert.equal(status, 401);
 * ```
 */
export function guard(mfa: Pick<Mfa, "guard">, demand?: Demand, clientOf: ClientOf = connected): Middleware {
  const ask = mfa.guard.atOnce ?? mfa.guard;
  const through = (req: NodeRequest, res: NodeResponse, passed: Passed, next?: Next): undefined => {
    (req as { mfa?: Passed }).mfa = passed;
    for (const name in passed.headers) res.setHeader(name, passed.headers[name] as string);
    next?.();
  };
  return (req, res, next) => {
    try {
      const given = ask(guardedRequest(req), demand, clientOf(req));
      if (!(given instanceof Promise)) return through(req, res, given, next);
      const answered = given.then((passed) =>
        passed instanceof Response ? answer(res, passed) : through(req, res, passed, next),
      );
      return answered.catch((error) => failed(error, res, next));
    } catch (error) {
      return failed(error, res, next);
    }
  };
}

/** The endpoints, before or after `express.json()`: `app.use("/mfa", endpoints(mfa))`. */
export function endpoints(mfa: Pick<Mfa, "fetch">, clientOf: ClientOf = connected): Middleware {
  const answered = async (req: NodeRequest, res: NodeResponse) =>
    answer(res, await mfa.fetch(wholeRequest(req, req), clientOf(req)));
  return (req, res, next) => answered(req, res).catch((error) => failed(error, res, next));
}

const connected: ClientOf = (req) => new Connected(req);

/** Express looks for its `ip` anew each time, and a session that passes by its token alone asks nobody for it. */
class Connected implements Client {
  readonly #req: NodeRequest;
  constructor(req: NodeRequest) {
    this.#req = req;
  }
  get secure(): boolean {
    return isSecureUrl(`${originOf(this.#req)}/`);
  }
  get address(): string | undefined {
    return this.#req.ip ?? this.#req.socket.remoteAddress;
  }
}
