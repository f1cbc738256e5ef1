// Where the API runs: in workerd and in Node.

import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keyring } from "edge-mfa/server";
import * as esbuild from "esbuild";
import { Miniflare } from "miniflare";
import { discard, scratch } from "../store/support/scratch.js";

/** Each answers its address, the memory that it has (bytes; `undefined` where nobody knows), and how to stop it. */
export const places = { workerd: startWorkerd, "Node, Express": startExpress };

async function startWorkerd() {
  const folder = scratch();
  await esbuild.build({
    entryPoints: [path("./worker.js")],
    outdir: folder,
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd"],
    loader: { ".wasm": "copy" },
    logLevel: "warning",
  });
  const before = childrenOf(process.pid);
  // No inspector: while one listens, V8 keeps wasm in the tier that it can be debugged in.
  const worker = new Miniflare({
    modules: true,
    modulesRoot: folder,
    modulesRules: [
      { type: "ESModule", include: ["**/*.js"] },
      { type: "CompiledWasm", include: ["**/*.wasm"] },
    ],
    scriptPath: join(folder, "worker.js"),
    compatibilityDate: "2026-04-01",
    durableObjects: { MFA: { className: "MfaAccount", useSQLite: true } },
    durableObjectsPersist: folder,
    bindings: { MFA_KEYS: keyring.generate({ environment: "test" }) },
  });
  const { origin } = await worker.ready;
  const workerd = childrenOf(process.pid).filter((id) => !before.includes(id) && nameOf(id) === "workerd");
  const stop = async () => {
    await worker.dispose();
    discard(folder);
  };
  return { url: origin, memory: () => memoryOf(workerd[0]), stop };
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
