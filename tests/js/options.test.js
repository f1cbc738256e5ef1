// Options that are out of range or of another type: each is refused with its own code, and none is guessed at.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import { hotp, MfaError, otpauth, qr, recovery, secret, totp } from "edge-mfa";

const SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const key = new Uint8Array(32).fill(7);
const { codes, hashes } = recovery.generate({ key });
const account = { issuer: "ACME", account: "alice", secret: SEED };

/** Of no use as anything. */
const ODD = [null, true, {}, [], [1], () => 1, Symbol("x"), 1n, new Map()];
const NO_NUMBER = [...ODD, "1", "", Number.NaN, Infinity, -Infinity, -1, 1.5, new Uint8Array(2)];
const NO_TEXT = [...ODD, 0, 1, new Uint8Array(2), "\ud800", "a\udc00"];
const TOO_LARGE = [2 ** 53, 2 ** 64, Number.MAX_VALUE];

/** The calls that take an option, by the name of the option, and what none of them takes. */
const table = [
  [
    "digits_invalid",
    "digits",
    [...NO_NUMBER, 0, 5, 9, 10, 11, 256 + 6, 2 ** 32 + 6, ...TOO_LARGE],
    [totps, hotps, builds],
  ],
  [
    "algorithm_invalid",
    "algorithm",
    [...NO_TEXT, "", "MD5", "SHA-3", "SHA1 ", "SHA1\0", "constructor"],
    [totps, hotps, builds],
  ],
  ["period_invalid", "period", [...NO_NUMBER, 0, 2 ** 31, 2 ** 32 + 30, ...TOO_LARGE], [totps, builds]],
  [
    "time_invalid",
    "time",
    [...NO_NUMBER.filter((time) => time !== 1.5), new Date(Number.NaN), new Date(-1), ...TOO_LARGE],
    [totps],
  ],
  ["type_invalid", "type", [...NO_TEXT, "", "TOTP", "yaotp"], [totps, builds]],
  ["type_invalid", "type", ["hotp"], [totps]],
  [
    "secret_type",
    "secret",
    [undefined, ...ODD, 7, "\ud800", new Uint16Array(8), new ArrayBuffer(20), new DataView(new ArrayBuffer(20))],
    [totps, hotps, builds],
  ],
  ["secret_empty", "secret", ["", "-", " ", "====", new Uint8Array()], [totps, hotps, builds]],
  ["secret_character", "secret", ["0", "1", "8", "9", "AB!C", "ABCÄ", "AB\0C", "ÀÀ", "🔑"], [totps, hotps, builds]],
  ["secret_length", "secret", ["A", "ABC", "ABCDEF"], [totps, hotps, builds]],
  ["secret_too_long", "secret", [new Uint8Array(513), "A".repeat(5000), new Uint8Array(1e6)], [totps, hotps, builds]],
  [
    "window_invalid",
    "window",
    [...NO_NUMBER.filter((window) => window?.constructor !== Object), 21, ...TOO_LARGE],
    [totpVerify],
  ],
  [
    "window_invalid",
    "window",
    [...NO_NUMBER, 21].flatMap((steps) => [{ past: steps }, { future: steps }]),
    [totpVerify],
  ],
  ["after_invalid", "after", [...NO_NUMBER, ...TOO_LARGE], [totpVerify]],
  ["counter_invalid", "counter", [undefined, ...NO_NUMBER, ...TOO_LARGE], [hotps, hotpBuilds]],
  ["look_ahead_invalid", "lookAhead", [...NO_NUMBER, 101, ...TOO_LARGE], [hotpVerify]],
  ["look_ahead_invalid", "lookAhead", [...NO_NUMBER, 1001, ...TOO_LARGE], [hotpResync]],
  ["issuer_invalid", "issuer", [undefined, ...NO_TEXT, ":", "a:b", " a", "a "], [builds, hotpBuilds]],
  ["account_invalid", "account", [undefined, ...NO_TEXT, "", ":", "a:b", " a", "a "], [builds, hotpBuilds]],
  ["qr_level", "level", [...NO_TEXT, "", "m", "X", "LL"], [draws, terminal]],
  ["qr_margin", "margin", [...NO_NUMBER, 101, ...TOO_LARGE], [draws, terminal]],
  ["qr_size", "size", [...NO_NUMBER, 0, 20, 10_001, ...TOO_LARGE], [draws]],
  [
    "qr_color",
    "dark",
    [...NO_TEXT, "", "red", "#12", "#12345", "#1234567", "#ggg", "url(#x)", "#fff\0", "rgb(0,0,0)", '#000"/>'],
    [draws],
  ],
  ["qr_color", "light", [...NO_TEXT, "", "white", "#ff", "#fffff", "#ffffff00", "none", "transparent"], [draws]],
  ["qr_label", "title", [...NO_TEXT, "x".repeat(4097), "é".repeat(2049)], [labels]],
  ["qr_label", "description", [...NO_TEXT, "x".repeat(4097), "é".repeat(2049)], [labels]],
  [
    "recovery_key",
    "key",
    [
      undefined,
      ...ODD,
      "x".repeat(32),
      new Uint8Array(),
      new Uint8Array(31),
      new Uint8Array(1025),
      new Uint32Array(32),
    ],
    [recoveries],
  ],
  ["recovery_count", "count", [...NO_NUMBER, 0, 7, 11, 256 + 10, ...TOO_LARGE], [recoverySets]],
];

