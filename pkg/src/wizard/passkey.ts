// The ceremonies of Web Authentication Level 3 in the browser: JSON in, JSON out, and one kind of error.

/** Why a ceremony ended without a passkey. */
export type PasskeyErrorCode =
  /** The person closed the dialog, waited too long, or no passkey here fits (`NotAllowedError`). */
  | "passkey_cancelled"
  /** This device has a passkey of the account already (`InvalidStateError`). */
  | "passkey_exists"
  /** The page is not of the domain that the passkeys are for, or not secure (`SecurityError`). */
  | "passkey_domain"
  /** The caller's signal, or another ceremony that took its place (`AbortError`). */
  | "passkey_aborted"
  /** No authenticator here does what is demanded, such as checking who uses it (`ConstraintError`). */
  | "passkey_constraint"
  /** The browser or the authenticator knows none of this (`NotSupportedError`). */
  | "passkey_unsupported"
  | "passkey_failed";

/** What {@link passkeys} reject with; its `cause` is the browser's own exception. */
export class PasskeyError extends Error {
  static {
    PasskeyError.prototype.name = "PasskeyError";
  }

  readonly code: PasskeyErrorCode;

  constructor(code: PasskeyErrorCode, options?: ErrorOptions) {
    super(MESSAGES[code], options);
    this.code = code;
  }
}

/** `PublicKeyCredentialCreationOptionsJSON` or `PublicKeyCredentialRequestOptionsJSON`. */
// biome-ignore lint/suspicious/noExplicitAny: the types of TypeScript's DOM differ from one version to the next.
type OptionsJSON = any;

/** A credential as JSON, for the service. */
export type CredentialJSON = Record<string, unknown>;

/** Makes a passkey; rejects with a {@link PasskeyError}. */
export async function register(publicKey: OptionsJSON, { signal }: { signal?: AbortSignal | undefined } = {}) {
  const parse = (credentials().parseCreationOptionsFromJSON ?? creationOptions) as (json: OptionsJSON) => object;
  return ceremony(signal, (signal) =>
    navigator.credentials.create({ publicKey: parse.call(PublicKeyCredential, publicKey) as never, signal }),
  );
}

/**
 * Uses a passkey; rejects with a {@link PasskeyError}. With `mediation: "conditional"` it waits until the person picks one
 * from the list below a field with `autocomplete="webauthn"`.
 */
export async function authenticate(
  publicKey: OptionsJSON,
  {
    signal,
    mediation,
  }: { signal?: AbortSignal | undefined; mediation?: CredentialMediationRequirement | undefined } = {},
) {
  const parse = (credentials().parseRequestOptionsFromJSON ?? requestOptions) as (json: OptionsJSON) => object;
  return ceremony(signal, (signal) =>
    navigator.credentials.get({
      ...{ publicKey: parse.call(PublicKeyCredential, publicKey) as never, signal },
      ...(mediation && { mediation }),
    }),
  );
}

/** Ends the ceremony that runs; it rejects with `passkey_aborted`. */
export function abort(): void {
  current?.abort(new DOMException("another ceremony", "AbortError"));
  current = undefined;
}

/** Whether this browser can make and use passkeys at all. */
export function isSupported(): boolean {
  return typeof globalThis.PublicKeyCredential === "function" && typeof navigator?.credentials?.create === "function";
}

/** Whether this device itself can hold one and check who uses it. */
export async function isPlatformAvailable(): Promise<boolean> {
  return isSupported() && answer(() => PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable());
}

/** Whether passkeys can be offered below a field of a form. */
export async function isConditionalAvailable(): Promise<boolean> {
  return isSupported() && answer(() => PublicKeyCredential.isConditionalMediationAvailable?.());
}

/** Tells the password manager that the service does not know this credential (`passkey_unknown`), where it can be told. */
export function signalUnknown(rpId: string, credentialId: string): Promise<boolean> {
  return signal("signalUnknownCredential", { rpId, credentialId });
}

/** Tells it which credentials the account has: it hides the others. */
export function signalAccepted(signals: { rpId: string; userId: string; allAcceptedCredentialIds: readonly string[] }) {
  return signal("signalAllAcceptedCredentials", signals);
}

/** Tells it how the account is called now. */
export function signalDetails(details: { rpId: string; userId: string; name: string; displayName: string }) {
  return signal("signalCurrentUserDetails", details);
}

