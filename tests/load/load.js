// Requests per second with the guard and without, in workerd and in Node, in one run.
//
//   cargo xtask load             prints the table; fails on an error, a lost code, or a guard that takes more than a fifth
//   cargo xtask load workerd     only there

import { progressOf } from "../bench/stores/progress.js";
import { KINDS, measure, ratio } from "./measure.js";
import { places } from "./places.js";
import { table } from "./table.js";

const [start = ""] = process.argv.slice(2);
const rounds = Number(process.env.EDGE_MFA_LOAD_ROUNDS ?? 5);
/** Of each kind of request in each place, over all rounds. */
const SECONDS = Number(process.env.EDGE_MFA_LOAD_SECONDS ?? 30);
/** Of what the bare API does, at least. */
const FLOOR = 0.8;

const plan = {
  accounts: 2000, // so many that no request, however long it hangs, is overtaken by the next code of its account
  warmUp: 10_000,
  rounds,
  amountOf: (rate) => Math.ceil((rate * SECONDS) / rounds),
};
for (const [name, place] of Object.entries(places).filter(([name]) => name.startsWith(start))) {
  const progress = progressOf(name, Object.keys(KINDS).length * (rounds + 1));
  const result = await measure(place, plan, progress);
  console.log(`\n${table(name, result)}\n`);
  const reached = ratio(result, "/offline");
  if (reached < FLOOR) result.wrong.push(`(b) is ${percent(reached)} of (a); the floor is ${percent(FLOOR)}`);
  for (const what of result.wrong) console.log(`FAILED  ${name}: ${what}`);
  if (result.wrong.length > 0) process.exitCode = 1;
}

function percent(share) {
  return `${(100 * share).toFixed(0)} %`;
}
