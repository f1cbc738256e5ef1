// Passkeys: what a browser is asked for, and what it answered. Everything about that is decided in src/engine.
import type * as types from "../core.js";
import { core } from "../core.js";
import { MfaError } from "../error.js";
import type { Denied } from "../mfa.js";
import { type Context, decide, typed } from "./decide.js";
import type { Service } from "./service.js";

export interface Passkeys {
  /**
   * What `navigator.credentials.create` takes, after `PublicKeyCredential.parseCreationOptionsFromJSON`. The challenge is
   * good once, and the one before it no longer. Demands a fresh session if there is a factor already.
   *
   * @throws {@link MfaError} `relying_party_invalid` without `createMfa({ passkeys })`.
   */
  registrationOptions(
    subject: string,
    passkey?: types.NewPasskey,
    context?: Context | null,
  ): Promise<Options<CreationOptions> | Denied>;
  /**
   * Registers what the browser answered (`credential.toJSON()`), under a name, and verifies by it. The first factor brings
   * the recovery codes. Never rejects for anything in the answer.
   */
  register(
    subject: string,
    credential: unknown,
    name?: string | null,
    context?: Context | null,
  ): Promise<types.Verified | Denied>;
  /**
   * What `navigator.credentials.get` takes, after `PublicKeyCredential.parseRequestOptionsFromJSON`: one of the account's
   * passkeys. The challenge is good once, and the one before it no longer.
   */
  authenticationOptions(subject: string, context?: Context | null): Promise<Options<RequestOptions> | Denied>;
  /** Verifies by what the browser answered. Never rejects for anything in the answer. */
  authenticate(
    subject: string,
    credential: unknown,
    context?: (Context & { grant?: types.Target | undefined }) | null,
  ): Promise<types.Verified | Denied>;
  /** The same for somebody who has not said who they are: any passkey of this service, also by conditional mediation. */
  signInOptions(): Promise<Options<RequestOptions>>;
  /** Who that is, and a session of theirs. It is bound to no primary token: there was none. */
  signIn(credential: unknown, context?: Context | null): Promise<(types.Verified & { subject: string }) | Denied>;
  /** What browsers may be told of the account's passkeys (Web Authentication, section 5.1.10). */
  signals(subject: string): Promise<Signals>;
}

export interface Options<T> {
  ok: true;
  publicKey: T;
}

/** `PublicKeyCredentialCreationOptionsJSON` (Web Authentication, section 5.1.8). */
export interface CreationOptions {
  rp: { id: string; name: string };
  user: { id: string; name: string; displayName: string };
  challenge: string;
  pubKeyCredParams: { type: "public-key"; alg: number }[];
  timeout: number;
  excludeCredentials: types.Descriptor[];
  authenticatorSelection: {
    authenticatorAttachment?: types.Attachment;
    residentKey: "preferred";
    requireResidentKey: false;
    userVerification: "required" | "preferred";
  };
  hints: string[];
  attestation: "none" | "direct";
  extensions: { credProps: true };
}

/** `PublicKeyCredentialRequestOptionsJSON` (Web Authentication, section 5.1.9). */
export interface RequestOptions {
  rpId: string;
  challenge: string;
  timeout: number;
  allowCredentials: types.Descriptor[];
  userVerification: "required" | "preferred";
}

/** What `signalAllAcceptedCredentials` and `signalCurrentUserDetails` take. */
export interface Signals {
  rpId: string;
  userId: string | undefined;
  allAcceptedCredentialIds: string[];
}

export function passkeysOf(service: Service): Passkeys {
  const ask = <T>(subject: string, command: types.Command, context?: Context | null) =>
    decide(service, subject, command, context) as Promise<T | Denied>;
  return {
    async registrationOptions(subject, passkey = {}, context) {
      const options = await ask<types.RegistrationOptions>(subject, { registrationOptions: passkey }, context);
      return options.ok ? { ok: true, publicKey: creation(service, options) } : options;
    },
    register: (subject, credential, name, context) =>
      ask(subject, { register: { response: registered(credential), name: name ?? undefined } }, context),
    async authenticationOptions(subject, context) {
      const options = await ask<types.AuthenticationOptions>(subject, "authenticationOptions", context);
      return options.ok ? { ok: true, publicKey: request(service, options) } : options;
    },
    async authenticate(subject, credential, context) {
      const { grant, ...rest } = context ?? {};
      return ask(subject, { authenticate: { response: authenticated(credential), grant } }, rest);
    },
    async signInOptions() {
      relyingParty(service);
      const engine = await service.engine();
      const challenge = engine((handle) =>
        service.random(32, (seed) => core.signInChallenge(handle, service.now(), seed)),
      );
      const { challenge: timeout } = service.policyReport.policy;
      return { ok: true, publicKey: request(service, { challenge, allow: [], userVerification: true, timeout }) };
    },
    signIn: (credential, context) => signIn(service, authenticated(credential), context),
    async signals(subject) {
      const { factors, userHandle } = (await ask<types.Account>(subject, "inspect")) as types.Account;
      const ids = factors.flatMap(({ passkey }) => passkey?.credential ?? []);
      return { rpId: relyingParty(service).rpId, userId: userHandle, allAcceptedCredentialIds: ids };
    },
  };
}

