// What the prompt of a step-up gets and answers.
import type { Problem } from "./problem.js";

/**
 * Asks the person for a code: the one that was typed, as it was typed; `undefined` if they gave up.
 *
 * It is called for one code at a time. A code that was refused calls it again, with the problem of the refusal.
 */
export type Prompt = (request: PromptRequest) => string | undefined | Promise<string | undefined>;

export interface PromptRequest {
  /** Why a code is demanded, or was refused (`code_rejected`, `attemptsLeft`). */
  problem: Problem | undefined;
  /** 1, and one more with every code that was refused. */
  attempt: number;
  /** Aborts when nobody waits for the code any more: close the dialog. */
  signal: AbortSignal;
  /** What is to be done with it. */
  action: string | undefined;
  /** What would do, as `amr` values (RFC 8176). */
  methods: readonly string[] | undefined;
  /** Seconds: how fresh a verification has to be. */
  maxAge: number | undefined;
  /** Seconds until a code can be tried. */
  retryAfter: number | undefined;
  /**
   * Tries a code by itself, without the request that waits for it: to remember the device, to say which factor it is of,
   * or to bind it to a resource and an amount. When it was good, the request goes out, and what the prompt answers does
   * not matter.
   */
  verify(proof: Proof, options?: VerifyOptions): Promise<Verification>;
}

/**
 * A code as it was typed, or a passkey: a function that gets `PublicKeyCredentialRequestOptionsJSON` and answers the
 * credential as JSON. `passkeys.authenticate` of `edge-mfa/wizard` is one.
 */
export type Proof = string | { passkey(publicKey: PublicKeyOptions): Promise<object> };

/** `PublicKeyCredentialRequestOptionsJSON` (Web Authentication, section 5.1.9). */
// biome-ignore lint/suspicious/noExplicitAny: its type is the browser's, which servers do not have.
export type PublicKeyOptions = any;

export interface VerifyOptions {
  /** The factor, by its number in the account. */
  factor?: number | undefined;
  /** Remember this device. */
  remember?: boolean | undefined;
  /** Good for this only, and once. */
  grant?: { action: string; resource?: string | undefined; amount?: string | number | undefined } | undefined;
}

export type Verification =
  | {
      ok: true;
      /** Give it to the next client as `device`. This one has taken it. */
      device: string | undefined;
      recoveryCodesLeft: number | undefined;
    }
  | { ok: false; status: number; problem: Problem | undefined };
