import { readFile } from "node:fs/promises";
import { join } from "node:path";
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
  let wasm;
  // What Next.js does with `?module`: the platform compiles the file and hands the module in.
  const asModule = {
    name: "wasm?module",
    setup(build) {
      build.onResolve({ filter: /\.wasm\?module$/ }, ({ path, resolveDir }) => {
        wasm = join(resolveDir, path.replace(/\?module$/, ""));
        return { path: wasm, namespace: "wasm-module" };
      });
      build.onLoad({ filter: /.*/, namespace: "wasm-module" }, () => ({
        contents: "export default globalThis.wasmModule;",
      }));
    },
  };
  await bundle("./edge.js", folder, { format: "iife", conditions: ["edge-light"], plugins: [asModule] });
  if (!wasm) throw new Error("the edge-light entry did not ask for the .wasm as a module");
  const wasmModule = await WebAssembly.compile(await readFile(wasm));
  await verdict(t, await results(folder, (context) => Object.assign(context, { wasmModule })), begun);
});

async function results(folder, extend = (context) => context) {
  const runtime = new EdgeRuntime({ extend, initialCode: await readFile(join(folder, "edge.js"), "utf8") });
  const response = await runtime.dispatchFetch("http://localhost/");
  return response.json();
}
