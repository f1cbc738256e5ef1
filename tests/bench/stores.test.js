// The benchmark of the stores in small: every decision is right. Nothing is timed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { populate } from "./stores/accounts.js";
import { oneOfEach } from "./stores/measure.js";
import { picture } from "./stores/picture.js";
import { places } from "./stores/places.js";
import { table } from "./stores/table.js";

const ACCOUNTS = 1000;
const accounts = await populate(ACCOUNTS, () => {});

for (const name of ["memory", "sqlite"]) {
  test(`a thousand accounts in ${name}: sixteen at once, each with a fresh code`, async () => {
    const { open } = places.find((place) => place.name === name);
    const opened = await open(accounts.keys);
    try {
      assert.equal(await opened.fill(accounts, 0, ACCOUNTS, () => {}), ACCOUNTS);
      // A denial throws.
      assert.equal((await oneOfEach(opened, accounts, ACCOUNTS)).length, ACCOUNTS);
      assert.equal((await oneOfEach(opened, accounts, ACCOUNTS)).length, ACCOUNTS);
    } finally {
      await opened.close();
    }
  });
}

test("the table and the picture show every store at every size", () => {
  const results = [1000, 1_000_000].flatMap((accounts) => [
    { title: "memory", accounts, rate: 9000, p50: 1.2, p99: 3.45 },
    { title: "a < b", accounts, rate: 800, p50: 12.3, p99: 45.6 },
  ]);
  assert.match(table(results), /^\| \| 1,000 accounts \| 1,000,000 accounts \|\n/);
  assert.match(table(results), /\| memory \| \*\*9,000\*\*\/s, p50 1\.2, p99 3\.5 ms \|/);
  const svg = picture(results);
  assert.equal(svg.match(/<circle /g).length, 4);
  assert.match(svg, />a &lt; b</);
  assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
});
