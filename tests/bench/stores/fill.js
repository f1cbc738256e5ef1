// Accounts into a store: in bulk where one commit after the other would take hours.

import { setTimeout as wait } from "node:timers/promises";

/** One after the other, many in flight. */
export async function inTurn({ store }, accounts, from, to, progress) {
  for (const [first, end] of steps(from, to, 500)) {
    const range = Array.from({ length: end - first }, (_, at) => accounts.of(first + at));
    await Promise.all(range.map((account) => put(store, account)));
    progress(end - first);
  }
}

/** Without waiting for the disk, which is waited for only when it is measured. */
export async function intoRedis({ store, client }, accounts, from, to, progress) {
  await client.configSet("appendfsync", "everysec");
  await inTurn({ store }, accounts, from, to, progress);
  await client.configSet("appendfsync", "always");
  // It has set off a rewrite of the append-only file, which takes a core for a while.
  while (/aof_rewrite_(in_progress|scheduled):1/.test(await client.info("persistence"))) await wait(100);
}

export async function intoSqlite({ client }, accounts, from, to, progress) {
  const record = client.prepare("INSERT INTO mfa_records (key, revision, body) VALUES (?, 1, ?)");
  const history = client.prepare("INSERT INTO mfa_events (key, id, at, attempts, body) VALUES (?, ?, ?, 0, ?)");
  for (const [first, end] of steps(from, to, 5000)) {
    client.exec("BEGIN");
    for (let index = first; index < end; index++) {
      const { key, body, event } = accounts.of(index);
      record.run(key, body);
      history.run(key, event.id, event.at, event.body);
    }
    client.exec("COMMIT");
    progress(end - first);
    await new Promise(setImmediate);
  }
  client.pragma("wal_checkpoint(TRUNCATE)");
}

export async function intoPostgres({ client }, accounts, from, to, progress) {
  for (const [first, end] of steps(from, to, 5000)) {
    const range = Array.from({ length: end - first }, (_, at) => accounts.of(first + at));
    const keys = range.map(({ key }) => key);
    await client.query(
      "INSERT INTO mfa_records (key, revision, body) SELECT key, 1, body FROM unnest($1::text[], $2::bytea[]) AS given (key, body)",
      [keys, range.map(({ body }) => Buffer.from(body))],
    );
    await client.query(
      `INSERT INTO mfa_events (key, id, at, attempts, body) SELECT key, id, at, 0, body
        FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bytea[]) AS given (key, id, at, body)`,
      [
        keys,
        range.map(({ event }) => event.id),
        range.map(({ event }) => event.at),
        range.map(({ event }) => Buffer.from(event.body)),
      ],
    );
    progress(end - first);
  }
  await client.query("VACUUM (ANALYZE) mfa_records, mfa_events");
  await client.query("CHECKPOINT");
}

export async function put(store, { key, body, event }) {
  if (!(await store.commit(key, undefined, body, [event]))) throw new Error(`${key} was there already`);
}

export function* steps(from, to, size) {
  for (let first = from; first < to; first += size) yield [first, Math.min(first + size, to)];
}
