// What the rows share.

import { totp } from "edge-mfa";
import { createMfa, keyring } from "edge-mfa/server";
import { memoryStore } from "edge-mfa/store/memory";

/** The full wasm itself: `edge-mfa/server` has no call of its own for a part of a decision. */
const inside = (file) => import(new URL(file, import.meta.resolve("edge-mfa/server")));
export const { core } = await inside("./core.js");
/** What `checkSession` and the guard call where the policy is `offline`. */
export const { decideOffline } = await inside("./mfa/offline.js");

export const TIME = 1_800_000_010_000;

export const ISSUER = "Example";
export const SUBJECT = "alice@example.com";

export const keys = keyring.generate({ environment: "test", now: () => TIME });

/** In constant time. */
export function same(left, right) {
  let difference = left.length ^ right.length;
  for (let index = 0; index < left.length; index++) difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  return difference === 0;
}

/** A service in memory with a clock of its own, and an account with TOTP, ten recovery codes and three devices. */
export async function typicalAccount(policy = {}) {
  const clock = { time: TIME };
  const now = () => clock.time;
  const store = memoryStore({ now });
  const mfa = createMfa({ issuer: ISSUER, store, keys, policy, now });
  const { secret } = await mfa.enrol(SUBJECT);
  const codeOfNow = () => totp.generate({ secret, time: clock.time });
  const { recoveryCodes } = await mfa.confirm(SUBJECT, codeOfNow());
  let verified;
  for (const remember of ["Firefox on Linux", "Safari on iPhone", "Chrome on Windows"]) {
    clock.time += 30_000;
    verified = await mfa.verify(SUBJECT, codeOfNow(), { remember });
  }
  const key = core.accountKey(SUBJECT);
  const { body } = await store.load(key);
  return { mfa, clock, secret, codeOfNow, recoveryCodes, session: verified.session, key, body };
}
