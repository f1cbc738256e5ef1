import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { launch } from "./support/chromium.js";
import { scratch } from "./support/scratch.js";
import { pageResults, serve } from "./support/serve.js";
import { verdict } from "./support/verdict.js";

test("Vite's production build, in Chromium", async (t) => {
  const begun = performance.now();
  const folder = await scratch(t);
  const root = fileURLToPath(new URL("./support/vite", import.meta.url));
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    build: { outDir: folder, emptyOutDir: true, modulePreload: { polyfill: false } },
  });
  const url = await serve(t, { "/": folder });

  const browser = await launch();
  t.after(() => browser.close());
  await verdict(t, await pageResults(browser, `${url}/index.html`), begun);
});
