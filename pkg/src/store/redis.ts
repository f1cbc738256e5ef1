/**
 * A store in Redis 6 or later, alone or as a cluster, or in Valkey or Upstash.
 *
 * Durability is what Redis is told to do. With `appendonly yes` and `appendfsync always` a commit is on the disk when it
 * answers; with `appendfsync everysec`, the default, a crash of the machine takes back up to a second, and a code of that
 * second is good once more; without `appendonly` a restart takes back minutes, enrolments among them. A failover to a
 * replica loses what had not reached it yet, however the disk is written: Redis has no commit by a majority, and `WAIT`
 * does not make one. Where that matters take `postgresStore`.
 *
 * Needs `maxmemory-policy noeviction`, and refuses anything else: Redis would throw records away, and an account without
 * a record has no second factor.
 *
 * @packageDocumentation
 */
import { fromBase64, toBase64 } from "./bytes.js";
import { type RedisClient, type Run, running } from "./redis-client.js";
import * as scripts from "./redis-scripts.js";
import { firstRevision, type NewEvent, refused, type Store, type StoredEvent, type StoreOptions } from "./store.js";

export type { IoredisClient, NodeRedisClient, RedisClient, UpstashClient } from "./redis-client.js";

export interface RedisStoreOptions extends StoreOptions {
  /** What every key begins with; default `edge-mfa`. */
  prefix?: string | undefined;
  /**
   * Over how many hash slots the accounts are spread; 1 to 16,384, default 64. More makes a large cluster evenly full;
   * each look for what is due asks every slot, so where commands are paid for take 4. Only the first use of a database
   * decides: later ones find it there.
   */
  slots?: number | undefined;
}

/**
 * A store in a Redis database. Every call is one script, so also reads go to the primary.
 *
 * @throws {@link MfaError} `store_refused` for what is no Redis client.
 * @example
 * ```js
 * import { createClient } from "redis";
 * import { redisStore } from "edge-mfa/store/redis";
 *
 * const client = await createClient({ url: process.env.REDIS_URL }).connect();
 * const store = redisStore(client);
 * assert.equal(await store.commit("ann", undefined, new Uint8Array([1]), []), true);
 * await client.close();
 * ```
 */
