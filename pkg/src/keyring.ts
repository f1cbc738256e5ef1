/**
 * The keys that seal the records and sign the sessions: made, kept as a text or wrapped, and replaced.
 *
 * The text of a ring is a secret. Keep it where the database is not: in an environment variable, or wrapped by a key that
 * does not leave its HSM, KMS or vault.
 *
 * @packageDocumentation
 */
import { core } from "./core.js";
import { MfaError } from "./error.js";
import { open, refused, seal, type WrapOptions } from "./keyring/envelope.js";
import { KeyRing, textOf } from "./keyring/ring.js";

export type { CipherParameters, WrapOptions, WrappingCrypto, WrappingKey } from "./keyring/envelope.js";
export type { KeyInfo, KeyRing } from "./keyring/ring.js";

export interface NewKeyOptions {
  /** The clock; default `Date.now`. A key carries the day that it was made on. */
  now?: (() => number | Date) | undefined;
  /** Fills bytes with randomness; default the platform's. */
  random?: ((bytes: Uint8Array<ArrayBuffer>) => unknown) | undefined;
}

/**
 * Makes a ring of one key and answers its text.
 *
 * @throws {@link MfaError} `key_environment`, `time_invalid`, `entropy_unavailable`.
 * @example
 * ```js
 * import { keyring } from "edge-mfa/server";
 *
 * assert.match(keyring.generate(), /^mfak_live_/);
 * // Test keys do not open what live keys sealed, nor the other way round.
 * assert.match(keyring.generate({ environment: "test" }), /^mfak_test_/);
 * ```
 */
export function generate(options: NewKeyOptions & { environment?: "live" | "test" | undefined } = {}): string {
  const { environment = "live", ...rest } = Object(options);
  return withSeed(rest, (now, seed) => core.keyringGenerate(environment, now, seed));
}

/**
 * Adds a key, with which everything is sealed from then on, and answers the new text. The other keys still open.
 *
 * @throws {@link MfaError} `key_ring_…`, `time_invalid`, `entropy_unavailable`.
 * @example
 * ```js
 * import { keyring } from "edge-mfa/server";
 *
 * const old = keyring.generate({ environment: "test" });
 * const { keys } = keyring.parse(keyring.add(old));
 * assert.equal(keys.length, 2);
 * assert.equal(keys[1].id, keyring.parse(old).keys[0].id);
 * ```
 */
export function add(keys: KeyRing | string, options: NewKeyOptions = {}): string {
  return withSeed(Object(options), (now, seed) => core.keyringAdd(textOf(keys), now, seed));
}

/**
 * Takes a key away and answers the new text. What it sealed does not open any more, and sessions that it signed end.
 *
 * @throws {@link MfaError} `key_unknown`, `key_ring_…`; `key_ring_empty` for the last key.
 * @example
 * ```js
 * import { keyring } from "edge-mfa/server";
 *
 * const old = keyring.generate({ environment: "test" });
 * const both = keyring.add(old);
 * const fresh = keyring.remove(both, keyring.parse(old).keys[0].id);
 * assert.equal(keyring.parse(fresh).keys.length, 1);
 * assert.throws(() => keyring.remove(fresh, "00000000"), { code: "key_unknown" });
 * ```
 */
export function remove(keys: KeyRing | string, id: string): string {
  return core.keyringRemove(textOf(keys), id);
}

/**
 * Reads the text of a ring: keys that are separated by white space.
 *
 * @throws {@link MfaError} `key_ring_malformed`, `key_ring_mixed`, `key_ring_duplicate`, `key_ring_empty`.
 * @example
 * ```js
 * import { keyring } from "edge-mfa/server";
 *
 * const keys = keyring.parse(keyring.generate({ environment: "test" }));
 * assert.equal(keys.environment, "test");
 * assert.deepEqual(Object.keys(JSON.parse(JSON.stringify(keys)).keys[0]), ["id", "createdAt"]); // and no key
 *
 * assert.throws(() => keyring.parse(process.env.A_NAME_WITH_A_TYPO), { code: "key_ring_empty" });
 * ```
 */
