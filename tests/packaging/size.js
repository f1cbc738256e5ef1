// What a page downloads that imports everything: bundled and minified by esbuild, brotli 11.
// `node tests/packaging/size.js` prints it and fails over the budget.

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import * as esbuild from "esbuild";

/** Bytes of JavaScript and .wasm together, the .wasm as a file of its own: where it is to get. */
const GOAL = 16_500;
/** What it must not grow beyond. Lower it with every byte that goes. */
const BUDGET = 22_450;

/** The files of a bundle of `everything.js`: their kind, plain and compressed size. */
async function weigh(options) {
  const outdir = await mkdtemp(join(tmpdir(), "edge-mfa-size-"));
  try {
    await esbuild.build({
      entryPoints: [fileURLToPath(new URL("./everything.js", import.meta.url))],
      outdir,
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      logLevel: "warning",
      ...options,
    });
    const files = [];
    for (const name of await readdir(outdir)) {
      const body = await readFile(join(outdir, name));
      files.push({ kind: extname(name).slice(1), plain: body.length, brotli: brotli(body).length });
    }
    return files.sort((a, b) => a.kind.localeCompare(b.kind));
  } finally {
    await rm(outdir, { recursive: true });
  }
}

function brotli(body) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_GENERIC,
    [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
  };
  return brotliCompressSync(body, { params });
}

const separate = await weigh({ conditions: ["workerd"], loader: { ".wasm": "copy" } });
const inlined = await weigh({});
const sum = (files, field) => files.reduce((total, file) => total + file[field], 0);
const total = sum(separate, "brotli");

const row = (name, plain, small) =>
  console.log(`${name.padEnd(28)}${String(plain).padStart(8)}${String(small).padStart(10)}`);
row("everything, bundled", "bytes", "brotli 11");
for (const { kind, plain, brotli } of separate) row(`  .${kind}`, plain, brotli);
row("wasm as a file", sum(separate, "plain"), total);
row("wasm inlined", sum(inlined, "plain"), sum(inlined, "brotli"));

const wasms = separate.filter(({ kind }) => kind === "wasm");
if (wasms.length !== 1) {
  console.error("expected the bundle to have one .wasm beside it");
  process.exitCode = 1;
} else if (total > BUDGET) {
  console.error(`over the budget of ${BUDGET} bytes by ${total - BUDGET}`);
  process.exitCode = 1;
} else {
  console.log(
    `within the budget of ${BUDGET} by ${BUDGET - total}; ${Math.max(total - GOAL, 0)} over the goal of ${GOAL}`,
  );
}
