// What the guard lets pass, what it asks for, and what it refuses.

import assert from "node:assert/strict";
import { test } from "node:test";
import { STEP } from "../js/support/service.js";
import { asker, assertProblem, protect } from "./support/ask.js";
import { enrol, enrolled, start } from "./support/service.js";

test("the first factor, then a code, then its session: each is asked for, and enough", async () => {
  const { guard, code, clock } = await enrolled();
  assertProblem(await guard({}, { token: undefined }), "authentication_required");
  assertProblem(await guard({}, { token: "nobody-1" }), "invalid_token");
  assertProblem(await guard({}), "verification_required");

  const spent = code();
  const first = await guard({}, { code: spent });
  assert.equal(first.status, 200);
  assert.equal(first.body.subject, "alice");
  const { authenticatedAt, expiresAt, methods, level } = first.body.session;
  assert.deepEqual([authenticatedAt, expiresAt - clock.now], [clock.now, 43_200_000]);
  assert.deepEqual([methods, level], [["otp", "mfa"], "aal2"]);

  const second = await guard({}, { session: first.session });
  assert.deepEqual([second.status, second.session], [200, undefined], "the same token stays good");
  assert.equal(second.body.session.id, first.body.session.id);
  assertProblem(await guard({}, { code: spent }), "code_replayed");
});

test("a session that is enough keeps the code from being spent", async () => {
  const { guard, code, session } = await enrolled();
  const right = code();
  assert.equal((await guard({}, { session, code: right })).session, undefined);
  assert.equal((await guard({}, { code: right })).status, 200);
});

test("a session that is not enough is replaced by the one that a code buys", async () => {
  const { guard, code, session, clock } = await enrolled();
  clock.now += 600_000;
  const demand = { action: "transfer", maxAge: 300 };
  const stepUp = { maxAge: 300, action: "transfer" };
  assertProblem(await guard(demand, { session }), "verification_required", stepUp);
  const renewed = await guard(demand, { session, code: code() });
  assert.equal(renewed.status, 200);
  assert.notEqual(renewed.session, undefined);
  assert.equal((await guard(demand, { session: renewed.session })).status, 200);
  clock.now += 301_000;
  assertProblem(await guard(demand, { session: renewed.session }), "verification_required", stepUp);
});

test("use renews a session, but not the time of its proof", async () => {
  const { guard, session, clock } = await enrolled({ policy: { sessionIdle: 3600 } });
  let token = session;
  for (let at = 0; at < 3; at++) {
    clock.now += 1_900_000;
    const { status, session = token } = await guard({}, { session: token });
    assert.equal(status, 200);
    token = session;
  }
  assert.notEqual(token, session);
  assertProblem(await guard({ maxAge: 5000 }, { session: token }), "verification_required", { maxAge: 5000 });
  clock.now += 3_601_000;
  assertProblem(await guard({}, { session: token }), "session_invalid");
});

test("a session ends with its lifetime, with its sign-in, when it is closed; and is nobody else's", async () => {
  const made = await enrolled();
  const { guard, ask, session, clock } = made;
  await enrol(made, { token: "bob-1" });
  assertProblem(await guard({}, { session, token: "bob-1" }), "session_invalid");
  assertProblem(await guard({}, { session, token: "alice-2" }), "session_invalid");
  assertProblem(await guard({}, { session: "no.session.atall" }), "session_invalid");
  assert.equal((await guard({}, { session })).status, 200);
  assert.equal((await ask("DELETE", "/session", { session })).status, 204);
  assertProblem(await guard({}, { session }), "session_invalid");
  const { session: next } = await guard({}, { code: made.code() });
  clock.now += 43_200_000;
  assertProblem(await guard({}, { session: next }), "session_invalid");
});

test("offline, a session passes by its token alone: closed, or with the store away", async () => {
  const { guard, ask, session, store } = await enrolled({ policy: { sessionMode: "offline" } });
  assert.equal((await ask("DELETE", "/session", { session })).status, 204);
  store.load = () => Promise.reject(new Error("away"));
  assert.equal((await guard({}, { session })).status, 200);
  assertProblem(await guard({ once: true, action: "pay" }, { session }), "unavailable", { retryAfter: 1 });
  assertProblem(await guard({}, { session: `${session}x` }), "unavailable", { retryAfter: 1 });
});

test("what was bound to the sign-in outlives its token, and no other sign-in", async () => {
  const signIns = { "day-1": "sid-1", "day-2": "sid-1", "night-1": "sid-2" };
  const authenticate = (token) => ({ subject: "alice", binding: signIns[token] });
  const made = start({ authenticate });
  const { session } = await enrol(made, { token: "day-1" });
  for (const token of ["day-1", "day-2"]) assert.equal((await made.guard({}, { token, session })).status, 200, token);
  assertProblem(await made.guard({}, { token: "night-1", session }), "session_invalid");
});

