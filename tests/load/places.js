// Where the API runs: in workerd and in Node.

import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keyring } from "edge-mfa/server";
import { startWorkerd } from "../service/support/workerd.js";
import { discard, scratch } from "../store/support/scratch.js";

/** Each answers its address, the memory that it has (bytes; `undefined` where nobody knows), and how to stop it. */
export const places = { workerd: startWorker, "Node, Express": startExpress };

async function startWorker() {
  const before = childrenOf(process.pid);
  const { url, stop } = await startWorkerd(new URL("./worker.js", import.meta.url));
  const workerd = childrenOf(process.pid).find((id) => !before.includes(id) && nameOf(id) === "workerd");
  return { url, memory: () => memoryOf(workerd), stop };
}

async function startExpress() {
  const folder = scratch();
  const env = { ...process.env, MFA_KEYS: keyring.generate({ environment: "test" }), NODE_ENV: "production" };
  const { EDGE_MFA_LOAD_FLAGS = "" } = process.env;
  const execArgv = EDGE_MFA_LOAD_FLAGS.split(" ").filter(Boolean);
  const child = fork(path("./express.js"), [join(folder, "mfa.db")], { env, execArgv });
  const [url] = await once(child, "message");
  const stop = async () => {
    child.kill("SIGINT");
    await once(child, "exit");
    discard(folder);
  };
  return { url, memory: () => memoryOf(child.pid), stop };
}

function childrenOf(parent) {
  return processes().filter((id) => Number(/^PPid:\s+(\d+)/m.exec(statusOf(id))?.[1]) === parent);
}

const nameOf = (id) => /^Name:\s+(.+)/m.exec(statusOf(id))?.[1];

function memoryOf(id) {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(statusOf(id))?.[1];
  return kilobytes && Number(kilobytes) * 1024;
}

/** Of Linux; elsewhere, and of a process that is gone, empty. */
function statusOf(id) {
  try {
    return readFileSync(`/proc/${id}/status`, "utf8");
  } catch {
    return "";
  }
}

function processes() {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
