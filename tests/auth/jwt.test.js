// Tokens that an attacker makes, or a careless issuer: what is not good answers undefined, whatever is wrong with it.

import assert from "node:assert/strict";
import { createHmac, createSecretKey } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { jwt } from "edge-mfa/jwt";
import { exportSPKI, SignJWT } from "jose";
import { API, makeKey, startProvider, tokenOfService } from "./support/provider.js";

const NOW = 1_800_000_000;
const ISSUER = "https://login.example";
const key = await makeKey();
const foreign = await makeKey();
const jwks = { keys: [publicJwk(key)] };
const options = { issuer: ISSUER, audience: API, jwks, now: () => NOW * 1000 };
const good = { iss: ISSUER, aud: API, sub: "alice", exp: NOW + 300, iat: NOW, scope: "a b" };

const sign = (claims, header = {}, by = key) =>
  new SignJWT({ ...good, ...claims })
    .setProtectedHeader({ alg: by.alg, kid: by.kid, typ: "at+jwt", ...header })
    .sign(by.privateKey);

/** With these parts and no signature, or the one that `by` makes. */
const forge = (header, claims, by = () => "") => {
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${signed}.${by(signed)}`;
};

test("a good token is answered with its subject and scopes", async () => {
  assert.deepEqual(await jwt(options)(await sign({})), { subject: "alice", scopes: ["a", "b"] });
});

describe("refused", () => {
  const authenticate = jwt(options);
  const claims = {
    "another audience": { aud: "https://other.example" },
    "an audience that begins like ours": { aud: `${API}.evil.example` },
    "no audience": { aud: undefined },
    "an audience that is no text": { aud: { [API]: true } },
    "another issuer": { iss: "https://evil.example" },
    "an issuer with one slash more": { iss: `${ISSUER}/` },
    "no issuer": { iss: undefined },
    "an issuer that is a list": { iss: [ISSUER] },
    "no end": { exp: undefined },
    "an end that is no number": { exp: String(NOW + 300) },
    "the end, with the tolerance over": { exp: NOW - 5 },
    "a beginning beyond the tolerance": { nbf: NOW + 6 },
    "no subject": { sub: undefined },
    "an empty subject": { sub: "" },
    "a subject that is a number": { sub: 7 },
    "a subject with outer spaces": { sub: " alice" },
    "a subject with a line break": { sub: "alice\nbob" },
    "a subject with half a surrogate pair": { sub: "alice\ud800" },
    "a subject of 257 bytes": { sub: "é".repeat(129) },
    "a token that is bound to a key of the client": { cnf: { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" } },
  };
  for (const [name, claim] of Object.entries(claims))
    test(name, async () => assert.equal(await authenticate(await sign(claim)), undefined));

  for (const typ of ["mfa-session+jwt", "logout+jwt", "dpop+jwt", "secevent+jwt", "JOSE", "application/at+jwtx"])
    test(`the type ${typ}`, async () => assert.equal(await authenticate(await sign({}, { typ })), undefined));

  test("a foreign key under our key id", async () => {
    assert.equal(await authenticate(await sign({}, { kid: key.kid }, foreign)), undefined);
  });

  test("a foreign key that comes in the header", async () => {
    const { d, p, q, dp, dq, qi, ...jwk } = foreign.jwk;
    for (const header of [{ jwk }, { jwk, kid: undefined }, { jku: "https://evil.example/jwks" }, { x5u: ISSUER }])
      assert.equal(await authenticate(await sign({}, header, foreign)), undefined);
  });

  test("a key id that nobody knows", async () => {
    assert.equal(await authenticate(await sign({}, { kid: "unknown" })), undefined);
    assert.equal(await authenticate(await sign({}, { kid: "__proto__" })), undefined);
  });

  test("none, in every spelling", async () => {
    for (const alg of ["none", "None", "NONE", "nOnE", "", undefined, null, ["RS256"], "rs256"])
      for (const end of ["", ".", "AAAA"])
        assert.equal(await authenticate(forge({ alg, kid: key.kid }, good) + end), undefined, String(alg));
  });

  test("HS256 with the public key as its secret", async () => {
    const pem = await exportSPKI(key.publicKey);
    const secrets = [pem, pem.trim(), JSON.stringify(publicJwk(key)), key.jwk.n, Buffer.from(key.jwk.n, "base64url")];
    for (const secret of secrets) {
      const mac = (signed) => createHmac("sha256", secret).update(signed).digest("base64url");
      for (const keys of [jwks, () => key.publicKey, () => createSecretKey(secret)]) {
        const confused = jwt({ ...options, jwks: keys });
        assert.equal(await confused(forge({ alg: "HS256", kid: key.kid }, good, mac)), undefined);
        assert.equal(await confused(forge({ alg: "RS256", kid: key.kid }, good, mac)), undefined);
      }
    }
  });

  test("another algorithm than the key's", async () => {
    const other = await makeKey("ES256");
    const authenticate = jwt({ ...options, jwks: () => key.publicKey });
    assert.equal(await authenticate(await sign({}, { kid: key.kid }, other)), undefined);
  });

  test("a critical header that nobody knows, and a payload that is not encoded", async () => {
    const { signature } = { signature: (await sign({})).split(".")[2] };
    for (const header of [{ crit: ["x"], x: 1 }, { crit: ["b64"], b64: false }, { crit: [] }])
      assert.equal(
        await authenticate(forge({ alg: "RS256", kid: key.kid, ...header }, good, () => signature)),
        undefined,
      );
  });

  test("a token that is cut short, made longer, or changed anywhere", async () => {
    const token = await sign({});
    for (let length = 0; length < token.length; length += 7)
      assert.equal(await authenticate(token.slice(0, length)), undefined, `${length} characters`);
    for (const end of ["A", "=", "==", " ", "\n", ".", ".AAAA", "\0", "é", token])
      assert.equal(await authenticate(token + end), undefined, JSON.stringify(end));
    for (let at = 0; at < token.length; at += 3) {
      // In the last character only some bits count.
      const changed = token.slice(0, at) + (token[at] === "Q" ? "g" : "Q") + token.slice(at + 1);
      assert.equal(await authenticate(changed), undefined, `character ${at}`);
    }
  });

  test("what is no token at all", async () => {
    const swapped = (await sign({})).split(".").reverse().join(".");
    const huge = `${"A".repeat(4000)}.${"A".repeat(4000)}.${"A".repeat(400)}`;
    const parts = [swapped, huge, "a.b", "..", "a.b.c", "a.b.c.d.e", "", " ", "Bearer x", "e30.e30.e30"];
    for (const token of [...parts, undefined, null, 7, {}, ["a.b.c"], Symbol.iterator])
      assert.equal(await authenticate(token), undefined, String(token));
  });

  test("tokens over 8,192 characters, without being parsed", async () => {
    const long = await sign({ long: "x".repeat(6000) });
    assert.ok(long.length > 8192);
    assert.equal(await authenticate(long), undefined);
    assert.ok(await authenticate(await sign({ long: "x".repeat(5000) })));
  });
});

const file = fileURLToPath(new URL("../../../shared/vectors/jwt/rfc-jwt.json", import.meta.url));
const skip = existsSync(file) ? false : `the shared vectors are not at ${file}`;

test("the tokens of RFC 7515 and 7520 are made with secrets: none passes, even with its secret", { skip }, async () => {
  const { cases } = JSON.parse(readFileSync(file, "utf8"));
  assert.ok(cases.length >= 5);
  for (const { name, token, keyHex, nowSeconds = NOW } of cases) {
    const secret = Buffer.from(keyHex, "hex");
    const lenient = { ...options, issuer: "joe", jwks: () => secret, now: () => nowSeconds * 1000 };
    assert.equal(await jwt(lenient)(token), undefined, name);
  }
});

test("the tolerance goes both ways, and is not more than was said", async () => {
  const authenticate = jwt(options);
  assert.ok(await authenticate(await sign({ exp: NOW - 4 })));
  assert.ok(await authenticate(await sign({ nbf: NOW + 5 })));
  const strict = jwt({ ...options, clockTolerance: 0 });
  assert.equal(await strict(await sign({ exp: NOW })), undefined);
  assert.ok(await strict(await sign({ exp: NOW + 1, nbf: NOW })));
  assert.equal(await strict(await sign({ nbf: NOW + 1 })), undefined);
});

test("one of several audiences on either side will do", async () => {
  const authenticate = jwt({ ...options, audience: ["https://old.example", API] });
  assert.ok(await authenticate(await sign({ aud: ["https://other.example", API] })));
  assert.ok(await authenticate(await sign({ aud: "https://old.example" })));
  assert.equal(await authenticate(await sign({ aud: [] })), undefined);
});

test("rfc9068 demands its type and every claim", async () => {
  const authenticate = jwt({ ...options, profile: "rfc9068" });
  const full = { client_id: "web", jti: "1" };
  assert.ok(await authenticate(await sign(full)));
  assert.ok(await authenticate(await sign(full, { typ: "application/at+JWT" })));
  for (const typ of [undefined, "JWT"]) assert.equal(await authenticate(await sign(full, { typ })), undefined);
  for (const claim of ["client_id", "jti", "iat", "sub", "exp", "aud", "iss"])
    assert.equal(await authenticate(await sign({ ...full, [claim]: undefined })), undefined, claim);
});

test("scopes are read from scope and scp, as a text or a list, and demanded", async () => {
  const scopes = async (claims) => (await jwt(options)(await sign({ scope: undefined, ...claims }))).scopes;
  assert.deepEqual(await scopes({ scope: "a  b a" }), ["a", "b"]);
  assert.deepEqual(await scopes({ scp: ["a", "b", 7, "", null] }), ["a", "b"]);
  assert.deepEqual(await scopes({ scp: "a b" }), ["a", "b"]);
  assert.deepEqual(await scopes({ scope: 7 }), []);
  assert.deepEqual(await scopes({}), []);
  const demanding = jwt({ ...options, scopes: ["a", "b"] });
  assert.ok(await demanding(await sign({ scope: "b c a" })));
  assert.equal(await demanding(await sign({ scope: "ab a" })), undefined);
});

test("the subject is of a claim or a function, and a service only where that is true", async () => {
  const claims = { email: "alice@example.com", gty: "client-credentials" };
  const who = async (more, given = claims) => jwt({ ...options, ...more })(await sign(given));
  assert.equal((await who({ subject: "email" })).subject, "alice@example.com");
  assert.equal((await who({ subject: ({ iss, sub }) => `${iss}|${sub}` })).subject, `${ISSUER}|alice`);
  for (const subject of ["missing", () => undefined, () => "", () => 7, () => ["alice"]])
    assert.equal(await who({ subject }), undefined);
  const service = ({ gty }) => gty === "client-credentials";
  assert.equal((await who({ service })).service, true);
  assert.ok(!("service" in (await who({ service }, {}))));
  for (const loose of [() => 1, () => "yes", () => ({}), async () => false])
    assert.ok(!("service" in (await who({ service: loose }))), String(loose));
  await assert.rejects(
    who({
      service: () => {
        throw new Error("a mistake");
      },
    }),
    "a function that fails lets nobody in",
  );
});

test("a token without a key id is tried with every key that could be meant", async () => {
  const set = { keys: [publicJwk(foreign), publicJwk(key)] };
  const authenticate = jwt({ ...options, jwks: set });
  assert.ok(await authenticate(await sign({}, { kid: undefined })));
  assert.equal(await authenticate(await sign({ aud: "x" }, { kid: undefined })), undefined);
  assert.equal(await authenticate(await sign({}, { kid: undefined }, await makeKey())), undefined);
});

test("made-up key ids make us ask once, and a new key is found at once all the same", async (t) => {
  const provider = await startProvider(t, [key]);
  const authenticate = jwt({ issuer: provider.issuer, audience: API });
  const { access_token } = await tokenOfService(provider);
  assert.ok(await authenticate(access_token));
  provider.rotate([foreign, key]);
  assert.ok(await authenticate((await tokenOfService(provider)).access_token), "the first new key id");
  assert.equal(provider.asked.keys, 2);
  for (let round = 0; round < 50; round++)
    assert.equal(await authenticate(await sign({ iss: provider.issuer }, { kid: `made up ${round}` })), undefined);
  assert.equal(provider.asked.keys, 3);
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 30_000 });
  await authenticate(await sign({}, { kid: "made up later" }));
  assert.equal(provider.asked.keys, 4);
});

test("options that are refused", () => {
  const refused = (more, code = "policy_invalid") =>
    assert.throws(
      () => jwt({ ...options, ...more }),
      (error) => error.name === "MfaError" && error.code === code && error.message.startsWith(code.replace("_", " ")),
      JSON.stringify(more),
    );
  for (const issuer of [undefined, "", 7]) refused({ issuer }, "issuer_invalid");
  for (const issuer of ["http://login.example", "login.example", "http://localhost.evil.example", "file:///etc"])
    refused({ issuer, jwks: undefined }, "issuer_invalid");
  for (const audience of [undefined, "", [], [""], [7], 7]) refused({ audience });
  for (const url of ["http://login.example/jwks", "jwks", "", "http://127.0.0.1.evil.example"]) refused({ jwks: url });
  for (const set of [7, {}, { keys: 7 }, null]) refused({ jwks: set });
  for (const algorithms of [[], ["none"], ["HS256"], ["RS256", "HS512"], ["rs256"], "RS256"]) refused({ algorithms });
  for (const clockTolerance of [-1, 61, 0.5, "5", Number.NaN]) refused({ clockTolerance });
  refused({ scopes: "a" });
  refused({ subject: "" });
  refused({ service: true });
  refused({ profile: "rfc9069" });
  for (const timeout of [0, -1, Number.POSITIVE_INFINITY]) refused({ timeout });
  refused({ cooldown: -1 });
  refused({ cacheMaxAge: "1h" });
  refused({ now: 7 });
  // A demand with a typo in its name would not be made.
  refused({ scope: ["admin"] });
  refused({ toString: () => "" });
  for (const nothing of [undefined, null, 7]) assert.throws(() => jwt(nothing), { code: "issuer_invalid" });
});

function publicJwk({ jwk: { kty, n, e, kid, alg, use } }) {
  return { kty, n, e, kid, alg, use };
}