for (const [code, option, values, calls] of table) {
  for (const call of calls) {
    test(`${call.name}: ${code}`, () => {
      for (const value of values) {
        for (const run of call({ [option]: value })) refused(code, run, `${option}: ${shown(value)}`);
      }
    });
  }
}

test("options that are absent, null or of another type are missing options", () => {
  for (const options of [undefined, null, 7, "text", true, Symbol(), [], () => 1]) {
    for (const call of [totp.generate, hotp.generate, otpauth.build])
      refused("secret_type", () => call(options), shown(options));
    for (const call of [totp.verify, hotp.verify])
      refused("secret_type", () => call("123456", options), shown(options));
    refused("secret_type", () => hotp.resync(["123456", "123456"], options), shown(options));
    refused("recovery_key", () => recovery.generate(options), shown(options));
    refused("recovery_key", () => recovery.verify("", hashes, options), shown(options));
    refused("secret_type", () => otpauth.buildMigration([options]), shown(options));
    assert.equal(qr.svg("a", options), qr.svg("a"));
    assert.equal(qr.text("a", options), qr.text("a"));
  }
});

test("an option that is undefined has its default", () => {
  const absent = { time: 59_000, algorithm: undefined, digits: undefined, period: undefined, type: undefined };
  assert.equal(totp.generate({ secret: SEED, ...absent }), "287082");
  const window = { past: undefined, future: undefined };
  assert.equal(totp.verify("287082", { secret: SEED, ...absent, time: 89_000, window, after: undefined }).drift, -1);
  assert.equal(secret.generate(undefined).length, 32);
  assert.equal(recovery.generate({ key, count: undefined }).codes.length, 10);
});

test("a secret and a URI must be text", () => {
  for (const value of [undefined, ...ODD, 7, "\ud800"]) {
    refused("secret_type", () => secret.parse(value), shown(value));
    refused("uri_type", () => otpauth.parse(value), shown(value));
    refused("uri_type", () => otpauth.parseMigration([value]), shown(value));
  }
  for (const value of [undefined, null, 7, true, {}, Symbol("x"), "\ud800"]) {
    refused("uri_type", () => otpauth.parseMigration(value), shown(value));
  }
  for (const value of [undefined, ...ODD, 7, "\ud800"]) {
    for (const call of [qr.svg, qr.dataUri, qr.png, qr.text]) refused("qr_text", () => call(value), shown(value));
  }
});

test("secret.generate makes 16 to 512 bytes", () => {
  for (const size of [16, 512]) assert.equal(secret.parse(secret.generate(size)).bytes.length, size);
  for (const size of [...NO_NUMBER, 0, 15]) refused("secret_too_short", () => secret.generate(size), shown(size));
  for (const size of [513, 65_536]) refused("secret_too_long", () => secret.generate(size), shown(size));
  for (const size of [65_537, 2 ** 31]) refused("secret_too_long", () => secret.generate(size), shown(size));
  for (const size of TOO_LARGE) refused(/^secret_too_/, () => secret.generate(size), shown(size));
});

