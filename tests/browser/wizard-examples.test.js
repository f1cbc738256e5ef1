// The examples for React, Vue and Svelte, compiled and gone through in Chromium before the real service.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { compile } from "svelte/compiler";
import { compileScript, parse } from "vue/compiler-sfc";
import { launch } from "../runtime/support/chromium.js";
import { startSite } from "./support/wizard-site.js";

const compiled = {
  name: "examples",
  setup(build) {
    build.onLoad({ filter: /\.vue$/ }, async ({ path }) => {
      const { descriptor, errors } = parse(await readFile(path, "utf8"), { filename: path });
      assert.deepEqual(errors, []);
      return { contents: compileScript(descriptor, { id: "example", inlineTemplate: true }).content, loader: "js" };
    });
    build.onLoad({ filter: /\.svelte$/ }, async ({ path }) => {
      const { js, warnings } = compile(await readFile(path, "utf8"), { filename: path, generate: "client" });
      assert.deepEqual(warnings, []);
      return { contents: js.code, loader: "js" };
    });
  },
};

let site;
let browser;
before(async () => {
  const page = fileURLToPath(new URL("./support/examples-page.js", import.meta.url));
  const define = {
    "process.env.NODE_ENV": '"production"',
    ...{
      __VUE_OPTIONS_API__: "false",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
  };
  const bundle = {
    entryPoints: { page },
    plugins: [compiled],
    jsx: "automatic",
    define,
    conditions: ["browser", "production"],
  };
  [site, browser] = await Promise.all([startSite({ bundle }), launch()]);
});
after(async () => {
  await browser?.close();
  await site?.stop();
});

for (const [framework, file] of [
  ["react", "react.jsx"],
  ["vue", "vue.vue"],
  ["svelte", "svelte.svelte"],
]) {
  test(`${framework}: from the secret to the end`, async (t) => {
    const page = await browser.newPage();
    t.after(() => page.close());
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(`${site.url}/?show=${framework}&person=${framework}-1`);
    const secret = page.getByRole("button", { name: /^[A-Z2-7]{32}$/ });
    const code = site.code(await secret.textContent());
    await secret.click();
    const field = page.getByRole("textbox");
    await field.fill("12");
    await field.press("Enter");
    await page.getByText("code_malformed").waitFor();
    await field.fill(code);
    await field.press("Enter");
    const list = page.getByRole("button", { name: /^\w{4}-/ });
    const codes = (await list.textContent()).split(" ");
    await list.click();
    const place = Number(/\d+/.exec(await field.getAttribute("aria-label"))[0]);
    await field.fill(codes[place - 1]);
    await field.press("Enter");
    await page.getByText("done").waitFor();
    assert.deepEqual([complaints, await site.violations()], [[], []]);
    const lines = readFileSync(new URL(`../wizard/examples/${file}`, import.meta.url), "utf8")
      .trim()
      .split("\n");
    assert.ok(lines.length <= 40, `${lines.length} lines`);
  });
}
