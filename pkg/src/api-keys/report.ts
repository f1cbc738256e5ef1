// What somebody should look after.
import type { ApiKey } from "../api-keys.js";

export interface ApiKeyReport {
  /** How many there are. */
  keys: number;
  /** Ids of keys whose time is over: revoke them, and nobody wonders what they are. */
  expired: string[];
  /** Ids of keys whose end is near: the service needs another one. */
  expiring: string[];
  /** Ids of keys without an end. */
  unending: string[];
  /** Ids of keys that no key of the ring opens: they are refused. */
  unreadable: string[];
}

export function reportOf(found: readonly [string, ApiKey | undefined][], now: number, within: number): ApiKeyReport {
  const ids = (is: (end: number) => boolean) =>
    found.filter(([, key]) => key && is(key.expiresAt ?? Number.POSITIVE_INFINITY)).map(([id]) => id);
  return {
    keys: found.length,
    expired: ids((end) => end <= now),
    expiring: ids((end) => end > now && end <= now + within),
    unending: ids((end) => end === Number.POSITIVE_INFINITY),
    unreadable: found.filter(([, key]) => !key).map(([id]) => id),
  };
}
