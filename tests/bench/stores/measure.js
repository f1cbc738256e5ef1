// So many decisions in flight, each of another account, drawn at random, and with a code that nobody has used.

import { totp } from "edge-mfa";
import { MADE } from "./accounts.js";
import { cpuTime } from "./cpu.js";

const IN_FLIGHT = 16;
const ROUNDS = 3;
const DAY = 86_400_000;

/**
 * Decisions for some seconds, three times, after some that warm up: decisions per second, milliseconds for one, and of that
 * the time on the cores. The best round counts: whatever else the machine does is in the way, and never a help.
 */
export async function measure(opened, accounts, size, seconds) {
  await decisions(opened, accounts, size, seconds / 4);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await measureOnce(opened, accounts, size, seconds));
  const [best] = rounds.toSorted((a, b) => b.rate - a.rate);
  return { ...best, cpu: Math.min(...rounds.map(({ cpu }) => cpu)) };
}

async function measureOnce(opened, accounts, size, seconds) {
  const [begun, before] = [performance.now(), cpuTime()];
  const times = await decisions(opened, accounts, size, seconds);
  const rate = times.length / ((performance.now() - begun) / 1000);
  const cpu = (cpuTime() - before) / times.length;
  times.sort((a, b) => a - b);
  return { rate, cpu, p50: times[times.length >> 1], p99: times[Math.floor(times.length * 0.99)] };
}

async function decisions(opened, accounts, size, seconds) {
  const end = performance.now() + seconds * 1000;
  const times = [];
  while (performance.now() < end) times.push(...(await oneOfEach(opened, accounts, size, end)));
  return times;
}

/** One decision for each of the first `size` accounts, in a random order, or until it is time to end. */
export async function oneOfEach(opened, accounts, size, end = Number.POSITIVE_INFINITY) {
  // A day later the codes are fresh, and the sessions of the day before are over: the records do not grow.
  opened.days = (opened.days ?? 0) + 1;
  const time = MADE + opened.days * DAY;
  const times = [];
  const draw = permutation(size);
  const lane = async () => {
    for (let index = draw(); index !== undefined && performance.now() < end; index = draw()) {
      const { subject, secret } = accounts.of(index);
      const code = totp.generate({ secret, time });
      const begun = performance.now();
      const outcome = await opened.verify(subject, code, time);
      times.push(performance.now() - begun);
      if (!outcome.ok) throw new Error(`${subject} was denied: ${outcome.reason}`);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  return times;
}

/** All numbers below `size` in a random order, drawn one by one. */
function permutation(size) {
  const moved = new Map();
  let left = size;
  return () => {
    if (left === 0) return undefined;
    const at = Math.floor(Math.random() * left);
    const drawn = moved.get(at) ?? at;
    left -= 1;
    moved.set(at, moved.get(left) ?? left);
    moved.delete(left);
    return drawn;
  };
}
