/**
 * An option that is out of range, or text that is not what it should be. A refused code is not an error: it is a
 * verdict with `valid: false`.
 *
 * Neither the message nor the code repeats the input: it may be a secret.
 *
 * @example
 * ```js
 * import { MfaError, totp } from "edge-mfa";
 *
 * try {
 *   totp.generate({ secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", digits: 5 });
 * } catch (error) {
 *   assert(error instanceof MfaError);
 *   assert.equal(error.code, "digits_invalid");
 * }
 * ```
 */
export class MfaError extends Error {
  static {
    MfaError.prototype.name = "MfaError";
  }

  /** What went wrong; stable from one version to the next. */
  declare readonly code: MfaErrorCode;

  constructor(code: MfaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Every `code` of an {@link MfaError}; what each means is in the table of the README. */
export type MfaErrorCode =
  | "secret_type"
  | "secret_empty"
  | "secret_too_short"
  | "secret_too_long"
  | "secret_character"
  | "secret_length"
  | "secret_padding"
  | "algorithm_invalid"
  | "type_invalid"
  | "digits_invalid"
  | "period_invalid"
  | "time_invalid"
  | "window_invalid"
  | "after_invalid"
  | "counter_invalid"
  | "look_ahead_invalid"
  | "uri_type"
  | "uri_too_long"
  | "uri_scheme"
  | "uri_encoding"
  | "uri_label"
  | "uri_duplicate"
  | "uri_issuer_mismatch"
  | "uri_secret_missing"
  | "uri_counter_missing"
  | "issuer_invalid"
  | "account_invalid"
  | "migration_uri"
  | "migration_malformed"
  | "migration_unsupported"
  | "migration_incomplete"
  | "migration_mixed"
  | "qr_text"
  | "qr_too_long"
  | "qr_level"
  | "qr_size"
  | "qr_margin"
  | "qr_color"
  | "qr_contrast"
  | "qr_label"
  | "recovery_key"
  | "recovery_count"
  | "recovery_hash"
  | "recovery_key_mismatch"
  | "entropy_unavailable"
  | "key_ring_malformed"
  | "key_ring_mixed"
  | "key_ring_duplicate"
  | "key_ring_empty"
  | "key_unknown"
  | "key_environment"
  | "seal_malformed"
  | "seal_broken"
  | "record_version"
  | "record_malformed"
  | "subject_invalid"
  | "name_invalid"
  | "address_invalid"
  | "command_invalid"
  | "context_invalid"
  | "demand_invalid"
  | "relying_party_invalid"
  | "policy_invalid"
  | "engine_forgotten"
  | "key_ring_sealed"
  | "store_refused"
  | "store_unavailable"
  | "store_conflict"
  | "client_invalid"
  | "client_redirect";
