// Accounts of `edge-mfa/server` for the tests of what is refused: whole ones, and records that no version of ours wrote.

import { createCipheriv, createHmac, randomBytes } from "node:crypto";
import { createMfa, keyring } from "edge-mfa/server";
import { memoryStore } from "edge-mfa/store/memory";

/** It is in the input, and so in no message. */
export const MARK = "Zm9yYmlkZGVu";

const KEYS = ring("test");

export function ring(environment) {
  return keyring.generate({ environment });
}

export function service(options) {
  return createMfa({ issuer: "ACME", store: memoryStore(), keys: KEYS, ...options });
}

/** A store with the pending account of a subject, when it is asked. */
export function storeOf(subject) {
  const store = memoryStore();
  const begun = service({ store }).enrol(subject);
  return { ...store, load: (key) => begun.then(() => store.load(key)) };
}

/** Reads alice's account out of these bytes. */
export async function accountOf(body) {
  const store = memoryStore();
  await store.commit("account:alice", undefined, body, []);
  return service({ store }).account("alice");
}

/** Bytes as alice's record, sealed as src/protect/seal.rs describes it. */
export function sealed(plain) {
  const [id] = keyring.parse(KEYS).keys.map((key) => Buffer.from(key.id, "hex"));
  const [owner, environment, record] = [Buffer.from("account:alice"), 0x80, 1];
  // HKDF-Expand, first block.
  const key = createHmac("sha256", Buffer.from(KEYS.trim().slice(-43), "base64url"))
    .update(Buffer.concat([Buffer.from("edge-mfa sealing key\0"), Buffer.from([environment]), owner, Buffer.from([1])]))
    .digest();
  const header = Buffer.from([1, environment | record, ...id]);
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.concat([header, owner]));
  return Buffer.concat([header, nonce, cipher.update(Buffer.from(plain)), cipher.final(), cipher.getAuthTag()]);
}
