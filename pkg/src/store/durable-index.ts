// A shard of the index: which keys there are, and whose events are due.

import type { IndexCall } from "./durable-calls.js";
import type { Row } from "./sql.js";

type Run = (sql: string, ...values: unknown[]) => Row[];

/** Answers a call, in the storage of the object that got it. */
export function answerIndex(run: Run, call: IndexCall): unknown {
  if (call.call === "list") {
    for (const sql of TABLE) run(sql);
    const { key, lasting, due, version } = call.entry;
    if (lasting || due !== null) run(PUT, key, lasting, due, version);
    else run(DROP, key, version);
    return true;
  }
  const [table] = run("SELECT 1 FROM sqlite_master WHERE name = 'mfa_index'");
  if (!table) return [];
  if (call.call === "listDue") return run(DUE, call.now, call.limit);
  return run(KEYS, call.after, call.limit).map(({ key }) => key);
}

const TABLE = [
  `CREATE TABLE IF NOT EXISTS mfa_index (key TEXT PRIMARY KEY, lasting INTEGER NOT NULL, due INTEGER,
    version INTEGER NOT NULL) WITHOUT ROWID`,
  "CREATE INDEX IF NOT EXISTS mfa_index_due ON mfa_index (due) WHERE due IS NOT NULL",
];

const PUT = `INSERT INTO mfa_index (key, lasting, due, version) VALUES (?, ?, ?, ?)
  ON CONFLICT (key) DO UPDATE SET lasting = excluded.lasting, due = excluded.due, version = excluded.version
  WHERE mfa_index.version <= excluded.version`;
const DROP = "DELETE FROM mfa_index WHERE key = ? AND version <= ?";
const DUE = "SELECT key, due FROM mfa_index WHERE due <= ? ORDER BY due LIMIT ?";
const KEYS = "SELECT key FROM mfa_index WHERE key > ? AND lasting = 1 ORDER BY key LIMIT ?";
