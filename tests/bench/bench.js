// Against the usual packages, in one process, in turns; only the ratios mean something on a busy machine.
//
//   cargo xtask bench            prints the table, and fails where another package is ahead
//   cargo xtask bench session    only the rows that begin so
//
// A row has an `answer`, which `own` and all `peers` come to (or it is a question to be asked of theirs), and those that
// are only `shown`: what is built into Node, and what is not the same work.

import { do_not_optimize, measure } from "mitata";
import { TIME } from "./rows/support.js";

const ROUNDS = Number(process.env.EDGE_MFA_BENCH_ROUNDS ?? 9);
const SECONDS = 0.05;
const OWN = "edge-mfa";

// @oslojs/otp asks the clock itself: it gets the time that the others are given. (mitata uses another clock.)
Date.now = () => TIME;

const { decisions } = await import("./rows/decision.js");
const { otp } = await import("./rows/otp.js");
const { passkeys } = await import("./rows/passkey.js");
const { qrCode } = await import("./rows/qr.js");
const { recoveryCodes } = await import("./rows/recovery.js");
const { sealed } = await import("./rows/sealed.js");
const { sessions } = await import("./rows/session.js");

const floor = process.argv.includes("--floor");
const [start = ""] = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const all = Object.entries({ ...otp, ...qrCode, ...recoveryCodes, ...sealed, ...sessions, ...passkeys, ...decisions });
const rows = all.filter(([name]) => name.startsWith(start));

for (const [name, row] of rows) await check(name, row);
const results = [];
for (const [name, row] of rows) results.push({ name, row, times: await race(contenders(row)) });
results.forEach(print);
console.log();
const behind = results.filter((result) => !verdict(result));
if (behind.length > 0 && floor) process.exitCode = 1;

function contenders({ own, peers, shown }) {
  return { [OWN]: own, ...peers, ...shown };
}

/** The rows compare like with like: all come to the same answer. */
async function check(name, row) {
  const { answer, size = (given) => given } = row;
  for (const [who, run] of Object.entries(contenders(row))) {
    const given = await size(await run());
    const right = typeof answer === "function" ? answer(given) : given === answer;
    if (!right) throw new Error(`${name}: ${who} says ${given}`);
  }
}

/** Takes turns, so that a busy moment hits all alike, and keeps the median of each one's rounds. */
async function race(contenders) {
  const rounds = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const work = () => {
        const given = run();
        do_not_optimize(given);
        return given; // mitata waits for a promise
      };
      const { p50 } = await measure(work, { min_cpu_time: SECONDS * 1e9, batch_samples: 256, gc: false });
      if (round > 0) rounds[name].push(p50); // the first one warms up
    }
    globalThis.gc?.();
  }
  return Object.fromEntries(
    Object.entries(rounds).map(([name, all]) => [name, all.sort((a, b) => a - b)[ROUNDS >> 1]]),
  );
}

function print({ name, row, times }, index) {
  const line = (...cells) =>
    console.log(cells[0].padEnd(30), cells[1].padEnd(18), cells[2].padStart(12), cells[3].padStart(9));
  if (index === 0) line("row", "package", "ns/iter", "ratio");
  console.log("─".repeat(72));
  for (const [who, time] of Object.entries(times)) {
    const mark = row.shown?.[who] ? " *" : "";
    const ratio = who === OWN && !row.peers ? "" : `${(time / times[OWN]).toFixed(2)} ×`;
    line(name, who + mark, time.toLocaleString("en", { maximumFractionDigits: 0 }), ratio);
  }
}

/** Whether all packages are behind. What is only shown may be ahead, and is named. */
function verdict({ name, row, times }) {
  if (!row.peers) return true;
  const ahead = (among = {}) => Object.keys(among).filter((who) => times[who] <= times[OWN]);
  const named = (names) => names.map((who) => `${who} (${(times[OWN] / times[who]).toFixed(2)} × as fast)`).join(", ");
  const faster = ahead(row.peers);
  const beside = ahead(row.shown);
  const aside = beside.length === 0 ? "" : `; not of them, and faster: ${named(beside)}`;
  console.log(`${name}: ${faster.length === 0 ? "ahead of all packages" : `BEHIND ${named(faster)}`}${aside}`);
  return faster.length === 0;
}
