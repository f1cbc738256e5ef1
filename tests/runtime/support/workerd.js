// workerd, the engine of Cloudflare Workers, running a folder with a bundled Worker in it.

import { join } from "node:path";
import { Miniflare } from "miniflare";

/** What the Worker answers to a request, as JSON. */
export async function fetchResults(folder, script, request = {}) {
  const worker = new Miniflare({
    modules: true,
    modulesRoot: folder,
    modulesRules: [
      { type: "ESModule", include: ["**/*.js"] },
      { type: "CompiledWasm", include: ["**/*.wasm"] },
    ],
    scriptPath: join(folder, script),
    compatibilityDate: "2026-04-01",
  });
  try {
    const response = await worker.dispatchFetch("http://localhost/", request);
    return await response.json();
  } finally {
    await worker.dispose();
  }
}
