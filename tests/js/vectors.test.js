// The shared vectors, through the package. HMAC itself is not exported: RFC 2202 and 4231 are checked natively.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { hotp, MfaError, otpauth, secret, totp } from "edge-mfa";

const folder = fileURLToPath(new URL("../../../shared/vectors/", import.meta.url));
const skip = existsSync(folder) ? false : `the shared vectors are not at ${folder}`;
const read = (name) => JSON.parse(readFileSync(`${folder}${name}.json`, "utf8"));
const hex = (bytes) => Buffer.from(bytes).toString("hex");

test("RFC 4226 appendix D: the codes of counters 0 to 9", { skip }, () => {
  const { cases, secretHex, secretBase32 } = read("rfc/rfc4226-hotp");
  assert.equal(cases.length, 10);
  for (const { counter, code } of cases) {
    for (const key of [Buffer.from(secretHex, "hex"), secretBase32]) {
      assert.equal(hotp.generate({ secret: key, counter }), code);
      assert.deepEqual(hotp.verify(code, { secret: key, counter, lookAhead: 0 }), { valid: true, counter });
    }
  }
});

test("RFC 6238 appendix B: SHA-1, SHA-256 and SHA-512 with their own seeds", { skip }, () => {
  const { cases } = read("rfc/rfc6238-totp");
  assert.equal(new Set(cases.map(({ algorithm }) => algorithm)).size, 3);
  for (const { algorithm, digits, period, secretHex, secretBase32, time, counterHex, code } of cases) {
    for (const key of [Buffer.from(secretHex, "hex"), secretBase32]) {
      const options = { secret: key, algorithm, digits, period, time: time * 1000 };
      assert.equal(totp.generate(options), code, `${algorithm} at ${time}`);
      const step = Number.parseInt(counterHex, 16);
      assert.deepEqual(totp.verify(code, { ...options, window: 0 }), { valid: true, step, drift: 0 });
    }
  }
});

test("RFC 4648 section 10: base32", { skip }, () => {
  for (const vector of read("rfc/rfc4648-base").cases) {
    if (vector.hex === "") {
      assert.throws(() => secret.parse(vector.base32), { code: "secret_empty" });
      continue;
    }
    for (const text of [vector.base32, vector.base32.toLowerCase(), vector.base32.replaceAll("=", "")]) {
      const parsed = secret.parse(text);
      assert.equal(hex(parsed.bytes), vector.hex);
      assert.equal(parsed.base32, vector.base32.replaceAll("=", ""));
    }
  }
});

test("otpauth URIs: what must be read is read exactly, what must not is refused", { skip }, () => {
  const { valid, malformed } = read("otpauth/uris");
  assert.ok(valid.length >= 39 && malformed.length >= 32);
  for (const { uri, expect, parsed } of [...valid, ...malformed]) {
    const outcome = attempt(() => otpauth.parse(uri));
    if (expect !== "either")
      assert.equal(outcome.error ? "reject" : "accept", expect, `${uri}: ${outcome.error?.code}`);
    if (outcome.value && parsed) assert.deepEqual(fields(outcome.value), parsed, uri);
    if (unsafe(parsed?.counter)) assert.equal(outcome.error?.code, "counter_invalid", uri);
    if (outcome.value && !outcome.value.warnings.some((warning) => /^(weak_secret|no_account)$/.test(warning))) {
      assert.deepEqual(fields(otpauth.parse(otpauth.build(outcome.value))), fields(outcome.value), `again: ${uri}`);
    }
  }
});

test("Google Authenticator exports: what must be read is read exactly, what must not is refused", { skip }, () => {
  const { valid, invalid } = read("migration/migration");
  for (const { name, uri, accounts } of valid) {
    const outcome = attempt(() => otpauth.parseMigration(uri));
    if (accounts.some(({ counter }) => unsafe(counter))) {
      assert.equal(outcome.error?.code, "counter_invalid", name);
      continue;
    }
    assert.ifError(outcome.error);
    const expected = accounts.map(({ secretBase32, name, ...account }) => ({
      ...account,
      // An app writes the issuer before the name, too; it is taken off where it is the issuer.
      account: name.startsWith(`${account.issuer}:`) ? name.slice(account.issuer.length + 1) : name,
    }));
    assert.deepEqual(outcome.value.map(fields), expected, name);
    assert.deepEqual(
      outcome.value.map((account) => account.secret),
      accounts.map((account) => account.secretBase32),
    );
  }
  for (const { name, uri } of invalid) {
    assert.ok(attempt(() => otpauth.parseMigration(uri)).error, name);
    assert.ok(attempt(() => otpauth.parseMigration([uri])).error, name);
  }
});

test("the parts of an export are put together in any order, and each is needed", { skip }, () => {
  const parts = read("migration/migration").valid.filter(({ batchSize }) => batchSize === 2);
  assert.deepEqual(
    parts.map(({ batchIndex }) => batchIndex),
    [0, 1],
  );
  const [first, second] = parts.map(({ uri }) => uri);
  for (const uris of [
    [first, second],
    [second, first],
    [first, second, first],
  ]) {
    assert.deepEqual(
      otpauth.parseMigration(uris).map(({ account }) => account),
      ["alice", "bob"],
    );
  }
  for (const uris of [[first], [second], [second, second]]) {
    assert.throws(() => otpauth.parseMigration(uris), { code: "migration_incomplete" });
  }
});

/** What happened; anything but an answer or an MfaError is a failure. */
function attempt(call) {
  try {
    return { value: call() };
  } catch (error) {
    assert.ok(error instanceof MfaError, `threw ${error?.stack ?? error}`);
    return { error };
  }
}

/** An account in the words of the vectors. */
function fields({ secret: base32, warnings, ...account }) {
  return { ...account, secretHex: hex(secret.parse(base32).bytes) };
}

/** Whether a counter is not one that a JavaScript number holds exactly. */
function unsafe(counter) {
  return counter !== undefined && !Number.isSafeInteger(Number(counter));
}
