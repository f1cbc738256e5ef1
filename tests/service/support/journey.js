// The whole way of a person, over HTTP: the same before every server.

import assert from "node:assert/strict";
import { assertProblem } from "./ask.js";
import { clientOf, clockAt, enrolledAt } from "./person.js";

/** @param {string} url of a server with app.js */
export async function journey(url) {
  assertProblem(await clientOf(url).get("/orders"), "authentication_required");
  const person = await enrolledAt(url, "alice-1");
  assert.equal(person.confirmed.recoveryCodes.length, 10);
  const session = await guards(url, person);
  await locks(url, person, session);
  await recovers(url, person);
  await stepsUp(url, person, session);
  await signsOut(person);
}

/** A code, its session; and the code is spent, before whomever it comes again. */
async function guards(url, { get, mfa, code }) {
  assertProblem(await get("/orders"), "verification_required");
  const right = await code();
  const tries = await Promise.all(Array.from({ length: 8 }, () => get("/orders", { code: right })));
  const [passed, ...others] = tries.sort((one, other) => one.status - other.status);
  assert.deepEqual([passed.status, passed.body.subject], [200, "alice"]);
  for (const other of others) assertProblem(other, "code_replayed");
  assertProblem(await mfa("POST", "/verify", { body: { code: right } }), "code_replayed");
  const { session } = passed;
  assert.equal((await get("/orders", { session })).status, 200);
  assertProblem(await clientOf(url, "alice-2").get("/orders", { session }), "session_invalid");
  assertProblem(await clientOf(url, "mallory-1").get("/orders", { session }), "session_invalid");
  assertProblem(await clientOf(url, "cron-service").get("/orders"), "forbidden");
  assert.equal((await clientOf(url, "cron-service.read").get("/job")).body.subject, "cron");
  return session;
}

/** Three wrong codes, all at once, lock: for as long as is said, or until an administrator ends it. */
async function locks(url, { get, code, wrong }, session) {
  const guess = async () => {
    const typed = await wrong();
    const answers = await Promise.all([1, 2, 3].map(() => get("/orders", { code: typed })));
    const left = answers.map(({ body }) => body.attemptsLeft).sort();
    assert.deepEqual(left, [0, 1, 2]);
  };
  await guess();
  const right = await code(1);
  assertProblem(await get("/orders", { code: right }), "locked", { retryAfter: 30 });
  assert.equal((await get("/orders", { session })).status, 200, "a session goes on");
  await clockAt(url, 30_000);
  assert.equal((await get("/orders", { code: right })).status, 200);
  await guess();
  await clientOf(url).ask("POST", "/unlock", { body: "alice" });
  await clockAt(url, 30_000);
  assert.equal((await get("/orders", { code: await code() })).status, 200);
}

/** A recovery code is good once, and under a lock, too. */
async function recovers(url, { mfa, wrong, code, confirmed }) {
  const [recovery] = confirmed.recoveryCodes;
  const verify = (typed) => mfa("POST", "/verify", { body: { code: typed } });
  for (let at = 0; at < 3; at++) assert.equal((await verify(await wrong())).body.code, "code_rejected");
  assert.equal((await verify(await code(1))).body.code, "locked");
  const recovered = await verify(recovery.toLowerCase());
  assert.deepEqual([recovered.status, recovered.body.recoveryCodesLeft], [200, 9]);
  assertProblem(await verify(recovery), "code_replayed");
  await clockAt(url, 30_000);
}

async function stepsUp(url, { get, mfa, code }, session) {
  await clockAt(url, 300_000);
  const wanted = { maxAge: 300, action: "transfer" };
  assertProblem(await get("/transfer", { session }), "verification_required", wanted);
  const fresh = await mfa("POST", "/verify", { session, body: { code: await code() } });
  assert.equal((await get("/transfer", { session: fresh.session })).status, 200);
  assertProblem(await get("/pay", { session: fresh.session }), "verification_required", { action: "pay" });
  await clockAt(url, 30_000);
  const grant = { action: "pay", resource: "account 7", amount: "100 EUR" };
  const granted = await mfa("POST", "/verify", { body: { code: await code(), grant } });
  const payments = await Promise.all([1, 2, 3, 4].map(() => get("/pay", { session: granted.session })));
  assert.deepEqual(payments.map(({ status }) => status).sort(), [200, 401, 401, 401]);
}

/** What happened is told, and no session is good afterwards. */
async function signsOut({ get, mfa, code }) {
  const { session } = await mfa("POST", "/verify", { body: { code: await code(1) } });
  const { events } = (await mfa("GET", "/activity?limit=1000", { session })).body;
  const kinds = new Set(events.map(({ type }) => type));
  for (const kind of ["enrolmentStarted", "factorAdded", "verified", "failed", "locked", "recoveryCodeUsed"])
    assert.ok(kinds.has(kind), kind);
  assert.equal((await mfa("DELETE", "/factors/1", { session })).status, 204);
  assertProblem(await get("/orders", { session }), "session_invalid");
  assert.equal((await mfa("GET", "/health", { token: null })).body.status, "ok");
}
