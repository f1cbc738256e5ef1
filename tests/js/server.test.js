// `edge-mfa/server`: what a service does around the engine.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotp } from "edge-mfa";
import { memoryStore } from "edge-mfa/store/memory";
import { enrolled, NOW, service } from "./support/service.js";

const HOUR = 3_600_000;

test("an enrolment is a link to scan and a text to type, and waits for ten minutes", async () => {
  const { mfa } = service();
  const enrolling = await mfa.enrol("alice", { account: "alice@example.com", name: "Phone" });
  assert.match(enrolling.uri, /^otpauth:\/\/totp\/Example:alice%40example\.com\?secret=[A-Z2-7]{32}&issuer=Example&/);
  assert.deepEqual(
    [enrolling.kind, enrolling.digits, enrolling.period, enrolling.expiresAt, enrolling.weak],
    ["totp", 6, 30, NOW + 600_000, false],
  );
  assert.equal((await mfa.account("alice")).pendingUntil, enrolling.expiresAt);
  assert.deepEqual(await mfa.cancel("alice"), { ok: true });
  assert.equal((await mfa.cancel("alice")).reason, "not_pending");
  assert.equal((await mfa.confirm("alice", "123456")).reason, "not_pending");
  assert.equal((await mfa.verify("alice", "123456")).reason, "not_enrolled");
});

test("a context with a getter that throws is a misuse of its own, and says nothing of the getter's", async () => {
  const { mfa } = service();
  const hostile = (name) =>
    Object.defineProperty({}, name, { enumerable: true, get: () => assert.fail("the getter's") });
  for (const name of ["factor", "grant", "session"])
    for (const [method, given] of [
      ["confirm", "123456"],
      ["verify", "123456"],
      ["resync", ["123456", "123456"]],
    ])
      await assert.rejects(
        mfa[method]("alice", given, hostile(name)),
        { code: "context_invalid" },
        `${method} ${name}`,
      );
});

test("a hardware token: enrolled with its counter, found again by two codes", async () => {
  const { mfa } = service();
  const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  const code = (counter) => hotp.generate({ secret, counter });
  const enrolling = await mfa.enrol("alice", { kind: "hotp", secret, counter: 5 });
  assert.deepEqual([enrolling.kind, enrolling.counter, enrolling.period], ["hotp", 5, undefined]);
  assert.equal((await mfa.confirm("alice", code(6))).ok, true);
  assert.equal((await mfa.verify("alice", code(5))).reason, "mismatch");
  assert.equal((await mfa.verify("alice", code(60))).reason, "mismatch"); // beyond the look-ahead
  assert.equal((await mfa.resync("alice", [code(60), code(61)])).ok, true);
  assert.equal((await mfa.verify("alice", code(62))).ok, true);
});

test("what is no text is no code, and its developer is told why", async () => {
  const { mfa } = await enrolled();
  for (const given of [123456, undefined, null, {}, Symbol("x")]) {
    const denied = await mfa.verify("alice", given);
    assert.deepEqual([denied.ok, denied.reason, typeof denied.message], [false, "malformed", "string"]);
  }
  assert.equal((await mfa.verify("alice", "12345")).message, undefined);
  assert.equal((await mfa.resync("alice", [1, 2])).reason, "malformed");
  assert.equal((await mfa.resync("alice", "12")).reason, "malformed");
  for (const huge of ["1".repeat(1e6), "\ud800", "💣".repeat(1e5)])
    assert.equal((await mfa.verify("alice", huge)).reason, "malformed");
  assert.equal((await mfa.account("alice")).failuresInRow, 0);
});

test("a context may be absent, null, or full of null; what is no part of it is refused", async () => {
  const { mfa, code } = await enrolled();
  const nothing = { session: null, primary: undefined, device: null, remember: null, address: null, country: null };
  for (const context of [undefined, null, {}, nothing]) assert.equal((await mfa.account("alice", context)).ok, true);
  for (const context of ["x", 7, { adress: "192.0.2.1" }, { now: 0 }, { addressLockedUntil: 0 }, { agent: "x" }])
    await assert.rejects(mfa.verify("alice", code(), context), { code: "context_invalid" });
  // What clients send is never the caller's mistake.
  for (const sent of ["x", "a.b.c", "\ud800", "x".repeat(1e5)]) {
    assert.equal((await mfa.checkSession("alice", sent)).reason, "no_session");
    assert.equal((await mfa.account("alice", { session: sent, device: sent })).ok, true);
  }
});

