// workerd, the engine of Cloudflare Workers, with a Worker in it that keeps its accounts in Durable Objects.

import { fileURLToPath } from "node:url";
import { keyring } from "edge-mfa/server";
import * as esbuild from "esbuild";
import { Miniflare } from "miniflare";
import { discard, scratch } from "../../store/support/scratch.js";

/**
 * @param source the URL of a `worker.js`; unless told, the service
 * @param bindings what the Worker is told of, beside its keys
 * @returns its address, what it printed so far, and how to stop it
 */
export async function startWorkerd(source = new URL("./worker.js", import.meta.url), bindings = {}) {
  const folder = scratch();
  await esbuild.build({
    entryPoints: [fileURLToPath(source)],
    outdir: folder,
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd"],
    loader: { ".wasm": "copy" },
    logLevel: "warning",
  });
  const printed = [];
  // No inspector: while one listens, V8 keeps wasm in the tier that it can be debugged in.
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
    bindings: { MFA_KEYS: keyring.generate({ environment: "test" }), ...bindings },
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
