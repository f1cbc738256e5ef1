// One-time passwords: the secret comes in the form that each package asks for.

import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import * as oslo from "@oslojs/otp";
import { totp } from "edge-mfa";
import * as peer from "otpauth";
import { generateSync, verifySync } from "otplib";
import { same, TIME } from "./support.js";

const PERIOD = 30;
const base32 = "HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ";
const seed = peer.Secret.fromBase32(base32).bytes;
const options = { secret: base32, time: TIME };

const codes = {
  valid: totp.generate(options),
  late: totp.generate({ ...options, time: TIME - PERIOD * 1000 }),
  wrong: "000000",
};

export const otp = {
  "TOTP generate": {
    answer: codes.valid,
    own: () => totp.generate(options),
    peers: {
      otplib: () => generateSync({ secret: base32, epoch: TIME / 1000 }),
      otpauth: () => new peer.TOTP({ secret: base32 }).generate({ timestamp: TIME }),
      "@oslojs/otp": () => oslo.generateTOTP(seed, PERIOD, 6),
      "@noble/hashes": () => nobleTotp(seed, Math.floor(TIME / 1000 / PERIOD)),
    },
  },
  ...Object.fromEntries(
    Object.entries(codes).map(([kind, code]) => [
      `TOTP verify ±1, ${kind}`,
      {
        answer: kind !== "wrong",
        own: () => totp.verify(code, options).valid,
        peers: {
          otplib: () => verifySync({ secret: base32, token: code, epoch: TIME / 1000, epochTolerance: PERIOD }).valid,
          otpauth: () =>
            new peer.TOTP({ secret: base32 }).validate({ token: code, timestamp: TIME, window: 1 }) !== null,
          "@oslojs/otp": () => oslo.verifyTOTPWithGracePeriod(seed, PERIOD, 6, code, PERIOD),
          "@noble/hashes": () => nobleVerify(seed, code, TIME),
        },
      },
    ]),
  ),
};

/** RFC 4226 in the obvious way. */
function nobleTotp(secret, step) {
  const counter = new Uint8Array(8);
  new DataView(counter.buffer).setBigUint64(0, BigInt(step));
  const tag = hmac(sha1, secret, counter);
  const at = tag[19] & 15;
  const number = ((tag[at] & 127) << 24) | (tag[at + 1] << 16) | (tag[at + 2] << 8) | tag[at + 3];
  return String(number % 1_000_000).padStart(6, "0");
}

function nobleVerify(secret, code, time) {
  const step = Math.floor(time / 1000 / PERIOD);
  let valid = false;
  for (let off = -1; off <= 1; off++) valid = same(nobleTotp(secret, step + off), code) || valid;
  return valid;
}
