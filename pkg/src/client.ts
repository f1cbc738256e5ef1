/**
 * For whoever calls a protected API: `fetch` with the three headers, the prompt for a second factor, and retries. It runs
 * wherever `fetch` does, and loads no WebAssembly.
 *
 * @packageDocumentation
 */
import { Authorised } from "./client/authorised.js";
import { type ClientOptions, settingsOf } from "./client/options.js";
import { Outgoing } from "./client/outgoing.js";
import { tries } from "./client/tries.js";

export type { ClientOptions, ClientStorage } from "./client/options.js";
export { type Problem, type ProblemCode, ProblemError, readProblem } from "./client/problem.js";
export type { Prompt, PromptRequest, Verification, VerifyOptions } from "./client/prompt.js";
export { MfaError, type MfaErrorCode } from "./error.js";

export interface Client {
  /** `fetch`, as {@link createClient} describes it. It needs no `this`. */
  readonly fetch: typeof fetch;
  /** Forgets the session token: when the person signs out. */
  readonly forget: () => Promise<void>;
}

/**
 * Makes a `fetch` for a protected API.
 *
 * **Headers.** `Authorization`, `X-Session-Token` and `X-Device-Token` go to the API's own origin, and nowhere else. That
 * holds for redirects, too: they are not followed, and one is a `client_redirect`; with `redirect: "manual"` you get the
 * answer itself. Requests to other origins go out as they are. A header that you set yourself is left alone.
 *
 * **Step-up.** An answer that demands a second factor (RFC 9470) calls `prompt`, once for all requests that wait. The first
 * of them takes the code along, the others are sent again with the session that it bought. Where that does not do, because
 * an action needs a code of its own, they are asked for one after the other. If the person gives up, or the account is
 * locked, the requests get the answer that they had.
 *
 * **Retries.** After 1, 2 and 4 seconds, each ± 500 ms: for GET, HEAD, OPTIONS, PUT and DELETE, for what has an
 * `Idempotency-Key`, and never with a code. On network errors and timeouts, 408, 425, 502, 503 and 504, and on 429 with a
 * `Retry-After`; that is waited for, up to 30 s, or else the answer is yours.
 *
 * **Bodies.** What is sent again needs its body again. A stream can be read once: such a request is never sent again, and
 * its 401 is answered as it is. The body of a `Request` is kept in memory until the answer is there.
 *
 * **Errors** are those of `fetch`: the reason of your signal, a `TypeError`, and a `DOMException` named `TimeoutError` when
 * the headers of an answer take longer than `timeout`. What `token` or `prompt` throws comes through.
 *
 * An API on another origin than the page's has to name `X-Session-Token`, `WWW-Authenticate` and `Retry-After` in its
 * `Access-Control-Expose-Headers`.
 *
 * @throws {@link MfaError} `client_invalid`, with the option's name.
 * @example
 * ```js
 * import { createClient } from "edge-mfa/client";
 *
 * // Stands for the API: it takes the code 123456 once, and a session from then on.
 * const problem = { type: "urn:problem-type:edge-mfa:verification_required", status: 401, code: "verification_required" };
 * const challenge = 'Bearer realm="ACME", error="insufficient_user_authentication", acr_values="aal2"';
 * const api = async (url, { headers }) => {
 *   if (headers.get("X-Session-Token") === "session") return Response.json({ balance: 7 });
 *   if (headers.get("X-MFA-Token") === "123456")
 *     return Response.json({ balance: 7 }, { headers: { "X-Session-Token": "session" } });
 *   const refused = { "Content-Type": "application/problem+json", "WWW-Authenticate": challenge };
 *   return new Response(JSON.stringify(problem), { status: 401, headers: refused });
 * };
 *
 * let prompts = 0;
 * const { fetch } = createClient({
 *   baseUrl: "https://api.example.com/v1/",
 *   token: async () => "access-token",
 *   prompt: async ({ attempt, signal }) => (++prompts, "123456"), // shows a dialog
 *   fetch: api,
 * });
 *
 * const answers = await Promise.all([fetch("balance"), fetch("balance"), fetch("balance")]);
 * assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200]);
 * assert.equal(prompts, 1);
 * ```
 */
export function createClient(options: ClientOptions): Client {
  const settings = settingsOf(options);
  const authorised = new Authorised(settings);
  return {
    async fetch(input, init) {
      const outgoing = new Outgoing(settings, input, init);
      try {
        if (outgoing.isOurs) return await authorised.fetch(outgoing);
        return (await tries(settings, outgoing, async () => outgoing.headers)).response;
      } finally {
        outgoing.end();
      }
    },
    forget: () => authorised.credentials.forget(),
  };
}
