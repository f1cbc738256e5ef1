// A protected API that keeps to the contract of the guard: who may read what, over HTTP, and what it says if not.

import { cors, serve } from "./server.js";

const REALM = 'Bearer realm="ACME"';
const STEP_UP = `${REALM}, error="insufficient_user_authentication", error_description="a second factor is needed", acr_values="aal2"`;

/** `codes` are good once each, `tokens` are good access tokens. Both may be changed while it runs. */
export async function startApi(t, { codes = ["111111"], tokens = ["access"], failures = 3, route = () => ({}) } = {}) {
  const state = { codes: new Set(codes), tokens: new Set(tokens), sessions: new Set(), failures, opened: 0, hold: [] };
  const api = await serve(
    t,
    cors(async (request) => {
      const answer = guard(state, request, route(request.url));
      // Lets a test hold an answer back, to have them arrive in another order.
      await state.before?.(request, answer);
      return answer;
    }),
  );
  return { ...api, state };
}

export function problem(status, code, members = {}, headers = {}) {
  const type = `urn:problem-type:edge-mfa:${code}`;
  return { status, headers, body: { type, title: code, status, detail: `Help with ${code}.`, code, ...members } };
}

export function stepUp(code, members = {}) {
  const age = members.maxAge === undefined ? "" : `, max_age="${members.maxAge}"`;
  return problem(401, code, { acrValues: "aal2", methods: ["otp"], ...members }, { "WWW-Authenticate": STEP_UP + age });
}

/** `isBound`: to a resource or an amount, so that a session does not do. */
function guard(state, { method, url, headers, body }, { action, isBound, maxAge }) {
  const [, bearer] = /^Bearer (.+)$/.exec(headers.authorization ?? "") ?? [];
  if (!bearer) return problem(401, "authentication_required", {}, { "WWW-Authenticate": REALM });
  if (!state.tokens.has(bearer)) {
    const challenge = `${REALM}, error="invalid_token", error_description="expired, or \\"insufficient\\""`;
    return problem(401, "invalid_token", {}, { "WWW-Authenticate": challenge });
  }
  if (url === "/mfa/verify") return verify(state, JSON.parse(body));

  const session = headers["x-session-token"];
  const members = { ...(action && { action }), ...(maxAge && { maxAge }) };
  if (state.sessions.has(session) && !isBound) return { body: { ok: true, method, url, body } };
  const code = headers["x-mfa-token"];
  if (code !== undefined) {
    const refusal = spend(state, code, members);
    return refusal ?? { headers: { "X-Session-Token": open(state) }, body: { ok: true, method, url, body } };
  }
  if (session && !state.sessions.has(session)) return stepUp("session_invalid", members);
  return stepUp("verification_required", members);
}

function spend(state, code, members) {
  if (!/^[0-9 ]{6,7}$/.test(code)) return problem(400, "code_malformed");
  if (state.failures === 0) return problem(429, "locked", { retryAfter: 30 }, { "Retry-After": "30" });
  if (state.codes.delete(code.replaceAll(" ", ""))) return undefined;
  state.failures--;
  if (state.failures === 0) return problem(429, "locked", { retryAfter: 30 }, { "Retry-After": "30" });
  return stepUp("code_rejected", { ...members, attemptsLeft: state.failures });
}

function open(state) {
  const session = `session-${++state.opened}`;
  state.sessions.add(session);
  return session;
}

function verify(state, { code, remember, grant }) {
  const refusal = spend(state, code, {});
  if (refusal) return refusal;
  const token = open(state);
  const device = remember ? "device-1" : undefined;
  state.grant = grant;
  const body = { factor: 1, recoveryCodesLeft: 9, device, session: { token, expires: 0 } };
  return { headers: { "X-Session-Token": token }, body };
}
