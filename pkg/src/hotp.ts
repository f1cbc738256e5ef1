/** HOTP (RFC 4226): codes by counter, as hardware tokens make them. */
import { text } from "./call.js";
import { generator } from "./generator.js";
import { HOTP_GENERATE, HOTP_RESYNC, HOTP_VERIFY } from "./operation.js";
import { verdict } from "./verdict.js";

/** The hash under a code; SHA-1 is what every authenticator honours. */
export type Algorithm = "SHA1" | "SHA256" | "SHA512";

export interface HotpOptions {
  /** base32 as people type it, or the bytes. */
  secret: string | Uint8Array;
  /** The counter of the next code, from 0 to 2^53 − 1. */
  counter: number;
  /** Default `SHA1`. */
  algorithm?: Algorithm | undefined;
  /** 6 (default), 7 or 8. */
  digits?: number | undefined;
}

export interface HotpVerifyOptions extends HotpOptions {
  /** How many further counters are tried: the button was pressed in vain. `verify`: 10, at most 100; `resync`: 100, at most 1,000. */
  lookAhead?: number | undefined;
}

export type HotpVerdict =
  | {
      valid: true;
      /** The counter that matched: store `counter + 1`. */
      counter: number;
    }
  | {
      valid: false;
      /** `mismatch`: a code, but not this one. `malformed`: no code at all. */
      reason: "mismatch" | "malformed";
      /** Help for the developer where the code was no string. */
      message?: string;
    };

/**
 * The code of one counter (RFC 4226 section 5.3).
 *
 * @throws {@link MfaError} for options out of range.
 * @example
 * ```js
 * import { hotp } from "edge-mfa";
 *
 * assert.equal(hotp.generate({ secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", counter: 0 }), "755224");
 * ```
 */
export function generate(options: HotpOptions): string {
  return text(HOTP_GENERATE, generator(options));
}

/**
 * Compares a typed code with those of `counter` and of the `lookAhead` ones after it; all are always computed.
 *
 * Never throws for anything in `code`. Store the counter after the matched one, and nothing on a refusal.
 *
 * @throws {@link MfaError} for options out of range.
 * @example
 * ```js
 * import { hotp } from "edge-mfa";
 *
 * const token = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", counter: 0 };
 * assert.deepEqual(hotp.verify("359 152", token), { valid: true, counter: 2 });
 * ```
 */
export function verify(code: string, options: HotpVerifyOptions): HotpVerdict {
  const { lookAhead = 10 } = Object(options);
  return verdict(HOTP_VERIFY, [code], [lookAhead, ...generator(options)], accepted);
}

/**
 * Finds a token again that ran far ahead, by two codes in a row (RFC 4226 section 7.4).
 *
 * @returns the counter of the second code: store the one after it.
 * @throws {@link MfaError} for options out of range.
 * @example
 * ```js
 * import { hotp } from "edge-mfa";
 *
 * const token = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", counter: 0, lookAhead: 100 };
 * assert.deepEqual(hotp.resync(["254676", "287922"], token), { valid: true, counter: 6 });
 * ```
 */
export function resync(codes: readonly [string, string], options: HotpVerifyOptions): HotpVerdict {
  const [first, second] = Array.isArray(codes) ? codes : [];
  const { lookAhead = 100 } = Object(options);
  return verdict(HOTP_RESYNC, [first, second], [lookAhead, ...generator(options)], accepted);
}

function accepted(counter: number): HotpVerdict {
  return { valid: true, counter };
}
