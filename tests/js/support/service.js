// One service with one account, a store in memory, and a clock that the test moves.

import { totp } from "edge-mfa";
import { createMfa, keyring } from "edge-mfa/server";
import { memoryStore } from "edge-mfa/store/memory";

export const NOW = Date.UTC(2026, 10, 24, 12);
export const STEP = 30_000;
export const keys = keyring.generate({ environment: "test", now: () => NOW });

export function service(options = {}) {
  const clock = { now: NOW };
  const now = () => clock.now;
  const store = options.store ?? memoryStore({ now });
  return { clock, store, mfa: createMfa({ issuer: "Example", keys, now, ...options, store }) };
}

/** Alice, whose authenticator was confirmed a step ago. */
export async function enrolled(options = {}, subject = "alice", context = {}) {
  const made = service(options);
  return { ...made, ...(await enrol(made, subject, context)) };
}

export async function enrol({ mfa, clock }, subject, context = {}) {
  const { secret } = await mfa.enrol(subject, {}, context);
  const code = (time = clock.now) => totp.generate({ secret, time });
  const confirmed = await mfa.confirm(subject, code(), context);
  clock.now += STEP;
  /** A code, but of yesterday. */
  const wrong = () => code(clock.now - 86_400_000);
  return { secret, code, wrong, confirmed };
}
