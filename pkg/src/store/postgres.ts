/**
 * A store in PostgreSQL, 12 or later.
 *
 * Durability: `commit` answers when the transaction is on the disk of the server, with PostgreSQL's own defaults
 * (`fsync = on`, `synchronous_commit = on`). With `synchronous_commit = off` a crash of the server takes back the last
 * fraction of a second, and a code of that time is good once more; with an asynchronous standby a failover may. Give the
 * primary, not a replica that reads.
 *
 * @packageDocumentation
 */
import { toBase64, toBytes } from "./bytes.js";
import { type Row, toEvent, type Value } from "./sql.js";
import { firstRevision, has, type NewEvent, refusal, refused, type Store, type StoreOptions } from "./store.js";

/** `pg`: a `Pool`, which is the better one, or a `Client`. */
export interface PgClient {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>;
}

/** `postgres`, by Porsager: what `postgres(url)` returns. */
export interface PostgresJs {
  unsafe(text: string, values: never[]): PromiseLike<readonly unknown[]>;
}

/**
 * A store in a PostgreSQL database. It adds its tables, `mfa_…`, to the first schema of the connection's `search_path`;
 * where they are there already the connection needs to read, insert, update and delete in them, no more.
 *
 * Not with a client that is inside a transaction: what it commits would not be committed.
 *
 * @throws {@link MfaError} `store_refused` for what is no PostgreSQL client.
 * @example
 * ```js
 * import pg from "pg";
 * import { postgresStore } from "edge-mfa/store/postgres";
 *
 * const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
 * const store = postgresStore(pool);
 * assert.equal(await store.commit("ann", undefined, new Uint8Array([1]), []), true);
 * await pool.end();
 * ```
 */
export function postgresStore(client: PgClient | PostgresJs, { now = Date.now }: StoreOptions = {}): Store {
  const query = querying(client);
  let version = 0;

  /** Whether there is anything to read. Reading creates nothing. */
  const exists = async (): Promise<boolean> => {
    if (version === 0) {
      const [found] = await query(SCHEMA_EXISTS, []);
      if (found?.name) version = Number((await query("SELECT version FROM mfa_schema", []))[0]?.version);
    }
    if (version > SCHEMA.length) throw refused("its tables were written by a later version of edge-mfa");
    return version > 0;
  };

  const ready = async (): Promise<void> => {
    if ((await exists()) && version === SCHEMA.length) return;
    for (const step of SCHEMA.slice(version)) await query(step, []);
    version = SCHEMA.length;
  };

  return {
    async load(key) {
      if (!(await exists())) return undefined;
      const [row] = await query(LOAD, [key, now()]);
      return row && { revision: Number(row.revision), body: toBytes(row.body) };
    },

    async commit(key, expected, body, events, expiresAt) {
      await ready();
      const create = expected === undefined;
      const text = expiresAt === undefined ? (create ? CREATE : UPDATE) : create ? CREATE_EXPIRING : UPDATE_EXPIRING;
      const values = [key, now(), expected ?? firstRevision(), body, expiresAt ?? null, toJson(events)];
      try {
        return (await query(text, values)).length === 1;
      } catch (error) {
        // Under a stricter isolation than the default the loser is told so by an error.
        if ((error as { code?: unknown } | null)?.code === SERIALIZATION_FAILURE) return false;
        throw error;
      }
    },

    async due(now, limit) {
      return (await exists()) ? (await query(DUE, [now, limit])).map(toEvent) : [];
    },

    async settle(key, eventId, next) {
      if (!(await exists())) return;
      const due = "retryAt" in next ? next.retryAt : null;
      await query(SETTLE, [due, "dead" in next ? next.dead : null, key, eventId]);
    },

    async events(key, after, limit = 100) {
      if (!(await exists())) return [];
      const rows = after === undefined ? query(EVENTS, [key, limit]) : query(EVENTS_AFTER, [key, limit, after]);
      return (await rows).map(toEvent);
    },

    async keys(after = "", limit = 1000) {
      return (await exists()) ? (await query(KEYS, [after, limit])).map(({ key }) => String(key)) : [];
    },

    async remove(key) {
      if (await exists()) await query(REMOVE, [key]);
    },
  };
}

type Query = (text: string, values: Value[]) => Promise<Row[]>;

function querying(client: PgClient | PostgresJs): Query {
  if (has(client, "unsafe")) {
    const sql = client as PostgresJs;
    return async (text, values) => [...(await sql.unsafe(text, values as never[]))] as Row[];
  }
  if (!has(client, "query")) throw refusal(client, "postgresStore takes a Pool of pg, or what postgres(url) returns");
  const pool = client as PgClient;
  return async (text, values) => (await pool.query(text, values)).rows as Row[];
}

/** The events as one text, which every client passes on unchanged: an array of `bytea` each writes in its own way. */
function toJson(events: readonly NewEvent[]): string {
  return JSON.stringify(events.map(({ id, at, due, body }) => ({ id, at, due, body: toBase64(body) })));
}