/** One at a time: browsers refuse a second one, and one that waits in a list is in the way of every other. */
let current: AbortController | undefined;

async function ceremony(
  given: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<Credential | null>,
): Promise<CredentialJSON> {
  if (!isSupported()) throw new PasskeyError("passkey_unsupported");
  abort();
  const own = new AbortController();
  current = own;
  const follow = () => own.abort(given?.reason);
  if (given?.aborted) follow();
  given?.addEventListener("abort", follow, { once: true });
  try {
    const credential = await run(own.signal);
    if (!credential) throw new PasskeyError("passkey_failed");
    return json(credential as PublicKeyCredential);
  } catch (error) {
    if (error instanceof PasskeyError) throw error;
    // The reason of a signal may be anything.
    const name = own.signal.aborted ? "AbortError" : Object(error).name;
    const code = Object.hasOwn(CODES, name) ? CODES[name] : undefined;
    throw new PasskeyError(code ?? "passkey_failed", { cause: error });
  } finally {
    given?.removeEventListener("abort", follow);
    if (current === own) current = undefined;
  }
}

function json(credential: PublicKeyCredential): CredentialJSON {
  if (typeof credential.toJSON === "function") {
    try {
      return credential.toJSON() as unknown as CredentialJSON;
    } catch {
      // Some password managers answer an object that is not the browser's own, and whose method refuses it.
    }
  }
  const { id, type, authenticatorAttachment, response } = credential;
  const parts: Record<string, unknown> = {};
  for (const name of PARTS) {
    const part = (response as unknown as Record<string, unknown>)[name];
    if (part instanceof ArrayBuffer) parts[name] = encode(part);
  }
  const { getTransports } = response as AuthenticatorAttestationResponse;
  if (typeof getTransports === "function") parts.transports = getTransports.call(response);
  const extensions = credential.getClientExtensionResults();
  return { id, rawId: id, type, authenticatorAttachment, response: parts, clientExtensionResults: extensions };
}

/** For browsers without `parseCreationOptionsFromJSON`. */
function creationOptions(given: OptionsJSON): object {
  const { challenge, user, excludeCredentials = [], ...rest } = given;
  return {
    ...{ ...rest, challenge: decode(challenge), user: { ...user, id: decode(user.id) } },
    excludeCredentials: excludeCredentials.map(descriptor),
  };
}

function requestOptions(given: OptionsJSON): object {
  const { challenge, allowCredentials = [], ...rest } = given;
  return { ...rest, challenge: decode(challenge), allowCredentials: allowCredentials.map(descriptor) };
}

const descriptor = (given: { id: string }) => ({ ...given, id: decode(given.id) });

function decode(text: string): ArrayBuffer {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0)).buffer;
}

function encode(bytes: ArrayBuffer): string {
  const binary = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** The static methods, of which a browser may have some. */
// biome-ignore lint/suspicious/noExplicitAny: newer than TypeScript's DOM.
const credentials = (): any => globalThis.PublicKeyCredential ?? {};

/** Where there is no such method, or it refuses, nothing is lost. */
async function signal(name: string, details: object): Promise<boolean> {
  if (!isSupported() || typeof credentials()[name] !== "function") return false;
  return answer(() =>
    credentials()
      [name](details)
      .then(() => true),
  );
}

async function answer(ask: () => Promise<boolean> | undefined): Promise<boolean> {
  try {
    return (await ask()) ?? false;
  } catch {
    return false;
  }
}

const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
const CODES: Partial<Record<string, PasskeyErrorCode>> = {
  NotAllowedError: "passkey_cancelled",
  InvalidStateError: "passkey_exists",
  SecurityError: "passkey_domain",
  AbortError: "passkey_aborted",
  ConstraintError: "passkey_constraint",
  NotSupportedError: "passkey_unsupported",
};
const MESSAGES: Record<PasskeyErrorCode, string> = {
  passkey_cancelled: "the ceremony was cancelled, took too long, or no passkey fits",
  passkey_exists: "this device has a passkey of the account already",
  passkey_domain: "the page is not of the domain of the passkeys, or not secure",
  passkey_aborted: "the ceremony was aborted",
  passkey_constraint: "no authenticator does what is demanded",
  passkey_unsupported: "passkeys are not supported here",
  passkey_failed: "the ceremony failed",
};