test("a demanded method is not met by another: not by a recovery code, which is not even spent", async () => {
  const { guard, ask, code, confirmed } = await enrolled();
  const [recovery] = confirmed.recoveryCodes;
  const demand = { methods: ["otp"] };
  assertProblem(await guard(demand, { code: recovery }), "verification_required", { methods: ["otp"] });
  const recovered = await ask("POST", "/verify", { body: { code: recovery } });
  assert.deepEqual([recovered.status, recovered.body.recoveryCodesLeft], [200, 9]);
  assert.deepEqual(recovered.body.session.methods, ["mfa"]);
  assertProblem(await guard(demand, { session: recovered.session }), "verification_required", { methods: ["otp"] });
  assert.equal((await guard({ methods: ["mfa"] }, { session: recovered.session })).status, 200);
  assert.equal((await guard(demand, { session: recovered.session, code: code() })).status, 200);
});

test("a grant is good for one action, resource and amount, once, and with its own session", async () => {
  const made = await enrolled();
  const { guard, ask, code, clock, session: other } = made;
  const grant = { action: "transfer", resource: "account 7", amount: "100 EUR" };
  const refused = { action: "transfer" };
  const { session } = await ask("POST", "/verify", { body: { code: code(), grant } });
  for (const [demand, given] of [
    [{ ...grant, amount: "1000 EUR" }, { session }],
    [{ ...grant, resource: "account 8" }, { session }],
    [{ action: "transfer", resource: "account 7100 EUR" }, { session }],
    [{ action: "transfer", once: true }, { session }],
    [grant, { session: other }],
  ])
    assertProblem(await guard(demand, given), "verification_required", refused);
  assert.equal((await guard(grant, { session })).status, 200);
  assertProblem(await guard(grant, { session }), "verification_required", refused);

  clock.now += STEP;
  assert.equal((await guard(grant, { session, code: code() })).status, 200, "a code that comes along is for this");
  clock.now += STEP;
  const late = await ask("POST", "/verify", { body: { code: code(), grant } });
  clock.now += 301_000;
  assertProblem(await guard(grant, { session: late.session }), "verification_required", refused);
});

test("ten requests at once with one grant: one passes", async () => {
  const { guard, ask, code } = await enrolled();
  const grant = { action: "transfer", amount: "5" };
  const { session } = await ask("POST", "/verify", { body: { code: code(), grant } });
  const answers = await Promise.all(Array.from({ length: 10 }, () => guard(grant, { session })));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(9).fill(401)]);
});

test("who has no factor passes only where that is demanded, and then without a session", async () => {
  const { guard } = start();
  assertProblem(await guard({}), "verification_required");
  const { status, body } = await guard({ ifEnrolled: true });
  assert.deepEqual([status, body], [200, { subject: "alice" }]);
  const made = await enrolled();
  assertProblem(await made.guard({ ifEnrolled: true }), "verification_required");
});

test("services pass where they are let, by their scopes and never by a second factor", async () => {
  const { guard, ask } = start();
  const given = { token: "cron-service.read" };
  assertProblem(await guard({}, given), "forbidden");
  assertProblem(await guard({ ifEnrolled: true }, given), "forbidden");
  assertProblem(await ask("GET", "/account", given), "forbidden");
  const { status, body } = await guard({ services: true, scopes: ["read"] }, given);
  assert.deepEqual([status, body], [200, { subject: "cron" }]);
  assertProblem(await guard({ services: true, scopes: ["read", "write"] }, given), "insufficient_scope");
  assertProblem(await guard({ services: true }), "verification_required", {});
});

test("all scopes are needed, and looked at before the second factor", async () => {
  const { guard, code } = await enrolled();
  const scopes = ["read", "write"];
  const right = code();
  for (const token of ["alice-1", "alice-1.read", "alice-1.reads.writes"])
    assertProblem(await guard({ scopes }, { token, code: right }), "insufficient_scope");
  assert.equal((await guard({ scopes }, { token: "alice-1.write.read", code: right })).status, 200);
});

test("nobody and a wrong code are answered alike, over all failures and the lock", async () => {
  const made = await enrolled();
  const { guard, ask, wrong } = made;
  for (const path of ["guard", "/verify"]) {
    const [known, unknown] = path === "guard" ? ["alice-1", "mallory-1"] : ["carol-1", "nemo-1"];
    if (path !== "guard") await enrol(made, { token: known });
    const send = (token, code) =>
      path === "guard" ? guard({}, { token, code }) : ask("POST", path, { token, body: { code } });
    for (const [attemptsLeft, retryAfter] of [[2], [1], [0, 30]]) {
      const members = { attemptsLeft, ...(retryAfter && { retryAfter }) };
      const [one, other] = [await send(known, wrong()), await send(unknown, wrong())];
      assertProblem(one, "code_rejected", members);
      assert.deepEqual([one.text, [...one.headers]], [other.text, [...other.headers]]);
    }
    const [one, other] = [await send(known, wrong()), await send(unknown, wrong())];
    assertProblem(one, "locked", { retryAfter: 30 });
    assert.deepEqual([one.text, [...one.headers]], [other.text, [...other.headers]]);
    const malformed = await send(known, "12");
    assert.equal(malformed.text, (await send(unknown, "12")).text);
  }
});

