/**
 * A store in Durable Objects: one object for each account, so accounts never touch each other and a decision costs the
 * same with a thousand and with a million of them.
 *
 * ```jsonc
 * // wrangler.jsonc
 * "durable_objects": { "bindings": [{ "name": "MFA", "class_name": "MfaAccount" }] },
 * "migrations": [{ "tag": "v1", "new_sqlite_classes": ["MfaAccount"] }]
 * ```
 *
 * Durability: Cloudflare holds an answer back until what was written is on several machines.
 *
 * Which keys there are and what is due is known by eight further objects of the class, the index. An account tells its
 * shard of the index when that changes, which an ordinary decision does not do. In the same transaction as the change it
 * asks to be woken: if the shard cannot be reached it is told then, so nothing is missing there for long.
 *
 * @packageDocumentation
 */

import { fromBase64, toBase64 } from "./bytes.js";
import {
  type AccountCall,
  ask,
  byDue,
  type Listed,
  type ObjectNamespace,
  receivedEvent,
  type Sent,
  sent,
} from "./durable-calls.js";
import { has, refusal, type Store, type StoredEvent, type StoredRecord, type StoreOptions } from "./store.js";

export { MfaAccount } from "./durable-account.js";
export type { ObjectId, ObjectNamespace, ObjectState } from "./durable-calls.js";

/**
 * A store in the objects of a binding whose class is {@link MfaAccount}.
 *
 * @throws {@link MfaError} `store_refused` for what is no such binding.
 * @example
 * ```js
 * import { durableObjectStore } from "edge-mfa/store/durable-object";
 *
 * export { MfaAccount } from "edge-mfa/store/durable-object";
 *
 * export default {
 *   async fetch(request, env) {
 *     const store = durableObjectStore(env.MFA);
 *     return Response.json({ keys: await store.keys() });
 *   },
 * };
 * ```
 */
export function durableObjectStore(namespace: ObjectNamespace, { now = Date.now }: StoreOptions = {}): Store {
  if (!has(namespace, "idFromName") || !has(namespace, "get"))
    throw refusal(namespace, "durableObjectStore takes the binding of a Durable Object class");

  const shard = (number: number) => namespace.idFromName(`index:${number}`);
  const account = <T>(key: string, call: AccountCall): Promise<T> => {
    const index = shard(shardOf(key)).toString();
    return ask<T>(namespace, namespace.idFromName(`account:${key}`), { ...call, key, index, now: now() });
  };

  return {
    async load(key) {
      const record = await account<Sent<StoredRecord> | null>(key, { call: "load" });
      return record ? { revision: record.revision, body: fromBase64(record.body) } : undefined;
    },

    async commit(key, expected, body, events, expiresAt) {
      return account(key, { call: "commit", expected, body: toBase64(body), events: events.map(sent), expiresAt });
    },

    async due(now, limit) {
      const shards = [...Array(SHARDS).keys()].map(shard);
      const found = await Promise.all(
        shards.map((id) => ask<Listed[]>(namespace, id, { call: "listDue", now, limit })),
      );
      // The events that have waited longest are with the accounts that have.
      const keys = found.flat().sort(byDue).slice(0, limit);
      const due = keys.map(({ key }) => account<Sent<StoredEvent>[]>(key, { call: "due", by: now, limit }));
      return (await Promise.all(due)).flat().map(receivedEvent).sort(byDue).slice(0, limit);
    },

    async settle(key, eventId, next) {
      await account(key, { call: "settle", eventId, next });
    },

    async events(key, after, limit) {
      return (await account<Sent<StoredEvent>[]>(key, { call: "events", after, limit })).map(receivedEvent);
    },

    async keys(after, limit = 1000) {
      const first = after === undefined ? 0 : shardOf(after);
      const found: string[] = [];
      for (let number = first; number < SHARDS && found.length < limit; number++) {
        const call = { after: (number === first && after) || "", limit: limit - found.length };
        found.push(...(await ask<string[]>(namespace, shard(number), { call: "listKeys", ...call })));
      }
      return found;
    },

    async remove(key) {
      await account(key, { call: "remove" });
    },
  };
}

/** How many objects the index has. It decides where a key is listed, so it must never change. */
const SHARDS = 8;

function shardOf(key: string): number {
  let sum = 0;
  for (let at = 0; at < key.length; at++) sum = (sum * 31 + key.charCodeAt(at)) >>> 0;
  return sum % SHARDS;
}
