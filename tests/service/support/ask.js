// Requests as clients of the service send them, and what problems look like by the table of the core.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/**
 * `ask(method, path, given)` over whatever sends a request: `fetch`, `mfa.fetch`, a guarded handler.
 *
 * @param {(request: Request) => Promise<Response>} send
 */
export function asker(send, base, defaults = {}) {
  return async (method, path, given = {}) => {
    const { token, session, code, device, body, headers = [] } = { ...defaults, ...given };
    const all = [
      ["Authorization", token && `Bearer ${token}`],
      ["X-Session-Token", session],
      ["X-MFA-Token", code],
      ["X-Device-Token", device],
      ["Content-Type", body === undefined ? undefined : "application/json"],
    ].filter(([name, value]) => value !== undefined && !headers.some(([own]) => own === name));
    const text = typeof body === "object" ? JSON.stringify(body) : body;
    const request = new Request(new URL(`${base}${path}`), { method, headers: [...all, ...headers], body: text });
    return read(await send(request));
  };
}

/** A protected API: what passes is told who it is and with which session. */
export const protect = (mfa, demand, client) => async (request) => {
  const passed = await mfa.guard(request, demand, client);
  if (passed instanceof Response) return passed;
  const { subject, session } = passed;
  return Response.json({ subject, session }, { headers: passed.headers });
};

async function read(response) {
  const { status, headers } = response;
  const text = await response.text();
  const session = headers.get("x-session-token") ?? undefined;
  return { status, headers, text, session, body: text === "" ? undefined : JSON.parse(text) };
}

/** Every code with its status and texts, as the core has them. */
export const problems = new Map(
  [...source().matchAll(/^ {4}\w+ (\d{3}) "(\w+)" "([^"]+)" "([^"]+)"$/gm)].map(([, status, code, title, detail]) => [
    code,
    { status: Number(status), code, title, detail },
  ]),
);

const STEP_UP = [
  "verification_required",
  "session_invalid",
  "code_rejected",
  "passkey_refused",
  "passkey_unknown",
  "code_replayed",
  "code_expired",
  "clock_drift",
  "algorithm_mismatch",
  "digits_mismatch",
  "period_mismatch",
  "previous_secret",
  "misread",
];

/** Status, headers and body are those of this problem; `members` beyond the texts are these, and no others. */
export function assertProblem(answer, code, members = {}) {
  const { title, detail, status } = problems.get(code);
  const isStepUp = STEP_UP.includes(code);
  const body = { type: `urn:problem-type:edge-mfa:${code}`, title, status, detail, code };
  assert.deepEqual(answer.body, { ...body, ...(isStepUp && { acrValues: "aal2" }), ...members });
  assert.equal(answer.status, status);
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.equal(answer.headers.get("cache-control"), "no-store");
  assert.equal(answer.session, undefined);
  const { retryAfter } = members;
  const isTold = retryAfter !== undefined && status !== 401;
  assert.equal(answer.headers.get("retry-after"), isTold ? `${retryAfter}` : null);
  assert.equal(answer.headers.get("www-authenticate"), challengeOf(code, title, members));
}

/** RFC 6750 section 3, RFC 9470 section 3. The scopes that a test demands are `read` and `write`. */
function challengeOf(code, title, { maxAge }) {
  const told = (error) => `Bearer realm="Example", error="${error}", error_description="${title}"`;
  if (code === "authentication_required") return 'Bearer realm="Example"';
  if (code === "invalid_token") return told(code);
  if (code === "insufficient_scope") return `${told(code)}, scope="read write"`;
  const age = maxAge === undefined ? "" : `, max_age="${maxAge}"`;
  return STEP_UP.includes(code) ? `${told("insufficient_user_authentication")}, acr_values="aal2"${age}` : null;
}

function source() {
  return readFileSync(new URL("../../../src/http/problem.rs", import.meta.url), "utf8");
}
