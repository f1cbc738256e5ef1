// Every store, on the real engine. `open` starts what it needs and gives an empty store; `close` stops all of it.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect } from "./clients.js";
import { discard, scratch } from "./scratch.js";
import { startPostgres, startRedis, startRedisCluster } from "./servers.js";
import { startUpstash } from "./upstash.js";

/**
 * @typedef {object} Opened
 * @property {import("edge-mfa/store").Store} store
 * @property {any} client of the engine
 * @property {any} address where it is: `connect(address)` opens it once more, in this process or in another
 * @property {() => Promise<void>} close
 *
 * @typedef {object} Engine
 * @property {string} name
 * @property {boolean} processes whether several processes can use it at once
 * @property {(options?: { now?: () => number }) => Promise<Opened>} open
 */

const redisCluster = shared(startRedisCluster);
const postgresServer = shared(startPostgres);
let opened = 0;

/** @type {Engine[]} */
export const engines = [
  engine("memory", false, async () => ({ address: { kind: "memory" } })),
  file("better-sqlite3"),
  file("libsql"),
  runtime(
    "node:sqlite",
    process.getBuiltinModule?.("node:sqlite") ? process.execPath : path("../node24/node_modules/.bin/node"),
  ),
  runtime("node:sqlite of Deno", path("../node_modules/.bin/deno"), [
    "run",
    "--allow-all",
    "--no-lock",
    "--cached-only",
  ]),
  runtime("bun:sqlite", path("../node_modules/.bin/bun"), ["run", "--no-install"]),
  worker("d1"),
  worker("durable-object"),
  redis("redis"),
  redis("ioredis"),
  engine("@upstash/redis", true, async () => {
    const redis = await startRedis();
    const rest = await startUpstash(redis.port);
    const stop = () => rest.close().then(redis.stop);
    return { address: { kind: "upstash", url: rest.url }, stop };
  }),
  cluster("redis cluster", "redis-cluster"),
  cluster("ioredis cluster", "ioredis-cluster"),
  postgres("pg"),
  postgres("postgres"),
];

/** The one of this name. */
export function engineOf(name) {
  const found = engines.find((engine) => engine.name === name);
  if (!found) throw new Error(`no engine ${name}`);
  return found;
}

/** @returns {Engine} */
function engine(name, processes, start) {
  return {
    name,
    processes,
    async open({ now = Date.now } = {}) {
      const { address, stop = async () => {} } = await start();
      try {
        const { store, client, close } = await connect(address, { now });
        return { store, client, address, close: () => close().finally(stop) };
      } catch (error) {
        await stop();
        throw error;
      }
    },
  };
}

function file(kind) {
  return engine(kind, true, async () => {
    const folder = scratch();
    return { address: { kind, path: join(folder, "mfa.db") }, stop: () => discard(folder) };
  });
}

function redis(kind) {
  return engine(kind, true, async () => {
    const { url, stop } = await startRedis();
    return { address: { kind, url }, stop };
  });
}

/** A prefix each, on one cluster while anybody uses it. */
function cluster(name, kind) {
  return engine(name, true, async () => {
    const { server, leave } = await redisCluster();
    return { address: { kind, ports: server.ports, prefix: `mfa-${++opened}` }, stop: leave };
  });
}

/** A database each, on one server while anybody uses it. */
function postgres(kind) {
  return engine(kind, true, async () => {
    const { server, leave } = await postgresServer();
    const name = `mfa_${++opened}`;
    server.create(name);
    return { address: { kind, url: server.urlOf(name) }, stop: leave };
  });
}

/** Starts a server for the first who comes, and stops it when the last has gone. */
function shared(start) {
  let server;
  let users = 0;
  return async () => {
    users += 1;
    server ??= start();
    const leave = async () => {
      users -= 1;
      if (users > 0) return;
      const { stop } = await server;
      server = undefined;
      await stop();
    };
    return { server: await server, leave };
  };
}

/** workerd with a D1 database and the namespace of the Durable Objects. */
function worker(path) {
  return engine(path, true, async () => {
    const { startWorker } = await import("./workerd.js");
    const { url, stop } = await startWorker();
    return { address: { kind: "remote", url: new URL(path, url).href }, stop };
  });
}

/** A runtime that has an SQLite of its own. */
function runtime(name, program, words = []) {
  return engine(name, true, async () => {
    const folder = scratch();
    const script = fileURLToPath(new URL("./sqlite-server.js", import.meta.url));
    const child = spawn(program, [...words, script, join(folder, "mfa.db")]);
    const ended = new Promise((resolve) => child.once("close", resolve));
    let printed = "";
    const port = await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", () => reject(new Error(`${name} ended: ${printed}`)));
      child.stderr.on("data", (data) => {
        printed += data;
      });
      child.stdout.once("data", (data) => resolve(Number(data)));
    });
    const stop = async () => {
      child.stdin.end();
      await ended;
      await discard(folder);
    };
    return { address: { kind: "remote", url: `http://127.0.0.1:${port}/` }, stop };
  });
}

/** Of a file in `tests/store`. */
function path(relative) {
  return fileURLToPath(new URL(`../${relative}`, import.meta.url));
}