export function parse(text: string | undefined): KeyRing {
  return new KeyRing(text);
}

/**
 * Wraps a ring with a key of any WebCrypto implementation: the answer is no secret, only the key opens it.
 *
 * Wrapped with AES-GCM, it can only be from somebody who may use the key. With RSA-OAEP everybody who has the public key
 * can wrap a ring of their own, so take care of who may replace it.
 *
 * @throws {@link MfaError} `key_ring_sealed` for a key that cannot encrypt, `key_ring_…` for the ring.
 * @example
 * ```js
 * import { keyring } from "edge-mfa/server";
 *
 * const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
 * const wrapped = await keyring.wrap(keyring.generate({ environment: "test" }), { key });
 * assert.match(wrapped, /^mfaw1\.AES-GCM\./);
 * assert.equal((await keyring.unwrap(wrapped, { key })).environment, "test");
 * ```
 */
export async function wrap(keys: KeyRing | string, options: WrapOptions): Promise<string> {
  const text = textOf(keys);
  parse(text); // What is wrapped is a ring.
  return seal(text, Object(options));
}

/**
 * Unwraps a ring: with the key of a WebCrypto implementation, or by a function of yours that asks a KMS or a vault.
 *
 * Such a function gets what is given here, and answers the text of a ring or its bytes.
 *
 * @throws {@link MfaError} `key_ring_sealed` for everything that does not open, with the reason as its `cause`;
 *   `key_ring_…` for what came out.
 * @example
 * ```js
 * import { createMfa, keyring } from "edge-mfa/server";
 * import { memoryStore } from "edge-mfa/store/memory";
 *
 * // Stands for a client of a KMS.
 * const vault = { decrypt: async (name) => ({ plaintext: keyring.generate({ environment: "test" }) }) };
 *
 * const keys = keyring.unwrap("mfa-keys", async (name) => (await vault.decrypt(name)).plaintext);
 * const mfa = createMfa({ issuer: "Example", store: memoryStore(), keys }); // it waits for them
 * assert.equal((await mfa.keys.report()).keys.length, 1);
 * ```
 */
export function unwrap(wrapped: string | Uint8Array | undefined, options: WrapOptions): Promise<KeyRing>;
export function unwrap<Wrapped>(wrapped: Wrapped, ask: Ask<Wrapped>): Promise<KeyRing>;
export async function unwrap<Wrapped>(wrapped: Wrapped, how: WrapOptions | Ask<Wrapped>): Promise<KeyRing> {
  if (wrapped === undefined || wrapped === null) return parse("");
  if (typeof how !== "function") return parse(await open(plainText(wrapped).trim(), Object(how)));
  let answer: Unwrapped;
  try {
    answer = await how(wrapped);
  } catch (cause) {
    throw refused("the function that was to open it failed", cause);
  }
  return parse(plainText(answer ?? ""));
}

/** Opens what is given to `unwrap`. It is not asked where nothing is given. */
export type Ask<Wrapped> = (wrapped: NonNullable<Wrapped>) => Unwrapped | Promise<Unwrapped>;
/** The text of a ring, or its bytes, as a client answers them; nothing is an empty ring, which is refused. */
export type Unwrapped = string | Uint8Array | null | undefined;

/** Text, or bytes that are text; anything else is not what it should be, and the core says so. */
function plainText(given: unknown): string {
  try {
    return typeof given === "string" ? given : new TextDecoder("utf-8", { fatal: true }).decode(given as Uint8Array);
  } catch {
    return "?";
  }
}

function withSeed(
  { now = Date.now, random = (bytes) => crypto.getRandomValues(bytes) }: NewKeyOptions,
  make: (now: number, seed: Uint8Array) => string,
): string {
  const seed = new Uint8Array(32);
  try {
    random(seed);
    // A function that answers its bytes, or a promise, instead of filling those.
    if (seed.every((byte) => byte === 0)) throw new MfaError("entropy_unavailable", "entropy unavailable");
    return make(Number(now()), seed);
  } finally {
    seed.fill(0);
  }
}
