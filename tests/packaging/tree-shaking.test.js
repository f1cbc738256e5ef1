import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { output } from "../runtime/support/process.js";
import { scratch, tests } from "../runtime/support/scratch.js";

/** Bundles a few lines as a user's project would and hands back the file. */
async function bundleLines(folder, name, contents) {
  const outfile = join(folder, `${name}.mjs`);
  const stdin = { contents, resolveDir: tests };
  await esbuild.build({
    stdin,
    outfile,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    logLevel: "warning",
  });
  return outfile;
}

test("importing only totp bundles, works, and leaves the rest out", async (t) => {
  const folder = await scratch(t);
  const one = await bundleLines(
    folder,
    "one",
    'import { totp } from "edge-mfa"; export const code = totp.generate({ secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", time: 59_000 });',
  );
  const all = await bundleLines(folder, "all", 'export * from "edge-mfa";');
  assert.equal((await import(pathToFileURL(one).href)).code, "287082");
  assert.ok((await stat(one)).size < (await stat(all)).size - 500, "the rest is in the bundle");
});

test("importing nothing leaves nothing", async (t) => {
  const folder = await scratch(t);
  const file = await bundleLines(folder, "none", 'import {} from "edge-mfa"; export const answer = 42;');
  const text = await readFile(file, "utf8");
  // The linking of the wasm is a side effect that may stay; an unused import must not break the page.
  assert.equal((await import(pathToFileURL(file).href)).answer, 42);
  t.diagnostic(`an unused import leaves ${text.length} bytes`);
});

test("a page takes nothing of the server with it, and the server nothing of the page's wasm", async (t) => {
  const folder = await scratch(t);
  const page = await readFile(await bundleLines(folder, "page", 'export * from "edge-mfa";'), "utf8");
  const server = await bundleLines(
    folder,
    "server",
    'import { keyring } from "edge-mfa/server"; export const ring = keyring.generate({ environment: "test" });',
  );
  assert.match((await import(pathToFileURL(server).href)).ring, /^mfak_test_/);
  const text = await readFile(server, "utf8");
  const [full, lean] = ["is_undefined", "__stack_pointer"]; // What the JavaScript around each of the two asks or is asked for.
  assert.ok(!page.includes(full) && text.includes(full), "the full wasm is the server's");
  assert.ok(!text.includes(lean) && page.includes(lean), "the lean wasm is the page's");
});

test("esbuild for Node bundles to both formats", async (t) => {
  const folder = await scratch(t);
  const stdin = {
    contents: `import { secret } from "edge-mfa"; import { keyring } from "edge-mfa/server";
      console.log(secret.generate().length, keyring.generate({ environment: "live" }).length);`,
    resolveDir: tests,
  };
  for (const [format, ending] of [
    ["esm", "mjs"],
    ["cjs", "cjs"],
  ]) {
    const outfile = join(folder, `out.${ending}`);
    await esbuild.build({ stdin, outfile, bundle: true, platform: "node", format, logLevel: "warning" });
    assert.equal(await output(process.execPath, [outfile]), "32 71\n");
  }
});