test("headers that are there twice, too long, or nothing of their kind are refused, and nothing is spent", async () => {
  const { guard, code } = await enrolled();
  const right = code();
  const bearer = ["Authorization", "Bearer alice-1"];
  for (const headers of [
    [bearer, bearer],
    [["Authorization", "Bearer alice-1 alice-1"]],
    [["Authorization", "Bearer "]],
    [["Authorization", `Bearer ${"a".repeat(8193)}`]],
    [bearer, ["X-MFA-Token", right], ["X-MFA-Token", right]],
    [bearer, ["X-MFA-Token", "1".repeat(129)]],
    [bearer, ["X-MFA-Token", ""]],
    [bearer, ["X-MFA-Token", "12345\u00e9"]],
    [bearer, ["X-Session-Token", "a b"]],
    [bearer, ["X-Session-Token", "a".repeat(4097)]],
    [bearer, ["X-Device-Token", "not-a-device"]],
    [bearer, ["X-Device-Token", "A".repeat(65)]],
  ])
    assertProblem(await guard({}, { headers, token: undefined }), "invalid_request");
  for (const value of ["Basic YWxpY2U6cHc=", "alice-1", "DPoP alice-1"])
    assertProblem(await guard({}, { headers: [["Authorization", value]] }), "authentication_required");
  assert.equal((await guard({}, { headers: [["Authorization", "bEARER  alice-1"]], code: right })).status, 200);
});

test("plain HTTP is refused but on this machine, and the code stays good", async () => {
  const { guard, code } = await enrolled();
  const right = code();
  for (const url of ["http://api.example", "http://localhost.example", "http://10.0.0.1", "http://127.0.0.1.example"])
    assertProblem(await guard({}, { code: right }, url), "insecure_transport");
  assert.equal((await guard({}, { code: right }, "http://localhost:8787")).status, 200);
  for (const url of ["http://127.0.0.1:1", "http://[::1]", "http://app.localhost"])
    assertProblem(await guard({}, {}, url), "verification_required");
});

test("a remembered device has failures of its own: a lock of strangers does not touch it", async () => {
  const { guard, ask, code, wrong, clock } = await enrolled();
  const { device } = (await ask("POST", "/verify", { body: { code: code(), remember: true } })).body;
  assert.match(device, /^[0-9A-Za-z]+$/);
  for (let at = 0; at < 3; at++) await guard({}, { code: wrong() });
  const right = code(clock.now + STEP);
  assertProblem(await guard({}, { code: right }), "locked", { retryAfter: 30 });
  assert.equal((await guard({}, { code: right, device })).status, 200);
});

test("what a developer does wrong rejects, so that no request is let through by it", async () => {
  const { mfa } = start();
  const request = () => new Request("https://api.example", { headers: { Authorization: "Bearer alice-1" } });
  for (const demand of [
    { resource: "account 7" },
    { amount: "5" },
    { maxAge: "300" },
    { maxAge: -1 },
    { methods: ["smoke signals"] },
    { methods: "otp" },
    { action: 7 },
  ])
    await assert.rejects(mfa.guard(request(), demand), { name: "MfaError", code: "context_invalid" });
  const { mfa: open } = start({ authenticate: undefined });
  await assert.rejects(open.guard(request()), { name: "MfaError", code: "context_invalid" });
});

test("what a first factor may answer, and what is none", async () => {
  for (const answer of [undefined, null, false, true, "alice", {}, { subject: 7 }, { subject: "" }, { sub: "alice" }]) {
    const { guard } = start({ authenticate: () => answer });
    assertProblem(await guard({ ifEnrolled: true }), "invalid_token");
  }
  // `service` is true or it is not.
  const { guard } = start({ authenticate: () => ({ subject: "alice", service: "yes" }) });
  assertProblem(await guard({ services: true }), "verification_required");
});

test("the context of the call that the server knows goes before what the request says", async () => {
  const { mfa, wrong } = await enrolled({ policy: { addressFailures: 3 }, http: { client: "fly" } });
  const send = (token, address, given = {}) =>
    asker(protect(mfa, {}, { address, ...given }), "http://api.example", { token })("POST", "/", {
      code: wrong(),
      headers: [["Fly-Client-IP", "192.0.2.9"]],
    });
  assertProblem(await send("alice-1", "192.0.2.1"), "insecure_transport");
  for (const token of ["ann-1", "bob-1", "cid-1"]) await send(token, "192.0.2.1", { secure: true });
  assertProblem(await send("dan-1", "192.0.2.1", { secure: true }), "locked", { retryAfter: 900 });
  assert.equal((await send("dan-1", "192.0.2.2", { secure: true })).status, 401);
});
