// What the core asks the platform to check, asked of WebCrypto by the package's own code, on every platform: Wycheproof,
// and ceremonies of the software authenticator. `cargo test` writes them, with what RustCrypto says.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { openBrowser } from "../browser/support/person.js";
import { bundle, scratch } from "../runtime/support/scratch.js";
import { serve } from "../runtime/support/serve.js";
import { fetchResults } from "../runtime/support/workerd.js";
import { answersOf } from "./support/signature-checks.js";

const FILES = { wycheproof: 1500, ceremonies: 15 };

const platforms = {
  Node: async () => answersOf,
  workerd: async (t) => {
    const folder = await scratch(t);
    await bundle(here("signature-checks-worker.js"), folder);
    const ask = (checks) => ({ method: "POST", body: JSON.stringify(checks) });
    return (checks) => fetchResults(folder, "signature-checks-worker.js", ask(checks));
  },
  Chromium: (t) => inBrowser(t, "Chromium"),
  Firefox: (t) => inBrowser(t, "Firefox"),
};

for (const [platform, open] of Object.entries(platforms)) {
  test(`WebCrypto of ${platform} answers every check as RustCrypto does`, async (t) => {
    const ask = await open(t);
    for (const [name, least] of Object.entries(FILES)) {
      const checks = read(name);
      const answers = await ask(checks);
      assert.ok(checks.length > least && answers.length === checks.length);
      const wrong = checks.filter(({ good }, at) => answers[at] !== good);
      assert.deepEqual(
        wrong.map(({ what, algorithm, good }) => `${name}: ${what}, ${algorithm}, ${good}`),
        [],
      );
      const whatOf = (wanted) =>
        new Set(checks.filter(({ good }) => good === wanted).map(({ algorithm }) => algorithm));
      assert.deepEqual(whatOf(true), whatOf(false), "of every algorithm there are good ones and others");
    }
    // An algorithm that a platform has not is refused like a signature that is not good, and spoils none beside it.
    const known = read("ceremonies").find(({ algorithm, good }) => good && algorithm === "Ed25519");
    const strange = ["ECDSA P-224 SHA-256", "Ed25520", ""].map((algorithm) => ({ ...known, algorithm }));
    assert.deepEqual(await ask([...strange, known]), [false, false, false, true]);
  });
}

async function inBrowser(t, name) {
  const folder = await scratch(t);
  await bundle(here("signature-checks-page.js"), folder);
  await writeFile(
    join(folder, "index.html"),
    '<!doctype html><script type="module" src="signature-checks-page.js"></script>',
  );
  const [url, browser] = await Promise.all([serve(t, { "/": folder }), openBrowser(name)]);
  t.after(() => browser.close());
  const { page } = await browser.open();
  await page.goto(`${url}/index.html`);
  return (checks) => page.evaluate((checks) => globalThis.answersOf(checks), checks);
}

const here = (name) => new URL(`support/${name}`, import.meta.url).href;
const read = (name) =>
  JSON.parse(readFileSync(new URL(`../../target/tmp/signatures-of-${name}.json`, import.meta.url), "utf8"));
