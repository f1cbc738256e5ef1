// Every example of the documentation runs as it stands there, against the packed package.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as api from "edge-mfa";

const root = fileURLToPath(new URL("../../", import.meta.url));
// In here `edge-mfa` is the installed package.
const cache = `${root}tests/node_modules/.cache/`;
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(`${cache}examples-`);
after(() => rmSync(folder, { recursive: true, force: true }));
globalThis.assert = assert;

const sources = readdirSync(`${root}pkg/src`).filter((name) => name.endsWith(".ts"));
const documented = new Set();

for (const name of sources) {
  const text = readFileSync(`${root}pkg/src/${name}`, "utf8");
  for (const [, comment, what] of text.matchAll(
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/(?:\s*export (?:async )?(?:function|class|const) (\w+))?/g,
  )) {
    const plain = comment.replace(/^ *\* ?/gm, "");
    for (const [index, code] of examples(plain).entries()) {
      run(`${name}: ${what ?? "the file"}${index ? ` (${index + 1})` : ""}`, code);
      if (what) documented.add(`${name === "error.ts" ? "" : `${name.slice(0, -3)}.`}${what}`);
    }
  }
}

if (existsSync(`${root}README.md`)) {
  for (const [index, code] of examples(readFileSync(`${root}README.md`, "utf8")).entries())
    run(`README.md: example ${index + 1}`, code);
}

test("every exported function has an example", () => {
  const exported = Object.entries(api).flatMap(([name, value]) =>
    typeof value === "function" ? [name] : Object.keys(value).map((method) => `${name}.${method}`),
  );
  assert.ok(exported.length >= 18);
  assert.deepEqual(
    exported.filter((name) => !documented.has(name)),
    [],
  );
});

test("the README has examples", () => {
  assert.ok(examples(readFileSync(`${root}README.md`, "utf8")).length > 0);
});

function run(title, code) {
  test(title, async () => {
    assert.match(code, /from "edge-mfa/, "an example shows what it imports");
    const file = `${folder}/${title.replace(/\W+/g, "-")}.mjs`;
    writeFileSync(file, code);
    await import(pathToFileURL(file).href);
  });
}

function examples(text) {
  return [...text.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, code]) => code);
}
