/** The service: every decision is load, decide, commit, and only then the answer. */
import type * as types from "./core.js";
import { core } from "./core.js";
import { type Fetch, fetchOf } from "./http/fetch.js";
import { type Guard, guardOf } from "./http/guard.js";
import { type Context, contextInvalid, decide, decideAtOnce, typed } from "./mfa/decide.js";
import { type Keys, keysOf } from "./mfa/keys.js";
import { history, type Outbox, outboxOf, type UnreadableEvent } from "./mfa/outbox.js";
import { type Passkeys, passkeysOf } from "./mfa/passkeys.js";
import { type MfaOptions, Service } from "./mfa/service.js";
import { type Weakness, weaknessesOf } from "./mfa/weaknesses.js";
import { UNTYPED } from "./untyped.js";

export type { Client, ClientSource } from "./http/client-address.js";
export type { Fetch } from "./http/fetch.js";
export type { Demand, Guard, GuardedSession, Passed } from "./http/guard.js";
export type { Context } from "./mfa/decide.js";
export type { KeyReport, Keys, Rotation, Walk } from "./mfa/keys.js";
export type { Delivery, Outbox, UnreadableEvent } from "./mfa/outbox.js";
export type { CreationOptions, Options, Passkeys, RequestOptions, Signals } from "./mfa/passkeys.js";
export type { HttpOptions, MfaOptions, PasskeyOptions } from "./mfa/service.js";
export type { Weakness } from "./mfa/weaknesses.js";

/**
 * Makes the service. Nothing is read or written before the first command.
 *
 * @throws {@link MfaError} `store_refused`, `policy_invalid`, `issuer_invalid`, and `key_ring_…` where the keys are given as
 *   they are; for other options that cannot be `subject_invalid`, `time_invalid`, `entropy_unavailable`, `address_invalid`.
 * @example
 * ```js
 * import { totp } from "edge-mfa";
 * import { createMfa, keyring } from "edge-mfa/server";
 * import { memoryStore } from "edge-mfa/store/memory";
 *
 * const mfa = createMfa({ issuer: "Example", store: memoryStore(), keys: keyring.generate({ environment: "test" }) });
 *
 * const { uri, secret } = await mfa.enrol("alice"); // show the URI as a QR code
 * const { recoveryCodes } = await mfa.confirm("alice", totp.generate({ secret }));
 * assert.equal(recoveryCodes.length, 10); // show them once
 *
 * // The code that confirmed is spent.
 * assert.deepEqual(await mfa.verify("alice", totp.generate({ secret })), { ok: false, reason: "replayed" });
 * ```
 */
export function createMfa(options: MfaOptions): Mfa {
  const service = new Service(options);
  const ask = <T>(subject: string, command: types.Command, context?: Context | null, session?: string) =>
    decide(service, subject, command, context, session) as Promise<T>;
  /** A command with codes: what is no text at all is no code, and its developer is told so. */
  const spend = async (
    subject: string,
    command: types.Command,
    context: Context | null | undefined,
    codes: unknown[],
  ) => {
    const outcome = await ask<types.Verified | Denied>(subject, command, context);
    const isText = codes.every((code) => typeof code === "string");
    return outcome.ok || outcome.reason !== "malformed" || isText ? outcome : { ...outcome, message: UNTYPED };
  };
  return {
    enrol: (subject, factor = {}, context) => ask(subject, { enrol: factor }, context),
    confirm: async (subject, code, context) =>
      spend(subject, { confirm: { code: typed(code) } }, apart(context).rest, [code]),
    cancel: (subject, context) => ask(subject, "cancel", context),
    progress: (subject, progress, context) => ask(subject, { progress }, context),
    verify: async (subject, code, context) => {
      const { factor, grant, rest } = apart(context);
      return spend(subject, { verify: { code: typed(code), factor, grant } }, rest, [code]);
    },
    resync: async (subject, codes, context) => {
      const [first, second] = Array.isArray(codes) ? codes : [];
      const { factor, rest } = apart(context);
      return spend(subject, { resync: { first: typed(first), second: typed(second), factor } }, rest, [first, second]);
    },
    regenerateRecoveryCodes: (subject, context) => ask(subject, "regenerateRecoveryCodes", context),
    renameFactor: (subject, factor, name, context) => ask(subject, { renameFactor: { factor, name } }, context),
    removeFactor: (subject, factor, context) => ask(subject, { removeFactor: { factor } }, context),
    account: (subject, context) => ask(subject, "inspect", context),
    checkSession: (subject, session, context) =>
      decideAtOnce(service, subject, context, typed(session)) as Promise<types.Session | Denied>,
    closeSession: (subject, session, context) => {
      // A token has dots, an id has none.
      if (!typed(session).includes(".")) return ask(subject, { closeSession: { id: typed(session) } }, context);
      return ask(subject, { closeSession: {} }, context, typed(session));
    },
    closeSessions: (subject, context) => ask(subject, "closeSessions", context),
    history: (subject, page = {}) => history(service, subject, page),
    admin: {
      unlock: (subject, context) => ask(subject, "unlock", context),
      reset: (subject, context) => ask(subject, "reset", context),
      erase: (subject) => erase(service, subject),
    },
    passkeys: passkeysOf(service),
    guard: guardOf(service),
    fetch: fetchOf(service),
    outbox: outboxOf(service),
    keys: keysOf(service),
    get policy() {
      return service.policyReport.policy;
    },
    get weaknesses() {
      return weaknessesOf(service.policyReport);
    },
  };
}

