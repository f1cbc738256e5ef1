// Called so often that the engine compiles the calls anew: results and refusals stay what they were. V8 11.3 (Node 20)
// inlines calls of wasm into JavaScript, and has crashed on code that other versions run.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotp, MfaError, otpauth, qr, recovery, secret, totp } from "edge-mfa";

const TEXT = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const BYTES = new TextEncoder().encode("12345678901234567890");
const ROUNDS = 20_000;

test("secrets as text and as bytes by turns", () => {
  for (let round = 0; round < ROUNDS; round++) {
    const options = { secret: round % 2 ? TEXT : BYTES, time: 59_000 };
    assert.equal(totp.generate(options), "287082");
    assert.equal(totp.verify("287082", options).valid, true);
  }
});

test("arguments of every type by turns", () => {
  const values = [
    undefined,
    null,
    true,
    {},
    [],
    () => 1,
    Symbol(),
    1n,
    "1",
    "",
    "SHA1",
    "\ud800",
    "é",
    Number.NaN,
    Infinity,
    -1,
    0,
    1.5,
    6,
    8,
    2 ** 53,
    BYTES,
    new Uint8Array(),
  ];
  const outcomes = values.map(() => new Set());
  for (let round = 0; round < ROUNDS / 2; round++) {
    const value = values[round % values.length];
    for (const option of ["secret", "algorithm", "digits", "period", "time", "type", "window", "after"]) {
      outcomes[round % values.length].add(
        `${option}: ${outcome(() => totp.verify("287082", { secret: TEXT, time: 59_000, [option]: value }))}`,
      );
    }
  }
  for (const [index, seen] of outcomes.entries()) assert.equal(seen.size, 8, `${String(values[index])}: ${[...seen]}`);
});

test("answers and refusals of every function by turns", () => {
  const key = new Uint8Array(32);
  const { codes, hashes } = recovery.generate({ key });
  const account = { issuer: "ACME", account: "alice", secret: TEXT };
  const uri = otpauth.build(account);
  const [exported] = otpauth.buildMigration([account]);
  const calls = [
    [() => secret.generate(), () => secret.generate(15)],
    [() => secret.parse(TEXT), () => secret.parse("1")],
    [() => totp.generate({ secret: TEXT }), () => totp.generate({ secret: BYTES, time: -1 })],
    [() => totp.verify("1", { secret: TEXT }), () => totp.verify("1", { secret: BYTES, window: -1 })],
    [() => hotp.generate({ secret: BYTES, counter: 1 }), () => hotp.generate({ secret: TEXT })],
    [() => hotp.verify("287082", { secret: TEXT, counter: 0 }), () => hotp.verify("1", { secret: TEXT, counter: "1" })],
    [() => hotp.resync(["1", "2"], { secret: TEXT, counter: 0, lookAhead: 5 }), () => hotp.resync([], {})],
    [() => otpauth.build(account), () => otpauth.build({ ...account, issuer: ":" })],
    [() => otpauth.parse(uri), () => otpauth.parse(`${uri}&issuer=x`)],
    [() => otpauth.parseMigration(exported), () => otpauth.parseMigration([exported, BYTES])],
    [() => otpauth.buildMigration([account]), () => otpauth.buildMigration([account, { ...account, digits: 7 }])],
    [() => qr.svg("1", { margin: 0 }), () => qr.svg("é", { title: 1 })],
    [() => qr.dataUri("A"), () => qr.dataUri("A", { dark: "red" })],
    [() => qr.png("1", { size: 29 }), () => qr.png("1", { size: 28 })],
    [() => qr.text("1"), () => qr.text(1)],
    [() => recovery.generate({ key }), () => recovery.generate({ key: "x" })],
    [() => recovery.verify(codes[9], hashes, { key }), () => recovery.verify(codes[9], [...hashes, 1], { key })],
  ];
  for (let round = 0; round < ROUNDS / 20; round++) {
    for (const [good, bad] of calls) {
      assert.equal(outcome(good), "answered");
      assert.match(outcome(bad), /_/, `${bad}`);
    }
  }
});

test("a hundred thousand refusals leave nothing behind", () => {
  const before = totp.generate({ secret: TEXT, time: 59_000 });
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  for (let round = 0; round < 100_000; round++) {
    assert.equal(
      outcome(() => totp.verify("1", { secret: TEXT, digits: 5 })),
      "digits_invalid",
    );
  }
  Error.stackTraceLimit = limit;
  assert.equal(totp.generate({ secret: TEXT, time: 59_000 }), before);
});

function outcome(call) {
  try {
    call();
    return "answered";
  } catch (error) {
    assert.ok(error instanceof MfaError, `${error?.stack ?? error}`);
    return error.code;
  }
}
