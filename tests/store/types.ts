// Compiled, not run: what the clients' own types say fits the stores, and the wrong client does not.

import type { D1Database, DurableObjectNamespace, DurableObjectState, KVNamespace } from "@cloudflare/workers-types";
import { createClient as createLibsql } from "@libsql/client";
import { Redis as Upstash } from "@upstash/redis";
import Database from "better-sqlite3";
import { checkStore, type Store, type StoredEvent, type StoreOptions } from "edge-mfa/store";
import { d1Store } from "edge-mfa/store/d1";
import { durableObjectStore, MfaAccount } from "edge-mfa/store/durable-object";
import { memoryStore } from "edge-mfa/store/memory";
import { postgresStore } from "edge-mfa/store/postgres";
import { redisStore } from "edge-mfa/store/redis";
import { sqliteStore } from "edge-mfa/store/sqlite";
import { Cluster, Redis } from "ioredis";
import pg from "pg";
import postgres from "postgres";
import { createClient, createClientPool, createCluster } from "redis";

declare const d1: D1Database;
declare const kv: KVNamespace;
declare const namespace: DurableObjectNamespace;
// As `wrangler types` writes it.
declare const typed: DurableObjectNamespace<MfaAccount>;

const options: StoreOptions = { now: () => 5 };

const stores: Store[] = [
  memoryStore(options),
  sqliteStore(new Database("x"), options),
  sqliteStore(createLibsql({ url: "file:x" })),
  d1Store(d1),
  durableObjectStore(namespace),
  durableObjectStore(typed),
  redisStore(createClient()),
  redisStore(createClientPool()),
  redisStore(createCluster({ rootNodes: [] })),
  redisStore(new Redis(), { prefix: "mfa", slots: 4 }),
  redisStore(new Cluster([])),
  redisStore(new Upstash({ url: "x", token: "x" })),
  postgresStore(new pg.Pool()),
  postgresStore(new pg.Client()),
  postgresStore(postgres()),
];

for (const store of stores) {
  const record = await store.load("ann");
  const revision: number | undefined = record?.revision;
  const landed: boolean = await store.commit("ann", revision, new Uint8Array(), [
    { id: "a", at: 1, body: new Uint8Array() },
  ]);
  const events: StoredEvent[] = await store.due(1, 1);
  await store.commit("ann", undefined, new Uint8Array(), events, 5);
  await store.settle("ann", "a", landed ? { done: true } : { dead: "gone" });
  // @ts-expect-error: it becomes of it one thing
  await store.settle("ann", "a", { done: false });
}

const unknown: unknown = stores[0];
checkStore(unknown);
await unknown.load("ann");

// @ts-expect-error: Cloudflare KV is no store
d1Store(kv);
// @ts-expect-error: nor a database of SQLite
sqliteStore(kv);
// @ts-expect-error: a D1 database goes into d1Store
sqliteStore(d1);
// @ts-expect-error: a pool of PostgreSQL is no Redis
redisStore(new pg.Pool());

declare const state: DurableObjectState;
export const account = new MfaAccount(state, {});