test("accounts and hashes must be lists, of bounded length", () => {
  for (const value of [undefined, null, 7, true, {}, "text", Symbol("x"), new Uint8Array(9)]) {
    refused(/^migration_|^secret_type$/, () => otpauth.buildMigration(value), shown(value));
    refused("recovery_hash", () => recovery.verify(codes[0], value, { key }), shown(value));
  }
  refused("migration_incomplete", () => otpauth.buildMigration([]), "[]");
  refused(/^migration_incomplete$|^uri_type$/, () => otpauth.parseMigration([]), "[]");
  for (const value of [undefined, ...ODD, 7, "", "$", "$hmac-sha256$", `${hashes[0]}A`, hashes[0].slice(0, -1)]) {
    refused("recovery_hash", () => recovery.verify(codes[0], [hashes[0], value], { key }), shown(value));
  }
  refused("recovery_hash", () => recovery.verify(codes[0], Array(65).fill(hashes[0]), { key }), "65 hashes");
});

test("a list of a million entries is refused like any other", () => {
  const many = Array(1_000_000).fill("x");
  refused("recovery_hash", () => recovery.verify(codes[0], many, { key }), "hashes");
  refused(/^migration_|^uri_/, () => otpauth.parseMigration(many), "URIs");
  refused(/^migration_|^secret_/, () => otpauth.buildMigration(many), "accounts");
});

test("what lies behind the longest text that is read is not overlooked", () => {
  const spaces = " ".repeat(70_000);
  refused(/^secret_/, () => secret.parse(`${SEED}${spaces}!`), "secret");
  refused(/^secret_/, () => totp.generate({ secret: `${SEED}${spaces}AB` }), "secret");
  const verdict = totp.verify(`287082${spaces}1`, { secret: SEED, time: 59_000 });
  assert.deepEqual(verdict, { valid: false, reason: "malformed" });
});

test("a counter beyond 2^53 − 1 is refused and never rounded", () => {
  const uri = (counter) => `otpauth://hotp/a?secret=${SEED}&counter=${counter}`;
  assert.equal(otpauth.parse(uri("9007199254740991")).counter, Number.MAX_SAFE_INTEGER);
  for (const counter of [
    "9007199254740992",
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551616",
    "1e3",
    "0x1",
    "-0",
  ]) {
    refused("counter_invalid", () => otpauth.parse(uri(counter)), counter);
  }
});

function* totps(option) {
  yield () => totp.generate({ secret: SEED, ...option });
  yield* totpVerify(option);
}

function* totpVerify(option) {
  yield () => totp.verify("123456", { secret: SEED, ...option });
  yield () => totp.verify("no code", { secret: SEED, ...option });
}

function* hotps(option) {
  yield () => hotp.generate({ secret: SEED, counter: 0, ...option });
  yield* hotpVerify(option);
  yield* hotpResync(option);
}

function* hotpVerify(option) {
  yield () => hotp.verify("123456", { secret: SEED, counter: 0, ...option });
  yield () => hotp.verify("no code", { secret: SEED, counter: 0, ...option });
}

function* hotpResync(option) {
  yield () => hotp.resync(["123456", "234567"], { secret: SEED, counter: 0, ...option });
}

function* builds(option) {
  yield () => otpauth.build({ ...account, ...option });
  yield () => otpauth.buildMigration([account, { ...account, ...option }]);
}

function* hotpBuilds(option) {
  yield* builds({ type: "hotp", counter: 0, ...option });
}

function* draws(option) {
  yield () => qr.png("a", option);
  yield* labels(option);
}

function* labels(option) {
  yield () => qr.svg("a", option);
  yield () => qr.dataUri("a", option);
}

function* terminal(option) {
  yield () => qr.text("a", option);
}

function* recoveries(option) {
  yield () => recovery.verify(codes[0], hashes, { key, ...option });
  yield* recoverySets(option);
}

function* recoverySets(option) {
  yield () => recovery.generate({ key, ...option });
}

function refused(code, run, what) {
  let error;
  try {
    run();
  } catch (thrown) {
    error = thrown;
  }
  assert.ok(error, `${what} was accepted`);
  assert.ok(error instanceof MfaError, `${what}: threw ${error}`);
  if (code instanceof RegExp) assert.match(error.code, code, what);
  else assert.equal(error.code, code, what);
}

const shown = (value) => inspect(value, { maxStringLength: 40, maxArrayLength: 3, breakLength: Infinity });

test("bytes and dates of another realm are what they are", () => {
  const foreign = runInNewContext("({ bytes: new Uint8Array(20).fill(49), date: new Date(59_000) })");
  const own = { secret: new Uint8Array(20).fill(49), time: new Date(59_000) };
  assert.equal(totp.generate({ secret: foreign.bytes, time: foreign.date }), totp.generate(own));
});
