// Redis: every client, alone and as a cluster, several processes, processes and servers that die.

import assert from "node:assert/strict";
import { test } from "node:test";
import { redisStore } from "edge-mfa/store/redis";
import { Redis } from "ioredis";
import { bytes, text } from "./contract.js";
import { massacre, race, survives } from "./support/processes.js";
import { contractOf, testWith } from "./support/run.js";
import { startRedis } from "./support/servers.js";

await contractOf("redis", "ioredis", "@upstash/redis", "redis cluster", "ioredis cluster");
testWith("redis", "four processes lose nothing", race);
testWith("redis", "a process that is killed leaves all or nothing", massacre);

test("with an append-only file what has landed outlives a crash of the server", async () => {
  const server = await startRedis();
  await survives({ kind: "redis", url: server.url }, server);
});

testWith("ioredis", "a server that has forgotten the scripts is given them again", async ({ store, client }) => {
  await store.commit("ann", undefined, bytes("1"), []);
  await client.script("FLUSH");
  const { revision } = await store.load("ann");
  await client.script("FLUSH");
  assert.equal(await store.commit("ann", revision, bytes("2"), []), true);
});

testWith("ioredis", "a Redis that throws records away is refused", async ({ client }) => {
  for (const policy of ["allkeys-lru", "volatile-ttl"]) {
    await client.config("SET", "maxmemory-policy", policy);
    await assert.rejects(redisStore(client).load("ann"), { code: "store_refused", message: /noeviction/ });
  }
  await client.config("SET", "maxmemory-policy", "noeviction");
  assert.equal(await redisStore(client).load("ann"), undefined);
});

testWith("ioredis", "when the memory is full a commit fails whole", async ({ store, client }) => {
  await store.commit("ann", undefined, bytes("1"), []);
  const before = await store.load("ann");
  await client.config("SET", "maxmemory", "1");
  const event = { id: "a", at: 1, due: 1, body: bytes("x") };
  await assert.rejects(store.commit("ann", before.revision, bytes("2"), [event]), /OOM/);
  await client.config("SET", "maxmemory", "0");
  assert.deepEqual(await store.load("ann"), before);
  assert.deepEqual(await store.events("ann"), []);
});

testWith("ioredis", "the first use decides over how many slots accounts are spread", async ({ client }) => {
  const first = redisStore(client, { slots: 3 });
  await first.commit("ann", undefined, bytes("1"), []);
  assert.equal(text((await redisStore(client, { slots: 500 }).load("ann")).body), "1");
  await client.set("edge-mfa:layout", "99 3");
  await assert.rejects(redisStore(client).load("ann"), { code: "store_refused" });
});

testWith("ioredis", "the client's own prefix and the store's keep two apart", async ({ client, address }) => {
  const prefixed = new Redis(address.url, { keyPrefix: "theirs:" });
  const stores = [redisStore(client), redisStore(client, { prefix: "other" }), redisStore(prefixed)];
  for (const [at, store] of stores.entries())
    assert.equal(
      await store.commit("ann", undefined, bytes(`${at}`), [{ id: "a", at: 1, due: at, body: bytes("x") }]),
      true,
    );
  for (const [at, store] of stores.entries()) {
    assert.equal(text((await store.load("ann")).body), `${at}`);
    assert.deepEqual(
      (await store.due(9, 9)).map(({ due }) => due),
      [at],
    );
    assert.deepEqual(await store.keys(), ["ann"]);
    await store.remove("ann");
  }
  assert.deepEqual((await client.keys("*")).toSorted(), ["edge-mfa:layout", "other:layout", "theirs:edge-mfa:layout"]);
  prefixed.disconnect();
});

testWith("ioredis", "an expired record leaves by itself, its history later", async ({ store, client, clock }) => {
  clock.time = 1e12;
  await store.commit("ann", undefined, bytes("1"), [{ id: "a", at: 1, due: 1, body: bytes("x") }], clock.time + 60_000);
  const left = async () =>
    Promise.all(
      (await client.keys("*:ann")).toSorted().map(async (key) => [key.split(":")[2], await client.pttl(key)]),
    );
  const week = 7 * 24 * 3600 * 1000;
  for (const [kind, time] of await left()) {
    const most = kind === "record" ? 60_000 : week + 60_000;
    assert.ok(time <= most && time > most - 30_000, `${kind} ${time}`);
  }
  const { revision } = await store.load("ann");
  await store.commit("ann", revision, bytes("2"), []);
  assert.deepEqual(await left(), [
    ["events", -1],
    ["order", -1],
    ["record", -1],
  ]);
});

testWith("ioredis", "what is due, but has gone, is forgotten", async ({ store, client }) => {
  await store.commit("ann", undefined, bytes("1"), [{ id: "a", at: 1, due: 1, body: bytes("x") }]);
  await client.del((await client.keys("*:events:ann"))[0]);
  assert.deepEqual(await store.due(9, 9), []);
  assert.deepEqual(await client.keys("*:due"), []);
});
