import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { test } from "node:test";
import { EdgeRuntime } from "edge-runtime";
import { bundle, scratch } from "./support/scratch.js";
import { verdict } from "./support/verdict.js";

test("edge-runtime, wasm inlined", async (t) => {
  const begun = performance.now();
  const folder = await scratch(t);
  await bundle("./edge.js", folder, { format: "iife" });
  await verdict(t, await results(folder), begun);
});

test("edge-runtime, condition edge-light", async (t) => {
  const begun = performance.now();
  const folder = await scratch(t);
  const wasmModules = {};
  // What Next.js does with `?module`: the platform compiles the file and hands the module in.
  const asModule = {
    name: "wasm?module",
    setup(build) {
      build.onResolve({ filter: /\.wasm\?module$/ }, ({ path, resolveDir }) => ({
        path: join(resolveDir, path.replace(/\?module$/, "")),
        namespace: "wasm-module",
      }));
      build.onLoad({ filter: /.*/, namespace: "wasm-module" }, async ({ path }) => {
        wasmModules[basename(path)] = await WebAssembly.compile(await readFile(path));
        return { contents: `export default globalThis.wasmModules["${basename(path)}"];` };
      });
    },
  };
  await bundle("./edge.js", folder, { format: "iife", conditions: ["edge-light"], plugins: [asModule] });
  assert.deepEqual(
    Object.keys(wasmModules).sort(),
    ["full.wasm", "lean.wasm"],
    "the edge-light entries ask for modules",
  );
  await verdict(t, await results(folder, (context) => Object.assign(context, { wasmModules })), begun);
});

async function results(folder, extend = (context) => context) {
  const runtime = new EdgeRuntime({ extend, initialCode: await readFile(join(folder, "edge.js"), "utf8") });
  const response = await runtime.dispatchFetch("http://localhost/");
  return response.json();
}
