// The benchmark of the stores in small: every decision is right. Nothing is timed.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { populate } from "./stores/accounts.js";
import { cpuTime } from "./stores/cpu.js";
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
    { title: "memory", accounts, rate: 9000, p50: 1.2, p99: 3.45, cpu: 0.123 },
    { title: "a < b", accounts, rate: 800, p50: 12.3, p99: 45.6 },
  ]);
  assert.match(table(results), /^\| \| 1,000 accounts \| 1,000,000 accounts \|\n/);
  assert.match(table(results), /\| memory \| \*\*9,000\*\*\/s, p50 1\.2, p99 3\.5 ms; 0\.12 ms of a core \|/);
  const svg = picture(results);
  assert.equal(svg.match(/<circle /g).length, 4);
  assert.match(svg, />a &lt; b</);
  assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
});

test("the time on the cores is that of this process and of those that it starts", async () => {
  const before = cpuTime();
  if (before === undefined) return; // not Linux
  const spin = "const end = process.cpuUsage().user + 300_000; while (process.cpuUsage().user < end);";
  await new Promise((resolve) => {
    const child = spawn(process.execPath, ["-e", `${spin} process.stdout.write("done"); setInterval(() => {}, 1000);`]);
    child.stdout.once("data", () => {
      const spent = cpuTime() - before;
      assert.ok(spent >= 250, `${spent} ms`);
      child.once("close", resolve).kill();
    });
  });
});
