// A database that fails: every call rejects with what it said. None of them answers as if there were no record.

import assert from "node:assert/strict";
import { test } from "node:test";
import Database from "better-sqlite3";
import { d1Store } from "edge-mfa/store/d1";
import { durableObjectStore } from "edge-mfa/store/durable-object";
import { postgresStore } from "edge-mfa/store/postgres";
import { redisStore } from "edge-mfa/store/redis";
import { sqliteStore } from "edge-mfa/store/sqlite";
import { bytes } from "./contract.js";

const trouble = new Error("the disk is on fire");
const fails = () => {
  throw trouble;
};
const rejects = async () => fails();
const statement = { bind: () => statement, all: rejects };

const stores = {
  "sqlite, at once": () => sqliteStore({ exec: fails, prepare: fails }),
  "sqlite, later": () => sqliteStore({ protocol: "http", execute: rejects, batch: rejects }),
  d1: () => d1Store({ prepare: () => statement, batch: rejects }),
  "durable-object": () =>
    durableObjectStore({ idFromName: String, idFromString: String, get: () => ({ fetch: rejects }) }),
  redis: () => redisStore({ eval: rejects, evalSha: rejects }),
  ioredis: () => redisStore({ eval: rejects, evalsha: rejects, defineCommand() {} }),
  "@upstash/redis": () => redisStore({ eval: rejects, evalsha: rejects }),
  pg: () => postgresStore({ query: rejects }),
  postgres: () => postgresStore(Object.assign(() => {}, { unsafe: rejects })),
};

const calls = {
  load: (store) => store.load("ann"),
  create: (store) => store.commit("ann", undefined, bytes("x"), []),
  commit: (store) => store.commit("ann", 1, bytes("x"), [{ id: "a", at: 1, body: bytes("x") }]),
  due: (store) => store.due(1, 1),
  settle: (store) => store.settle("ann", "a", { done: true }),
  events: (store) => store.events("ann"),
  keys: (store) => store.keys(),
  remove: (store) => store.remove("ann"),
};

for (const [name, open] of Object.entries(stores)) {
  for (const [what, call] of Object.entries(calls))
    test(`${name}: ${what} rejects`, () => assert.rejects(call(open()), (error) => error === trouble));
}

test("durable-object: an answer that is none rejects", async () => {
  const response = (status, body) => ({ get: () => ({ fetch: async () => new Response(body, { status }) }) });
  for (const namespace of [response(500, "null"), response(503, "<html>"), response(200, "<html>")])
    await assert.rejects(durableObjectStore({ idFromName: String, idFromString: String, ...namespace }).load("ann"));
});

test("what failed once is tried anew, not remembered", async () => {
  const database = new Database(":memory:");
  let broken = true;
  const store = sqliteStore({
    exec: (sql) => (broken ? fails() : database.exec(sql)),
    prepare: (sql) => (broken ? fails() : database.prepare(sql)),
  });
  await assert.rejects(store.load("ann"));
  await assert.rejects(store.commit("ann", undefined, bytes("x"), []));
  broken = false;
  assert.equal(await store.commit("ann", undefined, bytes("x"), []), true);
  database.close();
  await assert.rejects(store.load("ann"));
});
