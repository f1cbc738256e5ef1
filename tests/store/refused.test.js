// What is no store is refused, with a reason.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MfaError } from "edge-mfa";
import { checkStore } from "edge-mfa/store";
import { d1Store } from "edge-mfa/store/d1";
import { durableObjectStore } from "edge-mfa/store/durable-object";
import { memoryStore } from "edge-mfa/store/memory";
import { postgresStore } from "edge-mfa/store/postgres";
import { redisStore } from "edge-mfa/store/redis";
import { sqliteStore } from "edge-mfa/store/sqlite";
import { Miniflare } from "miniflare";
import { createClient } from "redis";
import { startRedis } from "./support/servers.js";

const constructors = { d1Store, durableObjectStore, postgresStore, redisStore, sqliteStore };
const methods = (...names) => Object.fromEntries(names.map((name) => [name, () => {}]));

const worker = new Miniflare({
  modules: true,
  script: "export default {}",
  kvNamespaces: ["KV"],
  r2Buckets: ["R2"],
  d1Databases: ["DB"],
  compatibilityDate: "2026-04-01",
});
test.after(() => worker.dispose());

/** What is given, and what the message must speak of. */
const unfit = {
  "Cloudflare KV": [await worker.getKVNamespace("KV"), /Cloudflare KV is eventually consistent.*d1Store/],
  "Cloudflare R2": [await worker.getR2Bucket("R2"), /R2/],
  "Netlify Blobs": [
    methods("get", "getWithMetadata", "set", "setJSON", "delete", "list"),
    /Netlify Blobs is eventually/,
  ],
  "the Cache API": [methods("match", "matchAll", "put", "delete"), /Cache API/],
  localStorage: [methods("getItem", "setItem", "removeItem"), /compare-and-swap/],
  "a Map": [new Map(), /(a store has|takes)/],
  undefined: [undefined, /(a store has|takes)/],
  null: [null, /(a store has|takes)/],
  "a URL": ["redis://localhost", /(a store has|takes)/],
};

for (const [name, [candidate, reason]] of Object.entries(unfit)) {
  for (const [place, take] of Object.entries({ checkStore, ...constructors }))
    test(`${place} refuses ${name}`, () => {
      assert.throws(
        () => take(candidate),
        (error) => {
          assert.ok(error instanceof MfaError);
          assert.equal(error.code, "store_refused");
          assert.match(error.message, reason);
          return true;
        },
      );
    });
}

test("checkStore takes stores, also somebody's own", () => {
  checkStore(memoryStore());
  class Own {}
  Object.assign(Own.prototype, methods("load", "commit", "due", "settle", "events", "keys", "remove"));
  checkStore(new Own());
});

test("a database instead of its store: the message names the store", async () => {
  const database = await worker.getD1Database("DB");
  assert.throws(() => checkStore(database), { code: "store_refused", message: /d1Store/ });
  assert.throws(() => sqliteStore(database), { code: "store_refused", message: /d1Store/ });
});

test("a session of D1 is refused: it may read an older state", async () => {
  const session = methods("prepare", "batch", "getBookmark");
  assert.throws(() => d1Store(session), { code: "store_refused", message: /session/ });
});

test("the clients of one database are not those of another", async () => {
  const server = await startRedis();
  const client = await createClient({ url: server.url }).connect();
  assert.throws(() => postgresStore(client), { code: "store_refused" });
  assert.throws(() => sqliteStore(client), { code: "store_refused" });
  await client.close();
  await server.stop();
});
