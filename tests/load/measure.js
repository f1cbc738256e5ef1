// One place under load: every kind of request in turns, so that a busy moment of the machine hits all alike.

import { prepare } from "./accounts.js";
import { shoot } from "./shoot.js";

/** By address. */
export const KINDS = {
  "/bare": "(a) the API alone",
  "/offline": "(b) a session, `offline`",
  "/immediate": "(b') a session, `immediate`",
  "/code": "(c) a fresh code each",
};

/**
 * @param {{ accounts: number, warmUp: number, rounds: number, amountOf: (rate: number) => number }} plan `warmUp` requests of
 *   each kind before; then in each round as many as `amountOf` says for the rate of the warm-up
 */
export async function measure(start, { accounts, warmUp, rounds, amountOf }, progress) {
  const { url, memory, stop } = await start();
  try {
    const { requests, accepted } = await prepare(url, accounts);
    const paths = Object.keys(KINDS);
    const bursts = Object.fromEntries(paths.map((path) => [path, []]));
    const wrong = [];
    let codes = 0;
    /** Bytes by which the memory grew while each kind was asked for: what grows under the bare API is not ours. */
    const grown = Object.fromEntries(paths.map((path) => [path, 0]));
    const burst = async (path, amount) => {
      const had = memory();
      const shot = await shoot(url + path, amount, requests[path]);
      grown[path] += memory() - had;
      wrong.push(...shot.wrong.map((what) => `${path}: ${what}`));
      if (path === "/code") codes += shot.good;
      progress(1);
      return shot;
    };
    const amounts = {};
    for (const path of paths) amounts[path] = amountOf((await burst(path, warmUp)).rate);
    const [before, stored] = [memory(), await accepted()];
    for (const path of paths) grown[path] = 0;
    for (let round = 0; round < rounds; round++)
      for (const path of paths) bursts[path].push(await burst(path, amounts[path]));
    const after = memory();
    if ((await accepted()) !== codes) wrong.push(`${codes} codes accepted, ${await accepted()} stored`);
    if (stored === 0) wrong.push("no code of the warm-up was stored");
    return { bursts, wrong, codes, memory: [before, after], grown };
  } finally {
    await stop();
  }
}

/** The middle one. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Round by round against the bare API beside it. */
export function ratio({ bursts }, path) {
  return median(bursts[path].map(({ rate }, round) => rate / bursts["/bare"][round].rate));
}
