// The same codes and the same URIs as otplib and otpauth, on random input.

import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { test } from "node:test";
import { hotp, otpauth, secret, totp } from "edge-mfa";
import * as peer from "otpauth";
import { generateSync, generateURI } from "otplib";

const ROUNDS = 500;
/** Bytes of a secret. */
const OTPLIB_LONGEST = 64;
const of = (list) => list[randomInt(list.length)];

/** The settings of a random account. */
function random() {
  // Beyond the longest block, too, where the secret is hashed first.
  const bytes = randomBytes(randomInt(16, 257));
  const algorithm = of(["SHA1", "SHA256", "SHA512"]);
  const digits = of([6, 7, 8]);
  const period = of([1, 15, 30, 45, 60, 3600]);
  // From 1970 over 2038 to the last millisecond that a number holds.
  const time = of([randomInt(2 ** 31) * 1000, randomInt(2 ** 47), Number.MAX_SAFE_INTEGER - randomInt(2 ** 47)]);
  return {
    bytes,
    algorithm,
    digits,
    period,
    time,
    counter: of([randomInt(2 ** 31), Number.MAX_SAFE_INTEGER - randomInt(100)]),
  };
}

test("TOTP codes are those of otpauth and otplib", () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { bytes, algorithm, digits, period, time } = random();
    const code = totp.generate({ secret: bytes, algorithm, digits, period, time });
    const key = held(bytes);
    const what = JSON.stringify({ key: key.base32, algorithm, digits, period, time });
    assert.equal(code, new peer.TOTP({ secret: key, algorithm, digits, period }).generate({ timestamp: time }), what);
    const options = { algorithm: algorithm.toLowerCase(), digits, period, epoch: Math.floor(time / 1000) };
    if (bytes.length <= OTPLIB_LONGEST) assert.equal(code, generateSync({ secret: bytes, ...options }), what);
    assert.equal(code, totp.generate({ secret: key.base32, algorithm, digits, period, time }), what);
    const verdict = totp.verify(code, { secret: bytes, algorithm, digits, period, time, window: 0 });
    assert.deepEqual(verdict, { valid: true, step: Math.floor(time / 1000 / period), drift: 0 }, what);
  }
});

test("HOTP codes are those of otpauth and otplib", () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { bytes, algorithm, digits, counter } = random();
    const code = hotp.generate({ secret: bytes, algorithm, digits, counter });
    const key = held(bytes);
    assert.equal(code, new peer.HOTP({ secret: key, algorithm, digits }).generate({ counter }));
    const options = { strategy: "hotp", algorithm: algorithm.toLowerCase(), digits, counter };
    if (bytes.length <= OTPLIB_LONGEST) assert.equal(code, generateSync({ secret: bytes, ...options }));
    assert.deepEqual(hotp.verify(code, { secret: bytes, algorithm, digits, counter, lookAhead: 0 }), {
      valid: true,
      counter,
    });
  }
});

test("a code is good for the peers for the steps that it is good for here", () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { bytes, algorithm, digits, period } = random();
    const time = randomInt(2 ** 40) + 1e9;
    const key = held(bytes);
    const app = new peer.TOTP({ secret: key, algorithm, digits, period });
    const off = randomInt(-3, 4);
    const code = app.generate({ timestamp: time + off * period * 1000 });
    const window = randomInt(0, 4);
    const verdict = totp.verify(code, { secret: bytes, algorithm, digits, period, time, window });
    const delta = app.validate({ token: code, timestamp: time, window });
    assert.equal(verdict.valid, delta !== null);
    if (verdict.valid) assert.equal(verdict.drift, delta);
  }
});

test("otpauth reads the URIs that are written here, and the other way round", () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { bytes, algorithm, digits, period, counter } = random();
    const key = held(bytes).base32;
    const [issuer, account] = [name(), name()];
    const counted = randomInt(2) === 0;
    const settings = { issuer, secret: key, algorithm, digits, ...(counted ? { counter } : { period }) };
    const type = counted ? "hotp" : "totp";
    const uri = otpauth.build({ ...settings, type, account });

    const read = peer.URI.parse(uri);
    assert.ok(read instanceof (counted ? peer.HOTP : peer.TOTP));
    const { issuer: theirs, label, secret: seed, algorithm: hash, digits: places } = read;
    assert.deepEqual([theirs, label, seed.base32, hash, places], [issuer, account, key, algorithm, digits], uri);
    assert.equal(counted ? read.counter : read.period, counted ? counter : period);

    const written = new (counted ? peer.HOTP : peer.TOTP)({ ...settings, label: account }).toString();
    const { warnings, ...parsed } = otpauth.parse(written);
    assert.deepEqual(parsed, { ...settings, type, account }, written);
    assert.deepEqual(warnings, []);
    assert.deepEqual(otpauth.parse(uri), otpauth.parse(written));
  }
});

test("the URIs of otplib are read here", () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { bytes, algorithm, digits, period } = random();
    const { base32 } = held(bytes);
    const [issuer, label] = [name(), name()];
    const uri = generateURI({ issuer, label, secret: base32, algorithm: algorithm.toLowerCase(), digits, period });
    const { warnings, ...parsed } = otpauth.parse(uri);
    assert.deepEqual(parsed, { type: "totp", issuer, account: label, secret: base32, algorithm, digits, period }, uri);
    // otplib form-encodes the parameter: its + for a space is understood, and noted.
    assert.deepEqual(warnings, /issuer=[^&]*\+/.test(uri) ? ["plus_as_space"] : [], uri);
  }
});

test("secrets are those of otpauth", () => {
  for (let round = 0; round < ROUNDS; round++) {
    const made = secret.generate(randomInt(16, 100));
    const { bytes } = secret.parse(made);
    assert.deepEqual([...bytes], [...peer.Secret.fromBase32(made).bytes]);
    assert.equal(secret.parse(peer.Secret.fromBase32(made).base32).base32, made);
  }
});

/** A secret as otpauth holds it. */
const held = (bytes) => new peer.Secret({ buffer: Uint8Array.from(bytes).buffer });

/** A name of any script, as it may stand in a label: without a colon, and without spaces around it. */
function name() {
  const letters = [..."aZ09 -._~!$&'()*+,;=@/?#%[]{}|\\^`<>\"üéßñ東京日本株式会社🔑👩‍👩‍👧 مرحبا שלום\u0301ﬁ½"];
  const text = Array.from({ length: randomInt(1, 24) }, () => of(letters)).join("");
  return `x${text}x`;
}
