// API keys over real stores: made, used, revoked, expired, stolen with the database, and kept through a rotation of keys.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import Database from "better-sqlite3";
import { totp } from "edge-mfa";
import { apiKeys } from "edge-mfa/api-keys";
import { createMfa, keyring } from "edge-mfa/server";
import { memoryStore } from "edge-mfa/store/memory";
import { sqliteStore } from "edge-mfa/store/sqlite";
import { discard, scratch } from "../store/support/scratch.js";

const NOW = Date.UTC(2026, 10, 24);
const DAY = 86_400_000;
const keys = keyring.generate({ environment: "test", now: () => NOW });
const at = (time) => ({ keys, now: () => time });

const stores = {
  memory: () => ({ store: memoryStore({ now: () => NOW }) }),
  sqlite: (t) => {
    const folder = scratch();
    const path = join(folder, "mfa.db");
    const database = new Database(path);
    t.after(() => {
      database.close();
      discard(folder);
    });
    return { store: sqliteStore(database, { now: () => NOW }), database, path };
  },
};

for (const [name, open] of Object.entries(stores)) {
  describe(name, () => {
    test("a key is good for what it was made for, and only as a service", async (t) => {
      const { store } = open(t);
      const services = apiKeys({ store, ...at(NOW) });
      const { id, key } = await services.create({ subject: "billing", scopes: ["orders:read", "b"], name: "Billing" });
      assert.match(key, /^mfaa_test_[0-9A-HJKMNP-TV-Z]{16}_[0-9A-HJKMNP-TV-Z]{40}$/);
      assert.equal(key.slice(10, 26), id);
      const principal = { subject: "billing", scopes: ["orders:read", "b"], service: true };
      assert.deepEqual(await services.authenticate(key), principal);
      // Another process, which has only the store and the ring.
      assert.deepEqual(await apiKeys({ store, ...at(NOW + DAY) }).authenticate(key), principal);
    });

    test("a wrong secret, and whatever is no key, is nobody's", async (t) => {
      const { store } = open(t);
      const services = apiKeys({ store, ...at(NOW) });
      const { key } = await services.create({ subject: "one" });
      const other = await apiKeys({ store: memoryStore(), ...at(NOW) }).create({ subject: "other" });
      const wrong = [
        other.key,
        `${key.slice(0, 27)}${other.key.slice(27)}`,
        key.slice(0, -1),
        `${key} `,
        key.toLowerCase(),
      ];
      for (const token of [...wrong, keys, "", "a.b.c", "x".repeat(1e6), "\ud800", undefined, null, 7, {}, [key]])
        assert.equal(await services.authenticate(token), undefined, String(token).slice(0, 80));
    });

    test("a key that is revoked is refused at once, and another is not", async (t) => {
      const { store } = open(t);
      const [one, other] = [apiKeys({ store, ...at(NOW) }), apiKeys({ store, ...at(NOW) })];
      const first = await one.create({ subject: "a" });
      const second = await one.create({ subject: "a" });
      assert.equal(await other.revoke(first.id), true);
      assert.equal(await one.authenticate(first.key), undefined);
      assert.ok(await one.authenticate(second.key));
      assert.equal(await other.revoke(first.id), false);
    });

    test("only an id revokes: nothing else in the store can be named", async (t) => {
      const { store } = open(t);
      await createMfa({ issuer: "Example", store, ...at(NOW) }).enrol("alice");
      const services = apiKeys({ store, ...at(NOW) });
      const { key } = await services.create({ subject: "a" });
      for (const id of ["account:alice", "", key, "../account:alice", "0123456789abcdef", undefined, null, 7, {}])
        await assert.rejects(services.revoke(id), { code: "command_invalid" });
      assert.equal((await store.keys()).length, 2);
    });

    test("a key is refused from its end on", async (t) => {
      const { store } = open(t);
      const make = apiKeys({ store, ...at(NOW) });
      const { key } = await make.create({ subject: "a", expiresAt: new Date(NOW + DAY) });
      assert.ok(await apiKeys({ store, ...at(NOW + DAY - 1) }).authenticate(key));
      assert.equal(await apiKeys({ store, ...at(NOW + DAY) }).authenticate(key), undefined);
      const endless = await make.create({ subject: "a" });
      assert.ok(await apiKeys({ store, ...at(Number.MAX_SAFE_INTEGER - 1) }).authenticate(endless.key));
    });

    test("a key of another environment's ring is nobody's, and with another ring nothing opens", async (t) => {
      const { store } = open(t);
      const { key } = await apiKeys({ store, ...at(NOW) }).create({ subject: "a" });
      assert.equal(await apiKeys({ store, keys: keyring.generate() }).authenticate(key), undefined);
      const stranger = apiKeys({ store, keys: keyring.generate({ environment: "test" }) });
      await assert.rejects(stranger.authenticate(key), { code: "key_unknown" });
    });

    test("a record that was put in another's place lets nobody in", async (t) => {
      const { store } = open(t);
      const services = apiKeys({ store, ...at(NOW) });
      const admin = await services.create({ subject: "admin", scopes: ["admin"] });
      const guest = await services.create({ subject: "guest" });
      const places = [admin, guest].map(({ id }) => `api-key:${id}`);
      const [first, second] = await Promise.all(places.map((place) => store.load(place)));
      await store.commit(places[1], second.revision, first.body, []);
      await assert.rejects(services.authenticate(guest.key), { code: "seal_broken" });
      assert.equal((await services.authenticate(admin.key)).subject, "admin");
      // An account's record, too.
      await createMfa({ issuer: "Example", store, ...at(NOW) }).enrol("alice");
      const account = await store.load("account:alice");
      await store.commit(places[0], first.revision, account.body, []);
      await assert.rejects(services.authenticate(admin.key), { code: "seal_broken" });
      const { unreadable, keys: count } = await services.report();
      assert.deepEqual([unreadable.sort(), count], [[admin.id, guest.id].sort(), 2]);
      assert.deepEqual(await services.list(), []);
    });

    test("all keys are listed, without the keys, among accounts", async (t) => {
      const { store } = open(t);
      const mfa = createMfa({ issuer: "Example", store, ...at(NOW) });
      for (const subject of ["alice", "api-key:bob", "zoe"]) await mfa.enrol(subject, { account: "someone" });
      const services = apiKeys({ store, ...at(NOW) });
      const made = [
        { subject: "b", scopes: ["x"], name: "Bé", expiresAt: NOW + 1 },
        { subject: "a" },
        { subject: "c", expiresAt: NOW + 31 * DAY },
        { subject: "d", expiresAt: NOW + 30 * DAY },
      ];
      const ids = [];
      for (const key of made) ids.push((await services.create(key)).id);
      const listed = (await services.list()).sort((one, other) => (one.subject < other.subject ? -1 : 1));
      assert.deepEqual(listed, [
        { id: ids[1], subject: "a", scopes: [], createdAt: NOW },
        { id: ids[0], subject: "b", scopes: ["x"], createdAt: NOW, name: "Bé", expiresAt: NOW + 1 },
        { id: ids[2], subject: "c", scopes: [], createdAt: NOW, expiresAt: NOW + 31 * DAY },
        { id: ids[3], subject: "d", scopes: [], createdAt: NOW, expiresAt: NOW + 30 * DAY },
      ]);
      const report = { keys: 4, unending: [ids[1]], unreadable: [] };
      const later = apiKeys({ store, ...at(NOW + 1) });
      assert.deepEqual(await later.report(), { ...report, expired: [ids[0]], expiring: [ids[3]] });
      assert.deepEqual(await later.report({ within: 1 }), { ...report, expired: [ids[0]], expiring: [] });
    });

    test("a rotation seals API keys anew with the accounts, and they outlive the old key", async (t) => {
      const { store } = open(t);
      const mfa = createMfa({ issuer: "Example", store, ...at(NOW) });
      const { secret } = await mfa.enrol("alice");
      await mfa.confirm("alice", totp.generate({ secret, time: NOW }));
      const made = [];
      for (let count = 0; count < 5; count++)
        made.push(await apiKeys({ store, ...at(NOW) }).create({ subject: `s${count}` }));

      const both = keyring.add(keys, { now: () => NOW + DAY });
      const [newest, retired] = keyring.parse(both).keys.map(({ id }) => id);
      const rotating = createMfa({ issuer: "Example", store, keys: both, now: () => NOW + DAY });
      assert.deepEqual(await rotating.keys.rotate({ dryRun: true }), { seen: 6, resealed: 6, unreadable: [] });
      const counts = async () =>
        Object.fromEntries((await rotating.keys.report()).keys.map(({ id, records }) => [id, records]));
      assert.deepEqual(await counts(), { [newest]: 0, [retired]: 6 });
      assert.deepEqual(await rotating.keys.rotate(), { seen: 6, resealed: 6, unreadable: [] });
      assert.deepEqual(await counts(), { [newest]: 6, [retired]: 0 });
      assert.deepEqual(await rotating.keys.rotate(), { seen: 6, resealed: 0, unreadable: [] });

      const fresh = apiKeys({ store, keys: keyring.remove(both, retired), now: () => NOW + DAY });
      for (const [count, { key }] of made.entries()) assert.equal((await fresh.authenticate(key)).subject, `s${count}`);
      assert.equal((await fresh.list()).length, 5);
    });

    test("a rotation meanwhile brings no revoked key back", async (t) => {
      const { store } = open(t);
      const services = apiKeys({ store, ...at(NOW) });
      const { id, key } = await services.create({ subject: "a" });
      const racing = {
        ...store,
        load: async (place) => {
          const record = await store.load(place);
          await services.revoke(id); // after it was read, and before it is written
          return record;
        },
      };
      const mfa = createMfa({ issuer: "Example", store: racing, keys: keyring.add(keys, { now: () => NOW }) });
      assert.deepEqual(await mfa.keys.rotate(), { seen: 1, resealed: 0, unreadable: [] });
      assert.deepEqual(await store.keys(), []);
      assert.equal(await services.authenticate(key), undefined);
    });
  });
}

