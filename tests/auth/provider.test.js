// `edge-mfa/jwt` with the tokens of a certified OpenID provider.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apiKeys } from "edge-mfa/api-keys";
import { jwt } from "edge-mfa/jwt";
import { anyOf, createMfa, keyring } from "edge-mfa/server";
import { memoryStore } from "edge-mfa/store/memory";
import { decodeProtectedHeader } from "jose";
import { API, makeKey, startProvider, tokenOfPerson, tokenOfService } from "./support/provider.js";

const old = await makeKey();
const next = await makeKey();
const isService = ({ sub, client_id }) => sub === client_id;

test("a person signs in by authorization code with PKCE", async (t) => {
  const provider = await startProvider(t, [old]);
  const authenticate = jwt({ issuer: provider.issuer, audience: API, profile: "rfc9068", service: isService });
  const { access_token } = await tokenOfPerson(provider, "alice");
  assert.deepEqual(await authenticate(access_token), { subject: "alice", scopes: ["orders:read"] });
  assert.deepEqual(provider.asked, { keys: 1, discovery: 1 });
  await authenticate(access_token);
  assert.deepEqual(provider.asked, { keys: 1, discovery: 1 }, "keys are kept");
});

test("an ID token is no access token, not even for its own audience", async (t) => {
  const provider = await startProvider(t, [old]);
  const { id_token } = await tokenOfPerson(provider, "alice");
  assert.ok(id_token);
  const { issuer } = provider;
  assert.equal(await jwt({ issuer, audience: API })(id_token), undefined);
  assert.equal(await jwt({ issuer, audience: "web", profile: "rfc9068" })(id_token), undefined);
  // Who leaves out the profile and names the client as the audience gets what he asks for.
  assert.equal((await jwt({ issuer, audience: "web" })(id_token)).subject, "alice");
});

test("a service signs in by client credentials, and is one only where that is said", async (t) => {
  const provider = await startProvider(t, [old]);
  const { issuer } = provider;
  const { access_token } = await tokenOfService(provider, "orders:read orders:write");
  const scopes = ["orders:read", "orders:write"];
  const service = { subject: "billing-service", scopes, service: true };
  assert.deepEqual(await jwt({ issuer, audience: API, service: isService })(access_token), service);
  assert.deepEqual(await jwt({ issuer, audience: API })(access_token), { subject: "billing-service", scopes });
});

for (const alg of ["PS256", "ES256", "EdDSA"]) {
  test(`the provider may sign with ${alg}`, async (t) => {
    const provider = await startProvider(t, [await makeKey(alg), old]);
    const { access_token } = await tokenOfService(provider);
    assert.equal(decodeProtectedHeader(access_token).alg, alg);
    const { issuer } = provider;
    assert.equal((await jwt({ issuer, audience: API })(access_token)).subject, "billing-service");
    assert.equal(await jwt({ issuer, audience: API, algorithms: ["RS256"] })(access_token), undefined);
  });
}

test("keys are rotated while 200 requests run: none fails, and the old key ends with its removal", async (t) => {
  const provider = await startProvider(t, [old]);
  const authenticate = jwt({ issuer: provider.issuer, audience: API });
  const before = (await tokenOfService(provider)).access_token;
  assert.ok(await authenticate(before));

  const signedBy = new Map();
  let done = 0;
  const request = async () => {
    const { access_token } = await tokenOfService(provider);
    const { kid } = decodeProtectedHeader(access_token);
    // The tokens of this moment, and one from before.
    const principals = await Promise.all([access_token, before].map((token) => authenticate(token)));
    assert.deepEqual(
      principals.map(({ subject }) => subject),
      ["billing-service", "billing-service"],
    );
    signedBy.set(kid, (signedBy.get(kid) ?? 0) + 1);
    done += 1;
    if (done === 60) provider.rotate([next, old]);
  };
  // As many at once as a busy server has.
  const lanes = Array.from({ length: 40 }, async () => {
    for (let round = 0; round < 5; round++) await request();
  });
  await Promise.all(lanes);
  assert.equal(done, 200);
  assert.deepEqual([...signedBy.keys()].sort(), [old.kid, next.kid].sort());
  assert.ok(provider.asked.keys >= 2 && provider.asked.keys <= 10, `${provider.asked.keys} times asked for keys`);

  provider.rotate([next]);
  const after = (await tokenOfService(provider)).access_token;
  assert.ok(await authenticate(before), "keys are kept for ten minutes");
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 600_001 });
  assert.equal(await authenticate(before), undefined);
  assert.ok(await authenticate(after));
});