const SERIALIZATION_FAILURE = "40001";

/** What is true of a record that has not expired. `$2` is now. */
const ALIVE = "(expires_at IS NULL OR expires_at > $2)";

const LOAD = `SELECT revision, body FROM mfa_records WHERE key = $1 AND ${ALIVE}`;

/** The record first, and from what became of it the events: one statement, so one transaction. */
const written = (record: string, more = "") => `WITH written AS (${record} RETURNING key), noted AS (
  INSERT INTO mfa_events (key, id, at, due, attempts, body)
  SELECT written.key, event.id, event.at, event.due, 0, decode(event.body, 'base64')
  FROM written, ROWS FROM (json_to_recordset($6::text::json) AS (id text, at bigint, due bigint, body text))
    WITH ORDINALITY AS event (id, at, due, body, place) ORDER BY place
)${more} SELECT key FROM written`;

/** A writer that has waited for another one's row lock looks at the row again, so both cannot match. */
const UPDATE_RECORD = `UPDATE mfa_records SET revision = revision + 1, body = $4, expires_at = $5
  WHERE key = $1 AND revision = $3 AND ${ALIVE}`;
const CREATE_RECORD = `INSERT INTO mfa_records (key, revision, body, expires_at) VALUES ($1, $3, $4, $5)
  ON CONFLICT (key) DO UPDATE SET revision = excluded.revision, body = excluded.body, expires_at = excluded.expires_at
  WHERE mfa_records.expires_at <= $2`;

/** For each record that will expire two are taken away that have, so that they cannot pile up. */
const SWEEP = `, swept AS (
  DELETE FROM mfa_records WHERE key IN (
    SELECT key FROM mfa_records AS record WHERE expires_at <= $2 AND key <> $1
    AND NOT EXISTS (SELECT 1 FROM mfa_events AS event WHERE event.key = record.key AND due IS NOT NULL)
    ORDER BY expires_at LIMIT 2 FOR UPDATE SKIP LOCKED
  ) RETURNING key
), swept_events AS (DELETE FROM mfa_events USING swept WHERE mfa_events.key = swept.key)`;

const UPDATE = written(UPDATE_RECORD);
const CREATE = written(CREATE_RECORD);
const UPDATE_EXPIRING = written(UPDATE_RECORD, SWEEP);
const CREATE_EXPIRING = written(CREATE_RECORD, SWEEP);

const COLUMNS = "id, key, at, due, attempts, dead, body";
const DUE = `SELECT ${COLUMNS} FROM mfa_events WHERE due <= $1 ORDER BY due, seq LIMIT $2`;
const EVENTS = `SELECT ${COLUMNS} FROM mfa_events WHERE key = $1 ORDER BY seq LIMIT $2`;
const EVENTS_AFTER = `SELECT ${COLUMNS} FROM mfa_events
  WHERE key = $1 AND seq > (SELECT seq FROM mfa_events WHERE key = $1 AND id = $3) ORDER BY seq LIMIT $2`;

const SETTLE = `UPDATE mfa_events SET due = $1, attempts = attempts + 1, dead = $2
  WHERE key = $3 AND id = $4 AND due IS NOT NULL`;

const KEYS = "SELECT key FROM mfa_records WHERE key > $1 AND expires_at IS NULL ORDER BY key LIMIT $2";

const REMOVE = `WITH removed AS (DELETE FROM mfa_records WHERE key = $1) DELETE FROM mfa_events WHERE key = $1`;

const SCHEMA_EXISTS = "SELECT to_regclass('mfa_schema')::text AS name";

/**
 * The steps from each version to the next, each one statement and so one transaction. The lock lets one process do it;
 * who waited finds it done.
 */
const SCHEMA: readonly string[] = [
  `DO $$ BEGIN
    PERFORM pg_advisory_xact_lock(7310603211);
    -- Not to_regclass: it may remember what was before the lock.
    IF NOT EXISTS (SELECT FROM pg_views WHERE viewname = 'mfa_schema' AND schemaname = current_schema()) THEN
      CREATE TABLE mfa_records (key text COLLATE "C" PRIMARY KEY, revision bigint NOT NULL, body bytea NOT NULL,
        expires_at bigint);
      CREATE INDEX mfa_records_expiring ON mfa_records (expires_at) WHERE expires_at IS NOT NULL;
      CREATE TABLE mfa_events (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text COLLATE "C" NOT NULL,
        id text COLLATE "C" NOT NULL, at bigint NOT NULL, due bigint, attempts integer NOT NULL, dead text,
        body bytea NOT NULL);
      CREATE UNIQUE INDEX mfa_events_id ON mfa_events (key, id);
      CREATE INDEX mfa_events_history ON mfa_events (key, seq);
      CREATE INDEX mfa_events_due ON mfa_events (due, seq) WHERE due IS NOT NULL;
      CREATE VIEW mfa_schema AS SELECT 1 AS version;
    END IF;
  END $$`,
];
