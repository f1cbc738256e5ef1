// Against the usual packages, in one process, in turns; only the ratios mean something on a busy machine.
//
//   cargo xtask bench            prints the table
//   node --expose-gc tests/bench/bench.js --floor    also fails where a peer is faster

import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import * as oslo from "@oslojs/otp";
import { otpauth as links, qr, recovery, totp } from "edge-mfa";
import { do_not_optimize, measure } from "mitata";
import * as peer from "otpauth";
import { generateSync, verifySync } from "otplib";
import encodeQR from "qr";
import qrcode from "qrcode";
import { renderSVG } from "uqr";

const ROUNDS = 9;
const SECONDS = 0.05;
const TIME = 1_800_000_010_000;
const PERIOD = 30;

const base32 = "HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ";
const seed = peer.Secret.fromBase32(base32).bytes;
const key = Uint8Array.from({ length: 32 }, (_, index) => index * 7);
const options = { secret: base32, time: TIME };

// @oslojs/otp asks the clock itself: it gets the time that the others are given. (mitata uses another clock.)
Date.now = () => TIME;

const codes = {
  valid: totp.generate(options),
  late: totp.generate({ ...options, time: TIME - PERIOD * 1000 }),
  wrong: "000000",
};
const uri = links
  .build({ issuer: "ACME Company", account: "alice@example.com", secret: base32 })
  .replace(/&period.*/, "");
const text = uri.padEnd(110, "&image=https://example.com/logo.png").slice(0, 110);
const ours = recovery.generate({ key });
const theirs = nobleRecoverySet(key);
const unused = recovery.generate({ key }).codes[0];

/** Each row does the same work in every package; the secret comes in the form that the package asks for. */
const rows = {
  "TOTP generate": {
    "edge-mfa": () => totp.generate(options),
    otplib: () => generateSync({ secret: base32, epoch: TIME / 1000 }),
    otpauth: () => new peer.TOTP({ secret: base32 }).generate({ timestamp: TIME }),
    "@oslojs/otp": () => oslo.generateTOTP(seed, PERIOD, 6),
    "@noble/hashes": () => nobleTotp(seed, Math.floor(TIME / 1000 / PERIOD)),
  },
  ...Object.fromEntries(
    Object.entries(codes).map(([kind, code]) => [
      `TOTP verify ±1, ${kind}`,
      {
        "edge-mfa": () => totp.verify(code, options).valid,
        otplib: () => verifySync({ secret: base32, token: code, epoch: TIME / 1000, epochTolerance: PERIOD }).valid,
        otpauth: () => new peer.TOTP({ secret: base32 }).validate({ token: code, timestamp: TIME, window: 1 }) !== null,
        "@oslojs/otp": () => oslo.verifyTOTPWithGracePeriod(seed, PERIOD, 6, code, PERIOD),
        "@noble/hashes": () => nobleVerify(seed, code, TIME),
      },
    ]),
  ),
  "QR SVG, 110 characters": {
    "edge-mfa": () => qr.svg(text),
    qrcode: () => {
      let svg;
      qrcode.toString(text, { type: "svg", errorCorrectionLevel: "M", margin: 4 }, (_, result) => {
        svg = result;
      });
      return svg;
    },
    qr: () => encodeQR(text, "svg", { ecc: "medium", border: 4 }),
    uqr: () => renderSVG(text, { ecc: "M", border: 4 }),
  },
  "recovery set of 10": {
    "edge-mfa": () => recovery.generate({ key }).hashes.length,
    "@noble/hashes": () => nobleRecoverySet(key).hashes.length,
  },
  "recovery verify, last of 10": {
    "edge-mfa": () => recovery.verify(ours.codes[9], ours.hashes, { key }).valid,
    "@noble/hashes": () => nobleRecoveryVerify(theirs.codes[9], theirs.hashes, key) === 9,
  },
  "recovery verify, none of 10": {
    "edge-mfa": () => recovery.verify(unused, ours.hashes, { key }).valid,
    "@noble/hashes": () => nobleRecoveryVerify(unused, theirs.hashes, key) === 9,
  },
};

