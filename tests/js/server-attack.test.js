// The attack pack against `edge-mfa/server`: lines of ATTACKS.md by their ids, as far as they are about what surrounds the
// engine. Those of the engine itself are in tests/rust/attack, races and failing stores (R3, C1, G3, G4, E9) in tests/store.

import assert from "node:assert/strict";
import { test } from "node:test";
import { enrol, enrolled, NOW, STEP, service } from "./support/service.js";

test("r1, r4, r6: a code is spent, whichever command took it", async () => {
  const { mfa, clock, code, confirmed } = await enrolled();
  const first = code(clock.now - STEP); // the one that confirmed
  const second = code();
  assert.equal((await mfa.verify("alice", first)).reason, "replayed");
  assert.equal((await mfa.verify("alice", second)).ok, true);
  const others = [
    () => mfa.verify("alice", second),
    () => mfa.verify("alice", second, { primary: "another login", address: "192.0.2.1", userAgent: "another browser" }),
    () => mfa.verify("alice", second, { factor: 1 }),
    () => mfa.resync("alice", [first, second]),
  ];
  for (const call of others) assert.equal((await call()).reason, "replayed", `${call}`);
  // A pending factor has another secret: there it is a wrong code.
  await mfa.enrol("alice", {}, { session: confirmed.session });
  assert.equal((await mfa.confirm("alice", second)).reason, "mismatch");
});

test("r5: every spelling of a code is that code", async () => {
  const { mfa, code } = await enrolled();
  const right = code();
  const wide = right.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
  assert.equal((await mfa.verify("alice", ` ${wide} `)).ok, true);
  for (const spelling of [right, `${right.slice(0, 3)} ${right.slice(3)}`, right.replaceAll("", "-")])
    assert.equal((await mfa.verify("alice", spelling)).reason, "replayed", spelling);
  for (const none of [Number(right), `+${right}`, `${right}0`, right.slice(1), BigInt(right), [right], { code: right }])
    assert.equal((await mfa.verify("alice", none)).reason, "malformed");
});

test("r7: a clock that goes back, or differs, answers replayed", async () => {
  const { mfa, clock, code } = await enrolled();
  const right = code();
  assert.equal((await mfa.verify("alice", right)).ok, true);
  for (const by of [-STEP, -3_600_000, 3_600_000, 86_400_000 * 365]) {
    clock.now += by;
    assert.equal((await mfa.verify("alice", right)).reason, "replayed", `${by}`);
    clock.now -= by;
  }
});

test("g2: neither a new login nor an enrolment refills the budget", async () => {
  const { mfa, confirmed, wrong } = await enrolled();
  for (const attemptsLeft of [2, 1]) {
    assert.equal((await mfa.verify("alice", wrong(), { primary: `login ${attemptsLeft}` })).attemptsLeft, attemptsLeft);
    await mfa.account("alice");
    await mfa.enrol("alice", {}, { session: confirmed.session });
  }
  assert.equal((await mfa.confirm("alice", wrong())).attemptsLeft, 0);
  assert.equal((await mfa.verify("alice", wrong())).reason, "locked");
});

const spellings = {
  caseless: [
    "alice@example.com",
    "Alice@Example.COM",
    "ＡＬＩＣＥ@example.com",
    "aliçe@example.com",
    "alic\u0327e@example.com",
  ],
  dots: ["al.ice@example.com", "a.l.i.c.e@example.com", "alice@example.com"],
};

test("g6: spellings of one account share one budget and one record", async () => {
  const [first, upper, wide, ...cedillas] = spellings.caseless;
  const made = await enrolled({ subjects: "caseless" }, first);
  assert.equal((await made.mfa.verify(upper, made.wrong())).attemptsLeft, 2);
  assert.equal((await made.mfa.verify(wide, made.wrong())).attemptsLeft, 1);
  assert.equal((await made.mfa.verify(first, made.wrong())).attemptsLeft, 0);
  for (const subject of [first, upper, wide])
    assert.equal((await made.mfa.verify(subject, made.code())).reason, "locked", subject);
  assert.equal((await made.mfa.checkSession(upper, made.confirmed.session)).subject, first);
  // Composed and decomposed.
  await enrol(made, cedillas[0]);
  assert.equal((await made.mfa.account(cedillas[1])).factors.length, 1);
  assert.equal((await made.store.keys()).length, 2);
});