/**
 * What a service can do. A denied code is a value; what rejects is an {@link MfaError}: a misuse, a record that does not
 * open, or `store_unavailable` and `store_conflict`, which are worth a 503.
 *
 * The subject is whose account it is, as the first factor found out: never what a request says of itself.
 */
export interface Mfa {
  /** Begins an enrolment beside the live factors. Demands a fresh session if there is a factor already. */
  enrol(subject: string, factor?: types.Enrol, context?: Context | null): Promise<types.Enrolling | Denied>;
  /** Confirms it by a code, which is spent. The first factor brings the recovery codes. */
  confirm(subject: string, code: string, context?: Context | null): Promise<types.Verified | Denied>;
  /** Drops the pending enrolment. */
  cancel(subject: string, context?: Context | null): Promise<types.Done | Denied>;
  /**
   * Notes how far somebody came with the last enrolment, as an event `enrolmentProgress`. Without one, and after the 50th
   * within a day, nothing is noted. `step` and `reason` are words of `a` to `z` and `_`.
   */
  progress(subject: string, progress: types.Progress, context?: Context | null): Promise<types.Done>;
  /** Spends a code of a factor, or a recovery code: their shapes tell them apart. Never rejects for anything in the code. */
  verify(subject: string, code: string, context?: FactorContext | null): Promise<types.Verified | Denied>;
  /** Finds an authenticator again whose clock or counter ran away, by two codes in a row. */
  resync(
    subject: string,
    codes: readonly [first: string, second: string],
    context?: FactorContext | null,
  ): Promise<types.Verified | Denied>;
  /** Makes new recovery codes; the old ones end with it. Demands a fresh session. */
  regenerateRecoveryCodes(subject: string, context?: Context | null): Promise<types.RecoveryCodes | Denied>;
  /** Gives a factor another name. Demands a fresh session. */
  renameFactor(subject: string, factor: number, name: string, context?: Context | null): Promise<types.Done | Denied>;
  /** Removes a factor. Demands a fresh session. */
  removeFactor(subject: string, factor: number, context?: Context | null): Promise<types.Done | Denied>;
  /** How the account stands: factors, sessions, devices, locks. Nothing secret is in it. */
  account(subject: string, context?: Context | null): Promise<types.Account>;
  /** Whether a session token is good for this subject. Never rejects for anything in the token; none is `no_session`. */
  checkSession(
    subject: string,
    session: string | null | undefined,
    context?: Context | null,
  ): Promise<types.Session | Denied>;
  /** Closes one session, by its id or its token. */
  closeSession(subject: string, session: string, context?: Context | null): Promise<types.Done | Denied>;
  /** Closes every session. */
  closeSessions(subject: string, context?: Context | null): Promise<types.Done>;
  /** What happened to the account, oldest first; 100 events unless told, from the one after the id `after` on. */
  history(
    subject: string,
    page?: { after?: string | undefined; limit?: number | undefined },
  ): Promise<(types.Event | UnreadableEvent)[]>;
  /**
   * Whether a request may do what it asks for: the first factor of `Authorization`, then the session of `X-Session-Token`,
   * or the code of `X-MFA-Token`, which is spent. A `Response` is the refusal, ready to be sent (RFC 9457, 6750, 9470); else
   * add `headers` to your answer.
   *
   * @example
   * ```js
   * import { totp } from "edge-mfa";
   * import { createMfa, keyring } from "edge-mfa/server";
   * import { memoryStore } from "edge-mfa/store/memory";
   *
   * const authenticate = (token) => (token === "alice.s-token" ? { subject: "alice" } : undefined); // see edge-mfa/jwt
   * const keys = keyring.generate({ environment: "test" });
   * const mfa = createMfa({ issuer: "Example", store: memoryStore(), keys, authenticate });
   *
   * async function transfer(request) {
   *   const passed = await mfa.guard(request, { action: "transfer", maxAge: 300 });
   *   if (passed instanceof Response) return passed;
   *   return new Response(`done for ${passed.subject}`, { headers: passed.headers });
   * }
   *
   * const { secret } = await mfa.enrol("alice");
   * await mfa.confirm("alice", totp.generate({ secret }));
   *
   * const ask = (headers) => transfer(new Request("https://api.example/transfer", { method: "POST", headers }));
   * const Authorization = "Bearer alice.s-token";
   * const refused = await ask({ Authorization });
   * assert.match(refused.headers.get("WWW-Authenticate"), /error="insufficient_user_authentication"/);
   *
   * const code = totp.generate({ secret, time: Date.now() + 30_000 }); // the next one: that of now has confirmed
   * const done = await ask({ Authorization, "X-MFA-Token": code });
   * assert.equal(await done.text(), "done for alice");
   * assert.equal((await ask({ Authorization, "X-Session-Token": done.headers.get("X-Session-Token") })).status, 200);
   * ```
   */
  guard: Guard;
  /** Answers the endpoints: enrolment, verification, factors, sessions, activity, health and `openapi.json`. */
  fetch: Fetch;
  /** Passkeys, security keys and biometrics (Web Authentication Level 3). */
  readonly passkeys: Passkeys;
  /** For administrators: they ask for no code. */
  readonly admin: Admin;
  /** Events that somebody has to be told of. */
  readonly outbox: Outbox;
  /** The keys, and what is sealed with them. */
  readonly keys: Keys;
  /** The policy in force, with every setting. */
  readonly policy: types.Policy;
  /** What the policy gives up against the defaults. */
  readonly weaknesses: readonly Weakness[];
}

