// The SQL of SQLite, once for all that is SQLite: a file, D1, the storage of a Durable Object.

import { toBytes } from "./bytes.js";
import { firstRevision, type NewEvent, refused, type Store, type StoredEvent, type StoreOptions } from "./store.js";

export type Value = string | number | Uint8Array | null;

export interface Statement {
  sql: string;
  values: Value[];
}

export type Row = Record<string, unknown>;

/** Behind this shape all of them are the same. */
export interface Executor {
  read(statement: Statement): Promise<Row[]>;
  /** All in one transaction: nobody else writes in between, and all of it lands or nothing. Answers each one's rows. */
  write(statements: readonly Statement[]): Promise<Row[][]>;
}

/**
 * D1 has transactions without branches, so the record is written by the last statement of the transaction, and each
 * statement before it asks what that one will ask: events land if the record does, and only then.
 */
export function sqlStore({ read, write }: Executor, { now = Date.now }: StoreOptions = {}): Store {
  let version = 0;

  /** Whether there is anything to read. Reading creates nothing. */
  const exists = async (): Promise<boolean> => {
    if (version === 0) {
      const [view] = await read(statement(SCHEMA_VERSION));
      version = Number(/SELECT (\d+)/.exec(String(view?.sql))?.[1] ?? 0);
    }
    if (version > SCHEMA.length) throw refused("its tables were written by a later version of edge-mfa");
    return version > 0;
  };

  /** Any number of processes may come here at once: each step leaves what is there. */
  const ready = async (): Promise<void> => {
    if ((await exists()) && version === SCHEMA.length) return;
    await write(SCHEMA.slice(version).flatMap((step) => step.map((sql) => statement(sql))));
    version = SCHEMA.length;
  };

  return {
    async load(key) {
      if (!(await exists())) return undefined;
      const [row] = await read(statement(LOAD, key, now()));
      return row && { revision: Number(row.revision), body: toBytes(row.body) };
    },

    async commit(key, expected, body, events, expiresAt) {
      await ready();
      const time = now();
      const sweep = expiresAt === undefined ? [] : [statement(SWEEP_EVENTS, time, key), statement(SWEEP, time, key)];
      const [record, condition] =
        expected === undefined
          ? [statement(CREATE, key, firstRevision(), body, expiresAt ?? null, time), [key, time]]
          : [statement(UPDATE, body, expiresAt ?? null, key, expected, time), [key, expected, time]];
      const insert = expected === undefined ? EVENT_OF_NEW : EVENT;
      const inserts = events.map((event) => statement(insert, ...fields(key, event), ...condition));
      const results = await write([...sweep, ...inserts, record]);
      return results.at(-1)?.length === 1;
    },

    async due(now, limit) {
      return (await exists()) ? (await read(statement(DUE, now, limit))).map(toEvent) : [];
    },

    async settle(key, eventId, next) {
      if (!(await exists())) return;
      const due = "retryAt" in next ? next.retryAt : null;
      await write([statement(SETTLE, due, "dead" in next ? next.dead : null, key, eventId)]);
    },

    async events(key, after, limit = 100) {
      if (!(await exists())) return [];
      const rows =
        after === undefined ? statement(EVENTS, key, limit) : statement(EVENTS_AFTER, key, key, after, limit);
      return (await read(rows)).map(toEvent);
    },

    async keys(after = "", limit = 1000) {
      return (await exists()) ? (await read(statement(KEYS, after, limit))).map(({ key }) => String(key)) : [];
    },

    async remove(key) {
      if (await exists()) await write([statement(REMOVE_EVENTS, key), statement(REMOVE, key)]);
    },
  };
}

function statement(sql: string, ...values: Value[]): Statement {
  return { sql, values };
}

function fields(key: string, { id, at, due, body }: NewEvent): Value[] {
  return [key, id, at, due ?? null, body];
}

/** An event from a row; PostgreSQL names its columns the same. */
export function toEvent(row: Row): StoredEvent {
  return {
    id: String(row.id),
    key: String(row.key),
    at: Number(row.at),
    due: row.due === null ? undefined : Number(row.due),
    attempts: Number(row.attempts),
    dead: row.dead === null ? undefined : String(row.dead),
    body: toBytes(row.body),
  };
}

/** What is true of a record that has not expired. */
const ALIVE = "(expires_at IS NULL OR expires_at > ?)";

