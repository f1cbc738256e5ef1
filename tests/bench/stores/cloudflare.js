// workerd with the whole service in it: a decision is one request, as it is on Cloudflare.

import { readdirSync } from "node:fs";
import { Agent, request } from "node:http";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { Miniflare } from "miniflare";
import { discard, scratch } from "../../store/support/scratch.js";
import { intoSqlite, steps } from "./fill.js";

export async function startCloudflare(keys, kind) {
  const folder = scratch();
  const modules = await bundle();
  const options = {
    modules,
    compatibilityDate: "2026-04-01",
    bindings: { KEYS: keys },
    d1Databases: ["DB"],
    durableObjects: { MFA: { className: "MfaAccount", useSQLite: true } },
    d1Persist: folder,
    durableObjectsPersist: folder,
  };
  let worker = new Miniflare(options);
  let url = await worker.ready;
  const agent = new Agent({ keepAlive: true });
  const ask = (path, given) => post(agent, new URL(`/${kind}/${path}`, url), given);

  /** Through the store, many in flight, as long as there is time. */
  const fillObjects = async (accounts, from, to, progress, patience) => {
    const end = performance.now() + patience * 1000;
    const step = 200;
    for (const [first, last] of steps(from, to, step)) {
      if (performance.now() > end) return first;
      await ask(
        "fill",
        Array.from({ length: last - first }, (_, at) => packed(accounts.of(first + at))),
      );
      progress(last - first);
    }
    return to;
  };

  /** Straight into its file, while nobody else has it. */
  const fillFile = async (accounts, from, to, progress) => {
    if (from === 0) await ask("fill", [packed(accounts.of(0))]);
    await worker.dispose();
    const { default: Database } = await import("better-sqlite3");
    const file = readdirSync(folder, { recursive: true }).find((path) =>
      /DatabaseObject.[0-9a-f]{64}\.sqlite$/.test(path),
    );
    const client = new Database(join(folder, file));
    try {
      await intoSqlite({ client }, accounts, Math.max(from, 1), to, progress);
    } finally {
      client.close();
    }
    worker = new Miniflare(options);
    url = await worker.ready;
    return to;
  };

  return {
    fill: kind === "d1" ? fillFile : fillObjects,
    verify: (subject, code, time) => ask("verify", { subject, code, time }),
    async close() {
      agent.destroy();
      await worker.dispose();
      discard(folder);
    },
  };
}

async function bundle() {
  const { outputFiles } = await esbuild.build({
    entryPoints: [fileURLToPath(new URL("./worker.js", import.meta.url))],
    bundle: true,
    write: false,
    outdir: "/",
    format: "esm",
    target: "es2022",
    conditions: ["workerd"],
    loader: { ".wasm": "copy" },
    logLevel: "warning",
  });
  const module = ({ path, contents, text }) =>
    path.endsWith(".wasm")
      ? { type: "CompiledWasm", path: basename(path), contents }
      : { type: "ESModule", path: basename(path), contents: text };
  return outputFiles.map(module).sort((a) => (a.type === "ESModule" ? -1 : 1));
}

function packed({ key, body, event }) {
  const base64 = (bytes) => Buffer.from(bytes).toString("base64");
  return { key, body: base64(body), event: { ...event, body: base64(event.body) } };
}

function post(agent, url, given) {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: "POST", agent }, async (response) => {
      try {
        const text = Buffer.concat(await response.toArray()).toString();
        if (response.statusCode !== 200) throw new Error(`workerd answered ${response.statusCode}: ${text}`);
        resolve(JSON.parse(text));
      } catch (error) {
        reject(error);
      }
    });
    asked.once("error", (error) => {
      // A connection that was kept may be closed by the other side just when it is used again: nobody has read it then.
      if (asked.reusedSocket && error.code === "ECONNRESET") post(agent, url, given).then(resolve, reject);
      else reject(error);
    });
    asked.end(JSON.stringify(given));
  });
}
