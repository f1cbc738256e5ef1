// SQLite in a file: every client, several processes, processes that die.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { bytes, text } from "./contract.js";
import { connect } from "./support/clients.js";
import { massacre, race } from "./support/processes.js";
import { contractOf, testWith } from "./support/run.js";

await contractOf("better-sqlite3", "libsql", "node:sqlite", "node:sqlite of Deno", "bun:sqlite");

for (const name of ["better-sqlite3", "libsql"]) {
  testWith(name, "four processes lose nothing", race);

  testWith(name, "a commit that fails half-way leaves nothing", async ({ store }) => {
    await store.commit("ann", undefined, bytes("1"), []);
    const before = await store.load("ann");
    const twice = [1, 2].map(() => ({ id: "same", at: 1, due: 1, body: bytes("x") }));
    await assert.rejects(store.commit("ann", before.revision, bytes("2"), twice));
    await assert.rejects(store.commit("bob", undefined, bytes("2"), twice));
    assert.deepEqual(await store.load("ann"), before);
    assert.equal(await store.load("bob"), undefined);
    assert.deepEqual(await store.due(9, 9), []);
    // And the connection is good for the next one.
    assert.equal(await store.commit("ann", before.revision, bytes("2"), []), true);
  });
}

testWith("better-sqlite3", "a process that is killed leaves all or nothing", massacre);

testWith(
  "better-sqlite3",
  "writes to the disk before it answers, and waits for others",
  async ({ store, client, address }) => {
    await store.commit("ann", undefined, bytes("1"), []);
    assert.equal(client.pragma("journal_mode", { simple: true }), "wal");
    assert.equal(client.pragma("synchronous", { simple: true }), 2);
    assert.ok(client.pragma("busy_timeout", { simple: true }) >= 5000);
    assert.deepEqual(readdirSync(dirname(address.path)).toSorted(), ["mfa.db", "mfa.db-shm", "mfa.db-wal"]);
  },
);

testWith("better-sqlite3", "reading creates nothing", async ({ store, client }) => {
  await Promise.all([store.load("ann"), store.events("ann"), store.due(1, 1), store.keys(), store.remove("ann")]);
  assert.deepEqual(client.prepare("SELECT name FROM sqlite_master").all(), []);
});

testWith("better-sqlite3", "a dump shows keys, times and ciphertext", async ({ store, client }) => {
  client.exec("CREATE TABLE theirs (x)");
  await store.commit("ann", undefined, bytes("1"), [{ id: "a", at: 1, due: 2, body: bytes("x") }]);
  const columns = client.prepare(
    "SELECT m.name || '.' || c.name AS name, c.type FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'",
  );
  assert.deepEqual(Object.fromEntries(columns.all().map(({ name, type }) => [name, type])), {
    "theirs.x": "",
    "mfa_records.key": "TEXT",
    "mfa_records.revision": "INTEGER",
    "mfa_records.body": "BLOB",
    "mfa_records.expires_at": "INTEGER",
    "mfa_events.seq": "INTEGER",
    "mfa_events.key": "TEXT",
    "mfa_events.id": "TEXT",
    "mfa_events.at": "INTEGER",
    "mfa_events.due": "INTEGER",
    "mfa_events.attempts": "INTEGER",
    "mfa_events.dead": "TEXT",
    "mfa_events.body": "BLOB",
  });
  assert.equal(client.prepare("SELECT version FROM mfa_schema").get().version, 1);
});

testWith("better-sqlite3", "every statement has an index", async ({ store, client }) => {
  await store.commit("ann", undefined, bytes("1"), []);
  const asked = [];
  const watched = {
    exec: (sql) => client.exec(sql),
    prepare(sql) {
      asked.push(sql);
      return client.prepare(sql);
    },
  };
  const { sqliteStore } = await import("edge-mfa/store/sqlite");
  const other = sqliteStore(watched);
  const { revision } = await other.load("ann");
  const events = [{ id: "a", at: 1, due: 2, body: bytes("x") }];
  await other.commit("ann", revision, bytes("2"), events, 1e15);
  await other.commit("bob", undefined, bytes("2"), events, 1e15);
  await other.settle("ann", "a", { retryAt: 5 });
  await Promise.all([
    other.due(9, 9),
    other.keys(),
    other.events("ann"),
    other.events("ann", "a"),
    other.remove("bob"),
  ]);
  const statements = asked.filter((sql) => sql.includes("mfa_") && !sql.includes("sqlite_master"));
  assert.ok(statements.length >= 13);
  for (const sql of statements) {
    const given = Array((sql.match(/\?/g) ?? []).length).fill(1);
    const plan = client.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...given);
    for (const { detail } of plan) assert.doesNotMatch(detail, /^SCAN (?!CONSTANT)|TEMP B-TREE/, `${sql}: ${detail}`);
  }
});

testWith("better-sqlite3", "expired records are cleared away as others come", async ({ store, client, clock }) => {
  for (let at = 0; at < 500; at++) {
    clock.time = at;
    await store.commit(`address ${at}`, undefined, bytes("x"), [{ id: "a", at, body: bytes("x") }], at + 10);
  }
  const count = (table) => client.prepare(`SELECT count(*) AS count FROM ${table}`).get().count;
  assert.ok(count("mfa_records") <= 12, `${count("mfa_records")} are left`);
  assert.equal(count("mfa_events"), count("mfa_records"));
});

testWith("better-sqlite3", "inside somebody else's transaction nothing is promised", async ({ store, client }) => {
  await store.commit("ann", undefined, bytes("1"), []);
  client.exec("BEGIN");
  await assert.rejects(store.commit("bob", undefined, bytes("2"), []), /transaction/);
  client.exec("ROLLBACK");
  assert.equal(await store.load("bob"), undefined);
});

testWith("better-sqlite3", "tables of a later version are left alone", async ({ store, client, address }) => {
  await store.commit("ann", undefined, bytes("1"), []);
  client.exec("DROP VIEW mfa_schema; CREATE VIEW mfa_schema AS SELECT 99 AS version");
  const later = await connect(address);
  for (const call of [() => later.store.load("ann"), () => later.store.commit("bob", undefined, bytes("x"), [])])
    await assert.rejects(call, { name: "MfaError", code: "store_refused" });
  await later.close();
  assert.equal(text((await store.load("ann")).body), "1");
});