test("g6: a function of your own settles the spelling", async () => {
  const [first, ...others] = spellings.dots;
  const subjects = (subject) => subject.replace(/^[^@]+/, (name) => name.replaceAll(".", ""));
  const { mfa, wrong, store } = await enrolled({ subjects }, first);
  for (const [at, subject] of others.entries()) assert.equal((await mfa.verify(subject, wrong())).attemptsLeft, 2 - at);
  assert.deepEqual(await store.keys(), ["account:alice%40example.com"]);
});

test("g6, s9: where subjects are exact another spelling is another account, without any of this one's rights", async () => {
  const { mfa, code, confirmed } = await enrolled();
  for (const subject of ["Alice", "ａlice", "alice\u200b"]) {
    assert.equal((await mfa.verify(subject, code())).reason, "not_enrolled");
    assert.equal((await mfa.checkSession(subject, confirmed.session)).reason, "wrong_subject");
  }
});

test("g7: addresses of one network share one budget, over all accounts", async () => {
  for (const [networks, elsewhere] of [
    [["2001:db8:0:1::1", "2001:DB8::1:ffff:0:0:7", "2001:0db8:0000:0001:abcd::"], "2001:db8:0:2::1"],
    [["192.0.2.1", "::ffff:192.0.2.1", "::FFFF:c000:201"], "192.0.2.2"],
  ]) {
    const made = service({ policy: { addressFailures: 3 } });
    const people = [];
    for (const subject of ["ann", "bob", "cid", "dan"]) people.push({ subject, ...(await enrol(made, subject)) });
    for (const [at, { subject, wrong }] of people.slice(0, 3).entries())
      assert.equal((await made.mfa.verify(subject, wrong(), { address: networks[at] })).reason, "mismatch");
    const { subject, code } = people[3];
    for (const address of networks) {
      const denied = await made.mfa.verify(subject, code(), { address });
      assert.deepEqual([denied.reason, denied.retryAt], ["locked", made.clock.now + 900_000], address);
    }
    assert.equal((await made.mfa.verify(subject, code(), { address: elsewhere })).ok, true);
    // No address is kept, only the hash that it is counted under.
    const kept = JSON.stringify(await made.mfa.history("ann"));
    for (const address of networks) assert.ok(!kept.includes(address));
    assert.match(kept, /"network":"[0-9a-f]{32}"/);
  }
});

test("g8: what a client can write into X-Forwarded-For is no address", async () => {
  const { mfa, wrong } = await enrolled();
  const written = [
    "192.0.2.1, 198.51.100.7",
    "192.0.2.1:443",
    "[2001:db8::1]",
    "unknown",
    "localhost",
    "192.0.2.01",
    "",
  ];
  for (const address of written)
    await assert.rejects(mfa.verify("alice", wrong(), { address }), { code: "address_invalid" }, address);
  // And it was not counted as a failure of alice's.
  assert.equal((await mfa.account("alice")).failuresInRow, 0);
});

test("g10: a known device has its own lane, and recovery codes are taken under a lock", async () => {
  const { mfa, clock, code, wrong, confirmed } = await enrolled();
  const { device } = await mfa.verify("alice", code(), { remember: "Her phone" });
  assert.equal(typeof device, "string");
  clock.now += STEP;
  for (let guess = 0; guess < 3; guess++) await mfa.verify("alice", wrong());
  const locked = await mfa.verify("alice", code());
  assert.equal(locked.reason, "locked");
  // Trying on does not prolong it.
  clock.now += 10_000;
  assert.equal((await mfa.verify("alice", wrong())).retryAt, locked.retryAt);
  assert.equal((await mfa.verify("alice", code(), { device: `${device}x` })).reason, "locked");
  assert.equal((await mfa.verify("alice", code(), { device })).ok, true);
  assert.equal((await mfa.verify("alice", confirmed.recoveryCodes[0])).ok, true);
  // Which ends the lock.
  clock.now += STEP;
  assert.equal((await mfa.verify("alice", code())).ok, true);
});

test("g11: so many failures in a row disable the codes, until somebody recovers or unlocks", async () => {
  const { mfa, clock, code, wrong, confirmed } = await enrolled({ policy: { failuresInRow: 3, locks: [1] } });
  for (const how of [
    async () => assert.equal((await mfa.verify("alice", confirmed.recoveryCodes[0])).ok, true),
    async () => assert.equal((await mfa.admin.unlock("alice")).ok, true),
  ]) {
    for (let guess = 0; guess < 3; guess++) await mfa.verify("alice", wrong());
    clock.now += 86_400_000;
    assert.equal((await mfa.verify("alice", code())).reason, "disabled");
    assert.equal((await mfa.account("alice")).disabled, true);
    await how();
    assert.equal((await mfa.verify("alice", code())).ok, true);
    clock.now += STEP;
  }
});

