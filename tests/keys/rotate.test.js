// A key is replaced: counted, tried out, interrupted, gone on with; and the old one is not needed any more.

import assert from "node:assert/strict";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import Database from "better-sqlite3";
import { totp } from "edge-mfa";
import { createMfa, keyring } from "edge-mfa/server";
import { sqliteStore } from "edge-mfa/store/sqlite";
import { tests } from "../runtime/support/scratch.js";
import { connect } from "../store/support/clients.js";
import { startPostgres, startRedis } from "../store/support/servers.js";
import { enrolMany, verifyAll } from "./support/accounts.js";
import { project } from "./support/cli.js";

const DAY = 86_400_000;
const old = keyring.generate({ environment: "test", now: () => Date.now() - 100 * DAY });
const both = keyring.add(old);
const [newest, retired] = keyring.parse(both).keys.map(({ id }) => id);
const fresh = keyring.remove(both, retired);

test("in an SQLite file: reported, tried out, rotated, and the old key removed", async (t) => {
  const { cli, store, database, secrets } = await sqlite(t, 120);
  const words = ["--store", "sqlite:mfa.db"];

  const due = await cli.run(["keys", "report", ...words], { variables: { MFA_KEYS: old } });
  assert.equal(due.code, 3, due.all);
  assert.match(due.stdout, new RegExp(`^${retired} .* 120 +seals, and is due to be replaced$`, "m"));
  assert.match(due.stdout, /edge-mfa keys new --add/);

  const before = await cli.run(["keys", "report", "--json", ...words]);
  assert.equal(before.code, 0, before.all);
  assert.deepEqual(JSON.parse(before.stdout), {
    keys: [
      { id: newest, createdAt: today(), newest: true, due: false, records: 0 },
      { id: retired, createdAt: today() - 100 * DAY, newest: false, due: false, records: 120 },
    ],
    records: 120,
    unreadable: [],
  });
  assert.match((await cli.run(["keys", "report", ...words])).stdout, /edge-mfa keys rotate/);

  const rows = dump(database);
  const dry = await cli.run(["keys", "rotate", "--dry-run", ...words]);
  assert.equal(dry.code, 0, dry.all);
  assert.match(dry.stdout, new RegExp(`^120 records: 120 are to be sealed with ${newest}, 0 were already$`, "m"));
  assert.deepEqual(dump(database), rows, "a dry run changes nothing");
  await assert.rejects(stat(cli.state), { code: "ENOENT" }, "and leaves nothing behind");

  assert.equal(await verifyAll(store, both, secrets.slice(0, 3)), true, "retired keys open");
  // A right code is written with the newest key.
  const rotated = await cli.run(["keys", "rotate", "--json", ...words]);
  assert.equal(rotated.code, 0, rotated.all);
  assert.deepEqual(JSON.parse(rotated.stdout), { newest, before: 0, seen: 120, resealed: 117, unreadable: [] });
  assert.deepEqual(await readdir(join(cli.state, "edge-mfa")), [], "nothing is left to resume");

  const report = await cli.run(["keys", "report", ...words]);
  assert.match(report.stdout, new RegExp(`^${retired} .* 0  opens$`, "m"));
  assert.match(report.stdout, new RegExp(`keys remove ${retired}`));
  assert.equal(await verifyAll(store, fresh, secrets), true, "the retired key is not needed");

  const again = await cli.run(["keys", "rotate", ...words], { variables: { MFA_KEYS: fresh } });
  assert.match(again.stdout, /^120 records: 0 are now sealed with .*, 120 were already$/m);
});

