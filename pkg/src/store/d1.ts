/**
 * A store in Cloudflare D1.
 *
 * Durability: `commit` answers when D1 has written to its primary and a majority of its followers. Every read goes to
 * the primary, also where read replication is on: give the database, not a session of it.
 *
 * @packageDocumentation
 */
import { type Row, type Statement, sqlStore } from "./sql.js";
import { has, refusal, refused, type Store, type StoreOptions } from "./store.js";

/** A D1 database, as a Worker finds it in `env`. */
export interface D1Client {
  prepare(sql: string): D1Statement;
  batch(statements: D1Statement[]): Promise<{ results: unknown[] }[]>;
}

export interface D1Statement {
  bind(...values: unknown[]): D1Statement;
  all(): Promise<{ results: unknown[] }>;
}

/**
 * A store in a D1 database. It adds its tables, `mfa_…`, to what is there.
 *
 * @throws {@link MfaError} `store_refused` for what is no D1 database.
 * @example
 * ```js
 * import { d1Store } from "edge-mfa/store/d1";
 *
 * export default {
 *   async fetch(request, env) {
 *     const store = d1Store(env.DB);
 *     return Response.json({ keys: await store.keys() });
 *   },
 * };
 * ```
 */
export function d1Store(database: D1Client, options?: StoreOptions): Store {
  if (has(database, "getBookmark")) throw refused("a session of D1 may read an older state. Give the database itself");
  if (!has(database, "prepare") || !has(database, "batch")) throw refusal(database, "d1Store takes a D1 database");

  const bound = ({ sql, values }: Statement) => {
    // Without a value there is nothing to bind, and D1 takes bytes as an ArrayBuffer.
    const prepared = database.prepare(sql);
    return values.length === 0 ? prepared : prepared.bind(...values.map(toBuffer));
  };

  return sqlStore(
    {
      read: async (statement) => (await bound(statement).all()).results as Row[],
      // A batch of D1 is a transaction.
      write: async (statements) =>
        (await database.batch(statements.map(bound))).map(({ results }) => (results ?? []) as Row[]),
    },
    options,
  );
}

function toBuffer(value: unknown): unknown {
  return ArrayBuffer.isView(value) ? new Uint8Array(value as Uint8Array).buffer : value;
}
