// What an API key is good for, as it is sealed with the key's hash.
import { core } from "../core.js";
import { MfaError, type MfaErrorCode } from "../error.js";

export interface NewApiKey {
  /** The service account. Take names that no person has: what is kept of a subject is kept of both. */
  subject: string;
  /** What it may do: up to 64, as in OAuth 2.0 (RFC 6749 section 3.3). None unless told. */
  scopes?: readonly string[] | undefined;
  /** From when on it is refused; it lasts until it is revoked unless told. Milliseconds since 1970. */
  expiresAt?: number | Date | undefined;
  /** For whoever looks after the keys: 1 to 64 characters on one line. */
  name?: string | undefined;
}

export interface Claims {
  subject: string;
  scopes: readonly string[];
  createdAt: number;
  expiresAt?: number;
  name?: string;
}

/** Refuses what is none; answers no more than what is to be sealed. */
export function checked(given: NewApiKey, now: number): Claims {
  const { subject, scopes = [], expiresAt, name } = Object(given) as NewApiKey;
  core.accountKey(subject); // The same rules as for people.
  if (!Array.isArray(scopes) || scopes.length > 64 || !scopes.every(isScope))
    throw invalid("command_invalid", 'scopes, up to 64 of 1 to 128 characters without spaces, " and \\');
  if (name !== undefined && !isName(name)) throw invalid("name_invalid", "1 to 64 characters on one line");
  const end = expiresAt === undefined ? undefined : Number(expiresAt);
  if (end !== undefined && !(Number.isSafeInteger(end) && end > now))
    throw invalid("time_invalid", "expiresAt, a Date or milliseconds since 1970, to come");
  return {
    subject,
    scopes: [...scopes],
    createdAt: now,
    ...(end !== undefined && { expiresAt: end }),
    ...(name !== undefined && { name }),
  };
}

/** A *scope-token*. */
function isScope(scope: unknown): boolean {
  return typeof scope === "string" && /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/.test(scope);
}

function isName(name: unknown): boolean {
  return typeof name === "string" && name.trim() === name && /^[^\p{C}\p{Zl}\p{Zp}]{1,64}$/u.test(name);
}

function invalid(code: MfaErrorCode, what: string): MfaError {
  return new MfaError(code, `${code.replaceAll("_", " ")}: ${what}`);
}
