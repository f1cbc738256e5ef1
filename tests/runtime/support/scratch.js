// Folders and bundles that last as long as one test.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

/** The folder `tests/`, where the packed package is installed. */
export const tests = fileURLToPath(new URL("../..", import.meta.url));

/** @param {import("node:test").TestContext} t */
export async function scratch(t) {
  const folder = await mkdtemp(join(tmpdir(), "edge-mfa-"));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** Bundles one of the entries beside this file. The entry becomes `<name>.js` in `outdir`. */
export async function bundle(entry, outdir, options) {
  await esbuild.build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    outdir,
    bundle: true,
    format: "esm",
    target: "es2022",
    logLevel: "warning",
    ...options,
  });
}
