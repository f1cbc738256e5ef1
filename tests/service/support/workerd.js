// workerd, the engine of Cloudflare Workers, with the service in it.

import { fileURLToPath } from "node:url";
import { keyring } from "edge-mfa/server";
import * as esbuild from "esbuild";
import { Miniflare } from "miniflare";
import { discard, scratch } from "../../store/support/scratch.js";

/** @returns its address, what it printed so far, and how to stop it */
export async function startWorkerd() {
  const folder = scratch();
  await esbuild.build({
    entryPoints: [fileURLToPath(new URL("./worker.js", import.meta.url))],
    outdir: folder,
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd"],
    loader: { ".wasm": "copy" },
    logLevel: "warning",
  });
  const printed = [];
  const worker = new Miniflare({
    modules: true,
    modulesRoot: folder,
    modulesRules: [
      { type: "ESModule", include: ["**/*.js"] },
      { type: "CompiledWasm", include: ["**/*.wasm"] },
    ],
    scriptPath: `${folder}/worker.js`,
    compatibilityDate: "2026-04-01",
    durableObjects: { MFA: { className: "MfaAccount", useSQLite: true } },
    durableObjectsPersist: folder,
    bindings: { MFA_KEYS: keyring.generate({ environment: "test" }) },
    cf: false,
    handleRuntimeStdio(...streams) {
      for (const stream of streams) stream.on("data", (data) => printed.push(String(data)));
    },
  });
  const stop = async () => {
    await worker.dispose();
    discard(folder);
  };
  return { url: (await worker.ready).href.replace(/\/$/, ""), printed: () => printed.join(""), stop };
}
