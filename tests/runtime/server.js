// The portable suite of `edge-mfa/server`: a whole account over the memory store. It imports nothing, like suite.js.

/** Every case, by name, in order. */
export function* server({ api, server, memory }) {
  const { createMfa, keyring, MfaError } = server;
  const service = (options) => {
    const clock = { now: Date.UTC(2026, 10, 24) };
    const keys = keyring.generate({ environment: "test", now: () => clock.now });
    const mfa = createMfa({ issuer: "ACME", store: memory.memoryStore(), keys, now: () => clock.now, ...options });
    return { mfa, clock, keys };
  };
  const code = (secret, time) => api.totp.generate({ secret, time });
  const enrolled = async (options) => {
    const made = service(options);
    const { secret } = await made.mfa.enrol("alice");
    const confirmed = await made.mfa.confirm("alice", code(secret, made.clock.now));
    made.clock.now += 30_000;
    return { ...made, secret, confirmed };
  };

  yield [
    "server: both entries throw the same MfaError",
    () => {
      if (MfaError !== api.MfaError) throw new Error("two classes");
    },
  ];
  yield [
    "server: a key ring is made, read, and grows",
    () => {
      const ring = keyring.generate({ environment: "live", now: () => Date.UTC(2026, 0, 2, 3) });
      const [key] = keyring.parse(ring).keys;
      equal(/^[0-9a-f]{8}$/.test(key.id), true);
      equal(key.createdAt, Date.UTC(2026, 0, 2));
      const both = keyring.add(ring, { now: () => Date.UTC(2026, 3, 4) });
      equal(keyring.parse(both).keys.length, 2);
      equal(keyring.parse(both).keys[1].id, key.id);
    },
  ];
  for (const [what, ring, expected] of [
    ["no key", "", "key_ring_empty"],
    ["no ring", "x", "key_ring_malformed"],
    ["half a surrogate pair", "\ud800", "key_ring_malformed"],
    ["a number", 7, "key_ring_malformed"],
  ]) {
    yield [`server: ${what} is refused as a key ring`, () => refused(() => keyring.parse(ring), expected)];
  }
  for (const [what, policy] of [
    ["an unknown setting", { windows: 1 }],
    ["a setting out of range", { failures: 0 }],
    ["NaN", { window: Number.NaN }],
    ["a setting of another type", { window: "1" }],
  ]) {
    yield [`server: ${what} is refused in a policy`, () => refused(() => service({ policy }), "policy_invalid")];
  }
  yield [
    "server: the policy is answered whole, with what it gives up",
    () => {
      const { mfa } = service({ policy: { preset: "strict", window: 4, locks: [60, 600] } });
      equal([mfa.policy.window, mfa.policy.sessionIdle, mfa.policy.locks], [4, 3600, [60, 600]]);
      equal(
        mfa.weaknesses.map(({ setting }) => setting),
        ["window"],
      );
    },
  ];
  yield [
    "server: enrol, confirm, verify; a code is good once",
    async () => {
      const { mfa, clock, secret, confirmed } = await enrolled();
      equal([confirmed.ok, confirmed.recoveryCodes.length], [true, 10]);
      const typed = code(secret, clock.now);
      const verified = await mfa.verify("alice", typed);
      equal([verified.ok, verified.factor], [true, 1]);
      equal((await mfa.verify("alice", typed)).reason, "replayed");
      equal((await mfa.verify("alice", "000 000x")).reason, "malformed");
    },
  ];
  yield [
    "server: three wrong codes lock, and time opens again",
    async () => {
      const { mfa, clock, secret } = await enrolled();
      const right = code(secret, clock.now);
      const wrong = right === "000000" ? "000001" : "000000";
      for (const left of [2, 1, 0]) equal((await mfa.verify("alice", wrong)).attemptsLeft, left);
      const locked = await mfa.verify("alice", right);
      equal([locked.ok, locked.reason, locked.retryAt], [false, "locked", clock.now + 30_000]);
      clock.now += 60_000;
      equal((await mfa.verify("alice", code(secret, clock.now))).ok, true);
    },
  ];
  yield [
    "server: a recovery code is good once",
    async () => {
      const { mfa, confirmed } = await enrolled();
      const [first] = confirmed.recoveryCodes;
      equal((await mfa.verify("alice", first.toLowerCase())).recoveryCodesLeft, 9);
      equal((await mfa.verify("alice", first)).reason, "replayed");
    },
  ];
  yield [
    "server: a session is good until it is closed, and for its own subject",
    async () => {
      const { mfa, confirmed } = await enrolled();
      const session = await mfa.checkSession("alice", confirmed.session);
      equal([session.ok, session.subject, session.level], [true, "alice", "aal2"]);
      equal((await mfa.checkSession("bob", confirmed.session)).ok, false);
      equal((await mfa.checkSession("alice", `${confirmed.session}x`)).ok, false);
      equal(await mfa.closeSession("alice", confirmed.session), { ok: true });
      equal((await mfa.checkSession("alice", confirmed.session)).ok, false);
    },
  ];
  yield [
    "server: another key ring does not open the record",
    async () => {
      const store = memory.memoryStore();
      await enrolled({ store });
      await refused(async () => service({ store }).mfa.account("alice"), "key_unknown");
    },
  ];
  yield [
    "server: the history says what happened, and no secret",
    async () => {
      const { mfa, secret, confirmed } = await enrolled();
      const events = await mfa.history("alice");
      equal(
        events.slice(0, 2).map(({ type }) => type),
        ["enrolmentStarted", "factorAdded"],
      );
      const text = JSON.stringify(events);
      for (const hidden of [secret, confirmed.session, ...confirmed.recoveryCodes])
        if (text.includes(hidden)) throw new Error("a secret in the history");
    },
  ];
  yield [
    "server: names of every script, bytes of every value",
    async () => {
      const { mfa } = await enrolled();
      for (const subject of ["ålice", "爱丽丝", "🔑".repeat(40), "a%b:c", "x".repeat(256)]) {
        const { secret } = await mfa.enrol(subject, { account: "é", name: "Téléphone 🔑" });
        equal(typeof secret, "string");
      }
      for (const subject of ["", " alice", "a\nb", "\ud800", "x".repeat(257), 7, undefined])
        await refused(async () => mfa.account(subject), "subject_invalid");
    },
  ];
  yield [
    "server: fifty services at once, each with keys of its own",
    async () => {
      const all = Array.from({ length: 50 }, () => service());
      const begun = await Promise.all(all.map(({ mfa }) => mfa.enrol("alice")));
      const done = await Promise.all(
        all.map(({ mfa, clock }, place) => mfa.confirm("alice", code(begun[place].secret, clock.now))),
      );
      equal(
        done.every(({ ok }) => ok),
        true,
      );
    },
  ];
  yield [
    "server: more services than the wasm remembers",
    async () => {
      const all = Array.from({ length: 70 }, () => service());
      for (const { mfa } of [...all, ...all]) equal((await mfa.account("alice")).factors, []);
    },
  ];
}

async function refused(call, code) {
  let error;
  try {
    await call();
  } catch (thrown) {
    error = thrown;
  }
  if (error?.name !== "MfaError" || error.code !== code)
    throw new Error(`expected ${code}, got ${error?.stack ?? error}`);
}

function equal(actual, expected) {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (left !== right) throw new Error(`expected ${right}, got ${left}`);
}
