// What the page and the Worker say to each other.

export interface State {
  /** There is a live factor: the next step is to sign in. */
  enrolled: boolean;
  recoveryCodesLeft: number;
}

/** The only answer that carries the secret. */
export interface Enrolment {
  uri: string;
}

export type Confirmation =
  | { ok: true; step: number; drift: number; recoveryCodes: string[] }
  | { ok: false; reason: "mismatch" | "replayed" | "malformed" | "expired" };

export type SignIn =
  | { ok: true; method: "totp"; step: number; drift: number }
  | { ok: true; method: "recovery"; recoveryCodesLeft: number }
  | { ok: false; reason: "mismatch" | "replayed" | "malformed" | "not_enrolled" }
  | { ok: false; reason: "throttled"; retryAfter: number };

/** The body of every answer that is neither 200 nor, for too many wrong codes, 429. */
export interface Problem {
  error: string;
  message: string;
}
