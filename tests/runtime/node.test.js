import { test } from "node:test";
import { run } from "./suite.js";
import * as packages from "./support/packages.js";
import { results } from "./support/process.js";
import { verdict } from "./support/verdict.js";

test(`Node ${process.versions.node}, import`, async (t) => {
  const begun = performance.now();
  await verdict(t, await run(packages), begun);
});

test(`Node ${process.versions.node}, require`, async (t) => {
  const begun = performance.now();
  await verdict(t, await results(process.execPath, ["runtime/support/print.cjs"]), begun);
});
