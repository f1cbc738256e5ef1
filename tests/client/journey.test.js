// The client against the real engine: codes of an authenticator, sessions, replays and locks, over HTTP.

import assert from "node:assert/strict";
import { test } from "node:test";
import { totp } from "edge-mfa";
import { createClient } from "edge-mfa/client";
import { createMfa, keyring } from "edge-mfa/server";
import { memoryStore } from "edge-mfa/store/memory";
import { problem, stepUp } from "./support/api.js";
import { dialog } from "./support/prompt.js";
import { serve } from "./support/server.js";

/** A service with an account, behind a server that says in HTTP what the service says. */
async function start(t) {
  const clock = { now: Date.UTC(2026, 10, 24) };
  const keys = keyring.generate({ environment: "test", now: () => clock.now });
  const mfa = createMfa({ issuer: "ACME", store: memoryStore(), keys, now: () => clock.now });
  const { secret } = await mfa.enrol("alice");
  const code = () => totp.generate({ secret, time: clock.now });
  await mfa.confirm("alice", code());
  clock.now += 30_000;

  const api = await serve(t, async ({ headers, body }) => {
    const session = headers["x-session-token"];
    if (session && (await mfa.checkSession("alice", session)).ok) return { body: { body } };
    const spent = headers["x-mfa-token"];
    if (!spent) return stepUp(session ? "session_invalid" : "verification_required");
    const outcome = await mfa.verify("alice", spent);
    if (outcome.ok) return { headers: { "X-Session-Token": outcome.session }, body: { body } };
    const { reason, attemptsLeft, retryAt } = outcome;
    const retryAfter = retryAt && Math.ceil((retryAt - clock.now) / 1000);
    if (reason === "locked") return problem(429, "locked", { retryAfter }, { "Retry-After": `${retryAfter}` });
    if (reason === "malformed") return problem(400, "code_malformed");
    return stepUp(reason === "replayed" ? "code_replayed" : "code_rejected", { attemptsLeft, retryAfter });
  });
  const asking = dialog();
  const { fetch } = createClient({ baseUrl: api.url, token: "access", prompt: asking.prompt });
  return { ...asking, api, clock, code, mfa, secret, fetch };
}

test("sign in, go on, let the session end, replay, mistype, be locked, wait, and sign in again", async (t) => {
  const { api, call, calls, clock, code, mfa, fetch } = await start(t);

  const answers = Promise.all(Array.from({ length: 10 }, () => fetch("/", { method: "POST", body: "x" })));
  (await call(1)).answer(` ${code().slice(0, 3)} ${code().slice(3)}`);
  for (const answer of await answers) assert.deepEqual(await answer.json(), { body: "x" });
  assert.equal((await fetch("/")).status, 200);
  assert.equal(calls.length, 1);

  await mfa.closeSessions("alice");
  const next = fetch("/");
  const ended = await call(2);
  assert.equal(ended.problem.code, "session_invalid");
  ended.answer(code()); // the authenticator still shows the code that was spent
  assert.equal((await call(3)).problem.code, "code_replayed");
  clock.now += 30_000;
  (await call(3)).answer(code());
  assert.equal((await next).status, 200);

  await mfa.closeSessions("alice");
  clock.now += 10 * 60_000;
  const wrong = fetch("/");
  const right = code();
  const mistyped = String((Number(right) + 1) % 1e6).padStart(6, "0");
  (await call(4)).answer(mistyped);
  const again = await call(5);
  assert.deepEqual([again.problem.code, again.attempt, again.problem.attemptsLeft], ["code_rejected", 2, 2]);
  again.answer(mistyped);
  (await call(6)).answer(mistyped);
  const last = await call(7);
  assert.deepEqual([last.problem.attemptsLeft, last.retryAfter], [0, 30]); // what a countdown is made of
  last.answer(code()); // the person does not wait for it
  const locked = await wrong;
  assert.deepEqual([locked.status, (await locked.json()).code], [429, "locked"]);

  clock.now += Number(locked.headers.get("Retry-After")) * 1000;
  const end = fetch("/");
  (await call(8)).answer(code());
  assert.equal((await end).status, 200);
  const codes = api.requests.filter(({ headers }) => headers["x-mfa-token"]);
  assert.equal(codes.length, calls.length);
});
