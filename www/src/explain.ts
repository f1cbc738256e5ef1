// The engine's answers in words.

import type { Refused, Verified } from "./api.js";

/** Why the code that was to confirm did not; a sentence for the field. */
export function whyNotConfirmed({ reason, attemptsLeft }: Refused): string {
  switch (reason) {
    case "malformed":
      return "A code is six digits, such as 123 456.";
    case "mismatch":
      return `That is not the code the app shows now. Check that the phone sets its clock automatically, and try the next code.${attempts(attemptsLeft, " ", ".")}`;
    case "replayed":
      return "This code was already used. Wait for the next one.";
    default:
      return `${upper(why(reason))}.`;
  }
}

/** The verdict on a code that was to sign in. */
export function verdictOf(answer: Verified | Refused): [title: string, text: string] {
  if (!answer.ok) {
    return ["Refused:", `${why(answer.reason)}${attempts(answer.attemptsLeft, ", ")}`];
  }
  if (answer.drift === undefined) return ["Accepted:", `recovery code, ${answer.recoveryCodesLeft} left`];
  return ["Accepted:", `the app's clock is ${lead(answer.drift)}`];
}

export function why(reason: Refused["reason"]): string {
  return REASONS[reason] ?? `the Worker said ${reason}`;
}

const REASONS: Partial<Record<Refused["reason"], string>> = {
  mismatch: "not a valid code",
  replayed: "this code was already used",
  malformed: "this is not a code",
  locked: "too many wrong codes",
  disabled: "too many wrong codes in a row, only a recovery code helps",
  not_enrolled: "no app is set up, start over",
  verification_required: "an app is set up already, sign in or start over",
};

/** The attempts that are left, if any: where there are none a lock begins, which has its own notice. */
function attempts(left: number | undefined, before: string, after = ""): string {
  if (!left) return "";
  return `${before}${left} ${left === 1 ? "attempt" : "attempts"} left${after}`;
}

function lead(steps: number): string {
  if (steps === 0) return "on time";
  const many = Math.abs(steps) === 1 ? "1 step" : `${Math.abs(steps)} steps`;
  return `${many} ${steps > 0 ? "ahead" : "behind"}`;
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