test("a session says who, how and until when; it is closed by its token, by its id, or with all others", async () => {
  const { mfa, clock, code, confirmed } = await enrolled();
  const session = await mfa.checkSession("alice", confirmed.session);
  assert.deepEqual(session, {
    ok: true,
    subject: "alice",
    id: confirmed.sessionId,
    methods: ["otp", "mfa"],
    level: "aal2",
    authenticatedAt: NOW,
    expiresAt: NOW + 12 * HOUR,
  });
  const second = await mfa.verify("alice", code(), { userAgent: "Firefox" });
  const { sessions } = await mfa.account("alice", { session: second.session });
  assert.deepEqual(
    sessions.map(({ id, name, current }) => [id, name, current]),
    [
      [confirmed.sessionId, "", false],
      [second.sessionId, "Firefox", true],
    ],
  );
  assert.deepEqual(await mfa.closeSession("alice", second.sessionId), { ok: true });
  assert.equal((await mfa.closeSession("alice", second.sessionId)).reason, "unknown");
  assert.equal((await mfa.checkSession("alice", second.session)).reason, "closed");
  assert.equal((await mfa.checkSession("alice", confirmed.session)).ok, true);
  assert.deepEqual(await mfa.closeSessions("alice"), { ok: true });
  assert.equal((await mfa.checkSession("alice", confirmed.session)).reason, "closed");
  clock.now = NOW + 12 * HOUR;
  assert.equal((await mfa.checkSession("alice", confirmed.session)).reason, "expired");
});

test("a session that is not used ends, and one that is used is renewed, but never beyond its age", async () => {
  const { mfa, clock, confirmed } = await enrolled({ policy: { sessionIdle: 3600 } });
  let { session } = confirmed;
  for (clock.now = NOW + HOUR / 2; clock.now < NOW + 12 * HOUR; clock.now += HOUR / 2) {
    const { renewed, expiresAt } = await mfa.checkSession("alice", session);
    assert.equal(expiresAt, NOW + 12 * HOUR);
    session = renewed ?? session;
  }
  assert.equal((await mfa.checkSession("alice", session)).reason, "expired");
  assert.equal((await mfa.checkSession("alice", confirmed.session)).reason, "expired");
});

test("offline, a check reads no store, and a closed session is good until it expires", async () => {
  const store = memoryStore({ now: () => NOW });
  const { mfa, clock, confirmed } = await enrolled({ store, policy: { sessionMode: "offline" } });
  await mfa.closeSessions("alice");
  const down = { ...store, load: () => Promise.reject(new Error("down")) };
  const { mfa: apart } = service({ store: down, policy: { sessionMode: "offline" } });
  assert.equal((await apart.checkSession("alice", confirmed.session)).ok, true);
  assert.equal((await apart.checkSession("bob", confirmed.session)).reason, "wrong_subject");
  assert.equal((await apart.checkSession("alice", `${confirmed.session}x`)).reason, "no_session");
  assert.equal((await apart.checkSession("alice", undefined)).reason, "no_session");
  clock.now = NOW + 12 * HOUR;
  assert.equal((await mfa.checkSession("alice", confirmed.session)).reason, "expired");
  // What changes the account still reads it.
  assert.equal((await mfa.enrol("alice", {}, { session: confirmed.session })).reason, "verification_required");
});

test("the outbox gives out what is due until it is settled", async () => {
  const { mfa, clock, confirmed } = await enrolled();
  const due = async () => (await mfa.outbox.due()).map(({ event, attempts }) => [event.type, event.notify, attempts]);
  const begun = [
    ["factorAdded", "user", 0],
    ["recoveryCodesMade", "user", 0],
  ];
  assert.deepEqual(await due(), begun);
  assert.deepEqual(await due(), begun);
  assert.equal((await mfa.outbox.due(1)).length, 1);
  const [first, second] = await mfa.outbox.due();
  await mfa.outbox.settle(first, { done: true });
  await mfa.outbox.settle(second, { retryAt: clock.now + 60_000 });
  assert.deepEqual(await due(), []);
  clock.now += 60_000;
  assert.deepEqual(await due(), [["recoveryCodesMade", "user", 1]]);
  await mfa.outbox.settle(second, { dead: "unreachable" });
  await mfa.verify("alice", confirmed.recoveryCodes[0], { country: "CH", userAgent: "Safari" });
  const [{ key, event }] = await mfa.outbox.due();
  assert.equal(key, "account:alice");
  assert.deepEqual(
    [event.type, event.left, event.notify, event.subject, event.origin],
    ["recoveryCodeUsed", 9, "both", "alice", { country: "CH", agent: "Safari" }],
  );
  for (const limit of [0, 1001, 1.5, "1"]) await assert.rejects(mfa.outbox.due(limit), { code: "command_invalid" });
  for (const next of [{}, undefined, { retryAt: Number.NaN }, { done: "yes" }, { dead: 1 }])
    await assert.rejects(mfa.outbox.settle(second, next), { code: "command_invalid" });
  await assert.rejects(mfa.outbox.settle({}, { done: true }), { code: "command_invalid" });
});

