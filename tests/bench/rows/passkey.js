// Ceremonies: what the browser answered is verified against the challenge, the origin and the key. Ours is the whole decision,
// as the guard makes it: the record is opened, the challenge spent, the passkey kept, a session made, and all sealed again.

import { verifyAuthenticationResponse, verifyRegistrationResponse } from "@simplewebauthn/server";
import { totp } from "edge-mfa";
import { createMfa } from "edge-mfa/server";
import { memoryStore } from "edge-mfa/store/memory";
import { authenticator, RP } from "../../service/support/authenticator.js";
import { ISSUER, keys, SUBJECT, TIME } from "./support.js";

const expected = { expectedOrigin: RP.origins, expectedRPID: RP.rpId };
const [none, packed] = [await registration("none"), await registration("packed")];
const assertion = await authentication();

export const passkeys = {
  "passkey assertion": {
    answer: true,
    own: async () => (await assertion.mfa.passkeys.authenticate(SUBJECT, assertion.credential)).ok,
    peers: {
      "@simplewebauthn/server": async () =>
        (
          await verifyAuthenticationResponse({
            ...expected,
            response: assertion.credential,
            expectedChallenge: assertion.challenge,
            credential: assertion.kept,
          })
        ).verified,
    },
  },
  "passkey registration, none": registering(none),
  "passkey registration, packed": registering(packed),
};

function registering({ mfa, session, credential, challenge }) {
  return {
    answer: true,
    own: async () => (await mfa.passkeys.register(SUBJECT, credential, "Phone", { session })).ok,
    peers: {
      "@simplewebauthn/server": async () =>
        (await verifyRegistrationResponse({ ...expected, response: credential, expectedChallenge: challenge }))
          .verified,
    },
  };
}

async function registration(format) {
  const { mfa, freeze } = service();
  const { secret } = await mfa.enrol(SUBJECT);
  const { session } = await mfa.confirm(SUBJECT, totp.generate({ secret, time: TIME }));
  const { publicKey } = await mfa.passkeys.registrationOptions(SUBJECT, {}, { session });
  freeze();
  return { mfa, session, credential: authenticator({ format }).create(publicKey), challenge: publicKey.challenge };
}

async function authentication() {
  const { mfa, freeze } = service();
  const key = authenticator();
  const registered = await mfa.passkeys.registrationOptions(SUBJECT);
  const response = key.create(registered.publicKey);
  await mfa.passkeys.register(SUBJECT, response);
  const { registrationInfo } = await verifyRegistrationResponse({
    ...expected,
    response,
    expectedChallenge: registered.publicKey.challenge,
  });
  const { publicKey } = await mfa.passkeys.authenticationOptions(SUBJECT);
  freeze();
  return { mfa, credential: key.get(publicKey), challenge: publicKey.challenge, kept: registrationInfo.credential };
}

/** A service whose store says yes and keeps nothing once it is frozen: the same ceremony can be verified again and again. */
function service() {
  const now = () => TIME;
  const memory = memoryStore({ now });
  let isFrozen = false;
  const commit = (...given) => (isFrozen ? Promise.resolve(true) : memory.commit(...given));
  const store = { ...memory, commit };
  const mfa = createMfa({ issuer: ISSUER, store, keys, now, passkeys: RP });
  return {
    mfa,
    freeze: () => {
      isFrozen = true;
    },
  };
}
