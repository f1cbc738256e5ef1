// Issuers that answer something else than they should: nobody knows whether a token is good, so `authenticate` rejects.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { jwt } from "edge-mfa/jwt";
import { SignJWT } from "jose";
import { API, makeKey } from "./support/provider.js";

const key = await makeKey("ES256");
const { d: _, ...publicJwk } = key.jwk;

/** An issuer that answers as it is told; `url` stands for its own. */
async function issuerOf(t, answers) {
  const server = createServer((request, response) => answers(request, response, url));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${server.address().port}`;
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return url;
}

const json = (value) => (response) => response.end(JSON.stringify(value));
const redirect = (location) => (response) => response.writeHead(302, { location }).end();

const tokenFor = (iss) =>
  new SignJWT({ sub: "alice" })
    .setProtectedHeader({ alg: "ES256", kid: key.kid })
    .setIssuer(iss)
    .setAudience(API)
    .setExpirationTime("5m")
    .sign(key.privateKey);

test("an issuer below a path is asked there, and one that ends with a slash, too", async (t) => {
  const paths = [];
  const url = await issuerOf(t, (request, response, own) => {
    paths.push(request.url);
    const realm = request.url.startsWith("/realm/") ? `${own}/realm` : `${own}/`;
    json(request.url === "/keys" ? { keys: [publicJwk] } : { issuer: realm, jwks_uri: `${own}/keys` })(response);
  });
  for (const issuer of [`${url}/realm`, `${url}/`])
    assert.deepEqual(await jwt({ issuer, audience: API })(await tokenFor(issuer)), { subject: "alice", scopes: [] });
  const discovery = ".well-known/openid-configuration";
  assert.deepEqual(paths, [`/realm/${discovery}`, "/keys", `/${discovery}`, "/keys"]);
});

const discoveries = {
  "another issuer": (url) => json({ issuer: "https://evil.example", jwks_uri: `${url}/keys` }),
  "no issuer": (url) => json({ jwks_uri: `${url}/keys` }),
  "no place of keys": (url) => json({ issuer: url }),
  "a place of keys that is not https": (url) => json({ issuer: url, jwks_uri: "http://keys.example/" }),
  "a place of keys that is a file": (url) => json({ issuer: url, jwks_uri: "file:///etc/passwd" }),
  null: () => json(null),
  "no JSON": () => (response) => response.end("<html>"),
  "a redirect": (url) => redirect(`${url}/elsewhere`),
  404: () => (response) => response.writeHead(404).end("{}"),
  500: () => (response) => response.writeHead(500).end("{}"),
  "nothing at all": () => (response) => response.socket.destroy(),
};

for (const [what, answer] of Object.entries(discoveries)) {
  test(`discovery answers ${what}: rejected, and asked again with the next token`, async (t) => {
    let asked = 0;
    const url = await issuerOf(t, (request, response, own) => {
      if (request.url === "/keys") return json({ keys: [publicJwk] })(response);
      asked += 1;
      return asked === 1 ? answer(own)(response) : json({ issuer: own, jwks_uri: `${own}/keys` })(response);
    });
    const authenticate = jwt({ issuer: url, audience: API });
    const token = await tokenFor(url);
    await assert.rejects(async () => authenticate(token), { message: "the keys of the issuer cannot be had" });
    assert.equal((await authenticate(token)).subject, "alice");
  });
}

const sets = {
  "no JSON": (response) => response.end("<html>"),
  "no JWK Set": json({ key: publicJwk }),
  "a redirect": redirect("https://evil.example/jwks"),
  503: (response) => response.writeHead(503).end(),
};

for (const [what, answer] of Object.entries(sets)) {
  test(`the keys are ${what}: rejected`, async (t) => {
    const url = await issuerOf(t, (_, response) => answer(response));
    const authenticate = jwt({ issuer: "https://login.example", audience: API, jwks: `${url}/jwks` });
    const token = await tokenFor("https://login.example");
    await assert.rejects(async () => authenticate(token), { message: "the keys of the issuer cannot be had" });
  });
}

test("an empty set has no key for the token: refused, not rejected", async (t) => {
  const url = await issuerOf(t, (_, response) => json({ keys: [] })(response));
  const authenticate = jwt({ issuer: "https://login.example", audience: API, jwks: new URL("/jwks", url) });
  assert.equal(await authenticate(await tokenFor("https://login.example")), undefined);
});

for (const silent of ["/.well-known/openid-configuration", "/keys"]) {
  test(`an issuer that is silent at ${silent} is not waited for longer than was said`, { timeout: 4000 }, async (t) => {
    const url = await issuerOf(t, (request, response, own) => {
      if (request.url !== silent) json({ issuer: own, jwks_uri: `${own}/keys` })(response);
    });
    const authenticate = jwt({ issuer: url, audience: API, timeout: 50 });
    const token = await tokenFor(url);
    await assert.rejects(async () => authenticate(token), { message: "the keys of the issuer cannot be had" });
  });
}

test("a key getter of jose is asked, and its failure rejects", async () => {
  const issuer = "https://login.example";
  const token = await tokenFor(issuer);
  assert.ok(await jwt({ issuer, audience: API, jwks: () => key.publicKey })(token));
  const failing = () => Promise.reject(new Error("no network"));
  await assert.rejects(
    async () => jwt({ issuer, audience: API, jwks: failing })(token),
    (error) => {
      assert.equal(error.cause.message, "no network");
      return true;
    },
  );
});
