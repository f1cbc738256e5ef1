// One account: its second factor, the last step it accepted, its recovery hashes.
//
// Every method reads, decides and writes without an `await`, so two requests can never be between
// the reading and the writing at once, and the runtime holds an answer back until what was written
// before it is on disk. That is all it takes to say yes to a code once and only once.

import { DurableObject } from "cloudflare:workers";
import { otpauth, recovery, secret, totp } from "edge-mfa";
import type { Confirmation, Enrolment, SignIn, State } from "./api.js";

export interface Env {
  ACCOUNTS: DurableObjectNamespace<Account>;
  ASSETS: Fetcher;
  /** The pepper of the recovery codes: 32 random bytes or more, in base64. */
  RECOVERY_KEY: string;
}

interface Factor {
  secret: string;
  last_step: number | null;
  expires_at: number | null;
}

const PENDING_FOR = 10 * 60_000;

// A small brake on guessing, for as long as the demo has no engine: five wrong codes in a minute.
const GUESSES = 5;
const GUESS_PERIOD = 60_000;

// The longest code of an authenticator has 8 digits; recovery codes are longer.
const LONGEST_TOTP = 8;

export class Account extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sql(`CREATE TABLE IF NOT EXISTS factor (
      state TEXT PRIMARY KEY CHECK (state IN ('pending', 'live')),
      secret TEXT NOT NULL, last_step INTEGER, expires_at INTEGER)`);
    this.#sql("CREATE TABLE IF NOT EXISTS recovery (hash TEXT PRIMARY KEY)");
    this.#sql("CREATE TABLE IF NOT EXISTS failure (at INTEGER NOT NULL)");
  }

  state(): State {
    return { enrolled: this.#factor("live") !== undefined, recoveryCodesLeft: this.#hashes().length };
  }

  /** Makes a new secret and keeps it beside the live one, which stays valid until the new one is confirmed. */
  enrol(): Enrolment {
    const key = secret.generate();
    this.#sql("INSERT OR REPLACE INTO factor VALUES ('pending', ?, NULL, ?)", key, Date.now() + PENDING_FOR);
    return { uri: otpauth.build({ issuer: "edge-mfa demo", account: "you@example.com", secret: key }) };
  }

  /** Makes the pending secret the live one. The code that did it is spent: it cannot sign in as well. */
  confirm(code: string): Confirmation {
    const now = Date.now();
    this.#sql("DELETE FROM factor WHERE state = 'pending' AND expires_at <= ?", now);
    const pending = this.#factor("pending");
    if (!pending) return { ok: false, reason: "expired" };

    const verdict = totp.verify(code, { secret: pending.secret, time: now });
    if (!verdict.valid) return { ok: false, reason: verdict.reason };

    const { codes, hashes } = recovery.generate({ key: this.#recoveryKey() });
    this.ctx.storage.transactionSync(() => {
      this.reset();
      this.#sql("INSERT INTO factor VALUES ('live', ?, ?, NULL)", pending.secret, verdict.step);
      for (const hash of hashes) this.#sql("INSERT INTO recovery VALUES (?)", hash);
    });
    return { ok: true, step: verdict.step, drift: verdict.drift, recoveryCodes: codes };
  }

  /** Spends a code of the authenticator or a recovery code; their length tells them apart. */
  signIn(code: string): SignIn {
    const now = Date.now();
    const live = this.#factor("live");
    if (!live) return { ok: false, reason: "not_enrolled" };

    const retryAfter = this.#retryAfter(now);
    if (retryAfter > 0) return { ok: false, reason: "throttled", retryAfter };

    const length = code.replace(/[\s-]/g, "").length;
    const answer = length > LONGEST_TOTP ? this.#spendRecoveryCode(code) : this.#spendTotp(code, live, now);
    if (answer.ok) this.#sql("DELETE FROM failure");
    else if (answer.reason === "mismatch") this.#sql("INSERT INTO failure VALUES (?)", now);
    return answer;
  }

  /** Forgets everything. */
  reset(): void {
    for (const table of ["factor", "recovery", "failure"]) this.#sql(`DELETE FROM ${table}`);
  }

  #spendTotp(code: string, live: Factor, now: number): SignIn {
    const after = live.last_step === null ? {} : { after: live.last_step };
    const verdict = totp.verify(code, { secret: live.secret, time: now, ...after });
    if (!verdict.valid) return { ok: false, reason: verdict.reason };
    this.#sql("UPDATE factor SET last_step = ? WHERE state = 'live'", verdict.step);
    return { ok: true, method: "totp", step: verdict.step, drift: verdict.drift };
  }

  #spendRecoveryCode(code: string): SignIn {
    const hashes = this.#hashes();
    const verdict = recovery.verify(code, hashes, { key: this.#recoveryKey() });
    if (!verdict.valid) return { ok: false, reason: verdict.reason };
    this.#sql("DELETE FROM recovery WHERE hash = ?", hashes[verdict.index]);
    return { ok: true, method: "recovery", recoveryCodesLeft: hashes.length - 1 };
  }

  /** Seconds until the next try is allowed; 0 when it is allowed now. */
  #retryAfter(now: number): number {
    this.#sql("DELETE FROM failure WHERE at <= ?", now - GUESS_PERIOD);
    const failures = this.#sql<{ at: number }>("SELECT at FROM failure ORDER BY at");
    const oldest = failures[0];
    if (!oldest || failures.length < GUESSES) return 0;
    return Math.ceil((oldest.at + GUESS_PERIOD - now) / 1000);
  }

  #factor(state: "pending" | "live"): Factor | undefined {
    return this.#sql<Factor>("SELECT secret, last_step, expires_at FROM factor WHERE state = ?", state)[0];
  }

  #hashes(): string[] {
    return this.#sql<{ hash: string }>("SELECT hash FROM recovery").map((row) => row.hash);
  }

  #recoveryKey(): Uint8Array {
    return Uint8Array.from(atob(this.env.RECOVERY_KEY), (character) => character.charCodeAt(0));
  }

  #sql<Row>(query: string, ...values: unknown[]): Row[] {
    return this.ctx.storage.sql.exec<Row>(query, ...values).toArray();
  }
}
