// A service over a store that others use at the same time, with a clock that stands still.

import { totp } from "edge-mfa";
import { createMfa } from "edge-mfa/server";
import { connect } from "./clients.js";

export const NOW = 1_790_000_010_000;

/** Ten wrong codes lock the account, and its address for all accounts. */
const policy = { failures: 10, locks: [300], addressFailures: 10 };

export async function serviceAt({ address, keys }, clock = { time: NOW }) {
  const now = () => clock.time;
  const { store, close } = await connect(address, { now });
  return { mfa: serviceOf(store, keys, clock), close };
}

export function serviceOf(store, keys, clock = { time: NOW }) {
  // Hundreds of calls at once on a machine that does other things as well: they wait.
  return createMfa({ issuer: "Example", store, keys, policy, now: () => clock.time, timeout: 60_000 });
}

/** An account whose authenticator was confirmed a step ago. */
export async function enrolled(store, keys, subject) {
  const before = serviceOf(store, keys, { time: NOW - 30_000 });
  const { secret } = await before.enrol(subject);
  const { recoveryCodes } = await before.confirm(subject, totp.generate({ secret, time: NOW - 30_000 }));
  const right = totp.generate({ secret, time: NOW });
  return { secret, right, wrong: totp.generate({ secret, time: NOW - 86_400_000 }), recoveryCodes };
}

/** One code, many times at once: how often each answer came. */
export async function submit(mfa, { subject, code, times, context }) {
  const answers = await Promise.all(
    Array.from({ length: times }, () => mfa.verify(subject, code, context).catch((error) => ({ reason: error.code }))),
  );
  const counts = {};
  for (const { ok, reason } of answers) {
    const answer = ok ? "ok" : reason;
    counts[answer] = (counts[answer] ?? 0) + 1;
  }
  return counts;
}

/** The whole history of an account. */
export async function historyOf(mfa, subject) {
  const events = [];
  for (let page = [undefined]; page.length > 0; events.push(...page))
    page = await mfa.history(subject, { after: events.at(-1)?.id, limit: 500 });
  return events;
}
