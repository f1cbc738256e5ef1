import { test } from "node:test";
import { results } from "./support/process.js";
import { verdict } from "./support/verdict.js";

test("Deno, without permissions", async (t) => {
  const begun = performance.now();
  const words = [
    "run",
    "--no-prompt",
    "--no-lock",
    "--cached-only",
    "--node-modules-dir=manual",
    "runtime/support/print.js",
  ];
  await verdict(t, await results("node_modules/.bin/deno", words), begun);
});
