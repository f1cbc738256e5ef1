// The first factor: who a bearer token says that a request is from.

/** Who the first factor says it is. */
export interface Principal {
  /** Whose account it is. */
  subject: string;
  /** What the token may be used for. */
  scopes?: readonly string[] | undefined;
  /** A service account: exempt from the second factor only where the demand says so. */
  service?: boolean | undefined;
  /**
   * What sessions are bound to, and refused with another: something of the sign-in that outlives its token, as `sid` of
   * OpenID Connect. The token itself unless told.
   */
  binding?: string | undefined;
}

/**
 * Finds out who a bearer token is from. `undefined`: the token is not good (401). A rejection: nobody knows whether it is,
 * because the issuer or the store did not answer (503).
 *
 * Behind Express's guard the request is read where it is asked for. What takes none but a real one, as `fetch(request)` and
 * `new Request(request)`, takes `request.clone()`; it has no body, which is the handler's.
 *
 * To answer a principal for a token that was not verified is to let everybody in.
 */
export type Authenticate = (token: string, request?: Request) => Principal | undefined | Promise<Principal | undefined>;

/**
 * Asks one after the other, until one of them knows the token.
 *
 * Where nobody knows it and one of them failed, it fails, too: the token may have been good.
 *
 * @example
 * ```js
 * import { anyOf } from "edge-mfa/server";
 *
 * // For people `edge-mfa/jwt`, for services `edge-mfa/api-keys`; here two that know one token each.
 * const people = (token) => (token === "ann's" ? { subject: "ann" } : undefined);
 * const services = async (token) => (token === "cron's" ? { subject: "cron", service: true } : undefined);
 *
 * const authenticate = anyOf(people, services);
 * assert.equal((await authenticate("ann's")).subject, "ann");
 * assert.equal((await authenticate("cron's")).service, true);
 * assert.equal(await authenticate("nobody's"), undefined);
 * ```
 */
export function anyOf(...authenticators: readonly Authenticate[]): Authenticate {
  return async (token, request) => {
    const failures: unknown[] = [];
    for (const authenticate of authenticators) {
      try {
        const principal = await authenticate(token, request);
        if (principal) return principal;
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return undefined;
  };
}
