import { bytes } from "./call.js";
import { UNTYPED } from "./untyped.js";

/**
 * Calls a function of the core that takes codes, and answers its verdict. A code that is no string is left out unseen: to look
 * at it could throw.
 *
 * @param accepted Makes the verdict on good codes.
 */
export function verdict<V>(
  operation: number,
  codes: readonly unknown[],
  given: readonly unknown[],
  accepted: (matched: number, drift: number) => V,
): V {
  const typed = codes.map((code) => (typeof code === "string" ? code : undefined));
  const answer = new Float64Array(bytes(operation, [...typed, ...given]).buffer);
  const [matched, drift] = answer as unknown as [number, number];
  if (matched >= 0) return accepted(matched, drift);
  const refused = { valid: false, reason: REASONS[~matched] };
  return (typed.includes(undefined) ? { ...refused, message: UNTYPED } : refused) as V;
}

/** In the order of `Reason` in src/factor/verdict.rs. */
const REASONS = ["mismatch", "replayed", "malformed"];
