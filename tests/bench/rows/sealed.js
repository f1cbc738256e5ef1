// Open what an old key sealed, and seal it with the new one: what a rotation of keys does with every record. Each seals
// anew with randomness of its own, and authenticates as much beside the text. Ours also derives both keys, which belong
// to one account each; the others have them ready.

import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { gcm } from "@noble/ciphers/aes.js";
import { keyring } from "edge-mfa/server";
import * as iron from "iron-webcrypto";
import { core, ISSUER, keys, TIME, typicalAccount } from "./support.js";

const { key, body } = await typicalAccount();
const handle = core.configure(keyring.add(keys, { now: () => TIME + 86_400_000 }), {}, ISSUER);

const HEADER = 6;
const NONCE = 12;
const TAG = 16;
const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];

export const sealed = {
  ...row("open + seal 64 B", sealedByHand(new Uint8Array(64).fill(0x61))),
  ...row(`open + seal a record, ${body.length - HEADER - NONCE - TAG} B`, body),
};

function row(name, ours) {
  const size = ours.length - HEADER - NONCE - TAG;
  const text = new Uint8Array(size).fill(0x61);
  const beside = new Uint8Array([...ours.subarray(0, HEADER), ...Buffer.from(key)]);
  const passwords = [oldKey.toString("base64url"), newKey.toString("base64url")];
  const ironed = iron.seal("a".repeat(size), passwords[0], iron.defaults);
  const node = nodeSeal(oldKey, text, beside);
  const noble = nobleSeal(oldKey, text, beside);
  return {
    [name]: {
      answer: size,
      size: async (given) => {
        if (typeof given === "string") return (await iron.unseal(given, passwords[1], iron.defaults)).length;
        return given.length - HEADER - NONCE - TAG;
      },
      own: () => core.reseal(handle, key, ours, crypto.getRandomValues(new Uint8Array(32))),
      peers: {
        "@noble/ciphers": () => nobleSeal(newKey, nobleOpen(oldKey, noble, beside), beside),
        "iron-webcrypto": async () => {
          const opened = await iron.unseal(await ironed, passwords[0], iron.defaults);
          return iron.seal(opened, passwords[1], iron.defaults);
        },
      },
      shown: { "node:crypto": () => nodeSeal(newKey, nodeOpen(oldKey, node, beside), beside) },
    },
  };
}

function nodeSeal(key, text, beside) {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(beside);
  return Buffer.concat([beside.subarray(0, HEADER), nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

function nodeOpen(key, sealed, beside) {
  const cipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(HEADER, HEADER + NONCE)).setAAD(beside);
  cipher.setAuthTag(sealed.subarray(-TAG));
  return Buffer.concat([cipher.update(sealed.subarray(HEADER + NONCE, -TAG)), cipher.final()]);
}

function nobleSeal(key, text, beside) {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
  const encrypted = gcm(key, nonce, beside).encrypt(text);
  const sealed = new Uint8Array(HEADER + NONCE + encrypted.length);
  sealed.set(beside.subarray(0, HEADER));
  sealed.set(nonce, HEADER);
  sealed.set(encrypted, HEADER + NONCE);
  return sealed;
}

function nobleOpen(key, sealed, beside) {
  return gcm(key, sealed.subarray(HEADER, HEADER + NONCE), beside).decrypt(sealed.subarray(HEADER + NONCE));
}

/** Any text, sealed as src/protect/seal.rs does it: the package itself seals records only. */
function sealedByHand(text) {
  const header = body.subarray(0, HEADER);
  const ringKey = Buffer.from(keys.trim().split("_").slice(4).join("_"), "base64url");
  const label = Buffer.from(`edge-mfa sealing key\0`);
  const derived = createHmac("sha256", ringKey)
    .update(Buffer.concat([label, Buffer.from([0x80]), Buffer.from(key), Buffer.from([1])]))
    .digest();
  return nodeSeal(derived, text, new Uint8Array([...header, ...Buffer.from(key)]));
}
