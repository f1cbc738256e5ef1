// Every example in the documentation of the wizard's parts runs as it stands there.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { output } from "../runtime/support/process.js";

const sources = fileURLToPath(new URL("../../pkg/src/wizard/", import.meta.url));
// In here `edge-mfa` is the installed package.
const cache = fileURLToPath(new URL("../node_modules/.cache/", import.meta.url));
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, "wizard-examples-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const seen = [];
for (const name of readdirSync(sources)) {
  const text = readFileSync(join(sources, name), "utf8").replace(/^ *\* ?/gm, "");
  for (const [, code] of text.matchAll(/```js\n([\s\S]*?)```/g)) {
    seen.push(name);
    test(name, async () => {
      const file = join(folder, name.replace(/ts$/, "mjs"));
      writeFileSync(file, `import assert from "node:assert/strict";\n${code}`);
      await output(process.execPath, [file], { cwd: folder });
    });
  }
}

test("what is headless has one", () =>
  assert.deepEqual(seen.toSorted(), ["create-prompt.ts", "create-setup.ts", "prompt.ts", "setup.ts"]));
