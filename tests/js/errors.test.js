// Every code of an MfaError, provoked through the public API; and the three lists of codes, which must agree.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { hotp, MfaError, otpauth, qr, recovery, secret, totp } from "edge-mfa";

const SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const MARK = "Zm9yYmlkZGVu"; // in the input and so in no message
const key = new Uint8Array(32).fill(7);
const account = { issuer: "ACME", account: "alice", secret: SEED };
const uri = (rest, secret = `?secret=${SEED}`) => `otpauth://totp/${rest.replace("?", `${secret}&`)}`;
const parts = () => otpauth.buildMigration(Array(11).fill(account));

/** The code, the option that the message names, and what provokes it. */
const table = [
  ["secret_type", "secret", () => totp.generate({ secret: 7 })],
  ["secret_empty", "secret", () => secret.parse(" - ")],
  ["secret_too_short", "secret", () => secret.generate(15)],
  ["secret_too_short", "secret", () => otpauth.build({ ...account, secret: new Uint8Array(15) })],
  ["secret_too_long", "secret", () => secret.parse("A".repeat(1024))],
  ["secret_too_long", "secret", () => secret.generate(513)],
  ["secret_character", "secret", () => secret.parse(`${MARK}0189`)],
  ["secret_length", "secret", () => secret.parse("A")],
  ["secret_padding", "secret", () => secret.parse("MY=A")],
  ["algorithm_invalid", "algorithm", () => totp.generate({ secret: SEED, algorithm: MARK })],
  ["type_invalid", "type", () => otpauth.build({ ...account, type: MARK })],
  ["digits_invalid", "digits", () => hotp.generate({ secret: SEED, counter: 0, digits: 9 })],
  ["period_invalid", "period", () => totp.generate({ secret: SEED, period: 0 })],
  ["time_invalid", "time", () => totp.generate({ secret: SEED, time: -1 })],
  ["window_invalid", "window", () => totp.verify("123456", { secret: SEED, window: 21 })],
  ["after_invalid", "after", () => totp.verify("123456", { secret: SEED, after: -1 })],
  ["counter_invalid", "counter", () => hotp.generate({ secret: SEED, counter: 2 ** 53 })],
  ["look_ahead_invalid", "lookAhead", () => hotp.verify("123456", { secret: SEED, counter: 0, lookAhead: 101 })],
  ["uri_type", "uri", () => otpauth.parse(7)],
  ["uri_too_long", "uri", () => otpauth.parse(uri(`${MARK.repeat(2000)}?`))],
  ["uri_scheme", "uri", () => otpauth.parse(`https://${MARK}`)],
  ["uri_encoding", "uri", () => otpauth.parse(uri(`${MARK}%zz?`))],
  ["uri_label", "uri", () => otpauth.parse(uri(`a:b:${MARK}?`))],
  ["uri_duplicate", "uri", () => otpauth.parse(uri(`a?secret=${SEED}`))],
  ["uri_issuer_mismatch", "uri", () => otpauth.parse(uri(`Bank:alice?issuer=${MARK}`))],
  ["uri_secret_missing", "uri", () => otpauth.parse(`otpauth://totp/${MARK}`)],
  ["uri_counter_missing", "uri", () => otpauth.parse(`otpauth://hotp/a?secret=${SEED}`)],
  ["issuer_invalid", "issuer", () => otpauth.build({ ...account, issuer: `${MARK}:` })],
  ["account_invalid", "account", () => otpauth.build({ ...account, account: ` ${MARK}` })],
  ["migration_uri", "uri", () => otpauth.parseMigration(`otpauth://${MARK}`)],
  ["migration_malformed", "uri", () => otpauth.parseMigration(`otpauth-migration://offline?data=${MARK}`)],
  ["migration_unsupported", "accounts", () => otpauth.buildMigration([{ ...account, digits: 7 }])],
  ["migration_incomplete", "part", () => otpauth.parseMigration(parts().slice(1))],
  ["migration_mixed", "uri", () => otpauth.parseMigration([parts()[0], parts()[1]])],
  ["qr_text", "text", () => qr.svg(undefined)],
  ["qr_too_long", "text", () => qr.svg(MARK.repeat(300))],
  ["qr_level", "level", () => qr.svg("a", { level: MARK })],
  ["qr_size", "size", () => qr.svg("a", { size: 20 })],
  ["qr_margin", "margin", () => qr.svg("a", { margin: -1 })],
  ["qr_color", "dark", () => qr.svg("a", { dark: MARK })],
  ["qr_contrast", "light", () => qr.svg("a", { light: "#000" })],
  ["qr_label", "title", () => qr.svg("a", { title: MARK.repeat(400) })],
  ["recovery_key", "key", () => recovery.generate({ key: MARK })],
  ["recovery_count", "count", () => recovery.generate({ key, count: 11 })],
  ["recovery_hash", "hashes", () => recovery.verify("", [MARK], { key })],
  [
    "recovery_key_mismatch",
    "hashes",
    () => recovery.verify("", recovery.generate({ key }).hashes, { key: key.map((byte) => byte + 1) }),
  ],
];

