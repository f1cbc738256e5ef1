// Sessions in other JWT libraries: jose and PyJWT read ours, and of theirs only what ours could have written is taken
// (ATTACKS.md S7).

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { totp } from "edge-mfa";
import { base64url, decodeProtectedHeader, jwtVerify, SignJWT, UnsecuredJWT } from "jose";
import { enrolled, NOW, service } from "./support/service.js";

const EXPECTED = { algorithms: ["HS256"], typ: "mfa-session+jwt", issuer: "Example", subject: "alice" };

async function signedIn() {
  const made = await enrolled();
  const { session } = await made.mfa.verify("alice", made.code(), { primary: "Bearer x" });
  const { keys } = await made.mfa.keys.jwks();
  return { ...made, session, jwk: keys[0], secret: base64url.decode(keys[0].k) };
}

test("jose verifies a session with the exported key", async () => {
  const { session, jwk, clock } = await signedIn();
  const options = { ...EXPECTED, currentDate: new Date(clock.now) };
  const { payload, protectedHeader } = await jwtVerify(session, jwk, options);
  assert.deepEqual(protectedHeader, { alg: "HS256", kid: jwk.kid, typ: "mfa-session+jwt" });
  const { sid, epoch, ath, ...claims } = payload;
  assert.deepEqual(claims, {
    iss: "Example",
    sub: "alice",
    iat: clock.now / 1000,
    exp: clock.now / 1000 + 43_200,
    auth_time: clock.now / 1000,
    amr: ["otp", "mfa"],
    acr: "aal2",
  });
  assert.match(sid, /^[\w-]{16}$/);
  assert.equal(typeof epoch, "number");
  // RFC 9449, section 4.2: SHA-256 of the primary token.
  const thumbprint = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("Bearer x"));
  assert.equal(ath, base64url.encode(new Uint8Array(thumbprint)));
});

test("jose refuses it when it is over, of another service, or tampered with", async () => {
  const { session, jwk } = await signedIn();
  const day = new Date(NOW + 86_400_000);
  await assert.rejects(jwtVerify(session, jwk, { ...EXPECTED, currentDate: day }), { code: "ERR_JWT_EXPIRED" });
  const now = { currentDate: new Date(NOW + 60_000) };
  await assert.rejects(jwtVerify(session, jwk, { ...EXPECTED, ...now, issuer: "Other" }));
  await assert.rejects(jwtVerify(`${session.slice(0, -2)}AA`, jwk, { ...EXPECTED, ...now }));
});

test("PyJWT verifies a session with the exported key", async () => {
  const made = service({ now: Date.now }); // PyJWT asks its own clock
  const { secret } = await made.mfa.enrol("alice");
  const { session } = await made.mfa.confirm("alice", totp.generate({ secret }));
  const [{ k, kid }] = (await made.mfa.keys.jwks()).keys;
  const python = (token, issuer) => {
    const program = `
import base64, json, sys, jwt
token, key, issuer = json.load(sys.stdin)
key = base64.urlsafe_b64decode(key + "=")
try:
    claims = jwt.decode(token, key, algorithms=["HS256"], issuer=issuer, options={"require": ["exp", "iat", "sub"]})
    print(json.dumps([jwt.get_unverified_header(token), claims["sub"], claims["amr"], claims["acr"]]))
except jwt.InvalidTokenError as error:
    print(json.dumps(type(error).__name__))`;
    const input = JSON.stringify([token, k, issuer]);
    return JSON.parse(execFileSync("/usr/bin/python3", ["-c", program], { input, encoding: "utf8" }));
  };
  const header = { alg: "HS256", kid, typ: "mfa-session+jwt" };
  assert.deepEqual(python(session, "Example"), [header, "alice", ["otp", "mfa"], "aal2"]);
  assert.equal(python(session, "Other"), "InvalidIssuerError");
  const [head, , tag] = session.split(".");
  const forged = Buffer.from(JSON.stringify({ iss: "Example", sub: "root", iat: 0, exp: 4e9 })).toString("base64url");
  assert.equal(python(`${head}.${forged}.${tag}`, "Example"), "InvalidSignatureError");
});

test("s7: a token of another library is a session only if it is what ours would be", async () => {
  const { mfa, session, secret, clock } = await signedIn();
  const context = { primary: "Bearer x" };
  const reason = async (token) => (await mfa.checkSession("alice", token, context)).reason;
  const header = decodeProtectedHeader(session);
  const { payload } = await jwtVerify(session, secret, { currentDate: new Date(clock.now) });
  const sign = (changed, claims = payload, key = secret) =>
    new SignJWT(claims).setProtectedHeader({ ...header, ...changed }).sign(key);

  assert.equal(await reason(await sign({})), undefined); // the same once more
  const stranger = crypto.getRandomValues(new Uint8Array(64));
  const refused = {
    "alg none": new UnsecuredJWT(payload).encode(),
    "alg none, signed": `${base64url.encode(JSON.stringify({ ...header, alg: "none" }))}.${session.split(".").slice(1).join(".")}`,
    "another algorithm": await sign({ alg: "HS512" }, payload, Buffer.concat([secret, secret])),
    "another key": await sign({}, payload, stranger),
    "another key id": await sign({ kid: "00000000" }),
    "no key id": await sign({ kid: undefined }),
    "another type": await sign({ typ: "JWT" }),
    "more in the header": await sign({ jku: "https://example.com/keys" }),
    "a header in another order": await new SignJWT(payload)
      .setProtectedHeader({ typ: header.typ, alg: header.alg, kid: header.kid })
      .sign(secret),
    "another issuer": await sign({}, { ...payload, iss: "Other" }),
    "of the future": await sign({}, { ...payload, iat: payload.iat + 3600 }),
    truncated: session.slice(0, -1),
    extended: `${session}.`,
    padded: `${session}=`,
    "of four parts": `${session}.${session.split(".")[2]}`,
    nothing: "..",
  };
  for (const [what, token] of Object.entries(refused)) assert.equal(await reason(token), "no_session", what);
  assert.equal(await reason(await sign({}, { ...payload, sub: "bob" })), "wrong_subject");
  assert.equal(await reason(await sign({}, { ...payload, sid: "A".repeat(16) })), "closed");
  assert.equal(await reason(await sign({}, { ...payload, epoch: payload.epoch + 1 })), "closed");
  assert.equal(await reason(await sign({}, { ...payload, ath: undefined })), "wrong_token");
  assert.equal(await reason(await sign({}, { ...payload, exp: payload.iat })), "expired");
});
