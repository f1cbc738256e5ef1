// PostgreSQL: both clients, several processes, processes and servers that die.

import assert from "node:assert/strict";
import { test } from "node:test";
import { postgresStore } from "edge-mfa/store/postgres";
import pg from "pg";
import { bytes } from "./contract.js";
import { massacre, race, survives } from "./support/processes.js";
import { contractOf, testWith } from "./support/run.js";
import { startPostgres } from "./support/servers.js";

await contractOf("pg", "postgres");
for (const name of ["pg", "postgres"]) testWith(name, "four processes lose nothing", race);
testWith("pg", "a process that is killed leaves all or nothing", massacre);

test("what has landed outlives a crash of the server", async () => {
  const server = await startPostgres();
  await survives({ kind: "pg", url: server.urlOf("postgres") }, server);
});

testWith("pg", "a commit that fails half-way leaves nothing", async ({ store }) => {
  await store.commit("ann", undefined, bytes("1"), []);
  const before = await store.load("ann");
  const twice = [1, 2].map(() => ({ id: "same", at: 1, due: 1, body: bytes("x") }));
  await assert.rejects(store.commit("ann", before.revision, bytes("2"), twice));
  await assert.rejects(store.commit("bob", undefined, bytes("2"), twice));
  assert.deepEqual(await store.load("ann"), before);
  assert.equal(await store.load("bob"), undefined);
  assert.deepEqual(await store.due(9, 9), []);
});

testWith("pg", "under a stricter isolation the loser is still told no", async ({ store, client, address }) => {
  await store.commit("ann", undefined, bytes("0"), []);
  for (const isolation of ["repeatable read", "serializable"]) {
    const options = `-c default_transaction_isolation=${isolation.replace(" ", "\\ ")}`;
    const pool = new pg.Pool({ connectionString: address.url, options }).on("error", () => {});
    const strict = postgresStore(pool);
    const { revision } = await strict.load("ann");
    const commit = () => strict.commit("ann", revision, bytes("1"), []);
    const answers = await Promise.all(Array.from({ length: 50 }, commit));
    assert.deepEqual(answers.toSorted(), [...Array(49).fill(false), true]);
    await pool.end();
  }
  assert.ok(client.totalCount > 0);
});

testWith("pg", "four stores at once make the tables once", async ({ client }) => {
  const stores = Array.from({ length: 20 }, () => postgresStore(client));
  const answers = await Promise.all(stores.map((store) => store.commit("ann", undefined, bytes("x"), [])));
  assert.deepEqual(answers.toSorted(), [...Array(19).fill(false), true]);
});

testWith("pg", "where the tables are it needs no right to make them", async ({ store, address, client }) => {
  assert.equal(await store.load("ann"), undefined);
  assert.deepEqual((await client.query("SELECT 1 FROM pg_tables WHERE tablename LIKE 'mfa%'")).rows, []);
  await store.commit("ann", undefined, bytes("x"), []);
  await client.query(`CREATE ROLE app LOGIN; GRANT SELECT ON mfa_schema TO app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON mfa_records, mfa_events TO app; REVOKE CREATE ON SCHEMA public FROM PUBLIC`);
  const pool = new pg.Pool({ connectionString: address.url.replace("mfa@", "app@") }).on("error", () => {});
  const app = postgresStore(pool);
  const event = { id: "a", at: 1, due: 2, body: bytes("x") };
  assert.equal(await app.commit("bob", undefined, bytes("x"), [event], 1e15), true);
  await app.settle("bob", "a", { done: true });
  await app.remove("ann");
  assert.deepEqual(await app.keys(), []);
  await pool.end();
});

testWith("pg", "a dump shows keys, times and ciphertext", async ({ store, client }) => {
  await store.commit("ann", undefined, bytes("1"), []);
  const { rows } = await client.query(`SELECT table_name || '.' || column_name AS name, data_type AS type
    FROM information_schema.columns WHERE table_name LIKE 'mfa%'`);
  assert.deepEqual(Object.fromEntries(rows.map(({ name, type }) => [name, type])), {
    "mfa_records.key": "text",
    "mfa_records.revision": "bigint",
    "mfa_records.body": "bytea",
    "mfa_records.expires_at": "bigint",
    "mfa_events.seq": "bigint",
    "mfa_events.key": "text",
    "mfa_events.id": "text",
    "mfa_events.at": "bigint",
    "mfa_events.due": "bigint",
    "mfa_events.attempts": "integer",
    "mfa_events.dead": "text",
    "mfa_events.body": "bytea",
    "mfa_schema.version": "integer",
  });
});

testWith("pg", "expired records are cleared away as others come", async ({ store, client, clock }) => {
  for (let at = 0; at < 300; at++) {
    clock.time = at;
    await store.commit(`address ${at}`, undefined, bytes("x"), [{ id: "a", at, body: bytes("x") }], at + 10);
  }
  const count = async (table) => Number((await client.query(`SELECT count(*) FROM ${table}`)).rows[0].count);
  const left = await count("mfa_records");
  assert.ok(left <= 12, `${left} are left`);
  assert.equal(await count("mfa_events"), left);
});

testWith("pg", "those that clear each other away do not stand in each other's way", async ({ store, clock }) => {
  const keys = Array.from({ length: 10 }, (_, at) => `address ${at}`);
  for (let round = 0; round < 20; round++) {
    clock.time = round * 10;
    const commit = (key) => store.commit(key, undefined, bytes(`${round}`), [], clock.time + 5);
    const answers = await Promise.all([...keys, ...keys.toReversed()].map(commit));
    assert.equal(answers.filter((landed) => landed).length, keys.length);
  }
});

testWith("pg", "tables of a later version are left alone", async ({ store, client }) => {
  await store.commit("ann", undefined, bytes("1"), []);
  await client.query("CREATE OR REPLACE VIEW mfa_schema AS SELECT 99 AS version");
  const later = postgresStore(client);
  await assert.rejects(later.load("ann"), { name: "MfaError", code: "store_refused" });
  await assert.rejects(later.commit("bob", undefined, bytes("x"), []), { code: "store_refused" });
});
