// Whole decisions, alone: no other package opens a record, counts the failure or the used code, and seals it again.

import { totp } from "edge-mfa";
import { core, ISSUER, keys, SUBJECT, typicalAccount } from "./support.js";

const service = await typicalAccount();
const account = await typicalAccount();
const handle = core.configure(keys, {}, ISSUER);

const now = account.clock.time + 30_000;
const code = totp.generate({ secret: account.secret, time: now });
const recoveryCode = account.recoveryCodes.at(-1);

export const decisions = {
  "verify decision in memory, TOTP": {
    answer: true,
    own: async () => {
      service.clock.time += 30_000;
      return (await service.mfa.verify(SUBJECT, service.codeOfNow())).ok;
    },
  },
  "session check in memory": {
    answer: true,
    own: async () => (await account.mfa.checkSession(SUBJECT, account.session)).ok,
  },
  "decide: verify, TOTP": { answer: true, own: () => decide({ verify: { code } }) },
  "decide: verify, wrong code": { answer: false, own: () => decide({ verify: { code: "000000" } }) },
  "decide: verify, recovery code": { answer: true, own: () => decide({ verify: { code: recoveryCode } }) },
  "decide: recovery set of 10": { answer: true, own: () => decide("regenerateRecoveryCodes") },
};

/** The same decision over and over: it is a pure function, and what it answers is not stored. */
function decide(command) {
  const input = { now, session: account.session };
  const seed = crypto.getRandomValues(new Uint8Array(64));
  return core.decide(handle, SUBJECT, account.body, command, input, seed).outcome.ok;
}
