import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { launch } from "./support/chromium.js";
import { scratch, tests } from "./support/scratch.js";
import { pageResults, serve } from "./support/serve.js";
import { verdict } from "./support/verdict.js";

test("Chromium, unbundled through an import map", async (t) => {
  const begun = performance.now();
  const imports = JSON.stringify({
    imports: {
      "edge-mfa": "/edge-mfa/dist/index.js",
      "edge-mfa/client": "/edge-mfa/dist/client.js",
      "edge-mfa/server": "/edge-mfa/dist/server.js",
      "edge-mfa/store/memory": "/edge-mfa/dist/store/memory.js",
    },
    scopes: {
      "/edge-mfa/": {
        "#wasm": "/edge-mfa/dist/runtime/inline.js",
        "#wasm-full": "/edge-mfa/dist/runtime/full/inline.js",
      },
    },
  });
  const folder = await scratch(t);
  const html = `<!doctype html><script type="importmap">${imports}</script><script type="module" src="/suite/support/page.js"></script>`;
  await writeFile(join(folder, "index.html"), html);
  const hash = createHash("sha256").update(imports).digest("base64");
  const mounts = { "/": folder, "/suite/": join(tests, "runtime"), "/edge-mfa/": join(tests, "node_modules/edge-mfa") };
  const url = await serve(t, mounts, `'sha256-${hash}'`);

  const browser = await launch();
  t.after(() => browser.close());
  await verdict(t, await pageResults(browser, `${url}/index.html`), begun);
});
