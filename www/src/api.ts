// What the page and the Worker say to each other. Times are seconds from now: the page's clock may be another one.

import type { Denial } from "edge-mfa/server";

export interface State {
  /** There is a confirmed factor: the next step is to sign in. */
  enrolled: boolean;
  /** Until codes of the app are taken again. */
  retryAfter?: number;
}

/** The only answer that carries the secret. */
export interface Enrolment {
  ok: true;
  uri: string;
  /** Until it is dropped if nobody confirms it. */
  expiresIn: number;
}

export interface Verified {
  ok: true;
  /** How many time steps the app is ahead; absent for a recovery code. */
  drift?: number;
  recoveryCodesLeft: number;
  /** The first set, to be shown once. */
  recoveryCodes?: string[];
}

/** No, and why not. */
export interface Refused {
  ok: false;
  reason: Denial;
  /** How many more wrong codes lock. */
  attemptsLeft?: number;
  /** Until a code can be tried again. */
  retryAfter?: number;
}

/** The body of every answer that is neither 200 nor, where codes are not taken for a while, 429. */
export interface Problem {
  error: string;
  message: string;
}
