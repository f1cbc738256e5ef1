// The pool for Node: how many sockets a real server sees, on real connections.

import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { test } from "node:test";
import { createClient, MfaError } from "edge-mfa/client";
import { agent } from "edge-mfa/client/node";
import * as undici from "undici";
import { startApi } from "./support/api.js";
import { dialog, later } from "./support/prompt.js";
import { serve } from "./support/server.js";

/** How many sockets were open at most, in all and by host, as undici itself tells it. */
function countSockets(t) {
  const now = new Map();
  const most = new Map();
  const change = (key, by) => {
    now.set(key, (now.get(key) ?? 0) + by);
    most.set(key, Math.max(most.get(key) ?? 0, now.get(key)));
  };
  const connected = ({ socket, connectParams: { host } }) => {
    for (const key of ["all", host]) change(key, 1);
    socket.once("close", () => {
      for (const key of ["all", host]) change(key, -1);
    });
  };
  subscribe("undici:client:connected", connected);
  t.after(() => unsubscribe("undici:client:connected", connected));
  return {
    of: (url) => most.get(new URL(url).host),
    get all() {
      return most.get("all");
    },
  };
}

/** A server that holds answers back until it is told to, and counts the connections that it accepted. */
async function slowServer(t) {
  const gate = later();
  let accepted = 0;
  const api = await serve(t, async ({ url }) => {
    if (url === "/slow") await gate.promise;
    return 200;
  });
  api.server.on("connection", () => accepted++);
  return { ...api, release: gate.resolve, accepted: () => accepted };
}

/** An agent, and a client on it. */
function pooled(t, options, module = undici) {
  const pool = agent(module, options);
  t.after(() => pool.dispatcher.destroy());
  const client = createClient({
    token: "access",
    baseUrl: "https://api.example.com",
    fetch: pool.fetch,
    timeout: 30_000,
  });
  const read = async (url) => (await (await client.fetch(url)).text()).length;
  return { ...pool, client, read };
}

/** Until the server has them all, and nothing more comes. */
async function full(servers, count) {
  const requests = () => servers.reduce((sum, server) => sum + server.requests.length, 0);
  while (requests() < count) await new Promise(setImmediate);
  // Enough for another connection, were there one.
  for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
  assert.equal(requests(), count);
}

test("the numbers that undici is given: 100 a host, keep-alive 60 s, 300 s at most", async () => {
  let given;
  class Agent extends undici.Agent {
    constructor(options) {
      super(options);
      given = options;
    }
  }
  await agent({ ...undici, Agent }).close();
  const { factory, ...numbers } = given;
  assert.deepEqual(numbers, { connections: 100, keepAliveTimeout: 60_000, keepAliveMaxTimeout: 300_000 });
  await agent({ ...undici, Agent }, { connections: 7, keepAlive: 300_000 }).close();
  assert.deepEqual([given.connections, given.keepAliveTimeout], [7, 300_000]);
});

test("100 connections to one host; what is more waits for them", async (t) => {
  const server = await slowServer(t);
  const { read } = pooled(t);
  const answers = Array.from({ length: 150 }, () => read(`${server.url}/slow`));
  await full([server], 100);
  assert.equal(server.accepted(), 100);
  server.release();
  await Promise.all(answers);
  assert.deepEqual([server.requests.length, server.accepted()], [150, 100]);
});

test("1,000 connections in all", async (t) => {
  const sockets = countSockets(t);
  const servers = [];
  for (let host = 0; host < 11; host++) servers.push(await slowServer(t));
  const { read } = pooled(t);
  const answers = servers.flatMap(({ url }) => Array.from({ length: 100 }, () => read(`${url}/slow`)));
  await full(servers, 1000);
  assert.equal(
    servers.reduce((sum, { accepted }) => sum + accepted(), 0),
    1000,
  );
  for (const { release } of servers) release();
  await Promise.all(answers);
  assert.equal(sockets.all, 1000);
  for (const { url } of servers) assert.ok(sockets.of(url) <= 100);
});

test("an idle connection makes room for a host that needs one", async (t) => {
  const sockets = countSockets(t);
  const [first, second, third] = [await slowServer(t), await slowServer(t), await slowServer(t)];
  const { read } = pooled(t, { total: 2 });
  for (const { url } of [first, second, third, first, second, third]) await read(`${url}/`);
  assert.equal(sockets.all, 2);
  // Nothing was idle: it waits until something is.
  const busy = [read(`${first.url}/slow`), read(`${second.url}/slow`)];
  await full([first, second, third], 8);
  const waiting = read(`${third.url}/`);
  await full([first, second, third], 8);
  first.release();
  await Promise.all([busy[0], waiting]);
  second.release();
  await busy[1];
  assert.equal(sockets.all, 2);
});

