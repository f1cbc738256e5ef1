// Wrapped rings: by any WebCrypto key, or opened by a function.

import assert from "node:assert/strict";
import { constants, createDecipheriv, KeyObject, privateDecrypt } from "node:crypto";
import { before, describe, test } from "node:test";
import { format } from "node:util";
import { createMfa, keyring, MfaError } from "edge-mfa/server";
import { memoryStore } from "edge-mfa/store/memory";

const { subtle } = globalThis.crypto;
const ring = keyring.add(keyring.generate({ environment: "test" }));
const ids = (keys) => keyring.parse(keys).keys.map(({ id }) => id);

const kinds = [
  ["AES-GCM, 256 bits", () => aes(256), "AES-GCM"],
  ["AES-GCM, 128 bits", () => aes(128), "AES-GCM"],
  ["RSA-OAEP with SHA-256", () => rsa("SHA-256"), "RSA-OAEP-256"],
  ["RSA-OAEP with SHA-1", () => rsa("SHA-1"), "RSA-OAEP"],
  ["RSA-OAEP with SHA-512", () => rsa("SHA-512"), "RSA-OAEP-512"],
];

for (const [title, generate, named] of kinds) {
  describe(title, () => {
    let seals;
    let opens;
    let wrapped;
    before(async () => {
      ({ seals, opens } = await generate());
      wrapped = await keyring.wrap(ring, { key: seals });
    });

    test("wraps and unwraps", async () => {
      assert.match(wrapped, new RegExp(`^mfaw1\\.${named}\\.[\\w-]+\\.[\\w-]+$`));
      const keys = await keyring.unwrap(wrapped, { key: opens, subtle });
      assert.deepEqual(ids(textOf(keys)), ids(ring));
      assert.equal(keys.environment, "test");
    });

    test("wraps what was unwrapped, and never the same way twice", async () => {
      const again = await keyring.wrap(await keyring.unwrap(wrapped, { key: opens }), { key: seals });
      const parts = [wrapped, again].map((text) => text.split("."));
      assert.notEqual(parts[0][2], parts[1][2]);
      assert.notEqual(parts[0][3], parts[1][3]);
      assert.notEqual(parts[0][3].slice(0, 16), parts[1][3].slice(0, 16), "the nonce");
      assert.deepEqual(ids(textOf(await keyring.unwrap(again, { key: opens }))), ids(ring));
    });

    test("is read from a file: as bytes, with a line end", async () => {
      const bytes = new TextEncoder().encode(`${wrapped}\n`);
      assert.equal((await keyring.unwrap(bytes, { key: opens })).keys.length, 2);
    });

    test("holds 32 keys", async () => {
      const many = Array.from({ length: 31 }).reduce((text) => keyring.add(text), keyring.generate());
      const keys = await keyring.unwrap(await keyring.wrap(many, { key: seals }), { key: opens });
      assert.equal(keys.keys.length, 32);
    });

    test("another key does not open it", async () => {
      const other = await generate();
      await sealed(keyring.unwrap(wrapped, { key: other.opens }));
    });

    test("no character can be changed, and nothing left out, added or exchanged", async () => {
      const other = await keyring.wrap(ring, { key: seals });
      const [version, algorithm, key, content] = wrapped.split(".");
      const [, , otherKey, otherContent] = other.split(".");
      const broken = [
        wrapped.slice(0, -1),
        wrapped.slice(0, wrapped.lastIndexOf(".")),
        wrapped.slice(1),
        `${wrapped}A`,
        `${wrapped}.`,
        `${wrapped}.AAAA`,
        `${wrapped}=`,
        wrapped.replace("mfaw1", "mfaw2"),
        [version, algorithm, otherKey, content].join("."),
        [version, algorithm, key, otherContent].join("."),
        [version, algorithm, "", content].join("."),
        [version, algorithm, key, ""].join("."),
        [version, algorithm, key, content.slice(0, 15)].join("."),
        [version, algorithm, key.slice(0, 15), content].join("."),
        "",
        ".",
        "...",
        "mfaw1",
        "x".repeat(100_000),
        ring,
      ];
      for (let at = 0; at < wrapped.length; at += 1 + (at % 3)) broken.push(flip(wrapped, at));
      for (let end = wrapped.length - 24; end < wrapped.length; end++) broken.push(flip(wrapped, end));
      for (const text of broken) await sealed(keyring.unwrap(text, { key: opens }), text);
    });

    test("no bit of it can be changed", async () => {
      const [version, algorithm, ...parts] = wrapped.split(".");
      for (const which of [0, 1]) {
        const bytes = Buffer.from(parts[which], "base64url");
        for (const at of [0, 11, 12, 13, bytes.length - 17, bytes.length - 16, bytes.length - 1]) {
          for (const bit of [1, 128]) {
            const changed = Buffer.from(bytes);
            changed[at] ^= bit;
            const texts = parts.with(which, changed.toString("base64url"));
            await sealed(keyring.unwrap([version, algorithm, ...texts].join("."), { key: opens }));
          }
        }
      }
    });

    test("another name for the algorithm does not open it", async () => {
      for (const other of ["AES-GCM", "RSA-OAEP", "RSA-OAEP-256", "RSA-OAEP-384", "A256GCM", "none", "aes-gcm", ""]) {
        if (other === named) continue;
        const [version, , ...parts] = wrapped.split(".");
        await sealed(keyring.unwrap([version, other, ...parts].join("."), { key: opens }));
      }
    });
  });
}

