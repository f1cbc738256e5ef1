// Every code of an MfaError, provoked through the public API; and the three lists of codes, which must agree.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { hotp, MfaError, otpauth, qr, recovery, secret, totp } from "edge-mfa";
import { createClient } from "edge-mfa/client";
import { createMfa, keyring } from "edge-mfa/server";
import { checkStore } from "edge-mfa/store";
import { memoryStore } from "edge-mfa/store/memory";
import { accountOf, MARK, ring, sealed, service, storeOf } from "./support/accounts.js";

/** The full wasm itself, which the package does not export. */
const { core } = await import(new URL("core.js", import.meta.resolve("edge-mfa/server")).href);

const redirect = Response.redirect(`https://elsewhere.example/${MARK}`);
const SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
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

/** The same for servers: what is given at once is refused at once, and commands reject. */
const serverTable = [
  ["key_ring_malformed", "key ring", () => keyring.parse(MARK)],
  [
    "key_ring_malformed",
    "mfak_live_ID_DATE_KEY",
    () => createMfa({ issuer: "ACME", store: memoryStore(), keys: MARK }),
  ],
  ["key_ring_mixed", "key ring", () => keyring.parse(`${ring("live")} ${ring("test")}`)],
  ["key_ring_duplicate", "key ring", () => keyring.parse(Array(2).fill(ring("test")).join("\n"))],
  ["key_ring_empty", "key ring", () => keyring.parse(process.env.A_NAME_WITH_A_TYPO)],
  ["key_ring_empty", "32", () => keyring.add(Array.from({ length: 32 }, () => ring("test")).join(" "))],
  ["key_unknown", "key", () => keyring.remove(ring("test"), MARK)],
  ["key_unknown", "ring", () => service({ store: storeOf("alice"), keys: ring("test") }).account("alice")],
  ["key_environment", "live", () => keyring.generate({ environment: MARK })],
  ["key_environment", "test record", () => service({ store: storeOf("alice"), keys: ring("live") }).account("alice")],
  ["key_ring_sealed", "keyring.wrap", async () => keyring.unwrap(MARK, { key: await wrappingKey() })],
  ["key_ring_sealed", "key is a CryptoKey", () => keyring.wrap(ring("test"), { key: MARK })],
  ["seal_malformed", "seal", () => accountOf(new TextEncoder().encode(MARK.repeat(9)))],
  ["seal_broken", "owner", async () => accountOf((await storeOf("bob").load("account:bob")).body)],
  ["record_version", "newer", () => accountOf(sealed([99]))],
  ["record_malformed", "record", () => accountOf(sealed([1, ...new TextEncoder().encode(MARK)]))],
  ["subject_invalid", "subject", () => service().verify(`${MARK}\n`, "123456")],
  ["subject_invalid", "subjects", () => service({ subjects: MARK })],
  ["name_invalid", "name", () => service().enrol("alice", { name: MARK.repeat(9) })],
  ["address_invalid", "address", () => service().verify("alice", "123456", { address: MARK })],
  ["command_invalid", "command", () => service().enrol("alice", { [MARK]: true })],
  ["command_invalid", "limit", () => service().history("alice", { limit: MARK })],
  ["context_invalid", "userAgent", () => service().verify("alice", "123456", MARK)],
  ["relying_party_invalid", "rpId", () => service({ passkeys: { rpId: MARK, origins: ["https://example.com"] } })],
  ["relying_party_invalid", "origins", () => service({ passkeys: { rpId: "example.com", origins: [MARK] } })],
  ["relying_party_invalid", "passkeys", () => service().passkeys.registrationOptions("alice")],
  ["policy_invalid", "policy", () => service({ policy: { [MARK]: 1 } })],
  ["policy_invalid", "bounds", () => service({ policy: { window: 11 } })],
  ["store_refused", "store", () => service({ store: MARK })],
  ["store_refused", "Cloudflare KV", () => checkStore({ getWithMetadata() {}, put() {}, list() {} })],
  ["store_unavailable", "store", () => service({ store: failing() }).verify("alice", "123456")],
  ["store_conflict", "store", () => service({ store: contested() }).enrol("alice")],
  // Never comes out of `createMfa`: pkg/src/mfa/service.ts catches it and makes the engine anew.
  ["engine_forgotten", "engine", () => core.keys(2 ** 32 - 1, 0)],
  [
    "demand_invalid",
    "resource",
    () => service().verify("alice", "123456", { grant: { action: "pay", resource: `${MARK}\n` } }),
  ],
  ["client_invalid", "token", () => createClient({ baseUrl: "https://api.example" })],
  [
    "client_redirect",
    "redirect",
    () => createClient({ token: "a", baseUrl: "https://api.example", fetch: async () => redirect }).fetch("/"),
  ],
];

for (const [code, option, call] of [...table, ...serverTable]) {
  test(`${code}: ${call
    .toString()
    .replace(/^(async )?\(\) => /, "")
    .slice(0, 80)}`, async () => {
    await assert.rejects(
      async () => call(),
      (error) => {
        assert.ok(error instanceof MfaError && error instanceof Error, `${error?.stack ?? error}`);
        assert.deepEqual([error.code, error.name], [code, "MfaError"]);
        assert.ok(error.message.includes(option), `"${error.message}" does not name ${option}`);
        assert.ok(!`${error.message}${error.code}`.includes(MARK), "the input is in the message");
        assert.ok(String(error).startsWith("MfaError: "));
        return true;
      },
    );
  });
}

test("what is given at once is refused at once", () => {
  for (const [code, , call] of table) assert.throws(call, { code });
});

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
  const provoked = [...table, ...serverTable].map(([code]) => code);
  assert.deepEqual(sorted([...provoked, "entropy_unavailable"]), sorted(typed()));
});

test("the TypeScript type lists the codes of src/base/error.rs, in its order", () => {
  const source = read("src/base/error.rs");
  const [, table] = source.split("\nerrors! {\n");
  const codes = [...table.matchAll(/^ {8}[A-Z]\w+ "([a-z_]+)" ".*"$/gm)].map(([, code]) => code);
  assert.ok(codes.length > 60);
  assert.deepEqual(typed(), codes);
});

test("the README lists every code in its table", () => {
  assert.ok(existsSync(root("README.md")), "there is no README.md");
  const [, table] = read("README.md").split("\n### Error codes\n");
  const readme = [...table.matchAll(/^\| *`([a-z]+(?:_[a-z]+)+)` *\|/gm)].map(([, code]) => code);
  assert.deepEqual(sorted(readme), sorted(typed()));
});

const wrappingKey = () => crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);

/** A store whose database is away. */
function failing() {
  return { ...memoryStore(), load: () => Promise.reject(new Error(MARK)) };
}

/** A store where somebody else always was faster. */
function contested() {
  return { ...memoryStore(), commit: async () => false };
}

const root = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const read = (path) => readFileSync(root(path), "utf8");
const sorted = (list) => [...new Set(list)].sort();
const typed = () => [...read("pkg/src/error.ts").matchAll(/^ {2}\| "([a-z_]+)"/gm)].map(([, code]) => code);
