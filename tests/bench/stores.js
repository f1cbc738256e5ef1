// Decisions per second and how long one takes, on every kind of store, as the number of accounts grows.
//
//   cargo xtask bench --stores                     all of it, in a quarter of an hour or so; writes tests/bench/stores.svg
//   node tests/bench/stores.js sqlite 1000 100000  some stores, other sizes; writes nothing

import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { populate } from "./stores/accounts.js";
import { measure } from "./stores/measure.js";
import { picture } from "./stores/picture.js";
import { places } from "./stores/places.js";
import { progressOf } from "./stores/progress.js";
import { table } from "./stores/table.js";

// On a disk: what is measured is also how long it takes to write.
process.env.EDGE_MFA_SCRATCH ??= tmpdir();

const SECONDS = Number(process.env.EDGE_MFA_BENCH_SECONDS ?? 5);
const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const named = words.filter((word) => !/^\d+$/.test(word));
const given = words.filter((word) => /^\d+$/.test(word)).map(Number);
const sizes = given.length > 0 ? given : [1_000, 100_000, 1_000_000];
const chosen = places.filter(({ name }) => named.length === 0 || named.includes(name));

const begun = performance.now();
const accounts = await populate(Math.max(...sizes), progressOf("making accounts"));
const results = [];
for (const place of chosen) results.push(...(await sweep(place)));

const took = Math.round((performance.now() - begun) / 1000);
console.log(
  `\n${table(results)}\n\n16 decisions in flight, the best of three times ${SECONDS} s; all of it took ${took} s.`,
);
if (words.length === 0) writeFileSync(new URL("./stores.svg", import.meta.url), picture(results));

/** One store at all sizes: it is filled up from one to the next. */
async function sweep({ name, title, open, patience = Number.POSITIVE_INFINITY }) {
  const opened = await open(accounts.keys);
  const results = [];
  try {
    let filled = 0;
    for (const size of sizes) {
      filled = await opened.fill(accounts, filled, size, progressOf(`${name}: filling`, size - filled), patience);
      const result = await measure(opened, accounts, filled, SECONDS);
      results.push({ name, title, accounts: filled, ...result });
      const { rate, p99, cpu } = result;
      const took = `p99 ${p99.toFixed(1)} ms, ${cpu.toFixed(3)} ms of a core`;
      console.log(`${name}: ${filled} accounts, ${Math.round(rate)} decisions/s, ${took}`);
      if (filled < size) break; // as many as it took in the time
    }
  } finally {
    await opened.close();
  }
  return results;
}
