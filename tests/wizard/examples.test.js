// Every example in the documentation of the wizard's parts runs as it stands there.

import assert from "node:assert/strict";
import { test } from "node:test";
import { testExamples } from "../runtime/support/examples.js";

const seen = testExamples("wizard");

test("what is headless has one", () =>
  assert.deepEqual(seen, ["create-prompt.ts", "create-setup.ts", "prompt.ts", "setup.ts"]));
