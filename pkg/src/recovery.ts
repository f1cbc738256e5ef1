/** Recovery codes: 80 random bits each, stored only as keyed, salted hashes. */
import { json, list } from "./call.js";
import { RECOVERY_GENERATE, RECOVERY_VERIFY } from "./operation.js";
import { verdict } from "./verdict.js";

export interface RecoveryKey {
  /** The pepper: at least 32 random bytes, kept outside the database that holds the hashes. */
  key: Uint8Array;
}

/** New codes and their hashes, in the same order. */
export interface RecoverySet {
  /** To be shown once: `XXXX-XXXX-XXXX-XXXX`. */
  codes: string[];
  /** To be stored: `$hmac-sha256$k=…$salt$tag`. */
  hashes: string[];
}

export type RecoveryVerdict =
  | {
      valid: true;
      /** Which hash it belongs to: remove that one. */
      index: number;
    }
  | {
      valid: false;
      /** `mismatch`: a recovery code, but none of these. `malformed`: no recovery code at all. */
      reason: "mismatch" | "malformed";
      /** Help for the developer where the code was no string. */
      message?: string;
    };

/**
 * Makes 8 to 10 codes (default 10) and their hashes.
 *
 * @throws {@link MfaError} `recovery_key`, `recovery_count`, `entropy_unavailable`.
 * @example
 * ```js
 * import { recovery } from "edge-mfa";
 *
 * const key = crypto.getRandomValues(new Uint8Array(32));
 * const { codes, hashes } = recovery.generate({ key });
 * assert.match(codes[0], /^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
 * assert.equal(hashes.length, 10);
 * ```
 */
export function generate(options: RecoveryKey & { count?: number | undefined }): RecoverySet {
  const { key, count = 10 } = Object(options);
  return json(RECOVERY_GENERATE, [key, count]);
}

/**
 * Compares a typed code with every hash, in constant time: one HMAC a hash, none for what is no recovery code.
 *
 * Case, grouping, `O` for `0` and `I` or `L` for `1` do not matter. Never throws for anything in `code`.
 *
 * @throws {@link MfaError} `recovery_key`, `recovery_hash`, `recovery_key_mismatch`.
 * @example
 * ```js
 * import { recovery } from "edge-mfa";
 *
 * const key = crypto.getRandomValues(new Uint8Array(32));
 * const { codes, hashes } = recovery.generate({ key });
 * assert.deepEqual(recovery.verify(codes[3].toLowerCase(), hashes, { key }), { valid: true, index: 3 });
 *
 * hashes.splice(3, 1); // single use
 * assert.deepEqual(recovery.verify(codes[3], hashes, { key }), { valid: false, reason: "mismatch" });
 * ```
 */
export function verify(code: string, hashes: readonly string[], options: RecoveryKey): RecoveryVerdict {
  return verdict(RECOVERY_VERIFY, [code], [Object(options).key, ...list(hashes, 64)], accepted);
}

function accepted(index: number): RecoveryVerdict {
  return { valid: true, index };
}
