// A service that starts: it finds its key in the token, unwraps the ring of the environment, and reads an account.

import Database from "better-sqlite3";
import { createMfa, keyring } from "edge-mfa/server";
import { sqliteStore } from "edge-mfa/store/sqlite";
import { Crypto } from "node-webcrypto-p11";

const { LIBRARY: library, PIN: pin, DATABASE, KIND, WRAPPED } = process.env;
const hsm = new Crypto({ library, pin, slot: 0, name: "edge-mfa" });
const [prefix, algorithm] = {
  rsa: ["private", { name: "RSA-OAEP", hash: "SHA-256" }],
  aes: ["secret", { name: "AES-GCM" }],
}[KIND];
const name = (await hsm.keyStorage.keys()).find((key) => key.startsWith(prefix));
const key = await hsm.keyStorage.getItem(name, algorithm, ["decrypt"]);

const keys = await keyring.unwrap(WRAPPED, { key, subtle: hsm.subtle });
const mfa = createMfa({ issuer: "Example", store: sqliteStore(new Database(DATABASE)), keys });
const { factors } = await mfa.account("alice");
console.log(JSON.stringify({ extractable: key.extractable, factors: factors.length }));
hsm.close();