test("c2, c5: recovery codes are the account's own, and end with the set", async () => {
  const made = await enrolled();
  const { mfa, confirmed } = made;
  const bob = await enrol(made, "bob");
  assert.equal((await mfa.verify("bob", confirmed.recoveryCodes[0])).reason, "mismatch");
  const { session } = await mfa.verify("alice", confirmed.recoveryCodes[0]);
  const { codes } = await mfa.regenerateRecoveryCodes("alice", { session });
  for (const old of confirmed.recoveryCodes.slice(1, 3))
    assert.equal((await mfa.verify("alice", old)).reason, "mismatch");
  assert.equal((await mfa.verify("alice", codes[0])).ok, true);
  assert.equal((await mfa.verify("bob", bob.confirmed.recoveryCodes[0])).ok, true);
});

test("s1, s2: neither an enrolment, nor a device, nor somebody else's session is one's own", async () => {
  const made = await enrolled();
  const { mfa, code, confirmed } = made;
  await mfa.enrol("bob");
  assert.equal((await mfa.checkSession("bob", undefined)).reason, "no_session");
  assert.equal((await mfa.checkSession("bob", confirmed.session)).reason, "wrong_subject");
  const { device } = await mfa.verify("alice", code(), { remember: "Phone" });
  assert.equal((await mfa.checkSession("alice", device)).reason, "no_session");
  const bob = await enrol(made, "bob");
  assert.equal((await mfa.enrol("alice", {}, { session: bob.confirmed.session })).reason, "verification_required");
});

test("s4: what changes the factors demands a fresh session", async () => {
  const { mfa, clock, confirmed } = await enrolled();
  const { session } = confirmed;
  const guarded = (context) => [
    mfa.enrol("alice", {}, context),
    mfa.renameFactor("alice", 1, "Phone", context),
    mfa.removeFactor("alice", 1, context),
    mfa.regenerateRecoveryCodes("alice", context),
  ];
  for (const denied of await Promise.all(guarded())) assert.equal(denied.reason, "verification_required");
  assert.equal((await mfa.renameFactor("alice", 1, "Phone", { session })).ok, true);
  clock.now = NOW + 300_001;
  assert.equal((await mfa.checkSession("alice", session)).ok, true);
  for (const denied of await Promise.all(guarded({ session }))) assert.equal(denied.reason, "verification_required");
});

test("s6: a session of one primary token is refused with another, and with none", async () => {
  const { mfa, code } = await enrolled();
  const { session } = await mfa.verify("alice", code(), { primary: "Bearer one" });
  const check = async (context) => (await mfa.checkSession("alice", session, context)).reason;
  assert.equal(await check({ primary: "Bearer one" }), undefined);
  for (const context of [{ primary: "Bearer two" }, { primary: "" }, {}, undefined])
    assert.equal(await check(context), "wrong_token");
});

test("s11: an enrolment that is left half-way leaves what works", async () => {
  const { mfa, clock, code, confirmed } = await enrolled();
  const begun = await mfa.enrol("alice", {}, { session: confirmed.session });
  assert.equal((await mfa.verify("alice", code())).ok, true);
  clock.now = begun.expiresAt;
  assert.equal((await mfa.confirm("alice", code())).reason, "enrolment_expired");
  assert.equal((await mfa.verify("alice", code())).ok, true);
  assert.equal((await mfa.account("alice")).factors.length, 1);
});

test("e5: records that were swapped in the store do not open", async () => {
  const made = await enrolled();
  const { mfa, store, confirmed } = made;
  await enrol(made, "bob");
  const [alice, bob] = await Promise.all(["alice", "bob"].map((name) => store.load(`account:${name}`)));
  await store.commit("account:alice", alice.revision, bob.body, []);
  for (const call of [
    () => mfa.verify("alice", confirmed.recoveryCodes[0]),
    () => mfa.account("alice"),
    () => mfa.admin.unlock("alice"),
  ])
    await assert.rejects(call, { code: "seal_broken" });
});
