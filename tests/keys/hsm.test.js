// The ring is wrapped by a key that was made inside an HSM and never leaves it: SoftHSM2 over PKCS#11.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { totp } from "edge-mfa";
import { createMfa, keyring } from "edge-mfa/server";
import { sqliteStore } from "edge-mfa/store/sqlite";
import { output } from "../runtime/support/process.js";
import { scratch } from "../runtime/support/scratch.js";
import { makeToken } from "./support/softhsm.js";

const token = makeToken();
process.env.SOFTHSM2_CONF = token.conf;
const { Crypto } = await import("node-webcrypto-p11");
const hsm = new Crypto({ library: token.library, pin: token.pin, slot: 0, name: "edge-mfa", readWrite: true });
const { subtle } = hsm;
after(() => {
  hsm.close();
  token.discard();
});

const inside = { token: true, sensitive: true };
const kinds = {
  async rsa() {
    const parameters = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };
    const uses = ["encrypt", "decrypt"];
    const pair = await subtle.generateKey({ name: "RSA-OAEP", ...parameters, ...inside }, false, uses);
    return { seals: pair.publicKey, opens: pair.privateKey, format: "pkcs8", prefix: "mfaw1.RSA-OAEP-256." };
  },
  async aes() {
    const key = await subtle.generateKey({ name: "AES-GCM", length: 256, ...inside }, false, ["encrypt", "decrypt"]);
    return { seals: key, opens: key, format: "raw", prefix: "mfaw1.AES-GCM." };
  },
};

for (const [kind, generate] of Object.entries(kinds)) {
  describe(`a key inside the HSM (${kind})`, () => {
    const ring = keyring.generate({ environment: "test" });
    let seals;
    let opens;
    let format;
    let prefix;
    let wrapped;
    before(async () => {
      ({ seals, opens, format, prefix } = await generate());
      wrapped = await keyring.wrap(ring, { key: seals, subtle });
    });

    test("does not leave it", async () => {
      assert.equal(opens.extractable, false);
      assert.equal(opens.algorithm.sensitive, true);
      await assert.rejects(subtle.exportKey(format, opens), /extractable/);
      for (const file of token.files()) assert.ok(!file.includes(ring.slice(-43)));
    });

    test("wraps and unwraps the ring", async () => {
      assert.ok(wrapped.startsWith(prefix));
      const keys = await keyring.unwrap(wrapped, { key: opens, subtle });
      assert.deepEqual(keys.keys, keyring.parse(ring).keys);
    });

    test("is nothing to another WebCrypto", async () => {
      await assert.rejects(keyring.unwrap(wrapped, { key: opens }), { code: "key_ring_sealed" });
    });

    test("another key of the same HSM does not open it, nor is anything changed", async () => {
      const other = await generate();
      await assert.rejects(keyring.unwrap(wrapped, { key: other.opens, subtle }), { code: "key_ring_sealed" });
      await hsm.keyStorage.removeItem(other.opens.id);
      if (other.seals !== other.opens) await hsm.keyStorage.removeItem(other.seals.id);
      const [version, algorithm, key, content] = wrapped.split(".");
      const flipped = (text, at) => {
        const bytes = Buffer.from(text, "base64url");
        bytes[at] ^= 1;
        return bytes.toString("base64url");
      };
      for (const at of [0, 12, 40]) {
        for (const parts of [
          [flipped(key, at), content],
          [key, flipped(content, at)],
          [key.slice(0, -4), content],
          [key, content.slice(0, -4)],
        ]) {
          const broken = [version, algorithm, ...parts].join(".");
          await assert.rejects(keyring.unwrap(broken, { key: opens, subtle }), { code: "key_ring_sealed" });
        }
      }
    });

    test("keeps the accounts of a service, also of one that starts later", async (t) => {
      const path = join(await scratch(t), "mfa.db");
      const database = new Database(path);
      t.after(() => database.close());
      const keys = keyring.unwrap(wrapped, { key: opens, subtle });
      const mfa = createMfa({ issuer: "Example", store: sqliteStore(database), keys });
      const { secret } = await mfa.enrol("alice");
      assert.equal((await mfa.confirm("alice", totp.generate({ secret }))).ok, true);

      const script = fileURLToPath(new URL("./support/unwrap-in-hsm.js", import.meta.url));
      const env = { LIBRARY: token.library, PIN: token.pin, DATABASE: path, KIND: kind, WRAPPED: wrapped };
      const printed = await output(process.execPath, [script], { env: { ...process.env, ...env } });
      assert.deepEqual(JSON.parse(printed), { extractable: false, factors: 1 });
    });
  });
}