check();
const times = {};
for (const [row, contenders] of Object.entries(rows)) times[row] = await race(contenders);
print(times);
const behind = Object.entries(times).filter(([row, results]) => !verdict(row, results));
if (behind.length > 0 && process.argv.includes("--floor")) process.exit(1);

/** Takes turns, so that a busy moment hits all alike, and keeps the median of each one's rounds. */
async function race(contenders) {
  const rounds = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const work = () => do_not_optimize(run());
      const { p50 } = await measure(work, { min_cpu_time: SECONDS * 1e9, batch_samples: 256, gc: false });
      if (round > 0) rounds[name].push(p50); // the first one warms up
    }
    globalThis.gc?.();
  }
  return Object.fromEntries(
    Object.entries(rounds).map(([name, all]) => [name, all.sort((a, b) => a - b)[ROUNDS >> 1]]),
  );
}

function print(times) {
  const line = (...cells) =>
    console.log(cells[0].padEnd(30), cells[1].padEnd(16), cells[2].padStart(12), cells[3].padStart(9));
  line("row", "package", "ns/iter", "ratio");
  for (const [row, results] of Object.entries(times)) {
    console.log("─".repeat(70));
    const base = results["edge-mfa"];
    for (const [name, time] of Object.entries(results)) {
      line(row, name, time.toLocaleString("en", { maximumFractionDigits: 0 }), `${(time / base).toFixed(2)} ×`);
    }
  }
  console.log();
}

function verdict(row, { "edge-mfa": own, ...others }) {
  const faster = Object.entries(others).filter(([, time]) => time <= own);
  const shown = faster.map(([name, time]) => `${name} (${(own / time).toFixed(2)} × as fast)`).join(", ");
  console.log(`${row}: ${faster.length === 0 ? "ahead of all" : `BEHIND ${shown}`}`);
  return faster.length === 0;
}

/** The rows compare like with like: all agree on every answer. */
function check() {
  const expect = {
    "TOTP generate": codes.valid,
    "TOTP verify ±1, valid": true,
    "TOTP verify ±1, late": true,
    "TOTP verify ±1, wrong": false,
  };
  for (const [row, answer] of Object.entries({
    ...expect,
    "recovery set of 10": 10,
    "recovery verify, last of 10": true,
    "recovery verify, none of 10": false,
  })) {
    for (const [name, run] of Object.entries(rows[row])) {
      if (run() !== answer) throw new Error(`${row}: ${name} says ${run()}`);
    }
  }
  for (const [name, run] of Object.entries(rows["QR SVG, 110 characters"])) {
    if (!String(run()).includes("<svg")) throw new Error(`${name} draws no SVG`);
  }
  if (text.length !== 110) throw new Error("the URI is not 110 characters long");
}

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

/** The same scheme: ten codes of 80 bits, each kept as HMAC-SHA-256 over a salt of its own and the code. */
function nobleRecoverySet(key) {
  const codes = [];
  const hashes = [];
  for (let count = 0; count < 10; count++) {
    const random = crypto.getRandomValues(new Uint8Array(26));
    const code = readable(random.subarray(16));
    const salt = random.slice(0, 16);
    codes.push(code.replace(/.{4}(?=.)/g, "$&-"));
    hashes.push(`$hmac-sha256$${base64(salt)}$${base64(nobleTag(key, salt, code))}`);
  }
  return { codes, hashes };
}

function nobleRecoveryVerify(typed, hashes, key) {
  const code = typed.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  let found = -1;
  for (const [index, hash] of hashes.entries()) {
    const [, , salt, tag] = hash.split("$");
    if (same(base64(nobleTag(key, fromBase64(salt), code)), tag)) found = index;
  }
  return found;
}

function nobleTag(key, salt, code) {
  const message = new Uint8Array(salt.length + code.length);
  message.set(salt);
  new TextEncoder().encodeInto(code, message.subarray(salt.length));
  return hmac(sha256, key, message).subarray(0, 16);
}

function readable(bytes) {
  let code = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      code += "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[(held >> bits) & 31];
    }
    held &= 255;
  }
  return code;
}

/** In constant time. */
function same(left, right) {
  let difference = left.length ^ right.length;
  for (let index = 0; index < left.length; index++) difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  return difference === 0;
}

function base64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
