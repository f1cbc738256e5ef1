// workerd, the engine of Cloudflare Workers, with the stores in it.

import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { Miniflare } from "miniflare";
import { discard, scratch } from "./scratch.js";

export async function startWorker() {
  const { outputFiles } = await esbuild.build({
    entryPoints: [fileURLToPath(new URL("./worker.js", import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    conditions: ["workerd"],
    logLevel: "warning",
  });
  const folder = scratch();
  const worker = new Miniflare({
    modules: [{ type: "ESModule", path: "worker.js", contents: outputFiles[0].text }],
    compatibilityDate: "2026-04-01",
    d1Databases: ["DB"],
    durableObjects: { MFA: { className: "MfaAccount", useSQLite: true } },
    d1Persist: folder,
    durableObjectsPersist: folder,
  });
  const stop = async () => {
    await worker.dispose();
    discard(folder);
  };
  return { url: await worker.ready, stop };
}
