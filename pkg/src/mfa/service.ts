// What every part of a service needs: its engine, its store, its clock, its randomness, and turns for each key.
import type { Authenticate } from "../authenticate.js";
import type * as types from "../core.js";
import { core } from "../core.js";
import { MfaError } from "../error.js";
import { type ClientSource, checkSource } from "../http/client-address.js";
import { type KeyRing, textOf } from "../keyring/ring.js";
import { checkStore, type Store } from "../store/store.js";
import { answered, guarded } from "./guarded.js";

export interface MfaOptions {
  /** The name of the service, as authenticators show it and as session tokens carry it (`iss`). */
  issuer: string;
  /** Where the records are kept: one of `edge-mfa/store/…`, or your own. */
  store: Store;
  /** What seals them: of `keyring.parse` or `keyring.unwrap`, or the text itself. */
  keys: KeyRing | string | Promise<KeyRing | string>;
  /** What is to differ from the preset. */
  policy?: types.PolicySettings | undefined;
  /**
   * Which spellings of a subject are one account: `exact` (default; OpenID Connect's `sub` is case-sensitive), `caseless`
   * (user names and e-mail addresses: Unicode NFKC in lower case), or a function of your own. Do not change it later:
   * the accounts would not be found again.
   */
  subjects?: "exact" | "caseless" | ((subject: string) => string) | undefined;
  /** The clock; default `Date.now`. */
  now?: (() => number | Date) | undefined;
  /** Fills bytes with randomness; default the platform's. Whatever repeats itself breaks the encryption. */
  random?: ((bytes: Uint8Array<ArrayBuffer>) => unknown) | undefined;
  /** Milliseconds after which a store that does not answer has failed; default 5,000. */
  timeout?: number | undefined;
  /** Who asks for passkeys, and which are taken; there are none unless told. */
  passkeys?: PasskeyOptions | undefined;
  /** Verifies the bearer token of a request: for `guard` and `fetch`. */
  authenticate?: Authenticate | undefined;
  /** How `guard` and `fetch` speak HTTP. */
  http?: HttpOptions | undefined;
  /** Told what was answered by 500 or 503; default a line on the console, without anything of the request. */
  onError?: ((error: unknown) => void) | undefined;
}

export interface PasskeyOptions extends types.PasskeySettings {
  /**
   * Of `fetch`: makes the bearer token of somebody who signed in with a passkey alone. The session is bound to it, as to any
   * that `authenticate` takes. Without it there is no such endpoint.
   */
  signIn?: ((subject: string, request: Request) => string | Promise<string>) | undefined;
}

export interface HttpOptions {
  /** Where the endpoints are; default `/mfa`. */
  basePath?: string | undefined;
  /** Pages of other origins that may call the endpoints, such as `https://app.example.com`; none unless told. */
  origins?: readonly string[] | undefined;
  /** Who says where a request comes from; default `auto`. */
  client?: ClientSource | undefined;
  /** A trusted clock: milliseconds since 1970, or the URL of an HTTPS server whose `Date` is believed. */
  clock?: string | (() => number | Promise<number>) | undefined;
}

/** Calls the core with an engine. The call may come twice, so it does nothing else. */
export type Engine = <T>(call: (handle: number) => T) => T;

export class Service {
  readonly store: Store;
  readonly #options: MfaOptions;
  readonly #keys: Promise<string>;
  readonly #turns: Turns;
  #report: types.PolicyReport | undefined;

  constructor(options: MfaOptions) {
    this.#options = { ...options };
    const { store, keys, policy = {}, timeout = 5000 } = this.#options;
    checkStore(store);
    checkRest(this.#options, timeout);
    this.http = { ...this.#options.http, authenticate: this.#options.authenticate };
    this.store = guarded(store, timeout);
    this.#turns = turnsOf(store);
    // What is there already is refused at once, not with the first command.
    core.policyCheck(policy);
    const later = typeof (keys as Promise<unknown> | undefined)?.then === "function";
    if (!later) this.ready = this.#engineOf(textOf(keys as KeyRing));
    this.#keys = Promise.resolve(keys).then(textOf);
    this.#keys.catch(() => {}); // It rejects every command.
  }

  /** Milliseconds that our clock was ahead of the trusted one, when that was last asked. */
  clockOffset = 0;
  /** When that was. */
  clockAsked = Number.NEGATIVE_INFINITY;
  /** Whether it answered then. */
  clockAnswered = false;

  /** Read for every request. */
  readonly http: HttpOptions & Pick<MfaOptions, "authenticate">;

  /** Tells the developer, and never fails. */
  onError(error: unknown): void {
    try {
      const { onError = log } = this.#options;
      onError(error);
    } catch {
      // Whatever it throws, the request is answered.
    }
  }

  get policyReport(): types.PolicyReport {
    this.#report ??= core.policyCheck(this.#options.policy ?? {});
    return this.#report;
  }

  /** The text of the key ring, when it has come. */
  get keys(): Promise<string> {
    return this.#keys;
  }

  /** The engine, if the keys have come. */
  ready: Engine | undefined;

  async engine(): Promise<Engine> {
    this.ready ??= this.#engineOf(await this.#keys);
    return this.ready;
  }

  /** The core forgets an engine over 64 others that were used since: then it is made again. */
  #engineOf(keys: string): Engine {
    let handle = this.#configure(keys);
    return (call) => {
      try {
        return call(handle);
      } catch (error) {
        if (!(error instanceof MfaError) || error.code !== "engine_forgotten") throw error;
        handle = this.#configure(keys);
        return call(handle);
      }
    };
  }

  #configure(keys: string): number {
    const { policy = {}, issuer, passkeys } = this.#options;
    const { signIn: _, ...settings } = passkeys ?? {};
    return core.configure(keys, policy, issuer, passkeys && (settings as types.PasskeySettings));
  }

