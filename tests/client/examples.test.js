// Every example in the documentation of the client's parts runs as it stands there. Those of client.ts run with tests/js.

import assert from "node:assert/strict";
import { test } from "node:test";
import { testExamples } from "../runtime/support/examples.js";

const seen = testExamples("client");

test("what is exported has one", () => assert.deepEqual(seen, ["node.ts", "problem.ts"]));
