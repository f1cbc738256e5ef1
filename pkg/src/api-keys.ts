/**
 * API keys for service accounts: from one backend to another, where nobody is there to read a code off a phone.
 *
 * A key is shown once. What is stored is a keyed hash, sealed with what the key is good for, in the store that holds the
 * accounts, too. A scanner for secrets finds one by `mfaa_(live|test)_[0-9A-HJKMNP-TV-Z]{16}_[0-9A-HJKMNP-TV-Z]{40}`.
 *
 * @packageDocumentation
 */
import { checked, type NewApiKey } from "./api-keys/claims.js";
import { type ApiKeyReport, reportOf } from "./api-keys/report.js";
import type { Principal } from "./authenticate.js";
import { core } from "./core.js";
import { MfaError } from "./error.js";
import { type Engine, type MfaOptions, Service } from "./mfa/service.js";

export type { NewApiKey } from "./api-keys/claims.js";
export type { ApiKeyReport } from "./api-keys/report.js";
export type { Principal } from "./authenticate.js";

/** As for `createMfa`, and best the same: then `mfa.keys.rotate` seals API keys anew, too. */
export type ApiKeysOptions = Pick<MfaOptions, "store" | "keys" | "now" | "random" | "timeout">;

/**
 * API keys in a store. Nothing is read or written before the first call.
 *
 * @throws {@link MfaError} as `createMfa` does, for the options that it shares with it.
 * @example
 * ```js
 * import { apiKeys } from "edge-mfa/api-keys";
 * import { keyring } from "edge-mfa/server";
 * import { memoryStore } from "edge-mfa/store/memory";
 *
 * const services = apiKeys({ store: memoryStore(), keys: keyring.generate({ environment: "test" }) });
 *
 * const { id, key } = await services.create({ subject: "billing", scopes: ["orders:read"] });
 * assert.match(key, /^mfaa_test_/); // show it once
 *
 * const principal = await services.authenticate(key);
 * assert.deepEqual(principal, { subject: "billing", scopes: ["orders:read"], service: true });
 *
 * await services.revoke(id);
 * assert.equal(await services.authenticate(key), undefined);
 * ```
 */
export function apiKeys(options: ApiKeysOptions): ApiKeys {
  const { store, keys, now, random, timeout } = Object(options) as ApiKeysOptions;
  // No link and no token is made, where an issuer would be seen.
  const service = new Service({ issuer: "edge-mfa", store, keys, now, random, timeout });
  return {
    create: (key) => create(service, key),
    authenticate: (token) => authenticate(service, token),
    async list() {
      const found: ApiKey[] = [];
      await visit(service, (_, key) => key && found.push(key));
      return found;
    },
    async report({ within = 30 * DAY } = {}) {
      const found: [string, ApiKey | undefined][] = [];
      await visit(service, (id, key) => found.push([id, key]));
      return reportOf(found, service.now(), within);
    },
    revoke: (id) => revoke(service, id),
  };
}

export interface ApiKeys {
  /**
   * Makes a key.
   *
   * @throws {@link MfaError} `subject_invalid`, `name_invalid`, `time_invalid` for an end that is not to come;
   *   `command_invalid` for scopes that are none (RFC 6749 section 3.3).
   */
  create(key: NewApiKey): Promise<{
    /** What to revoke it by; no secret. */
    id: string;
    /** The key. It is not stored and never shown again. */
    key: string;
  }>;
  /**
   * Whose key it is: for `createMfa`, alone or in `anyOf`. One read and no write; a key that is revoked is refused at once.
   *
   * `undefined` for everything that is no key of this store, wrong, revoked or expired. It rejects where the store fails,
   * and where a record does not open: one that was put in another's place, or sealed with a key that is not in the ring.
   */
  authenticate(token: string): Promise<Principal | undefined>;
  /** All keys, the expired ones included. It looks at every key of the store: for an administrator, not for requests. */
  list(): Promise<ApiKey[]>;
  /** What somebody should look after; `within` so many milliseconds (30 days), an end is near. */
  report(options?: { within?: number | undefined }): Promise<ApiKeyReport>;
  /** Removes a key. Whether there was one. */
  revoke(id: string): Promise<boolean>;
}

/** What is known of a key: all but the key. */
export interface ApiKey extends Omit<NewApiKey, "scopes" | "expiresAt"> {
  id: string;
  scopes: readonly string[];
  /** Milliseconds since 1970. */
  createdAt: number;
  /** From when on it is refused, in milliseconds since 1970. */
  expiresAt?: number;
}

async function create(service: Service, given: NewApiKey): Promise<{ id: string; key: string }> {
  const engine = await service.engine();
  const claims = checked(given, service.now());
  return service.untilCommitted(async () => {
    const { key, body } = engine((handle) =>
      service.random(32, (seed) =>
        core.apiKeyGenerate(handle, JSON.stringify(claims), claims.expiresAt ?? NEVER, seed),
      ),
    );
    const id = engine((handle) => core.apiKeyId(handle, key)) as string;
    return (await service.store.commit(PLACE + id, undefined, body, [])) ? { id, key } : undefined;
  });
}

async function authenticate(service: Service, token: string): Promise<Principal | undefined> {
  const engine = await service.engine();
  const id = engine((handle) => core.apiKeyId(handle, token));
  const record = id && (await service.store.load(PLACE + id));
  if (!record) return undefined;
  const claims = engine((handle) => core.apiKeyVerify(handle, PLACE + id, record.body, token, service.now()));
  if (!claims) return undefined;
  const { subject, scopes } = JSON.parse(claims);
  return { subject, scopes, service: true };
}

async function revoke(service: Service, id: string): Promise<boolean> {
  // What is no id must not name another record.
  if (!/^[0-9A-Z]{16}$/.test(id)) throw new MfaError("command_invalid", "command invalid: the id of an API key");
  const record = await service.store.load(PLACE + id);
  if (record) await service.store.remove(PLACE + id);
  return record !== undefined;
}

/** Shows every key of the store; `undefined` is one that no key of the ring opens. */
async function visit(service: Service, show: (id: string, key: ApiKey | undefined) => void): Promise<void> {
  const engine = await service.engine();
  for (let last: string | undefined; ; ) {
    const page = await service.store.keys(last, PAGE);
    if (page.length === 0) return;
    last = page.at(-1);
    for (const place of page.filter((place) => place.startsWith(PLACE))) {
      const record = await service.store.load(place);
      if (record) show(place.slice(PLACE.length), opened(engine, place, record.body));
    }
  }
}

function opened(engine: Engine, place: string, body: Uint8Array): ApiKey | undefined {
  try {
    const claims = engine((handle) => core.apiKeyClaims(handle, place, body));
    return { id: place.slice(PLACE.length), ...JSON.parse(claims) };
  } catch (error) {
    if (error instanceof MfaError) return undefined;
    throw error;
  }
}

/** What the store keys begin with, also in `src/protect/api_key.rs`. */
const PLACE = "api-key:";
/** 2^53 − 1, the end of a key without an end. */
const NEVER = Number.MAX_SAFE_INTEGER;
/** Keys that are asked for at once. */
const PAGE = 1000;
/** Milliseconds. */
const DAY = 86_400_000;