test("a key that is withdrawn is refused at once where no keys are kept", async (t) => {
  const provider = await startProvider(t, [old]);
  const authenticate = jwt({ issuer: provider.issuer, audience: API, cacheMaxAge: 0 });
  const { access_token } = await tokenOfService(provider);
  assert.ok(await authenticate(access_token));
  provider.rotate([next]);
  assert.equal(await authenticate(access_token), undefined);
});

test("the provider going down rejects what cannot be decided, and it is asked again when it is back", async (t) => {
  const provider = await startProvider(t, [old]);
  const { access_token } = await tokenOfService(provider);
  const warm = jwt({ issuer: provider.issuer, audience: API });
  const cold = jwt({ issuer: provider.issuer, audience: API });
  assert.ok(await warm(access_token));
  const { port } = new URL(provider.issuer);
  await provider.stop();

  assert.ok(await warm(access_token), "keys that are known decide");
  const isClean = (error) => {
    assert.equal(error.message, "the keys of the issuer cannot be had");
    for (let at = error; at; at = at.cause)
      for (const part of access_token.split(".")) assert.ok(!`${at.stack}${JSON.stringify(at)}`.includes(part));
    return true;
  };
  await assert.rejects(async () => cold(access_token), isClean);
  // What is no token of the issuer for sure asks nobody.
  assert.equal(await cold("not a token"), undefined);
  assert.equal(await cold(keyring.generate({ environment: "test" })), undefined);
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 600_001 });
  await assert.rejects(async () => warm(access_token), isClean);
  t.mock.timers.reset();

  const { createServer } = await import("node:http");
  const jwks = {
    keys: [{ ...old.jwk, d: undefined, p: undefined, q: undefined, dp: undefined, dq: undefined, qi: undefined }],
  };
  const server = createServer((request, response) => {
    const metadata = { issuer: provider.issuer, jwks_uri: `${provider.issuer}/jwks` };
    response.end(JSON.stringify(request.url === "/jwks" ? jwks : metadata));
  }).listen(port, "127.0.0.1");
  t.after(() => server.closeAllConnections() ?? server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  assert.ok(await cold(access_token));
});

test("many at once begin with one question to the provider", async (t) => {
  const provider = await startProvider(t, [old]);
  const { access_token } = await tokenOfService(provider);
  const authenticate = jwt({ issuer: provider.issuer, audience: API });
  const principals = await Promise.all(Array.from({ length: 100 }, () => authenticate(access_token)));
  assert.equal(principals.filter(Boolean).length, 100);
  assert.deepEqual(provider.asked, { keys: 1, discovery: 1 });
});

test("people by tokens and services by API keys, told apart without asking the other", async (t) => {
  const provider = await startProvider(t, [old]);
  const store = memoryStore();
  const keys = keyring.generate({ environment: "test" });
  const services = apiKeys({ store, keys });
  const authenticate = anyOf(jwt({ issuer: provider.issuer, audience: API }), services.authenticate);
  const { key } = await services.create({ subject: "cron", scopes: ["orders:read"] });
  assert.deepEqual(await authenticate(key), { subject: "cron", scopes: ["orders:read"], service: true });
  assert.deepEqual(provider.asked, { keys: 0, discovery: 0 });
  const { access_token } = await tokenOfPerson(provider, "alice");
  assert.deepEqual(await authenticate(access_token), { subject: "alice", scopes: ["orders:read"] });

  // The tokens of people are the primary tokens that sessions belong to.
  const mfa = createMfa({ issuer: "Example", store, keys });
  const { subject } = await authenticate(access_token);
  assert.equal((await mfa.enrol(subject, {}, { primary: access_token })).ok, true);

  await provider.stop();
  assert.ok(await authenticate(key), "an API key does not need the provider");
  const late = anyOf(jwt({ issuer: provider.issuer, audience: API }), services.authenticate);
  await assert.rejects(async () => late(access_token), "nobody knows whether the token is good");
});
