/** Shared secrets: made, and read as people type them. */
import { json, bytes as toBytes, text as toText } from "./call.js";
import { SECRET_BYTES, SECRET_GENERATE, SECRET_PARSE } from "./operation.js";

/** What {@link parse} read. */
export interface ParsedSecret {
  /** The canonical text: upper case, no padding. Store this, or the bytes. */
  base32: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** Shorter than 16 bytes (RFC 4226 section 4, R6): good for an account that exists, not for a new one. */
  weak: boolean;
}

/**
 * Makes a secret from the platform's randomness.
 *
 * @param bytes 16 to 512; 20 (the default) fits SHA-1, 32 SHA-256, 64 SHA-512.
 * @returns base32 without padding.
 * @throws {@link MfaError} `secret_too_short`, `secret_too_long`, `entropy_unavailable`.
 * @example
 * ```js
 * import { secret } from "edge-mfa";
 *
 * assert.match(secret.generate(), /^[A-Z2-7]{32}$/);
 * ```
 */
export function generate(bytes = 20): string {
  return toText(SECRET_GENERATE, [bytes]);
}

/**
 * Reads base32 (RFC 4648 section 6) forgivingly: spaces, hyphens, lower case, padding.
 *
 * @throws {@link MfaError} `secret_empty`, `secret_character`, `secret_length`, `secret_padding`, `secret_too_long`.
 * @example
 * ```js
 * import { secret } from "edge-mfa";
 *
 * const { base32, weak } = secret.parse("gezd gnbv gy3t qojq gezd-gnbv-gy3t-qojq");
 * assert.equal(base32, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
 * assert.equal(weak, false);
 * ```
 */
export function parse(text: string): ParsedSecret {
  return { ...json<ParsedSecret>(SECRET_PARSE, [text]), bytes: toBytes(SECRET_BYTES, [text]) };
}
