// Redis and PostgreSQL of this machine, each with a folder and a port of its own, gone with the test.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { discard, scratch } from "./scratch.js";

/**
 * With an append-only file that is written before every answer.
 *
 * @param {string[]} settings as on the command line of redis-server
 */
export async function startRedis(settings = ["--appendonly", "yes", "--appendfsync", "always"]) {
  const port = await freePort();
  const folder = scratch();
  const words = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", "", ...settings];
  const ready = ["redis-cli", "-p", `${port}`, "PING"];
  const start = () => startProgram(find("redis-server"), words, { folder, ready, stop: "TERM" });
  return { port, url: `redis://127.0.0.1:${port}`, ...(await restartable(start, folder, "SIGKILL")) };
}

/** Three nodes, each with a third of the slots. */
export async function startRedisCluster() {
  const nodes = [];
  for (let at = 0; at < 3; at++) {
    const bus = `${await freePort()}`;
    nodes.push(
      await startRedis(["--cluster-enabled", "yes", "--cluster-port", bus, "--cluster-require-full-coverage", "no"]),
    );
    nodes[at].bus = bus;
  }
  const command = (node, ...words) =>
    execFileSync(find("redis-cli"), ["-p", `${node.port}`, ...words.map(String)], { encoding: "utf8" });
  for (const [at, node] of nodes.entries()) {
    const third = (part) => Math.floor((16_384 * part) / 3);
    command(node, "CLUSTER", "ADDSLOTSRANGE", third(at), third(at + 1) - 1);
    if (at > 0) command(node, "CLUSTER", "MEET", "127.0.0.1", nodes[0].port, nodes[0].bus);
  }
  const known = (node) => {
    const info = command(node, "CLUSTER", "INFO");
    return info.includes("cluster_state:ok") && info.includes("cluster_slots_ok:16384");
  };
  await until(() => nodes.every(known), "the Redis cluster did not come together");
  return { ports: nodes.map(({ port }) => port), stop: () => Promise.all(nodes.map(({ stop }) => stop())) };
}

export async function startPostgres() {
  const port = await freePort();
  const folder = scratch();
  // It refuses to run as root.
  const owner = process.getuid?.() === 0 ? userOf("postgres") : {};
  if (owner.uid) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, "data");
  const init = ["-D", data, "-U", "mfa", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
  execFileSync(find("initdb"), init, { ...owner, cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const words = ["-D", data, "-p", `${port}`, "-k", folder, "-c", "listen_addresses=127.0.0.1"];
  const ready = ["pg_isready", "-h", "127.0.0.1", "-p", `${port}`];
  const start = () => startProgram(find("postgres"), words, { folder, ready, stop: "INT", ...owner });
  const urlOf = (database) => `postgres://mfa@127.0.0.1:${port}/${database}`;
  const create = (database) =>
    execFileSync(find("createdb"), ["-h", "127.0.0.1", "-p", `${port}`, "-U", "mfa", database]);
  return { urlOf, create, ...(await restartable(start, folder, "SIGQUIT")) };
}

/** The program's path. Debian keeps those of PostgreSQL to itself. */
function find(name) {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...process.env.PATH.split(delimiter), ...versions.map((version) => join(debian, version, "bin"))];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (!found) throw new Error(`there is no ${name}: \`cargo xtask test\` installs it, or install Redis and PostgreSQL`);
  return found;
}

function userOf(name) {
  const [, , uid, gid] =
    readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .map((line) => line.split(":"))
      .find(([user]) => user === name) ?? [];
  if (!uid) throw new Error(`there is no user ${name}, and PostgreSQL does not run as root`);
  return { uid: Number(uid), gid: Number(gid) };
}

async function restartable(start, folder, crash) {
  let running = await start();
  return {
    /** Ends it without a chance to write anything. */
    crash: () => running.stop(crash),
    async restart() {
      running = await start();
    },
    async stop() {
      await running.stop();
      discard(folder);
    },
  };
}

/** Runs a program under a shell that ends it when this process ends, however it does. */
async function startProgram(program, words, { folder, ready: [asker, ...question], stop, uid, gid }) {
  const script = `"$@" </dev/null >&2 & echo $!; cat >/dev/null; kill -s ${stop} $!; wait $!`;
  const shell = spawn("sh", ["-c", script, "sh", program, ...words], { cwd: folder, uid, gid, stdio: "pipe" });
  let printed = "";
  shell.stderr.on("data", (data) => {
    printed = `${printed}${data}`.slice(-4000);
  });
  const ended = new Promise((resolve) => shell.once("close", resolve));
  const pid = Number(await new Promise((resolve) => shell.stdout.once("data", resolve)));
  const ready = () => spawnSync(find(asker), question).status === 0;
  await until(ready, () => `${program} does not answer: ${printed}`);
  return {
    async stop(signal) {
      if (signal) process.kill(pid, signal);
      shell.stdin.end();
      await ended;
    },
  };
}

async function until(holds, complaint) {
  for (let tries = 0; tries < 400; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(typeof complaint === "function" ? complaint() : complaint);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
