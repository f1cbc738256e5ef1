import { test } from "node:test";
import { results } from "./support/process.js";
import { verdict } from "./support/verdict.js";

test("Bun", async (t) => {
  const begun = performance.now();
  await verdict(t, await results("node_modules/.bin/bun", ["run", "--no-install", "runtime/support/print.js"]), begun);
});