test("the file of a database tells nothing that opens a door", async (t) => {
  const { store, database, path } = stores.sqlite(t);
  const services = apiKeys({ store, ...at(NOW) });
  const { id, key } = await services.create({
    subject: "billing-department",
    scopes: ["orders:read"],
    name: "Nightly run",
  });
  database.pragma("wal_checkpoint(TRUNCATE)");
  const dump = readFileSync(path);
  assert.ok(dump.includes(`api-key:${id}`), "the dump is of this store");
  for (let from = 27; from + 8 <= key.length; from++)
    assert.ok(!dump.includes(key.slice(from, from + 8)), `at ${from}`);
  for (const text of ["billing-department", "orders:read", "Nightly run"]) assert.ok(!dump.includes(text), text);
  // What is there, written into the database of a service with another ring, is of no use.
  const { body } = await store.load(`api-key:${id}`);
  const thief = memoryStore();
  await thief.commit(`api-key:${id}`, undefined, body, []);
  const ring = keyring.generate({ environment: "test" });
  await assert.rejects(apiKeys({ store: thief, keys: ring }).authenticate(key), { code: "key_unknown" });
});

test("what cannot be made is refused before anything is written", async () => {
  const store = memoryStore();
  const services = apiKeys({ store, ...at(NOW) });
  const refused = (key, code) =>
    assert.rejects(
      services.create(key),
      (error) => error.name === "MfaError" && error.code === code,
      JSON.stringify(key),
    );
  for (const subject of [undefined, "", " a", "a\n", "x".repeat(257), 7, null, "\ud800"])
    await refused({ subject }, "subject_invalid");
  await refused(undefined, "subject_invalid");
  const subject = "a";
  const scopes = [
    ["a b"],
    [""],
    ["a\n"],
    ['"'],
    ["\\"],
    ["é"],
    [7],
    "a",
    { length: 0 },
    null,
    ["x".repeat(129)],
    Array(65).fill("a"),
  ];
  for (const given of scopes) await refused({ subject, scopes: given }, "command_invalid");
  for (const name of ["", " a", "a\nb", "x".repeat(65), "a\u202eb", 7, null])
    await refused({ subject, name }, "name_invalid");
  for (const expiresAt of [NOW, NOW - 1, 0, Number.NaN, 1.5, "soon", new Date(Number.NaN), Number.POSITIVE_INFINITY])
    await refused({ subject, expiresAt }, "time_invalid");
  assert.deepEqual(await store.keys(), []);
  await services.create({ subject, scopes: Array(64).fill("x".repeat(128)), name: "x".repeat(64), expiresAt: NOW + 1 });
});

