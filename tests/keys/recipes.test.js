// The recipes of the README: each unwraps the ring that its service has. The HSM is SoftHSM2; the others are out of reach
// here, so what is checked is the request that they document, and that what they answer becomes the ring.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createMfa, keyring } from "edge-mfa/server";
import { memoryStore } from "edge-mfa/store/memory";
import { makeToken } from "./support/softhsm.js";

const readme = readFileSync(fileURLToPath(new URL("../../README.md", import.meta.url)), "utf8");
const recipes = [...readme.matchAll(/^```js recipe\n([\s\S]*?)^```/gm)].map(([, code]) => code);
// In here `edge-mfa` is the installed package.
const cache = fileURLToPath(new URL("../node_modules/.cache/", import.meta.url));
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, "recipes-"));
const { fetch } = globalThis;
after(() => {
  rmSync(folder, { recursive: true, force: true });
  globalThis.fetch = fetch;
});

const ring = keyring.generate({ environment: "test" });
const plaintext = Buffer.from(`${ring}\n`).toString("base64"); // as a shell wraps it

test("there are recipes for AWS, Google Cloud, Vault and an HSM", () => {
  assert.equal(recipes.length, 4);
});

// https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
test("AWS KMS", async () => {
  const wrapped = randomBytes(300).toString("base64");
  const asked = serve({
    "kms.eu-central-1.amazonaws.com": async (request) => {
      assert.deepEqual([request.method, new URL(request.url).pathname], ["POST", "/"]);
      assert.equal(request.headers.get("X-Amz-Target"), "TrentService.Decrypt");
      assert.equal(request.headers.get("Content-Type"), "application/x-amz-json-1.1");
      assert.equal(request.headers.get("X-Amz-Security-Token"), "token");
      assert.match(
        request.headers.get("Authorization"),
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/kms\/aws4_request, SignedHeaders=\S+, Signature=[0-9a-f]{64}$/,
      );
      const { CiphertextBlob, ...rest } = await request.json();
      assert.deepEqual(rest, { KeyId: "alias/mfa", EncryptionContext: { purpose: "edge-mfa" } });
      if (CiphertextBlob !== wrapped) return json({ __type: "InvalidCiphertextException" }, 400);
      return json({ KeyId: "arn:aws:kms:…", Plaintext: plaintext, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" });
    },
  });
  const env = {
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_SESSION_TOKEN: "token",
    AWS_REGION: "eu-central-1",
  };
  await unwraps("aws4fetch", wrapped, env);
  assert.equal(asked.length, 1);
  await refuses("aws4fetch", "AAAA", env);
});

// https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys/decrypt
test("Google Cloud KMS", async () => {
  const wrapped = randomBytes(300).toString("base64");
  const asked = serve({
    "metadata.google.internal": async (request) => {
      assert.equal(request.headers.get("Metadata-Flavor"), "Google");
      assert.equal(new URL(request.url).pathname, "/computeMetadata/v1/instance/service-accounts/default/token");
      return json({ access_token: "ya29.x", expires_in: 3599, token_type: "Bearer" });
    },
    "cloudkms.googleapis.com": async (request) => {
      const { pathname } = new URL(request.url);
      assert.equal(pathname, "/v1/projects/shop/locations/global/keyRings/mfa/cryptoKeys/mfa:decrypt");
      assert.deepEqual([request.method, request.headers.get("Authorization")], ["POST", "Bearer ya29.x"]);
      const { ciphertext, ...rest } = await request.json();
      assert.deepEqual(rest, {});
      if (ciphertext !== wrapped) return json({ error: { code: 400, status: "INVALID_ARGUMENT" } }, 400);
      return json({ plaintext, plaintextCrc32c: "0", usedPrimary: true, protectionLevel: "SOFTWARE" });
    },
  });
  await unwraps("cloudkms", wrapped, { GCP_PROJECT: "shop" });
  assert.deepEqual(asked, ["metadata.google.internal", "cloudkms.googleapis.com"]);
  await refuses("cloudkms", "AAAA", { GCP_PROJECT: "shop" });
});

// https://developer.hashicorp.com/vault/api-docs/secret/transit#decrypt-data
test("Vault", async () => {
  const wrapped = `vault:v1:${randomBytes(300).toString("base64")}`;
  const asked = serve({
    "vault.example.com": async (request) => {
      assert.deepEqual([request.method, new URL(request.url).pathname], ["POST", "/v1/transit/decrypt/mfa"]);
      assert.equal(request.headers.get("X-Vault-Token"), "hvs.x");
      const { ciphertext, ...rest } = await request.json();
      assert.deepEqual(rest, {});
      if (ciphertext !== wrapped) return json({ errors: ["invalid ciphertext"] }, 400);
      return json({ request_id: "x", renewable: false, data: { plaintext }, warnings: null });
    },
  });
  const env = { VAULT_ADDR: "https://vault.example.com:8200", VAULT_TOKEN: "hvs.x" };
  await unwraps("VAULT_ADDR", wrapped, env);
  assert.equal(asked.length, 1);
  await refuses("VAULT_ADDR", "vault:v1:AAAA", env);
});

test("an HSM over PKCS#11", async (t) => {
  const token = makeToken();
  t.after(() => token.discard());
  process.env.SOFTHSM2_CONF = token.conf;
  const { Crypto } = await import("node-webcrypto-p11");
  const hsm = new Crypto({ library: token.library, pin: token.pin, slot: 0, name: "mfa", readWrite: true });
  const parameters = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };
  const { publicKey: key } = await hsm.subtle.generateKey(
    { name: "RSA-OAEP", ...parameters, token: true, sensitive: true },
    false,
    ["encrypt", "decrypt"],
  );
  const wrapped = await keyring.wrap(ring, { key, subtle: hsm.subtle });
  hsm.close();
  await unwraps("node-webcrypto-p11", wrapped, { PKCS11_LIBRARY: token.library, PKCS11_PIN: token.pin });
});

/** The recipe gives a service its keys. */
async function unwraps(marker, wrapped, env) {
  const { keys } = await run(marker, wrapped, env);
  assert.equal((await keys).keys[0].id, keyring.parse(ring).keys[0].id);
  const mfa = createMfa({ issuer: "Example", store: memoryStore(), keys });
  assert.equal((await mfa.enrol("alice")).ok, true);
}

/** What the service refuses is `key_ring_sealed`, with the reason as its cause. */
async function refuses(marker, wrapped, env) {
  const { keys } = await run(marker, wrapped, env);
  await assert.rejects(keys, (error) => error.code === "key_ring_sealed" && /answered 400/.test(error.cause?.message));
}

let runs = 0;

/** Runs the recipe in which the marker is. */
async function run(marker, wrapped, env) {
  const [code, ...others] = recipes.filter((text) => text.includes(marker));
  assert.ok(code && others.length === 0);
  Object.assign(process.env, env, { MFA_KEYS_WRAPPED: wrapped });
  const file = join(folder, `${marker}-${++runs}.mjs`);
  writeFileSync(file, `${code}\nexport const recipe = { keys };\n`);
  return (await import(pathToFileURL(file).href)).recipe;
}

/** Answers `fetch` in the place of these hosts; tells which ones were asked. */
function serve(hosts) {
  const asked = [];
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const { hostname } = new URL(request.url);
    asked.push(hostname);
    assert.ok(hosts[hostname], `${hostname} was asked`);
    return hosts[hostname](request);
  };
  return asked;
}

function json(body, status = 200) {
  return Response.json(body, { status });
}