const LOAD = `SELECT revision, body FROM mfa_records WHERE key = ? AND ${ALIVE}`;

const CREATE = `INSERT INTO mfa_records (key, revision, body, expires_at) VALUES (?, ?, ?, ?)
  ON CONFLICT (key) DO UPDATE SET revision = excluded.revision, body = excluded.body, expires_at = excluded.expires_at
  WHERE mfa_records.expires_at <= ? RETURNING 1`;

const UPDATE = `UPDATE mfa_records SET revision = revision + 1, body = ?, expires_at = ?
  WHERE key = ? AND revision = ? AND ${ALIVE} RETURNING 1`;

const EVENT_OF_NEW = `INSERT INTO mfa_events (key, id, at, due, attempts, body) SELECT ?, ?, ?, ?, 0, ?
  WHERE NOT EXISTS (SELECT 1 FROM mfa_records WHERE key = ? AND ${ALIVE})`;

const EVENT = `INSERT INTO mfa_events (key, id, at, due, attempts, body) SELECT ?, ?, ?, ?, 0, ?
  WHERE EXISTS (SELECT 1 FROM mfa_records WHERE key = ? AND revision = ? AND ${ALIVE})`;

/** For each record that will expire two are taken away that have, so that they cannot pile up. */
const EXPIRED = `SELECT key FROM mfa_records AS record WHERE expires_at <= ? AND key <> ?
  AND NOT EXISTS (SELECT 1 FROM mfa_events WHERE key = record.key AND due IS NOT NULL) ORDER BY expires_at, key LIMIT 2`;
const SWEEP_EVENTS = `DELETE FROM mfa_events WHERE key IN (${EXPIRED})`;
const SWEEP = `DELETE FROM mfa_records WHERE key IN (${EXPIRED})`;

const COLUMNS = "id, key, at, due, attempts, dead, body";
const DUE = `SELECT ${COLUMNS} FROM mfa_events WHERE due <= ? ORDER BY due, seq LIMIT ?`;
const EVENTS = `SELECT ${COLUMNS} FROM mfa_events WHERE key = ? ORDER BY seq LIMIT ?`;
const EVENTS_AFTER = `SELECT ${COLUMNS} FROM mfa_events
  WHERE key = ? AND seq > (SELECT seq FROM mfa_events WHERE key = ? AND id = ?) ORDER BY seq LIMIT ?`;

const SETTLE = `UPDATE mfa_events SET due = ?, attempts = attempts + 1, dead = ?
  WHERE key = ? AND id = ? AND due IS NOT NULL`;

const KEYS = "SELECT key FROM mfa_records WHERE key > ? AND expires_at IS NULL ORDER BY key LIMIT ?";

const REMOVE = "DELETE FROM mfa_records WHERE key = ?";
const REMOVE_EVENTS = "DELETE FROM mfa_events WHERE key = ?";

/** The version is a view: it takes no room, and `SELECT version FROM mfa_schema` reads it. */
const SCHEMA_VERSION = "SELECT sql FROM sqlite_master WHERE type = 'view' AND name = 'mfa_schema'";

/** The steps from each version to the next. A step must do no harm when it is done twice. */
const SCHEMA: readonly (readonly string[])[] = [
  [
    `CREATE TABLE IF NOT EXISTS mfa_records (key TEXT PRIMARY KEY NOT NULL, revision INTEGER NOT NULL,
      body BLOB NOT NULL, expires_at INTEGER)`,
    "CREATE INDEX IF NOT EXISTS mfa_records_expiring ON mfa_records (expires_at, key) WHERE expires_at IS NOT NULL",
    `CREATE TABLE IF NOT EXISTS mfa_events (seq INTEGER PRIMARY KEY, key TEXT NOT NULL, id TEXT NOT NULL,
      at INTEGER NOT NULL, due INTEGER, attempts INTEGER NOT NULL, dead TEXT, body BLOB NOT NULL)`,
    "CREATE UNIQUE INDEX IF NOT EXISTS mfa_events_id ON mfa_events (key, id)",
    // With the row's number, which SQLite adds to every index, this is the order of an account's history.
    "CREATE INDEX IF NOT EXISTS mfa_events_history ON mfa_events (key)",
    "CREATE INDEX IF NOT EXISTS mfa_events_due ON mfa_events (due) WHERE due IS NOT NULL",
    "CREATE VIEW IF NOT EXISTS mfa_schema AS SELECT 1 AS version",
  ],
];
