// What is demanded of a token: every option, with its default and its bounds.
import type { JSONWebKeySet, JWTPayload, JWTVerifyGetKey } from "jose";
import { MfaError } from "../error.js";

/** Signatures by a key that only the issuer has. `none` and `HS256` are not among them. */
export type JwtAlgorithm = (typeof ALGORITHMS)[number];

export interface JwtOptions {
  /** The issuer, as it stands in `iss`, to the letter. */
  issuer: string;
  /** Who you are to the issuer: one of these has to stand in `aud`, to the letter. */
  audience: string | readonly string[];
  /**
   * The issuer's keys: the URL of a JWK Set, the set itself, or a key getter of `jose`. By default the URL is asked for at
   * `/.well-known/openid-configuration` of the issuer. URLs are https, except those of this machine.
   */
  jwks?: string | URL | JSONWebKeySet | JWTVerifyGetKey | undefined;
  /** Default RS256, PS256, ES256 and EdDSA, also by its newer name Ed25519. */
  algorithms?: readonly JwtAlgorithm[] | undefined;
  /** Seconds that the issuer's clock may be off, 0 to 60; default 5. */
  clockTolerance?: number | undefined;
  /** Scopes that every token needs to be good at all. What one action needs is for the guard. */
  scopes?: readonly string[] | undefined;
  /**
   * The claim that names the account, or a function that answers the name; default `sub`. Where there are several issuers,
   * put a name of the issuer into it: a `sub` is unique for one of them only. What is empty or no text makes the token no good.
   */
  subject?: string | ((claims: JWTPayload) => string | undefined) | undefined;
  /**
   * Which tokens are of a service account: `true` for what the client got on its own (client credentials). Never unless
   * told. How that is seen is the issuer's: in many `sub` is then the `client_id`.
   */
  service?: ((claims: JWTPayload) => boolean) | undefined;
  /**
   * The claim that stands for the sign-in, such as `sid`: sessions are bound to it, and outlive the token. Where it is not
   * told, or not in a token, they are bound to that very token.
   */
  binding?: string | undefined;
  /** `rfc9068` demands the type `at+jwt` and all claims of RFC 9068: so an ID token never passes for an access token. */
  profile?: "rfc9068" | undefined;
  /** Milliseconds to wait for the issuer; default 5,000. */
  timeout?: number | undefined;
  /** Milliseconds for which keys are kept; default 600,000. So long a key may still be taken that the issuer withdrew. */
  cacheMaxAge?: number | undefined;
  /**
   * Milliseconds in which keys are not asked for again after that was in vain for a key id nobody knows; default 30,000.
   * A key id that is new and known to the issuer is found at once.
   */
  cooldown?: number | undefined;
  /** The clock; default `Date.now`. */
  now?: (() => number | Date) | undefined;
}

/** Every option with a value. */
export interface Settings extends Required<Omit<JwtOptions, "audience" | "jwks" | "profile" | "binding">> {
  binding: string | undefined;
  audience: readonly string[];
  jwks: JwtOptions["jwks"];
  algorithms: readonly JwtAlgorithm[];
  scopes: readonly string[];
  subject: NonNullable<JwtOptions["subject"]>;
  service: NonNullable<JwtOptions["service"]>;
  profile: JwtOptions["profile"];
  clockTolerance: number;
  timeout: number;
  cacheMaxAge: number;
  cooldown: number;
  now: () => number | Date;
}

export function checked(options: JwtOptions): Settings {
  const given = Object.fromEntries(Object.entries(Object(options)).filter(([, value]) => value !== undefined));
  const settings: Settings = { ...DEFAULTS, ...(given as unknown as JwtOptions & Settings) };
  settings.audience = list(settings.audience as unknown);
  const { issuer, jwks } = settings;
  if (typeof issuer !== "string" || issuer === "" || (jwks === undefined && !isSafe(issuer)))
    throw new MfaError("issuer_invalid", "issuer invalid: an https URL, or with jwks any text");
  // A name with a typo would be a demand that is not made.
  const unknown = Object.keys(given).find((name) => name !== "issuer" && !Object.hasOwn(RULES, name));
  if (unknown !== undefined) throw invalid(`known are issuer, ${Object.keys(RULES).join(", ")}`);
  for (const [name, [isRight, wanted]] of Object.entries(RULES)) {
    if (!isRight(settings[name as keyof Settings])) throw invalid(`${name}, ${wanted}`);
  }
  return settings;
}

/** Whether it is a URL that nobody on the way can answer for: https, or on this machine. */
export function isSafe(url: string | URL): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || (protocol === "http:" && /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(hostname));
}

function invalid(what: string): MfaError {
  return new MfaError("policy_invalid", `policy invalid: ${what}`);
}

function list(value: unknown): readonly string[] {
  return Array.isArray(value) ? [...value] : [value as string];
}

function isKeys(jwks: unknown): boolean {
  if (jwks === undefined || typeof jwks === "function") return true;
  if (typeof jwks === "string" || jwks instanceof URL) return isSafe(jwks);
  return Array.isArray(Object(jwks).keys);
}

const isText = (value: unknown) => typeof value === "string" && value !== "";
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isFunction = (value: unknown) => typeof value === "function";
const isWithin = (least: number, most: number) => (value: unknown) =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

const ALGORITHMS = [
  ...(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] as const),
  ...(["ES256", "ES384", "ES512", "EdDSA", "Ed25519"] as const),
] as const;

const DAY = 86_400_000;

const RULES: Record<string, readonly [isRight: (value: unknown) => boolean, wanted: string]> = {
  audience: [(value) => isTexts(value) && (value as string[]).length > 0, "a text or a list of them"],
  jwks: [isKeys, "an https URL, a JWK Set or a function"],
  algorithms: [
    (value) => isTexts(value) && (value as string[]).length > 0 && (value as string[]).every(isAlgorithm),
    `of ${ALGORITHMS.join(", ")}`,
  ],
  clockTolerance: [isWithin(0, 60), "seconds from 0 to 60"],
  scopes: [isTexts, "a list of texts"],
  subject: [(value) => isText(value) || isFunction(value), "the name of a claim or a function"],
  service: [isFunction, "a function"],
  binding: [(value) => value === undefined || isText(value), "the name of a claim"],
  profile: [(value) => value === undefined || value === "rfc9068", "rfc9068"],
  timeout: [isWithin(1, 60_000), "milliseconds from 1 to 60,000"],
  cacheMaxAge: [isWithin(0, DAY), "milliseconds up to a day"],
  cooldown: [isWithin(0, DAY), "milliseconds up to a day"],
  now: [isFunction, "a function"],
};

function isAlgorithm(name: string): boolean {
  return (ALGORITHMS as readonly string[]).includes(name);
}

const DEFAULTS = {
  algorithms: ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"],
  clockTolerance: 5,
  scopes: [],
  subject: "sub",
  service: () => false,
  timeout: 5000,
  cacheMaxAge: 600_000,
  cooldown: 30_000,
  now: Date.now,
} as const;