test("options that cannot be are refused at once", () => {
  assert.throws(() => apiKeys({ store: new Map(), keys }), { code: "store_refused" });
  assert.throws(() => apiKeys({ store: memoryStore(), keys: "" }), { code: "key_ring_empty" });
  assert.throws(() => apiKeys(), { code: "store_refused" });
});

test("a store that fails rejects, and never says that there is no such key", async () => {
  const store = memoryStore();
  const { key } = await apiKeys({ store, ...at(NOW) }).create({ subject: "a" });
  const down = { ...store, load: () => Promise.reject(new Error("no connection")) };
  await assert.rejects(apiKeys({ store: down, ...at(NOW) }).authenticate(key), { code: "store_unavailable" });
  const full = { ...store, commit: () => Promise.reject(new Error("disk full")) };
  await assert.rejects(apiKeys({ store: full, ...at(NOW) }).create({ subject: "a" }), { code: "store_unavailable" });
  const silent = { ...store, load: () => new Promise(() => {}) };
  await assert.rejects(apiKeys({ store: silent, ...at(NOW), timeout: 20 }).authenticate(key), {
    code: "store_unavailable",
  });
});

test("a request reads one record and writes none", async () => {
  const calls = [];
  const store = new Proxy(memoryStore(), {
    get: (target, name) =>
      typeof target[name] === "function" ? (...given) => calls.push(name) && target[name](...given) : target[name],
  });
  const services = apiKeys({ store, ...at(NOW) });
  const { key } = await services.create({ subject: "a" });
  calls.length = 0;
  await services.authenticate(key);
  await services.authenticate(`${key}x`);
  assert.deepEqual(calls, ["load"]);
});

test("an id that is taken is made anew", async () => {
  let round = 0;
  // The same randomness twice, and then other.
  const random = (bytes) => bytes.fill(Math.max(1, round++));
  const services = apiKeys({ store: memoryStore(), ...at(NOW), random });
  const first = await services.create({ subject: "one" });
  const second = await services.create({ subject: "two" });
  assert.notEqual(first.id, second.id);
  assert.equal((await services.authenticate(first.key)).subject, "one");
  assert.equal((await services.authenticate(second.key)).subject, "two");
});