test("the name of the algorithm is authenticated: the same RSA key under another hash does not open it", async () => {
  const pair = await subtle.generateKey(rsaParameters("SHA-256"), true, ["encrypt", "decrypt"]);
  const wrapped = await keyring.wrap(ring, { key: pair.publicKey });
  const pkcs8 = await subtle.exportKey("pkcs8", pair.privateKey);
  const other = await subtle.importKey("pkcs8", pkcs8, { name: "RSA-OAEP", hash: "SHA-1" }, false, ["decrypt"]);
  await sealed(keyring.unwrap(wrapped.replace("RSA-OAEP-256", "RSA-OAEP"), { key: other }));

  // Even whoever can open the data key cannot pass the ring off as wrapped in another way.
  const [version, algorithm, key, content] = wrapped.split(".");
  const dataKey = await subtle.decrypt({ name: "RSA-OAEP" }, pair.privateKey, Buffer.from(key, "base64url"));
  const spki = await subtle.exportKey("spki", pair.publicKey);
  const weaker = await subtle.importKey("spki", spki, { name: "RSA-OAEP", hash: "SHA-1" }, false, ["encrypt"]);
  const again = Buffer.from(await subtle.encrypt({ name: "RSA-OAEP" }, weaker, dataKey)).toString("base64url");
  assert.equal(algorithm, "RSA-OAEP-256");
  await sealed(keyring.unwrap([version, "RSA-OAEP", again, content].join("."), { key: other }));
});

test("there is one spelling only: bits that stand for nothing are zero", async () => {
  const { seals: key } = await aes(256);
  const wrapped = await keyring.wrap(`${ring} `, { key });
  assert.equal(wrapped.split(".")[3].length % 4, 2, "four bits are left over");
  assert.equal((await keyring.unwrap(wrapped, { key })).keys.length, 2);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(wrapped.at(-1));
  for (let bits = 1; bits < 16; bits++)
    await sealed(keyring.unwrap(wrapped.slice(0, -1) + alphabet[last | bits], { key }));
});

test("the envelope is what its comment says: node:crypto opens it without us", async () => {
  const rsa = await subtle.generateKey(rsaParameters("SHA-256"), true, ["encrypt", "decrypt"]);
  const aes = await subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
  const opened = (key, bytes, associated) => {
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12)).setAAD(Buffer.from(associated));
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
  };
  const dataKeys = {
    async "RSA-OAEP-256"(wrapped) {
      const key = KeyObject.from(rsa.privateKey);
      return privateDecrypt({ key, oaepHash: "sha256", padding: constants.RSA_PKCS1_OAEP_PADDING }, wrapped);
    },
    async "AES-GCM"(wrapped) {
      return opened(KeyObject.from(aes), wrapped, "mfaw1.AES-GCM");
    },
  };
  for (const key of [rsa.publicKey, aes]) {
    const wrapped = await keyring.wrap(ring, { key });
    const [version, algorithm, first, second] = wrapped.split(".");
    const dataKey = await dataKeys[algorithm](Buffer.from(first, "base64url"));
    const text = opened(dataKey, Buffer.from(second, "base64url"), [version, algorithm, first].join("."));
    assert.equal(text.toString(), ring);
  }
});

test("what an earlier version wrapped still opens", async () => {
  const key = await subtle.importKey("raw", new Uint8Array(32).fill(9), "AES-GCM", false, ["decrypt"]);
  assert.deepEqual((await keyring.unwrap(VERSION_1, { key })).keys, [{ id: "43912185", createdAt: 0 }]);
});

test("a key that is none, or may not do it, is refused", async () => {
  const { seals, opens } = await rsa("SHA-256");
  const hmac = await subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const wrapped = await keyring.wrap(ring, { key: seals });
  for (const key of [opens, hmac, undefined, null, {}, "secret", { algorithm: { name: "RSA-OAEP" } }]) {
    await sealed(keyring.wrap(ring, { key }));
  }
  for (const key of [seals, hmac, undefined, { algorithm: { name: "RSA-OAEP", hash: { name: "SHA-256" } } }]) {
    await sealed(keyring.unwrap(wrapped, { key }));
  }
  await sealed(keyring.wrap(ring));
});

test("only a ring is wrapped", async () => {
  const { seals: key } = await aes(256);
  await assert.rejects(keyring.wrap("hunter2", { key }), { code: "key_ring_malformed" });
  await assert.rejects(keyring.wrap("", { key }), { code: "key_ring_empty" });
});