/** The challenge is spent before anything else is done, in a record of its own: whose it is only the answer tells. */
async function signIn(
  service: Service,
  response: types.AuthenticationResponse,
  context?: Context | null,
): Promise<(types.Verified & { subject: string }) | Denied> {
  relyingParty(service);
  const engine = await service.engine();
  const spent = engine((handle) => core.signInSpend(handle, response.clientDataJson, service.now()));
  if (spent === undefined) return { ok: false, reason: "no_challenge" };
  const [expiresAt, place = ""] = spent.split(" ");
  if (!(await service.store.commit(place, undefined, SPENT, [], Number(expiresAt))))
    return { ok: false, reason: "no_challenge" };
  const key = core.credentialKey(response.id);
  const note = await service.store.load(key);
  if (!note) return { ok: false, reason: "passkey_unknown" };
  const subject = engine((handle) => core.credentialOwner(handle, key, note.body));
  const outcome = (await decide(service, subject, { signIn: { response } }, context)) as types.Verified | Denied;
  return outcome.ok ? { ...outcome, subject } : outcome;
}

function creation(service: Service, options: types.RegistrationOptions): CreationOptions {
  const { challenge, userHandle, account, displayName, algorithms, attachment, userVerification, exclude } = options;
  return {
    rp: { id: relyingParty(service).rpId, name: service.issuer },
    user: { id: userHandle, name: account, displayName },
    challenge,
    pubKeyCredParams: algorithms.map((alg) => ({ type: "public-key", alg })),
    timeout: options.timeout * 1000,
    excludeCredentials: exclude,
    authenticatorSelection: {
      ...(attachment && { authenticatorAttachment: attachment }),
      residentKey: "preferred",
      requireResidentKey: false,
      userVerification: userVerification ? "required" : "preferred",
    },
    hints: attachment === undefined ? [] : HINTS[attachment],
    attestation: options.attestation ? "direct" : "none",
    extensions: { credProps: true },
  };
}

function request(service: Service, options: Omit<types.AuthenticationOptions, "ok">): RequestOptions {
  return {
    rpId: relyingParty(service).rpId,
    challenge: options.challenge,
    timeout: options.timeout * 1000,
    allowCredentials: options.allow,
    userVerification: options.userVerification ? "required" : "preferred",
  };
}

function relyingParty(service: Service): types.PasskeySettings {
  if (service.passkeys) return service.passkeys;
  throw new MfaError("relying_party_invalid", "relying party invalid: passkeys need createMfa({ passkeys })");
}

/** The parts of `RegistrationResponseJSON` that are read. What is missing or no text passes no check. */
function registered(credential: unknown): types.RegistrationResponse {
  const { id, response, authenticatorAttachment } = parts(credential);
  const transports = Array.isArray(response.transports) ? response.transports.slice(0, MOST) : [];
  const attachment = authenticatorAttachment === "platform" ? ("platform" as const) : undefined;
  return {
    id: typed(id),
    clientDataJson: long(response.clientDataJSON),
    attestationObject: long(response.attestationObject),
    transports: transports.map(typed),
    ...(attachment && { attachment }),
  };
}

/** The same of `AuthenticationResponseJSON`. */
function authenticated(credential: unknown): types.AuthenticationResponse {
  const { id, response } = parts(credential);
  const { userHandle } = response;
  return {
    id: typed(id),
    clientDataJson: long(response.clientDataJSON),
    authenticatorData: long(response.authenticatorData),
    signature: long(response.signature),
    ...(typeof userHandle === "string" && { userHandle: typed(userHandle) }),
  };
}

/** A `PublicKeyCredential` itself will do as well: it becomes its JSON. A copy, as a getter may throw. */
function parts(credential: unknown): Record<string, unknown> & { response: Record<string, unknown> } {
  try {
    const { toJSON } = Object(credential);
    const json = typeof toJSON === "function" ? toJSON.call(credential) : credential;
    return { ...json, response: { ...json?.response } };
  } catch {
    return { response: {} };
  }
}

/** Base64url of a part of an answer. */
function long(given: unknown): string {
  return typeof given === "string" && given.length <= LONGEST && /^[\w-]*$/.test(given) ? given : "";
}

/** Web Authentication, section 5.8.7. */
const HINTS = { platform: ["client-device"], "cross-platform": ["security-key", "hybrid"] };
/** Characters. An attestation with its certificates has some thousands. */
const LONGEST = 16_384;
/** Transports. */
const MOST = 8;
/** The record of a challenge that was answered: that it is there is all. */
const SPENT = new Uint8Array(1);