export function redisStore(
  client: RedisClient,
  { now = Date.now, prefix = "edge-mfa", slots = 64 }: RedisStoreOptions = {},
): Store {
  const run = running(client);
  const name = (slot: number, ...rest: string[]) => [prefix, `{${slot}}`, ...rest].join(":");

  let layout: Promise<number> | undefined;
  /** How many slots there are: what the first use of the database has decided. */
  const slotCount = (): Promise<number> => {
    layout ??= readLayout(run, `${prefix}:layout`, slots).catch((error) => {
      layout = undefined;
      throw error;
    });
    return layout;
  };

  const namesOf = async (key: string) => {
    const slot = hash(key) % (await slotCount());
    return {
      record: name(slot, "record", key),
      events: name(slot, "events", key),
      order: name(slot, "order", key),
      due: name(slot, "due"),
      keys: name(slot, "keys"),
    };
  };

  const allSlots = async (): Promise<number[]> => [...Array(await slotCount()).keys()];

  return {
    async load(key) {
      const { record } = await namesOf(key);
      const [revision, body] = texts(await run(scripts.LOAD, [record], [now()]));
      return body === undefined ? undefined : { revision: Number(revision), body: fromBase64(body) };
    },

    async commit(key, expected, body, events, expiresAt) {
      const { record, events: history, order, due, keys } = await namesOf(key);
      const values = [now(), expected ?? "", firstRevision(), toBase64(body), expiresAt ?? "", key];
      for (const event of events) values.push(event.id, pack(event), event.due ?? "", dueName(key, event.id));
      return Number(await run(scripts.COMMIT, [record, history, order, due, keys], values)) === 1;
    },

    async due(now, limit) {
      const ask = async (slot: number) => pairs(texts(await run(scripts.DUE, [name(slot, "due")], [now, limit])));
      const found = (await Promise.all((await allSlots()).map(ask))).flat();
      found.sort(([, a], [, b]) => Number(a) - Number(b));
      const events = new Map<string, string[]>();
      for (const [text] of found.slice(0, limit)) {
        const [id, key] = fromDueName(text);
        events.set(key, [...(events.get(key) ?? []), id]);
      }
      const read = async ([key, ids]: [string, string[]]) => {
        const { events, due } = await namesOf(key);
        const packed = texts(
          await run(
            scripts.READ,
            [events, due],
            ids.flatMap((id) => [id, dueName(key, id)]),
          ),
        );
        return packed.flatMap((text, at) => (text === "" ? [] : [unpack(key, ids[at] ?? "", text)]));
      };
      const waiting = (await Promise.all([...events].map(read))).flat();
      // Between the two looks one may have been settled.
      return waiting.filter(({ due }) => due !== undefined && due <= now).sort((a, b) => Number(a.due) - Number(b.due));
    },

    async settle(key, eventId, next) {
      const { events, due } = await namesOf(key);
      const retryAt = "retryAt" in next ? next.retryAt : "";
      const dead = "dead" in next ? asWord(next.dead) : "-";
      await run(scripts.SETTLE, [events, due], [eventId, dueName(key, eventId), retryAt, dead]);
    },

    async events(key, after = "", limit = 100) {
      const { events, order } = await namesOf(key);
      const found = pairs(texts(await run(scripts.EVENTS, [events, order], [after, limit])));
      return found.map(([id, packed]) => unpack(key, id, packed));
    },

    async keys(after, limit = 1000) {
      const count = await slotCount();
      const found: string[] = [];
      for (let slot = after === undefined ? 0 : hash(after) % count; slot < count && found.length < limit; slot++) {
        const start = after === undefined || slot !== hash(after) % count ? "-" : `(${after}`;
        found.push(...texts(await run(scripts.LIST, [name(slot, "keys")], [start, limit - found.length])));
      }
      return found;
    },

    async remove(key) {
      const { record, events, order, due, keys } = await namesOf(key);
      await run(scripts.REMOVE, [record, events, order, due, keys], [key]);
    },
  };
}

async function readLayout(run: Run, name: string, slots: number): Promise<number> {
  const [text, policy] = texts(await run(scripts.LAYOUT, [name], [`${VERSION} ${slots}`]));
  if (policy !== "noeviction" && policy !== "unknown")
    throw refused(`Redis throws away records when its memory is full (${policy}). Set maxmemory-policy noeviction`);
  const [version, count] = String(text).split(" ").map(Number);
  if (version !== VERSION || !count) throw refused("its keys were written by a later version of edge-mfa");
  return count;
}

/** The arrangement of keys that this file knows. */
const VERSION = 1;

function texts(answer: unknown): string[] {
  return (answer as unknown[]).map((text) => String(text).slice(1));
}

function pairs(flat: string[]): [string, string][] {
  return flat.flatMap((first, at) => (at % 2 === 0 ? [[first, flat[at + 1] ?? ""]] : []));
}

/** An event's name among what is due: its id, and whose it is. */
function dueName(key: string, id: string): string {
  return `${id.length}:${id}${key}`;
}

function fromDueName(name: string): [id: string, key: string] {
  const start = name.indexOf(":") + 1;
  const end = start + Number.parseInt(name, 10);
  return [name.slice(start, end), name.slice(end)];
}

function pack({ at, due, body }: NewEvent): string {
  return [at, due ?? "-", 0, "-", toBase64(body)].join(" ");
}

function unpack(key: string, id: string, packed: string): StoredEvent {
  const [at, due, attempts, dead = "-", body = ""] = packed.split(" ");
  return {
    id,
    key,
    at: Number(at),
    due: due === "-" ? undefined : Number(due),
    attempts: Number(attempts),
    dead: dead === "-" ? undefined : fromWord(dead),
    body: fromBase64(body),
  };
}

/** Any text as one word. */
function asWord(text: string): string {
  return `=${encodeURIComponent(text)}`;
}

function fromWord(word: string): string {
  return decodeURIComponent(word.slice(1));
}

/** FNV-1a. It decides where an account lies, so it must never change. */
function hash(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}
