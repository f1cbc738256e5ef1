/**
 * A store in the memory of this process: for tests, and for a single process that may forget everything.
 *
 * Durability: none. What was committed is gone with the process, and another process sees nothing of it: a used code
 * would be good once more. For anything else take `sqliteStore`.
 *
 * @packageDocumentation
 */
import { firstRevision, type NewEvent, type Store, type StoredEvent, type StoreOptions } from "./store.js";

/**
 * @example
 * ```js
 * import { memoryStore } from "edge-mfa/store/memory";
 *
 * const store = memoryStore();
 * assert.equal(await store.commit("ann", undefined, new Uint8Array([1]), []), true);
 * const { revision, body } = await store.load("ann");
 * assert.deepEqual(body, new Uint8Array([1]));
 *
 * // Two that have seen the same revision: one of them wins.
 * assert.equal(await store.commit("ann", revision, new Uint8Array([2]), []), true);
 * assert.equal(await store.commit("ann", revision, new Uint8Array([3]), []), false);
 * ```
 */
export function memoryStore({ now = Date.now }: StoreOptions = {}): Store {
  const records = new Map<string, Entry>();
  const histories = new Map<string, StoredEvent[]>();
  /** The keys of records that expire, the one looked at longest ago first. */
  const expiring = new Set<string>();

  const alive = (key: string): Entry | undefined => {
    const entry = records.get(key);
    return entry && now() < entry.expiresAt ? entry : undefined;
  };

  const forget = (key: string): void => {
    records.delete(key);
    histories.delete(key);
    expiring.delete(key);
  };

  /** Looks at two for each that comes, so that they cannot pile up. */
  const sweep = (): void => {
    for (const key of [...take(expiring, 2)]) {
      expiring.delete(key);
      if (alive(key) || histories.get(key)?.some(({ due }) => due !== undefined)) expiring.add(key);
      else forget(key);
    }
  };

  return {
    async load(key) {
      const entry = alive(key);
      return entry && { revision: entry.revision, body: bytesOf(entry.body) };
    },

    async commit(key, expected, body, events, expiresAt = Number.POSITIVE_INFINITY) {
      const revision = alive(key)?.revision;
      if (revision !== expected) return false;
      records.set(key, {
        revision: revision === undefined ? firstRevision() : revision + 1,
        body: bytesOf(body),
        expiresAt,
      });
      if (events.length > 0 && !histories.has(key)) histories.set(key, []);
      for (const event of events) histories.get(key)?.push(kept(key, event));
      expiring.delete(key);
      if (expiresAt < Number.POSITIVE_INFINITY) {
        expiring.add(key);
        sweep();
      }
      return true;
    },

    async due(now, limit) {
      const waiting = [...histories.values()].flat().filter(({ due }) => due !== undefined && due <= now);
      return waiting
        .sort((a, b) => Number(a.due) - Number(b.due))
        .slice(0, limit)
        .map(copy);
    },

    async settle(key, eventId, next) {
      const event = histories.get(key)?.find(({ id }) => id === eventId);
      if (event?.due === undefined) return;
      event.attempts += 1;
      event.due = "retryAt" in next ? next.retryAt : undefined;
      event.dead = "dead" in next ? next.dead : undefined;
    },

    async events(key, after, limit = 100) {
      const history = histories.get(key) ?? [];
      const start = after === undefined ? 0 : history.findIndex(({ id }) => id === after) + 1;
      return after !== undefined && start === 0 ? [] : history.slice(start, start + limit).map(copy);
    },

    async keys(after = "", limit = 1000) {
      const lasting = [...records.keys()].filter((key) => key > after && !expiring.has(key));
      return lasting.sort().slice(0, limit);
    },

    async remove(key) {
      forget(key);
    },
  };
}

interface Entry {
  revision: number;
  body: Uint8Array;
  expiresAt: number;
}

function kept(key: string, { id, at, due, body }: NewEvent): StoredEvent {
  return { id, key, at, due, attempts: 0, dead: undefined, body: bytesOf(body) };
}

function copy(event: StoredEvent): StoredEvent {
  return { ...event, body: bytesOf(event.body) };
}

/** A copy; `slice` of a Node Buffer is none. */
function bytesOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

function* take<T>(from: Iterable<T>, count: number): Iterable<T> {
  for (const value of from) {
    if (count-- <= 0) return;
    yield value;
  }
}
