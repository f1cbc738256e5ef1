// Bundles the page into dist/page and the Worker into dist/worker.

import { copyFile, mkdir } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";

/** The folder of the demo, with a slash at its end. */
export const root = fileURLToPath(new URL(".", import.meta.url));

/** Those with a script. */
const PAGES = ["bank-page", "playground", "service"];

export async function build() {
  await mkdir(`${root}dist/page`, { recursive: true });
  await Promise.all([
    esbuild.build({
      absWorkingDir: root,
      entryPoints: [...PAGES.map((page) => `src/page/${page}.ts`), "src/page/style.css"],
      outdir: "dist/page",
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      logLevel: "warning",
    }),
    esbuild.build({
      absWorkingDir: root,
      entryPoints: ["src/worker/worker.ts"],
      outdir: "dist/worker",
      bundle: true,
      format: "esm",
      target: "es2022",
      // A Worker may not compile bytes: the package gives it the .wasm as a module of its own.
      conditions: ["workerd"],
      loader: { ".wasm": "copy" },
      external: ["cloudflare:workers"],
      logLevel: "warning",
    }),
    ...["index", "bank", "playground", "service"].map((page) =>
      copyFile(`${root}src/page/${page}.html`, `${root}dist/page/${page}.html`),
    ),
    copyFile(`${root}src/page/icon.svg`, `${root}dist/page/icon.svg`),
  ]);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await build();