describe("a rotation that is interrupted", () => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGKILL"]) {
    test(`by ${signal} leaves every record whole, and is gone on with`, async (t) => {
      const { cli, store, secrets } = await sqlite(t, 450);
      const words = ["--store", "sqlite:mfa.db"];
      const running = cli.start(["keys", "rotate", ...words]);
      await running.reached(/Sealing {2}\d+ of 450 records/);
      running.kill(signal);
      const ended = await running.ended;
      assert.equal(ended.stdout, "", ended.all);
      if (signal === "SIGKILL") assert.equal(ended.signal, signal);
      else {
        assert.equal(ended.code, signal === "SIGINT" ? 130 : 143);
        assert.match(ended.stderr, /To go on: edge-mfa keys rotate --resume --store sqlite:mfa\.db\n$/);
      }

      const counts = await countsOf(cli, words);
      assert.ok(counts[newest] >= 100 && counts[newest] < 450, JSON.stringify(counts));
      assert.equal(counts[newest] + counts[retired], 450);
      const some = secrets.filter((_, at) => at % 50 === 0);
      assert.equal(await verifyAll(store, both, some), true, "the retired key opens what is left");

      const [bookmark] = await readdir(join(cli.state, "edge-mfa"));
      if (process.platform !== "win32")
        assert.equal((await stat(join(cli.state, "edge-mfa", bookmark))).mode & 0o777, 0o600);
      const resumed = await cli.run(["keys", "rotate", "--resume", "--json", ...words]);
      assert.equal(resumed.code, 0, resumed.all);
      const { before, seen, resealed } = JSON.parse(resumed.stdout);
      assert.ok(before >= 100 && before % 100 === 0);
      assert.equal(before + seen, 450);
      assert.ok(resealed > 0 && resealed <= counts[retired]);

      assert.deepEqual(await countsOf(cli, words), { [newest]: 450, [retired]: 0 });
      assert.equal(await verifyAll(store, fresh, secrets), true);
    });
  }

  test("is gone on with from the beginning where nothing was kept, or for another key", async (t) => {
    const { cli } = await sqlite(t, 220);
    const words = ["--store", "sqlite:mfa.db"];
    const running = cli.start(["keys", "rotate", ...words]);
    await running.reached(/Sealing {2}\d+ of 220 records/);
    running.kill("SIGKILL");
    await running.ended;
    const variables = { MFA_KEYS: keyring.add(both) };
    const other = await cli.run(["keys", "rotate", "--resume", "--json", ...words], { variables });
    assert.match(other.stderr, /nothing to resume/);
    assert.partialDeepStrictEqual?.(JSON.parse(other.stdout), { before: 0, seen: 220, resealed: 220 });
    assert.equal(JSON.parse(other.stdout).resealed, 220);
  });

  test("by a store that fails is explained, and gone on with", async (t) => {
    const redis = await startRedis();
    const { store, close } = await connect({ kind: "redis", url: redis.url });
    t.after(() => close().then(redis.stop));
    const secrets = await enrolMany(store, old, 300);
    const cli = await project(t, ["redis"], { MFA_KEYS: both, MFA_STORE: redis.url });
    const running = cli.start(["keys", "rotate"]);
    await running.reached(/Sealing {2}\d+ of 300 records/);
    await redis.crash();
    const { code, stderr } = await running.ended;
    assert.equal(code, 1);
    assert.match(stderr, /To go on: edge-mfa keys rotate --resume\n/);
    assert.match(stderr, /store unavailable/);
    await redis.restart();
    const resumed = await cli.run(["keys", "rotate", "--resume", "--json"]);
    assert.equal(resumed.code, 0, resumed.all);
    assert.ok(JSON.parse(resumed.stdout).before >= 100);
    assert.deepEqual(await countsOf(cli, []), { [newest]: 300, [retired]: 0 });
    assert.ok(secrets.size === 300);
  });
});

test("accounts that are used and made meanwhile lose nothing", async (t) => {
  const { cli, store, secrets } = await sqlite(t, 300);
  const running = cli.start(["keys", "rotate", "--json", "--store", "sqlite:mfa.db"]);
  await running.reached(/Sealing/);
  assert.equal(await verifyAll(store, both, secrets.slice(200)), true);
  const time = Date.now();
  const mfa = createMfa({ issuer: "Example", store, keys: both, now: () => time });
  for (let at = 0; at < 20; at++) {
    const { secret } = await mfa.enrol(`new${at}`);
    assert.equal((await mfa.confirm(`new${at}`, totp.generate({ secret, time }))).ok, true);
  }
  const { code, all } = await running.ended;
  assert.equal(code, 0, all);
  assert.deepEqual(await countsOf(cli, ["--store", "sqlite:mfa.db"]), { [newest]: 320, [retired]: 0 });
  assert.equal(await verifyAll(store, fresh, secrets), true);
});

test("records that do not open are listed, and the others sealed anyway", async (t) => {
  const { cli, store, database } = await sqlite(t, 30);
  const stranger = keyring.generate({ environment: "test" });
  await createMfa({ issuer: "Example", store, keys: stranger }).enrol("stranger");
  database.exec("UPDATE mfa_records SET body = x'00' WHERE key = 'account:user0007'");
  const live = keyring.generate();
  await createMfa({ issuer: "Example", store, keys: live }).enrol("live");
  const words = ["keys", "rotate", "--store", "sqlite:mfa.db"];
  const { code, stdout } = await cli.run(words);
  assert.equal(code, 3);
  assert.match(stdout, /^32 records: 29 are now sealed/m);
  assert.match(stdout, /3 records do not open[\s\S]*account:live\n[\s\S]*account:stranger\n[\s\S]*account:user0007\n/);
  const report = await cli.run(["keys", "report", "--store", "sqlite:mfa.db"]);
  assert.equal(report.code, 3);
  assert.match(report.stdout, /1 record does not open[\s\S]*account:user0007\n/);
  const { unreadable } = JSON.parse((await cli.run([...words, "--json"])).stdout);
  assert.deepEqual(unreadable.toSorted(), ["account:live", "account:stranger", "account:user0007"]);
});

