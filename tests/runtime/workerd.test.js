import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { output } from "./support/process.js";
import { bundle, scratch } from "./support/scratch.js";
import { verdict } from "./support/verdict.js";
import { fetchResults } from "./support/workerd.js";

test("workerd, bundled by esbuild", async (t) => {
  const begun = performance.now();
  const folder = await scratch(t);
  await bundle("./worker.js", folder, { conditions: ["workerd"], loader: { ".wasm": "copy" } });
  await verdict(t, await fetchResults(folder, "worker.js"), begun);
});

test("workerd, bundled by wrangler", async (t) => {
  const begun = performance.now();
  const folder = await scratch(t);
  const config = fileURLToPath(new URL("./support/wrangler.json", import.meta.url));
  const words = [
    "node_modules/wrangler/bin/wrangler.js",
    "deploy",
    "--dry-run",
    "--outdir",
    join(folder, "out"),
    "--config",
    config,
  ];
  // Its settings and logs go with the folder; nothing is sent anywhere.
  const env = {
    ...process.env,
    CI: "1",
    XDG_CONFIG_HOME: folder,
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_LOG_PATH: folder,
  };
  await output(process.execPath, words, { env });
  await verdict(t, await fetchResults(join(folder, "out"), "worker.js"), begun);
});
