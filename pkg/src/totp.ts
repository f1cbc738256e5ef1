/** TOTP (RFC 6238): codes by time, as authenticator apps make them. */
import { text } from "./call.js";
import { generator } from "./generator.js";
import type { Algorithm } from "./hotp.js";
import { TOTP_GENERATE, TOTP_VERIFY } from "./operation.js";
import { verdict } from "./verdict.js";

export interface TotpOptions {
  /** base32 as people type it, or the bytes. */
  secret: string | Uint8Array;
  /** Milliseconds since 1970 or a `Date`; default now. */
  time?: number | Date | undefined;
  /** Default `SHA1`. */
  algorithm?: Algorithm | undefined;
  /** 6 (default), 7 or 8. */
  digits?: number | undefined;
  /** Seconds; default 30. */
  period?: number | undefined;
  /** `steam` for Steam's five characters, where `algorithm`, `digits` and `period` are fixed. */
  type?: "totp" | "steam" | undefined;
}

export interface TotpVerifyOptions extends TotpOptions {
  /** Steps accepted around now, up to 20 each way; default 1: a code lives 90 seconds. */
  window?: number | { past?: number | undefined; future?: number | undefined } | undefined;
  /** The last accepted step. Store `step` of every acceptance and give it here: without it a code can be used twice. */
  after?: number | undefined;
}

export type TotpVerdict =
  | {
      valid: true;
      /** The time step of the code: store it, it is `after` of the next verification. */
      step: number;
      /** That step less the step of now: below zero the authenticator is behind, above zero it is ahead. */
      drift: number;
    }
  | {
      valid: false;
      /** `mismatch`: a code, but not a right one. `replayed`: its step, or a later one, was accepted before. `malformed`: no code at all. */
      reason: "mismatch" | "replayed" | "malformed";
      /** Help for the developer where the code was no string. */
      message?: string;
    };

/**
 * The code at a point in time (RFC 6238 section 4).
 *
 * @throws {@link MfaError} for options out of range.
 * @example
 * ```js
 * import { totp } from "edge-mfa";
 *
 * assert.equal(totp.generate({ secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", time: 59_000 }), "287082");
 * ```
 */
export function generate(options: TotpOptions): string {
  return text(TOTP_GENERATE, settings(options));
}

/**
 * Compares a typed code with the codes of every step of the window; all are always computed, in constant time.
 *
 * Never throws for anything in `code`: spaces, hyphens, full-width and other decimal digits are read, all else is
 * `malformed`.
 *
 * @throws {@link MfaError} for options out of range.
 * @example
 * ```js
 * import { totp } from "edge-mfa";
 *
 * const options = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", time: 59_000 };
 * const verdict = totp.verify("287 082", options);
 * assert.deepEqual(verdict, { valid: true, step: 1, drift: 0 });
 *
 * // With the step remembered, the same code is good for nothing.
 * assert.deepEqual(totp.verify("287082", { ...options, after: verdict.step }), { valid: false, reason: "replayed" });
 * ```
 */
export function verify(code: string, options: TotpVerifyOptions): TotpVerdict {
  const { window, after } = Object(options);
  const sided = typeof window === "object" && window && ("past" in window || "future" in window);
  const { past = 1, future = 1 } = sided ? window : { past: window, future: window };
  return verdict(TOTP_VERIFY, [code], [past, future, after, ...settings(options)], accepted);
}

function accepted(step: number, drift: number): TotpVerdict {
  return { valid: true, step, drift };
}

function settings(options: TotpOptions): unknown[] {
  const { time = Date.now() } = Object(options);
  return [typeof time?.getTime === "function" ? time.getTime() : time, ...generator(options)];
}
