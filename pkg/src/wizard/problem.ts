// What went wrong, as the state machines carry it: a code to be worded, and what it says beyond that.

/** A refusal of the service, of the browser, or of the network. */
export interface Trouble {
  /** The `code` of a problem (RFC 9457), `network`, or `passkey_…` of a {@link PasskeyError}. */
  code: string;
  /** Wrong codes that are left before a lock. */
  attemptsLeft?: number | undefined;
  /** Time steps that the authenticator is ahead; behind, where negative. */
  drift?: number | undefined;
  /** Seconds. */
  retryAfter?: number | undefined;
  /** The service's own words, for a code that nobody has worded. */
  detail?: string | undefined;
}

/** Problems that a clock which is wrong may have caused. */
export const isOfClocks = ({ code }: Trouble) => CLOCKS.has(code);

/** When a refusal lets a code be tried again; `undefined` where it does not say. */
export function lockedUntil({ code, retryAfter, attemptsLeft }: Trouble, at: number): number | undefined {
  if (retryAfter === undefined) return undefined;
  // The wrong code that locks is answered as a wrong code, without attempts that are left.
  return code === "locked" || (attemptsLeft ?? 0) === 0 ? at + retryAfter * 1000 : undefined;
}

const CLOCKS = new Set(["code_rejected", "code_expired", "clock_drift"]);