test("a WebCrypto that fails is the cause, and no secret gets into the message", async () => {
  const { seals: key } = await aes(256);
  const failure = new Error("CKR_USER_NOT_LOGGED_IN");
  const subtle = { encrypt: () => Promise.reject(failure), decrypt: () => Promise.reject(failure) };
  await assert.rejects(keyring.wrap(ring, { key, subtle }), { code: "key_ring_sealed", cause: failure });
  const wrapped = await keyring.wrap(ring, { key });
  await assert.rejects(keyring.unwrap(wrapped, { key, subtle }), (error) => {
    assert.equal(error.cause, failure);
    assert.deepEqual(Object.keys(error), ["code"]);
    assert.ok(!error.message.includes(wrapped.slice(0, 10)));
    return true;
  });
});

describe("a function", () => {
  test("gets what was given, and answers the text or its bytes", async () => {
    const seen = [];
    const given = [new Uint8Array([1, 2, 3]), "vault:v1:abc", { name: "mfa" }];
    for (const wrapped of given) {
      const keys = await keyring.unwrap(wrapped, async (what) => {
        seen.push(what);
        return typeof what === "string" ? ring : new TextEncoder().encode(ring);
      });
      assert.equal(keys.keys.length, 2);
    }
    assert.deepEqual(seen, given);
    assert.equal((await keyring.unwrap("at once", () => ring)).environment, "test");
  });

  test("that fails is the cause", async () => {
    const failure = new Error("AccessDeniedException");
    for (const ask of [
      () => Promise.reject(failure),
      () => {
        throw failure;
      },
    ])
      await assert.rejects(keyring.unwrap("x", ask), { name: "MfaError", code: "key_ring_sealed", cause: failure });
  });

  test("that answers something else is told what a ring is", async () => {
    for (const answer of ["hunter2", new Uint8Array([0xff]), 5, {}])
      await assert.rejects(
        keyring.unwrap("x", () => answer),
        { code: "key_ring_malformed" },
      );
    for (const answer of ["", undefined, null, new Uint8Array()])
      await assert.rejects(
        keyring.unwrap("x", () => answer),
        { code: "key_ring_empty" },
      );
  });

  test("is not asked where nothing is configured", async () => {
    const ask = () => assert.fail("asked");
    for (const wrapped of [undefined, null])
      await assert.rejects(keyring.unwrap(wrapped, ask), { code: "key_ring_empty" });
  });
});

test("createMfa waits for the keys, and works with them", async () => {
  const { seals, opens } = await rsa("SHA-256");
  const store = memoryStore();
  const sealing = createMfa({ issuer: "Example", store, keys: ring });
  await sealing.enrol("alice");
  const wrapped = await keyring.wrap(ring, { key: seals });
  const unwrapped = createMfa({ issuer: "Example", store, keys: keyring.unwrap(wrapped, { key: opens }) });
  assert.ok((await unwrapped.account("alice")).pendingUntil > Date.now());
});

test("createMfa with keys that do not unwrap refuses every command, and nothing is written", async () => {
  const store = memoryStore();
  const { seals } = await aes(256);
  const other = await aes(256);
  const wrapped = await keyring.wrap(ring, { key: seals });
  const mfa = createMfa({ issuer: "Example", store, keys: keyring.unwrap(wrapped, { key: other.opens }) });
  for (const call of [() => mfa.enrol("alice"), () => mfa.verify("alice", "123456"), () => mfa.keys.report()])
    await sealed(call());
  assert.deepEqual(await store.keys(), []);
});

/** By keyring.wrap of 0.1.0, under the 32 bytes 9. */
const VERSION_1 =
  "mfaw1.AES-GCM.w1CDHPJefTvom4AprH83Y79B6IvSfLgBe8Agohj6AccGln5X4LNeotFwCN-ZC6EMaAG5mRrHO9aqWamE." +
  "AdpPCJlM3UogvEYxkR1I46SquiGdCtK1sbXUSZCQ5XEESUnY6eZgx-YSGqUIaRPFHRdOyWn-dKPPdNljhzwItI9Km37esirvpDdMwi7jWSsqNs" +
  "UBEb5hnmXpMauf3fVuCvVE";

/** The text of a ring whose keys are hidden: it is wrapped for a key that we have. */
function textOf(keys) {
  const both = keyring.add(keys);
  return keyring.remove(both, keyring.parse(both).keys[0].id);
}

async function sealed(promise, what) {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof MfaError, format(error));
    assert.equal(error.code, "key_ring_sealed", what);
    return true;
  });
}

function flip(text, at) {
  const other = text[at] === "A" ? "B" : "A";
  return text.slice(0, at) + other + text.slice(at + 1);
}

async function aes(length) {
  const key = await subtle.generateKey({ name: "AES-GCM", length }, false, ["encrypt", "decrypt"]);
  return { seals: key, opens: key };
}

async function rsa(hash) {
  const pair = await subtle.generateKey(rsaParameters(hash), false, ["encrypt", "decrypt"]);
  return { seals: pair.publicKey, opens: pair.privateKey };
}

function rsaParameters(hash) {
  return { name: "RSA-OAEP", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash };
}