test("neither bound is broken while connections come and go", async (t) => {
  const sockets = countSockets(t);
  const servers = [];
  for (let host = 0; host < 5; host++) servers.push(await slowServer(t));
  const { read } = pooled(t, { connections: 2, total: 3 });
  for (let round = 0; round < 10; round++) {
    const order = servers.flatMap(({ url }, host) => Array.from({ length: 1 + ((host + round) % 4) }, () => url));
    await Promise.all(order.map((url) => read(`${url}/`)));
  }
  assert.equal(sockets.all, 3);
  for (const { url, requests } of servers) assert.ok(sockets.of(url) <= 2 && requests.length >= 20);
});

test("a connection is used again", async (t) => {
  const server = await slowServer(t);
  const { read } = pooled(t, { connections: 1 });
  for (let time = 0; time < 5; time++) await read(`${server.url}/`);
  assert.deepEqual([server.requests.length, server.accepted()], [5, 1]);
});

test("a connection that cannot be opened gives its place back", async (t) => {
  const server = await slowServer(t);
  const gone = await serve(t, () => 200);
  gone.server.close();
  await once(gone.server, "close");
  const pool = agent(undici, { total: 1 });
  t.after(() => pool.dispatcher.destroy());
  for (let time = 0; time < 3; time++) await assert.rejects(pool.fetch(`${gone.url}/`), TypeError);
  assert.equal((await pool.fetch(`${server.url}/`)).status, 200);
});

test("a request that is aborted while it waits for a connection is gone; the others go on", async (t) => {
  const server = await slowServer(t);
  const pool = agent(undici, { total: 1 });
  t.after(() => pool.dispatcher.destroy());
  const busy = pool.fetch(`${server.url}/slow`);
  const controller = new AbortController();
  const other = await slowServer(t);
  const waiting = pool.fetch(`${other.url}/`, { signal: controller.signal });
  const next = pool.fetch(`${other.url}/next`);
  await full([server, other], 1);
  controller.abort();
  await assert.rejects(waiting, { name: "AbortError" });
  server.release();
  await (await busy).text();
  assert.equal((await next).status, 200);
  assert.deepEqual(
    other.requests.map(({ url }) => url),
    ["/next"],
  );
});

test("close waits for the requests, also for those that wait for a connection", async (t) => {
  const server = await slowServer(t);
  const pool = agent(undici, { connections: 1 });
  const answers = [pool.fetch(`${server.url}/slow`), pool.fetch(`${server.url}/`)].map(async (answer) => {
    await (await answer).text();
    return "read";
  });
  await full([server], 1);
  const closed = pool.close();
  server.release();
  assert.deepEqual(await Promise.all(answers), ["read", "read"]);
  await closed;
  await assert.rejects(pool.fetch(`${server.url}/`), TypeError);
});

test("a Request of the platform, with a signal, a body and a step-up, goes through undici", async (t) => {
  const api = await startApi(t);
  const { prompt, call } = dialog();
  const pool = agent(undici);
  t.after(() => pool.dispatcher.destroy());
  const { fetch } = createClient({ baseUrl: api.url, token: "access", prompt, fetch: pool.fetch });
  const init = { method: "POST", headers: { "X-Own": "1" }, body: "body" };
  const answer = fetch(new Request(`${api.url}/request`, init));
  (await call(1)).answer("111111");
  assert.deepEqual(await (await answer).json(), { ok: true, method: "POST", url: "/request", body: "body" });
  for (const { headers } of api.requests) assert.equal(headers["x-own"], "1");

  const controller = new AbortController();
  api.state.before = () => new Promise(() => {});
  const aborted = fetch(new Request(`${api.url}/`, { signal: controller.signal }));
  while (api.requests.length < 3) await new Promise(setImmediate);
  controller.abort();
  await assert.rejects(aborted, { name: "AbortError" });
});

test("options that cannot be are refused by their names", () => {
  const table = [
    ["undici", [undefined, null, {}, { ...undici, Client: class {} }, { fetch }], (value) => [value]],
    ...[
      ["connections", [0, -1, 1.5, "1", null, Infinity, Number.NaN]],
      ["total", [0, -1, 1.5, "1", null, Infinity, Number.NaN]],
      ["keepAlive", [0, -1, 1.5, "1", null, 300_001]],
    ].map(([name, values]) => [name, values, (value) => [undici, { [name]: value }]]),
  ];
  for (const [name, values, parameters] of table)
    for (const value of values)
      assert.throws(
        () => agent(...parameters(value)),
        (error) => error instanceof MfaError && error.message.startsWith(`client invalid: ${name}`),
        `${name}: ${String(value)}`,
      );
});
