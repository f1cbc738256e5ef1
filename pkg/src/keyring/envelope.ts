// A ring under a wrapping key: an envelope, because RSA-OAEP has room for less than three keys.
//
//   mfaw1 . ALGORITHM . DATA KEY under the wrapping key . NONCE and RING under the data key
//
// The last two are base64url without padding. The ring is sealed by the platform's AES-256-GCM with all that stands
// before it as associated data, so that no part can be exchanged.
import { MfaError } from "../error.js";

/** A `CryptoKey` of any WebCrypto implementation. */
export interface WrappingKey {
  readonly algorithm: { readonly name: string };
}

/** The two functions that are needed of a WebCrypto implementation's `subtle`. */
export interface WrappingCrypto {
  encrypt(algorithm: CipherParameters, key: WrappingKey, data: Bytes): Promise<ArrayBuffer>;
  decrypt(algorithm: CipherParameters, key: WrappingKey, data: Bytes): Promise<ArrayBuffer>;
}

export interface CipherParameters {
  name: string;
  iv?: Bytes;
  additionalData?: Bytes;
  tagLength?: number;
}

export interface WrapOptions {
  /**
   * RSA-OAEP (the public key wraps, the private key unwraps) or AES-GCM. It never leaves its implementation: make it
   * non-extractable.
   */
  key: WrappingKey;
  /** The implementation that the key is from; default the platform's. For an HSM that of `node-webcrypto-p11`. */
  subtle?: WrappingCrypto | undefined;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Puts a text into an envelope. */
export async function seal(text: string, { key, subtle = platform() }: WrapOptions): Promise<string> {
  const algorithm = nameOf(key);
  const start = `${VERSION}.${algorithm}`;
  const dataKey = crypto.getRandomValues(new Uint8Array(32));
  const plain = encode(text);
  try {
    const wrapped = await wrapKey(dataKey, start, key, subtle);
    const head = `${start}.${toBase64Url(wrapped)}`;
    const own = await crypto.subtle.importKey("raw", dataKey, "AES-GCM", false, ["encrypt"]);
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
    const sealed = await crypto.subtle.encrypt(gcm(nonce, head), own, plain);
    return `${head}.${toBase64Url(joined(nonce, sealed))}`;
  } catch (cause) {
    throw refused("the wrapping key does not encrypt", cause);
  } finally {
    dataKey.fill(0);
    plain.fill(0);
  }
}

/** Takes the text out of its envelope. */
export async function open(envelope: string, { key, subtle = platform() }: WrapOptions): Promise<string> {
  const algorithm = nameOf(key);
  const [version, named, first, second, ...more] = envelope.length <= LONGEST ? envelope.split(".") : [];
  const wrapped = fromBase64Url(first);
  const sealed = fromBase64Url(second);
  if (version !== VERSION || !wrapped || !sealed || more.length > 0)
    throw refused("this is not what keyring.wrap made");
  if (named !== algorithm) throw refused("it was wrapped with a key of another algorithm");
  let dataKey: Bytes | undefined;
  let plain: Bytes | undefined;
  try {
    dataKey = await unwrapKey(wrapped, `${version}.${named}`, key, subtle);
    const own = await crypto.subtle.importKey("raw", dataKey, "AES-GCM", false, ["decrypt"]);
    const nonce = sealed.slice(0, NONCE);
    const head = envelope.slice(0, envelope.lastIndexOf("."));
    plain = new Uint8Array(await crypto.subtle.decrypt(gcm(nonce, head), own, sealed.slice(NONCE)));
    return new TextDecoder("utf-8", { fatal: true }).decode(plain);
  } catch (cause) {
    throw refused("the unwrapping key does not open it", cause);
  } finally {
    dataKey?.fill(0);
    plain?.fill(0);
  }
}

/** The refusal of whatever does not come out of its envelope. The cause is the implementation's or the caller's own. */
export function refused(why: string, cause?: unknown): MfaError {
  const error = new MfaError("key_ring_sealed", `key ring sealed: ${why}`);
  if (cause !== undefined) Object.defineProperty(error, "cause", { value: cause, configurable: true, writable: true });
  return error;
}

/** AES-GCM binds the key to its envelope's version, and keeps it apart from whatever else the wrapping key encrypts. */
async function wrapKey(dataKey: Bytes, start: string, key: WrappingKey, subtle: WrappingCrypto): Promise<Bytes> {
  if (key.algorithm.name === "RSA-OAEP")
    return new Uint8Array(await subtle.encrypt({ name: "RSA-OAEP" }, key, dataKey));
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
  return joined(nonce, await subtle.encrypt(gcm(nonce, start), key, dataKey));
}

async function unwrapKey(wrapped: Bytes, start: string, key: WrappingKey, subtle: WrappingCrypto): Promise<Bytes> {
  const [parameters, content] =
    key.algorithm.name === "RSA-OAEP"
      ? [{ name: "RSA-OAEP" }, wrapped]
      : [gcm(wrapped.slice(0, NONCE), start), wrapped.slice(NONCE)];
  return new Uint8Array(await subtle.decrypt(parameters, key, content));
}

/** As RFC 7518 names the first ones; the bare name is with SHA-1, which OAEP does not suffer from. */
function nameOf(key: WrappingKey): string {
  const { name, hash } = Object((key as WrappingKey | undefined)?.algorithm);
  const known = name === "RSA-OAEP" ? HASHES[String(hash?.name)] : name === "AES-GCM" ? name : undefined;
  if (!known) throw refused("key is a CryptoKey for RSA-OAEP or AES-GCM");
  return known;
}

function gcm(iv: Bytes, associated: string): CipherParameters & { iv: Bytes } {
  return { name: "AES-GCM", iv, additionalData: encode(associated), tagLength: 128 };
}

/** The platform's types know more of what they take than is needed here. */
function platform(): WrappingCrypto {
  return crypto.subtle as unknown as WrappingCrypto;
}

function joined(first: Bytes, second: ArrayBuffer): Bytes {
  const both = new Uint8Array(first.length + second.byteLength);
  both.set(first);
  both.set(new Uint8Array(second), first.length);
  return both;
}

function encode(text: string): Bytes {
  return new TextEncoder().encode(text) as Bytes;
}

function toBase64Url(bytes: Bytes): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_");
}

/** Only the one spelling that {@link toBase64Url} writes. */
function fromBase64Url(text = ""): Bytes | undefined {
  if (!/^[\w-]+$/.test(text) || text.length % 4 === 1) return undefined;
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (unit) => unit.charCodeAt(0));
  return toBase64Url(bytes) === text ? bytes : undefined;
}

const HASHES: Record<string, string> = {
  "SHA-1": "RSA-OAEP",
  "SHA-256": "RSA-OAEP-256",
  "SHA-384": "RSA-OAEP-384",
  "SHA-512": "RSA-OAEP-512",
};
const VERSION = "mfaw1";
/** Bytes. */
const NONCE = 12;
/** Characters: of 32 keys under RSA with 16,384 bits there are about 6,000. */
const LONGEST = 16_384;