export interface Admin {
  /** Ends every lock and forgets the failures. */
  unlock(subject: string, context?: Context | null): Promise<types.Done>;
  /** Removes all factors, recovery codes, devices and sessions. */
  reset(subject: string, context?: Context | null): Promise<types.Done>;
  /** Removes the record and its history, also what is still due: nothing of the account is left. */
  erase(subject: string): Promise<void>;
}

/** A context, which factor the code has to be of, and what for. */
export interface FactorContext extends Context {
  /** Its number; any factor unless told. */
  factor?: number | undefined;
  /** Of `verify`: what the session may then do once, within the policy's `freshness`. `guard` asks for it. */
  grant?: types.Target | undefined;
}

/** No, and why not. */
export interface Denied extends types.Denied {
  /** Help for the developer where the code was no string. */
  message?: string;
}

/** The notes of whose the credential ids are go, too. A record that does not open leaves them: they grant nothing. */
async function erase(service: Service, subject: string): Promise<void> {
  const account = await decide(service, subject, "inspect").catch(nothing);
  await service.remove(subject);
  for (const { passkey } of (account as types.Account | undefined)?.factors ?? [])
    if (passkey) await service.store.remove(core.credentialKey(passkey.credential));
}

const nothing = () => undefined;

/** What belongs to the command, and the rest. */
function apart(context: FactorContext | null | undefined): Partial<FactorContext> & { rest: typeof context } {
  if (typeof context !== "object" || context === null) return { rest: context };
  try {
    const { factor, grant, ...rest } = context;
    return { factor, grant, rest };
  } catch {
    throw contextInvalid(); // A getter that throws.
  }
}
