// The load test in small: every request is answered, every code that was accepted is stored. Nothing is timed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { KINDS, measure } from "./measure.js";
import { places } from "./places.js";
import { table } from "./table.js";

/** Nobody is asked twice: where one request hangs, the others must not overtake it with the next code of its account. */
const plan = { accounts: 400, warmUp: 150, rounds: 1, amountOf: () => 200 };

for (const [name, place] of Object.entries(places)) {
  test(`${name}: all is answered, and every accepted code is stored`, async () => {
    const result = await measure(place, plan, () => {});
    assert.deepEqual(result.wrong, []);
    assert.equal(result.codes, 350);
    for (const path of Object.keys(KINDS)) assert.equal(result.bursts[path][0].good, 200);
    assert.match(table(name, result), /\| \(b\) a session, `offline` \| [\d,]+ \| \d+ % \| [\d.]+ ms \| [\d.]+ ms \|/);
  });
}
