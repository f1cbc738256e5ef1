// Problem details in words. The service's own are for people already; what is added is what they count.

import type { Problem } from "edge-mfa/client";

export function titleOf({ title, status }: Problem): string {
  return title ?? `The answer was ${status}`;
}

export function textOf({ detail = "", attemptsLeft }: Problem): string {
  // Where none is left a lock begins, and that has a notice of its own.
  if (!attemptsLeft) return detail;
  return `${detail} ${attemptsLeft} ${attemptsLeft === 1 ? "attempt" : "attempts"} left.`.trim();
}

/** Title and text in one line, for a field. */
export function sentence(problem: Problem): string {
  return `${titleOf(problem)}. ${textOf(problem)}`.trim();
}
