// Recovery codes: ten of 80 bits, each kept as HMAC-SHA-256 over a salt of its own and the code.

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { recovery } from "edge-mfa";
import { same } from "./support.js";

const key = Uint8Array.from({ length: 32 }, (_, index) => index * 7);
const ours = recovery.generate({ key });
const theirs = nobleSet(key);
const unused = recovery.generate({ key }).codes[0];

export const recoveryCodes = {
  "recovery set of 10": {
    answer: 10,
    own: () => recovery.generate({ key }).hashes.length,
    peers: { "@noble/hashes": () => nobleSet(key).hashes.length },
  },
  "recovery verify, last of 10": {
    answer: true,
    own: () => recovery.verify(ours.codes[9], ours.hashes, { key }).valid,
    peers: { "@noble/hashes": () => nobleVerify(theirs.codes[9], theirs.hashes, key) === 9 },
  },
  "recovery verify, none of 10": {
    answer: false,
    own: () => recovery.verify(unused, ours.hashes, { key }).valid,
    peers: { "@noble/hashes": () => nobleVerify(unused, theirs.hashes, key) === 9 },
  },
};

function nobleSet(key) {
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

function nobleVerify(typed, hashes, key) {
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

function base64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
