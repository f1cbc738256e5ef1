// Runs the examples of the documentation in a folder of sources as they stand there, each in a process of its own.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { output } from "./process.js";

/** @returns the names of the sources that have one, sorted; in `pkg/src/FOLDER` */
export function testExamples(folder) {
  const sources = fileURLToPath(new URL(`../../../pkg/src/${folder}/`, import.meta.url));
  // In here `edge-mfa` is the installed package.
  const cache = fileURLToPath(new URL("../../node_modules/.cache/", import.meta.url));
  mkdirSync(cache, { recursive: true });
  const scratch = mkdtempSync(join(cache, `${folder}-examples-`));
  after(() => rmSync(scratch, { recursive: true, force: true }));
  const seen = [];
  for (const name of readdirSync(sources)) {
    const text = readFileSync(join(sources, name), "utf8").replace(/^ *\* ?/gm, "");
    for (const [, code] of text.matchAll(/```js\n([\s\S]*?)```/g)) {
      seen.push(name);
      test(name, async () => {
        const file = join(scratch, name.replace(/ts$/, "mjs"));
        writeFileSync(file, `import assert from "node:assert/strict";\n${code}`);
        await output(process.execPath, [file], { cwd: scratch });
      });
    }
  }
  return seen.toSorted();
}
