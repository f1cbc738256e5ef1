// What is downloaded: bundled and minified by esbuild, brotli 11. For pages everything of `edge-mfa`; for servers the full
// wasm with the JavaScript that calls it, and everything of `edge-mfa/server` around it. The client has no wasm;
// the wizard comes with Lit, the client and what draws QR codes.
// `node tests/packaging/size.js` prints it and fails over a budget.

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import * as esbuild from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Bytes of JavaScript and .wasm together, the .wasm as a file of its own. Lower a budget with every byte that goes. */
const parts = [
  { what: "edge-mfa, everything", entry: join(here, "everything.js"), budget: 16_340 },
  {
    what: "the full wasm and its glue",
    // Not exported: the inside of `edge-mfa/server`.
    contents: 'import { core } from "./core.js"; console.log(core);',
    resolveDir: join(here, "../node_modules/edge-mfa/dist"),
    budget: 58_700,
  },
  { what: "edge-mfa/server, everything", contents: 'export * from "edge-mfa/server";', resolveDir: here },
  {
    what: "edge-mfa/client, everything",
    contents: 'export * from "edge-mfa/client";',
    resolveDir: here,
    budget: 4500,
    wasm: 0,
  },
  {
    what: "a page with the wizard",
    contents: 'import "edge-mfa/wizard"; export * from "edge-mfa/client";',
    resolveDir: here,
    budget: 41_350,
  },
];

for (const part of parts) {
  const separate = await weigh(part, { conditions: ["workerd"], loader: { ".wasm": "copy" } });
  const inlined = await weigh(part, {});
  const total = sum(separate, "brotli");

  row(part.what, "bytes", "brotli 11");
  for (const { kind, plain, brotli } of separate) row(`  .${kind}`, plain, brotli);
  row("  wasm as a file", sum(separate, "plain"), total);
  row("  wasm inlined", sum(inlined, "plain"), sum(inlined, "brotli"));

  const { budget, wasm = 1 } = part;
  if (separate.filter(({ kind }) => kind === "wasm").length !== wasm) {
    fail(`expected the bundle to have ${wasm} .wasm beside it`);
  } else if (total > budget) {
    fail(`over the budget of ${budget} bytes by ${total - budget}`);
  } else if (budget) {
    console.log(`  within the budget of ${budget} by ${budget - total}`);
  }
}

/** The files of a bundle: their kind, plain and compressed size. */
async function weigh({ entry, contents, resolveDir }, options) {
  const outdir = await mkdtemp(join(tmpdir(), "edge-mfa-size-"));
  try {
    await esbuild.build({
      ...(entry ? { entryPoints: [entry] } : { stdin: { contents, resolveDir } }),
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

function sum(files, field) {
  return files.reduce((total, file) => total + file[field], 0);
}

function row(name, plain, small) {
  console.log(`${name.padEnd(28)}${String(plain).padStart(8)}${String(small).padStart(10)}`);
}

function fail(message) {
  console.error(`  ${message}`);
  process.exitCode = 1;
}