test("an event that no key opens is put off, and does not hold up the others", async () => {
  const { mfa, clock, store } = await enrolled();
  const { revision, body } = await store.load("account:alice");
  const strange = { id: "0", at: NOW, due: NOW, body: new Uint8Array(60) };
  await store.commit("account:alice", revision, body, [strange]);
  assert.equal((await mfa.outbox.due()).length, 2);
  assert.ok((await store.due(clock.now, 10)).every(({ id }) => id !== "0"));
  assert.equal((await store.due(clock.now + HOUR, 10)).length, 3);
  assert.deepEqual((await mfa.history("alice")).at(-1), { type: "unreadable", id: "0", at: NOW });
});

test("the history is read in pages", async () => {
  const { mfa, code } = await enrolled();
  await mfa.verify("alice", code());
  const types = (events) => events.map(({ type }) => type);
  const all = await mfa.history("alice");
  assert.deepEqual(types(all), ["enrolmentStarted", "factorAdded", "recoveryCodesMade", "verified"]);
  const [first] = await mfa.history("alice", { limit: 1 });
  assert.deepEqual(await mfa.history("alice", { after: first.id }), all.slice(1));
  assert.deepEqual(await mfa.history("nobody"), []);
  for (const page of [{ limit: 0 }, { after: 7 }])
    await assert.rejects(mfa.history("alice", page), { code: "command_invalid" });
});

test("an administrator unlocks, resets, and erases", async () => {
  const { mfa, store, code, wrong, confirmed } = await enrolled();
  for (let guess = 0; guess < 3; guess++) await mfa.verify("alice", wrong());
  assert.deepEqual(await mfa.admin.unlock("alice"), { ok: true });
  assert.equal((await mfa.verify("alice", code())).ok, true);
  assert.deepEqual(await mfa.admin.reset("alice"), { ok: true });
  const account = await mfa.account("alice");
  assert.deepEqual([account.factors, account.sessions, account.recoveryCodesLeft], [[], [], 0]);
  assert.equal((await mfa.checkSession("alice", confirmed.session)).reason, "closed");
  assert.equal((await mfa.history("alice")).at(-1).type, "reset");
  await mfa.admin.erase("alice");
  assert.deepEqual([await store.keys(), await mfa.history("alice"), await mfa.outbox.due()], [[], [], []]);
});

test("randomness that is none makes nothing", async () => {
  // A function that answers its bytes, or a promise of them, instead of filling those.
  for (const random of [() => {}, () => new Uint8Array(64).fill(7), async () => new Uint8Array(64).fill(7)]) {
    const { mfa, store } = service({ random });
    await assert.rejects(mfa.enrol("alice"), { code: "entropy_unavailable" });
    assert.deepEqual(await store.keys(), []);
  }
  const { mfa } = service({
    random() {
      throw new Error("no device");
    },
  });
  await assert.rejects(mfa.enrol("alice"), (error) => {
    return error.code === "entropy_unavailable" && error.cause.message === "no device";
  });
});

test("a clock may answer a Date, and one that answers nonsense decides nothing", async () => {
  const { mfa } = service({ now: () => new Date(NOW) });
  assert.equal((await mfa.enrol("alice")).expiresAt, NOW + 600_000);
  for (const time of [Number.NaN, -1, Number.POSITIVE_INFINITY, new Date("x"), "soon"]) {
    const { mfa } = service({ now: () => time });
    await assert.rejects(mfa.enrol("alice"), { code: "time_invalid" });
  }
});

test("options that are none are refused at once", () => {
  for (const [options, code] of [
    [{ now: 7 }, "time_invalid"],
    [{ random: 7 }, "entropy_unavailable"],
    [{ timeout: 0 }, "time_invalid"],
    [{ timeout: 2 ** 31 }, "time_invalid"],
    [{ subjects: "case" }, "subject_invalid"],
    [{ issuer: "a:b" }, "issuer_invalid"],
    [{ issuer: undefined }, "issuer_invalid"],
    [{ keys: "" }, "key_ring_empty"],
    [{ policy: { window: 99 } }, "policy_invalid"],
  ])
    assert.throws(() => service(options), { name: "MfaError", code }, JSON.stringify(options));
});

test("decisions of one account in one service all land, whatever comes at once", async () => {
  const { mfa, code, wrong, confirmed } = await enrolled({ policy: { failures: 10 } });
  const all = await Promise.all([
    ...Array.from({ length: 5 }, () => mfa.verify("alice", wrong())),
    mfa.verify("alice", confirmed.recoveryCodes[0]),
    mfa.verify("alice", confirmed.recoveryCodes[1]),
    mfa.renameFactor("alice", 1, "Phone", { session: confirmed.session }),
    mfa.verify("alice", code()),
  ]);
  assert.deepEqual(
    all.map(({ ok }) => ok),
    [...Array(5).fill(false), true, true, true, true],
  );
  const numbers = (await mfa.history("alice")).map(({ number }) => number);
  assert.deepEqual(
    numbers,
    numbers.map((_, at) => at + 1),
  );
  assert.equal((await mfa.account("alice")).recoveryCodesLeft, 8);
});
