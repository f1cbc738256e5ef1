// The Workers of www/examples in workerd, as their wrangler.jsonc has it, with the packed package.

import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { Miniflare } from "miniflare";

/** A copy, in a place where `edge-mfa` is the installed package. */
export async function copyOf(t, example) {
  const cache = fileURLToPath(new URL("../../node_modules/.cache/", import.meta.url));
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, `${example}-`));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  await cp(fileURLToPath(new URL(`../../../www/examples/${example}/`, import.meta.url)), folder, { recursive: true });
  return folder;
}

/** @param {Record<string, string>} bindings instead of those of wrangler.jsonc, and the secrets */
export async function startWorker(t, example, bindings) {
  const folder = await copyOf(t, example);
  const text = await readFile(join(folder, "wrangler.jsonc"), "utf8");
  const config = JSON.parse(text.replaceAll(/^\s*\/\/.*$/gm, ""));
  const objects = config.durable_objects?.bindings ?? [];
  const sqlite = (config.migrations ?? []).flatMap(({ new_sqlite_classes }) => new_sqlite_classes);
  const worker = new Miniflare({
    modules: await bundle(join(folder, config.main)),
    compatibilityDate: config.compatibility_date,
    bindings: { ...config.vars, ...bindings },
    d1Databases: (config.d1_databases ?? []).map(({ binding }) => binding),
    durableObjects: Object.fromEntries(
      objects.map(({ name, class_name: className }) => [name, { className, useSQLite: sqlite.includes(className) }]),
    ),
  });
  t.after(() => worker.dispose());
  return { worker, url: await worker.ready };
}

async function bundle(entry) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    outdir: "/",
    format: "esm",
    target: "es2022",
    conditions: ["workerd"],
    external: ["cloudflare:workers"],
    loader: { ".wasm": "copy" },
    logLevel: "warning",
  });
  const module = ({ path, contents, text }) =>
    path.endsWith(".wasm")
      ? { type: "CompiledWasm", path: basename(path), contents }
      : { type: "ESModule", path: basename(path), contents: text };
  return outputFiles.map(module).sort((a) => (a.type === "ESModule" ? -1 : 1));
}
