// What a page may tell of an enrolment: closed lists, so that what is counted of them later are these and no others.
import { object, type Schema } from "./schema.js";

/** Those that `edge-mfa/wizard` reports, and no others; the README says what each means. */
const STEPS = [
  "qr_shown",
  "link_shown",
  "manual_offered",
  "manual_entry",
  "failed",
  "confirmed",
  "codes_saved",
  "passkey_added",
  "passkey_skipped",
  "finished",
  "expired",
  "cancelled",
] as const;

/** What is done at an enrolment. */
export type Step = (typeof STEPS)[number];

/** The codes of problems, and what goes wrong in the page itself. */
const REASONS = [
  "invalid_request",
  "code_malformed",
  "authentication_required",
  "invalid_token",
  "verification_required",
  "session_invalid",
  "code_rejected",
  "code_replayed",
  "code_expired",
  "clock_drift",
  "algorithm_mismatch",
  "digits_mismatch",
  "period_mismatch",
  "previous_secret",
  "misread",
  "passkey_refused",
  "passkey_unknown",
  "passkey_expired",
  "insufficient_scope",
  "forbidden",
  "insecure_transport",
  "cross_origin",
  "not_found",
  "method_not_allowed",
  "not_acceptable",
  "no_pending_enrolment",
  "enrolment_expired",
  "too_many_factors",
  "already_enrolled",
  "no_challenge",
  "passkey_taken",
  "not_enrolled",
  "content_too_large",
  "unsupported_media_type",
  "locked",
  "disabled",
  "internal",
  "unavailable",
  // In the page.
  "code_empty",
  "proof_wrong",
  "network",
  "passkey_cancelled",
  "passkey_exists",
  "passkey_domain",
  "passkey_aborted",
  "passkey_constraint",
  "passkey_unsupported",
  "passkey_failed",
] as const;

/** The body of `POST /enrol/progress`. */
export const progress: Schema = object(
  {
    step: { type: "string", enum: STEPS, description: "What was done." },
    reason: { type: "string", enum: REASONS, description: "Why it went wrong." },
    milliseconds: { type: "integer", minimum: 0, maximum: 86_400_000, description: "Since the page began." },
  },
  ["step"],
);
