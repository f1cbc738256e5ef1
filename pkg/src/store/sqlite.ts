/**
 * A store in an SQLite file, for one machine: any number of processes, nothing to run.
 *
 * Durability: `commit` answers when the write is on the disk. The store sets the connection that it is given to
 * `journal_mode = WAL` (which stays with the file), `synchronous = FULL`, and `busy_timeout` to 5 seconds if it is
 * shorter. The file must lie on a local disk: SQLite's locks do not hold on network file systems.
 *
 * @packageDocumentation
 */
import { type Executor, type Row, type Statement, sqlStore, type Value } from "./sql.js";
import { has, refusal, type Store, type StoreOptions } from "./store.js";

/** A database that answers at once: `better-sqlite3`, `node:sqlite`, `bun:sqlite`, `libsql`. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
}

export interface SqliteStatement {
  all(...values: unknown[]): unknown[];
  run(...values: unknown[]): unknown;
  /** better-sqlite3 wants to be asked. */
  reader?: boolean;
}

/** A client that answers later: `@libsql/client`. */
export interface LibsqlClient {
  protocol: string;
  execute(statement: LibsqlStatement): Promise<{ rows: unknown[] }>;
  batch(statements: LibsqlStatement[], mode: "write"): Promise<{ rows: unknown[] }[]>;
}

export interface LibsqlStatement {
  sql: string;
  args: Value[];
}

/**
 * A store in an SQLite database. It adds its tables, `mfa_…`, to what is there.
 *
 * Of a `better-sqlite3`, `node:sqlite` or `bun:sqlite` database: not one that is inside a transaction. Of a
 * `@libsql/client`: not an embedded replica, which may read what is no longer so.
 *
 * @throws {@link MfaError} `store_refused` for what is no SQLite database.
 * @example
 * ```js
 * import Database from "better-sqlite3";
 * import { sqliteStore } from "edge-mfa/store/sqlite";
 *
 * const store = sqliteStore(new Database("mfa.db"));
 * assert.equal(await store.commit("ann", undefined, new Uint8Array([1]), []), true);
 * ```
 */
export function sqliteStore(database: SqliteDatabase | LibsqlClient, options?: StoreOptions): Store {
  return sqlStore(isLibsql(database) ? later(database) : atOnce(database), options);
}

function isLibsql(database: SqliteDatabase | LibsqlClient): database is LibsqlClient {
  if (has(database, "batch") && has(database, "execute")) return true;
  if (has(database, "exec") && has(database, "prepare") && !has(database, "batch")) return false;
  throw refusal(database, "sqliteStore takes a database of better-sqlite3, node:sqlite, bun:sqlite or @libsql/client");
}

function atOnce(database: SqliteDatabase): Executor {
  const prepared = new Map<string, SqliteStatement>();
  const ready = readying(
    (sql) => database.exec(sql),
    (sql) => database.prepare(sql).all() as Row[],
  );

  const run = ({ sql, values }: Statement): Row[] => {
    let statement = prepared.get(sql);
    if (!statement) {
      statement = database.prepare(sql);
      prepared.set(sql, statement);
    }
    if (statement.reader !== false) return statement.all(...values) as Row[];
    statement.run(...values);
    return [];
  };

  return {
    async read(statement) {
      await ready();
      return run(statement);
    },

    async write(statements) {
      await ready();
      // IMMEDIATE takes the lock at once: nobody writes between what is asked here and what is written.
      database.exec("BEGIN IMMEDIATE");
      try {
        const rows = statements.map(run);
        database.exec("COMMIT");
        return rows;
      } catch (error) {
        rollback(database);
        throw error;
      }
    },
  };
}

/** SQLite has rolled back by itself after some errors; what went wrong first is what matters. */
function rollback(database: SqliteDatabase): void {
  try {
    database.exec("ROLLBACK");
  } catch {}
}

function later(client: LibsqlClient): Executor {
  const execute = async (sql: string) => (await client.execute({ sql, args: [] })).rows as Row[];
  // A server has its own way, and does not let itself be told.
  const ready = client.protocol === "file" ? readying(execute, execute) : async () => {};

  // It has a pool of connections, and no pragma reaches all of them.
  return {
    async read({ sql, values }) {
      await ready();
      return (await patiently(() => client.execute({ sql, args: values }))).rows as Row[];
    },

    async write(statements) {
      await ready();
      const batch = statements.map(({ sql, values }) => ({ sql, args: values }));
      return (await patiently(() => client.batch(batch, "write"))).map(({ rows }) => rows as Row[]);
    },
  };
}

/** Sets a connection up before it is used. */
function readying(
  execute: (sql: string) => unknown,
  ask: (sql: string) => Row[] | Promise<Row[]>,
): () => Promise<void> {
  let set = false;
  return async () => {
    if (set) return;
    const [busy] = await ask("PRAGMA busy_timeout");
    if (!(Number(busy?.timeout) >= BUSY_TIMEOUT)) await execute(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
    // The one statement that SQLite does not let wait for another process.
    await patiently(() => execute("PRAGMA journal_mode = WAL"));
    await execute("PRAGMA synchronous = FULL");
    set = true;
  };
}

/** Asks again while something else is in the way: what SQLite refuses for that has been rolled back. */
async function patiently<T>(work: () => T | Promise<T>): Promise<T> {
  const until = Date.now() + BUSY_TIMEOUT;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!/locked|SQLITE_BUSY/.test(String(error)) || Date.now() > until) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
  }
}

/** Milliseconds that a writer waits for another process. */
const BUSY_TIMEOUT = 5000;
