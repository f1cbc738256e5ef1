// Every example in the documentation of the stores runs as it stands there, against the real engine.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { Miniflare } from "miniflare";
import { output } from "../runtime/support/process.js";
import { discard } from "./support/scratch.js";
import { startPostgres, startRedis } from "./support/servers.js";

const sources = fileURLToPath(new URL("../../pkg/src/store/", import.meta.url));
// In here `edge-mfa` is the installed package.
const cache = fileURLToPath(new URL("../node_modules/.cache/", import.meta.url));
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, "store-examples-"));

const redis = await startRedis();
const postgres = await startPostgres();
after(async () => {
  await redis.stop();
  await postgres.stop();
  discard(folder);
});
const env = { ...process.env, REDIS_URL: redis.url, DATABASE_URL: postgres.urlOf("postgres") };

const seen = [];
for (const name of readdirSync(sources)) {
  const text = readFileSync(join(sources, name), "utf8").replace(/^ *\* ?/gm, "");
  for (const [, code] of text.matchAll(/```js\n([\s\S]*?)```/g)) {
    seen.push(name);
    test(name, () => (code.includes("export default") ? answers(code) : runs(name, code)));
  }
}

test("each kind of store has one", () => {
  const wanted = ["d1", "durable-object", "memory", "postgres", "redis", "sqlite", "store"];
  assert.deepEqual(
    seen.toSorted(),
    wanted.map((name) => `${name}.ts`),
  );
});

async function runs(name, code) {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, `import assert from "node:assert/strict";\n${code}`);
  await output(process.execPath, [file], { cwd: folder, env });
}

/** A Worker: it is asked once. */
async function answers(code) {
  const bundled = await esbuild.build({
    stdin: { contents: code, resolveDir: folder },
    bundle: true,
    write: false,
    format: "esm",
    conditions: ["workerd"],
  });
  const worker = new Miniflare({
    modules: [{ type: "ESModule", path: "worker.js", contents: bundled.outputFiles[0].text }],
    compatibilityDate: "2026-04-01",
    d1Databases: ["DB"],
    ...(code.includes("MfaAccount") && { durableObjects: { MFA: { className: "MfaAccount", useSQLite: true } } }),
  });
  try {
    assert.deepEqual(await (await worker.dispatchFetch("http://localhost/")).json(), { keys: [] });
  } finally {
    await worker.dispose();
  }
}
