/** `otpauth://` URIs, which authenticators scan, and Google Authenticator's exports. */
import { json, list, text } from "./call.js";
import { generator } from "./generator.js";
import type { Algorithm } from "./hotp.js";
import { MIGRATION_BUILD, MIGRATION_PARSE, MIGRATION_PART, OTPAUTH_BUILD, OTPAUTH_PARSE } from "./operation.js";

/** An account to be written. */
export interface Account {
  /** Default `totp`. */
  type?: "totp" | "hotp" | "steam" | undefined;
  /** Who runs the service, as people know it. Without `:`. */
  issuer: string;
  /** Whose account it is there: a user name or an e-mail address. Without `:`. */
  account: string;
  /** base32 as people type it, or the bytes; at least 16 bytes in a URI. */
  secret: string | Uint8Array;
  /** Default `SHA1`. */
  algorithm?: Algorithm | undefined;
  /** 6 (default), 7 or 8; Steam has 5. */
  digits?: number | undefined;
  /** Of TOTP: seconds, default 30. */
  period?: number | undefined;
  /** Of HOTP: the counter of the next code. */
  counter?: number | undefined;
}

/** An account that was read; it can be given to {@link build}, `totp` and `hotp` as it is. */
export type ParsedAccount = {
  /** Empty if unknown. */
  issuer: string;
  account: string;
  /** Canonical base32. */
  secret: string;
  algorithm: Algorithm;
  digits: number;
  /** What is unusual: `weak_secret`, `no_issuer`, `no_account`, `plus_as_space`, `plain_steam`. */
  warnings: string[];
} & ({ type: "totp" | "steam"; period: number } | { type: "hotp"; counter: number });

/**
 * Writes the URI for a QR code or a link.
 *
 * @throws {@link MfaError} `issuer_invalid`, `account_invalid`, `secret_too_short` and those of the options.
 * @example
 * ```js
 * import { otpauth } from "edge-mfa";
 *
 * const uri = otpauth.build({ issuer: "ACME Co", account: "alice", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" });
 * assert.equal(
 *   uri,
 *   "otpauth://totp/ACME%20Co:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=ACME%20Co&algorithm=SHA1&digits=6&period=30",
 * );
 * ```
 */
export function build(account: Account): string {
  return text(OTPAUTH_BUILD, fields(account));
}

/**
 * Reads a URI: forgivingly where authenticators are, strictly where a doubt would show a person the wrong account.
 *
 * @throws {@link MfaError} with a `uri_…` code, or the code of the value that is wrong.
 * @example
 * ```js
 * import { otpauth, totp } from "edge-mfa";
 *
 * const account = otpauth.parse("otpauth://totp/ACME:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
 * assert.equal(account.issuer, "ACME");
 * assert.equal(totp.generate({ ...account, time: 59_000 }), "287082");
 * ```
 */
export function parse(uri: string): ParsedAccount {
  return json(OTPAUTH_PARSE, [uri]);
}

/**
 * Reads a Google Authenticator export (`otpauth-migration://`).
 *
 * @param uris One QR code's URI, which may be a part of more; or a list of all parts, in any order.
 * @throws {@link MfaError} `migration_incomplete` while a part of a list is missing, and other `migration_…` codes.
 * @example
 * ```js
 * import { otpauth } from "edge-mfa";
 *
 * const [alice] = otpauth.parseMigration(
 *   "otpauth-migration://offline?data=Ch0KCkhlbGxvId6tvu8SBWFsaWNlGgJFeCABKAEwAhABGAIgAChN",
 * );
 * assert.equal(alice.account, "alice");
 * ```
 */
export function parseMigration(uris: string | readonly string[]): ParsedAccount[] {
  return Array.isArray(uris) ? json(MIGRATION_PARSE, list(uris, 100)) : json(MIGRATION_PART, [uris]);
}

/**
 * Writes a Google Authenticator export: a URI for every ten accounts, each to be shown as a QR code.
 *
 * @throws {@link MfaError} `migration_unsupported` for seven digits, a period other than 30 s, and Steam.
 * @example
 * ```js
 * import { otpauth } from "edge-mfa";
 *
 * const alice = otpauth.parse("otpauth://totp/ACME:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
 * assert.deepEqual(otpauth.parseMigration(otpauth.buildMigration([alice])), [alice]);
 * ```
 */
export function buildMigration(accounts: readonly Account[]): string[] {
  return json(MIGRATION_BUILD, list(accounts, 1000).flatMap(fields));
}

function fields(options: unknown): unknown[] {
  const { issuer, account } = Object(options);
  return [...generator(options), issuer, account];
}
