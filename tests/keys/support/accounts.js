// Accounts in a store, each with an authenticator.

import { totp } from "edge-mfa";
import { createMfa } from "edge-mfa/server";

/** Enrols `user0000`, `user0001`, … and answers their secrets. */
export async function enrolMany(store, keys, count) {
  const mfa = createMfa({ issuer: "Example", store, keys, now: () => BEGUN });
  const secrets = new Map();
  for (let at = 0; at < count; at++) {
    const subject = `user${String(at).padStart(4, "0")}`;
    const { secret } = await mfa.enrol(subject);
    await mfa.confirm(subject, totp.generate({ secret, time: BEGUN }));
    secrets.set(subject, secret);
  }
  return secrets;
}

/** Whether these accounts can still verify; each call is a minute later. */
export async function verifyAll(store, keys, secrets) {
  minutes += 1;
  const time = BEGUN + minutes * 60_000;
  const mfa = createMfa({ issuer: "Example", store, keys, now: () => time });
  for (const [subject, secret] of secrets) {
    const verdict = await mfa.verify(subject, totp.generate({ secret, time }));
    if (!verdict.ok) return `${subject}: ${verdict.reason}`;
  }
  return true;
}

const BEGUN = Date.now();
let minutes = 0;