for (const [code, option, call] of table) {
  test(`${code}: ${call.toString().slice(6, 80)}`, () => {
    assert.throws(call, (error) => {
      assert.ok(error instanceof MfaError && error instanceof Error);
      assert.deepEqual([error.code, error.name], [code, "MfaError"]);
      assert.ok(error.message.includes(option), `"${error.message}" does not name ${option}`);
      assert.ok(!`${error.message}${error.code}`.includes(MARK), "the input is in the message");
      assert.ok(String(error).startsWith("MfaError: "));
      return true;
    });
  });
}

for (const [how, breaking] of [
  ["throws", "crypto.getRandomValues = () => { throw new Error('none') };"],
  ["is missing", "Object.defineProperty(globalThis, 'crypto', { value: undefined });"],
]) {
  test(`entropy_unavailable: where the platform's randomness ${how}, and only for what needs it`, () => {
    const program = `
      ${breaking}
      const { MfaError, otpauth, recovery, secret, totp } = await import("edge-mfa");
      const code = (call) => {
        try { return call(); } catch (error) { return error instanceof MfaError ? error.code : String(error); }
      };
      const account = { issuer: "ACME", account: "alice", secret: "${SEED}" };
      // Often: a failure must leave nothing behind that adds up.
      for (let time = 0; time < 20_000; time++) code(() => secret.generate());
      console.log(JSON.stringify([
        code(() => secret.generate()),
        code(() => recovery.generate({ key: new Uint8Array(32) })),
        code(() => otpauth.buildMigration([account])),
        code(() => totp.generate({ secret: "${SEED}", time: 59_000 })),
      ]));`;
    const folder = fileURLToPath(new URL(".", import.meta.url));
    const printed = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.deepEqual(JSON.parse(printed), [...Array(3).fill("entropy_unavailable"), "287082"]);
  });
}

test("every code is in the table of this test", () => {
  assert.deepEqual(sorted([...table.map(([code]) => code), "entropy_unavailable"]), sorted(typed()));
});

test("the TypeScript type lists the codes of src/base/error.rs, in its order", () => {
  const rust = [...read("src/base/error.rs").matchAll(/^ {4}[A-Z]\w+ "([a-z_]+)" ".*"$/gm)].map(([, code]) => code);
  assert.ok(rust.length > 40);
  assert.deepEqual(typed(), rust);
});

test("the README lists every code in its table", () => {
  assert.ok(existsSync(root("README.md")), "there is no README.md");
  const readme = [...read("README.md").matchAll(/^\| *`([a-z]+(?:_[a-z]+)+)` *\|/gm)].map(([, code]) => code);
  assert.deepEqual(sorted(readme), sorted(typed()));
});

const root = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const read = (path) => readFileSync(root(path), "utf8");
const sorted = (list) => [...new Set(list)].sort();
const typed = () => [...read("pkg/src/error.ts").matchAll(/^ {2}\| "([a-z_]+)"/gm)].map(([, code]) => code);