test("a report tells of keys that are not in the ring", async (t) => {
  const { cli } = await sqlite(t, 10);
  const variables = { MFA_KEYS: fresh };
  const { code, stdout } = await cli.run(["keys", "report", "--store", "sqlite:mfa.db"], { variables });
  assert.equal(code, 3);
  assert.match(stdout, new RegExp(`^${retired} .* 10  not in the ring`, "m"));
});

const drivers = [
  { name: "redis", open: redis, driver: "redis" },
  { name: "redis", open: redis, driver: "ioredis" },
  { name: "postgres", open: postgres, driver: "pg" },
  { name: "postgres", open: postgres, driver: "postgres" },
  { name: "sqlite", open: sqlitePath, driver: "better-sqlite3" },
  { name: "sqlite", open: sqlitePath, driver: "libsql" },
  { name: "sqlite", open: sqlitePath, driver: "@libsql/client" },
  { name: "sqlite", open: sqlitePath, driver: "node:sqlite", program: nodeWithSqlite() },
  { name: "sqlite", open: sqlitePath, driver: "bun:sqlite", program: [installed("bun"), "run", "--no-install"] },
];

for (const { name, open, driver, program } of drivers) {
  test(`over ${name} with ${driver}: report, rotate, inspect`, async (t) => {
    const { url, kind, path, stop } = await open(t);
    const { store, close } = await connect({ kind, url, path });
    t.after(() => close().then(stop));
    const secrets = await enrolMany(store, old, 60);
    const cli = await project(t, driver.includes(":") ? [] : [driver], { MFA_KEYS: both, MFA_STORE: url });
    cli.program = program ?? cli.program;
    assert.deepEqual(await countsOf(cli, []), { [newest]: 0, [retired]: 60 });
    const dry = JSON.parse((await cli.run(["keys", "rotate", "--dry-run", "--json"])).stdout);
    assert.equal(dry.resealed, 60);
    assert.deepEqual(await countsOf(cli, []), { [newest]: 0, [retired]: 60 });
    const rotated = await cli.run(["keys", "rotate", "--json"]);
    assert.equal(rotated.code, 0, rotated.all);
    assert.equal(JSON.parse(rotated.stdout).resealed, 60);
    assert.deepEqual(await countsOf(cli, []), { [newest]: 60, [retired]: 0 });
    const inspected = await cli.run(["inspect", "user0042", "--json"]);
    assert.equal(inspected.code, 0, inspected.all);
    assert.equal(JSON.parse(inspected.stdout).factors.length, 1);
    assert.equal(await verifyAll(store, fresh, secrets), true);
  });
}

/** A project with accounts that the old key seals. */
async function sqlite(t, count) {
  const cli = await project(t, ["better-sqlite3"], { MFA_KEYS: both });
  const database = new Database(cli.path("mfa.db"));
  t.after(() => database.close());
  const store = sqliteStore(database);
  const secrets = [...(await enrolMany(store, old, count))];
  return { cli, store, database, secrets };
}

async function countsOf(cli, words) {
  const { code, stdout, all } = await cli.run(["keys", "report", "--json", ...words]);
  assert.equal(code, 0, all);
  return Object.fromEntries(JSON.parse(stdout).keys.map(({ id, records }) => [id, records]));
}

function dump(database) {
  return ["mfa_records", "mfa_events"].map((table) => database.prepare(`SELECT * FROM ${table} ORDER BY 1`).all());
}

async function redis() {
  const { url, stop } = await startRedis();
  return { kind: "redis", url, stop };
}

async function postgres() {
  const { urlOf, create, stop } = await startPostgres();
  create("accounts");
  return { kind: "pg", url: urlOf("accounts"), stop };
}

async function sqlitePath(t) {
  const { folder } = await project(t, []);
  const path = join(folder, "mfa.db");
  return { kind: "better-sqlite3", path, url: `sqlite:${path}`, stop() {} };
}

function nodeWithSqlite() {
  const other = join(tests, "node24/node_modules/.bin/node");
  return [process.getBuiltinModule?.("node:sqlite") ? process.execPath : other];
}

function installed(name) {
  return join(tests, "node_modules/.bin", name);
}

function today() {
  return Math.floor(Date.now() / DAY) * DAY;
}
