// What a runtime's results must be: every case passed, and the cases are the same as in this Node.

import assert from "node:assert/strict";
import { run } from "../suite.js";
import * as packages from "./packages.js";

/** @param {import("node:test").TestContext} t */
export async function verdict(t, results, begun) {
  const failed = results.filter((result) => !result.ok);
  assert.deepEqual(
    failed.map(({ name, error }) => `${name}: ${error}`),
    [],
  );
  const expected = (await run(packages)).map(({ name }) => name);
  assert.deepEqual(
    results.map(({ name }) => name),
    expected,
  );
  assert.ok(expected.length > 120);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  t.diagnostic(`${t.name.padEnd(44)} ${results.length} cases  ${seconds.padStart(4)} s`);
}