  get passkeys(): PasskeyOptions | undefined {
    return this.#options.passkeys;
  }

  get issuer(): string {
    return this.#options.issuer;
  }

  /** The one spelling of a subject. What is no text stays as it is: the core refuses it. */
  subject(given: string): string {
    const { subjects = "exact" } = this.#options;
    if (subjects === "exact" || typeof given !== "string") return given;
    return typeof subjects === "function" ? subjects(given) : given.normalize("NFKC").toLowerCase().normalize("NFKC");
  }

  /** Removes the record of a subject, and its events. */
  remove(subject: string): Promise<void> {
    const key = core.accountKey(this.subject(subject));
    return this.inTurn(key, () => this.store.remove(key));
  }

  /** Milliseconds since 1970. */
  now(): number {
    const now = Math.floor(Number(this.#options.now?.() ?? Date.now()));
    if (Number.isSafeInteger(now) && now >= 0) return now;
    throw new MfaError("time_invalid", "time invalid: now answers a Date or milliseconds from 0 to 2^53-1");
  }

  /** Gives randomness to `use` and wipes it. It serves one call: a nonce must never seal two records. */
  random<T>(size: number, use: (seed: Uint8Array<ArrayBuffer>) => T): T {
    const seed = new Uint8Array(size);
    try {
      const { random = (bytes) => crypto.getRandomValues(bytes) } = this.#options;
      random(seed);
    } catch (cause) {
      throw new MfaError("entropy_unavailable", "entropy unavailable: random failed", { cause });
    }
    // A function that answers its bytes, or a promise, instead of filling those.
    if (seed.every((byte) => byte === 0))
      throw new MfaError("entropy_unavailable", "entropy unavailable: random filled nothing");
    try {
      return use(seed);
    } finally {
      seed.fill(0);
    }
  }

  /**
   * Lets the writers of one key wait for each other, so that they do not fight over it. A courtesy, and no lock: the
   * store decides who wins. So nobody waits for long: a request that its platform has cancelled never ends.
   */
  inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(key);
    const turn = before ? answered(before, PATIENCE).then(work, work) : work();
    const over = turn.then(nothing, nothing).then(() => {
      if (this.#turns.get(key) === over) this.#turns.delete(key);
    });
    this.#turns.set(key, over);
    return turn;
  }

  /** Tries again while others write in between, a little later each time. `undefined` is a conflict. */
  async untilCommitted<T>(attempt: () => Promise<T | undefined>): Promise<T> {
    for (let tries = 0; tries < TRIES; tries++) {
      if (tries > 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2 ** tries, 200)));
      const done = await attempt();
      if (done !== undefined) return done;
    }
    throw new MfaError("store_conflict", "store conflict: others kept writing the same record; nothing was decided");
  }
}

/** The code and no more: the rest may be of a store's client, and say too much. */
function log(error: unknown): void {
  const { name = typeof error, code = "" } = Object(error) as Partial<MfaError>;
  console.error(`edge-mfa: ${name} ${code}`.trimEnd());
}

function checkRest({ subjects = "exact", now, random, http }: MfaOptions, timeout: number): void {
  checkSource(http?.client);
  // A spelling mistake would make accounts of spelling mistakes.
  if (subjects !== "exact" && subjects !== "caseless" && typeof subjects !== "function")
    throw new MfaError("subject_invalid", "subject invalid: subjects is exact, caseless or a function");
  if (now !== undefined && typeof now !== "function")
    throw new MfaError("time_invalid", "time invalid: now is a function");
  if (random !== undefined && typeof random !== "function")
    throw new MfaError("entropy_unavailable", "entropy unavailable: random is a function");
  if (!Number.isInteger(timeout) || timeout < 1 || timeout >= 2 ** 31)
    throw new MfaError("time_invalid", "time invalid: timeout, milliseconds from 1 to 2^31-1");
}

/** Of all services over one store: many make theirs anew for every request. */
function turnsOf(store: Store): Turns {
  const turns: Turns = queues.get(store) ?? new Map();
  queues.set(store, turns);
  return turns;
}

type Turns = Map<string, Promise<void>>;

const queues = new WeakMap<Store, Turns>();
const nothing = () => {};
const TRIES = 12;
/** Milliseconds. */
const PATIENCE = 1000;
