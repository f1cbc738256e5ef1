// Passkeys over HTTP, with an authenticator in software: the ceremonies, and what is refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "edge-mfa/client";
import { assertProblem } from "./support/ask.js";
import { authenticator, FLAGS, RP } from "./support/authenticator.js";
import { holder } from "./support/certificate.js";
import { enrol, start } from "./support/service.js";

const DAY = 86_400_000;
const signIn = (subject) => `${subject}-1`;
const service = (passkeys = {}, options = {}) => start({ passkeys: { ...RP, signIn, ...passkeys }, ...options });

/** Registers; the answer to it. */
async function register({ ask }, key, session, body = {}, also = {}) {
  const { publicKey } = (await ask("POST", "/passkeys/register/options", { session, body })).body;
  return ask("POST", "/passkeys/register", { session, body: { credential: key.create(publicKey, also) } });
}

/** An account with a code that is spent, and a passkey. */
async function withPasskey(options = {}, key = authenticator()) {
  const made = service({}, options);
  const person = await enrol(made);
  const registered = await register(made, key, person.session);
  assert.equal(registered.status, 200, registered.text);
  return { ...made, ...person, key, session: registered.session, registered };
}

async function verify({ ask }, key, given = {}, also = {}) {
  const { publicKey } = (await ask("POST", "/passkeys/verify/options", { body: {} })).body;
  return ask("POST", "/passkeys/verify", { ...given, body: { credential: key.get(publicKey, also), ...given.body } });
}

test("a passkey is registered beside a code, verifies, and steps up", async () => {
  const account = await withPasskey();
  const { ask, guard, key, clock, registered } = account;
  assert.deepEqual(registered.body.session.methods, ["hwk", "user", "mfa"]);
  assert.equal(registered.body.recoveryCodes, undefined, "there are some already");
  clock.now += 600_000;
  assertProblem(await guard({ methods: ["hwk"], maxAge: 300 }, { session: account.session }), "verification_required", {
    maxAge: 300,
    methods: ["hwk"],
  });
  const verified = await verify(account, key, { session: account.session });
  assert.equal(verified.status, 200, verified.text);
  assert.equal((await guard({ methods: ["hwk"], maxAge: 300 }, { session: verified.session })).status, 200);
  assertProblem(await guard({ methods: ["otp"] }, { session: verified.session }), "verification_required", {
    methods: ["otp"],
  });
  const { factors } = (await ask("GET", "/factors", { session: verified.session })).body;
  const { passkey, ...factor } = factors[1];
  assert.deepEqual(
    [factor.kind, factor.name, passkey.credential, passkey.platform],
    ["passkey", "Passkey", key.id, true],
  );
});

test("the first factor may be a passkey: it brings the recovery codes", async () => {
  const made = service();
  const registered = await register(made, authenticator());
  assert.equal(registered.body.recoveryCodes.length, 10);
  const [recovery] = registered.body.recoveryCodes;
  assert.equal((await made.ask("POST", "/verify", { body: { code: recovery } })).status, 200);
  assertProblem(await made.ask("POST", "/verify", { body: { code: "123456" } }), "code_rejected", { attemptsLeft: 2 });
});

test("options say what is wanted: by the kind of authenticator, for whom, and without those that there are", async () => {
  const { ask, key, session } = await withPasskey();
  const options = async (body = {}) =>
    (await ask("POST", "/passkeys/register/options", { session, body })).body.publicKey;
  const any = await options();
  assert.deepEqual(any.rp, { id: RP.rpId, name: "Example" });
  assert.deepEqual([any.user.name, any.user.id], ["alice", key.own.userHandle]);
  assert.equal(Buffer.from(any.challenge, "base64url").length, 32);
  assert.deepEqual(
    any.pubKeyCredParams.map(({ alg }) => alg),
    [-7, -8, -35, -257],
  );
  assert.deepEqual(any.excludeCredentials, [{ id: key.id, transports: ["internal"], type: "public-key" }]);
  assert.deepEqual([any.timeout, any.attestation], [300_000, "none"]);
  const hinted = async (attachment) => {
    const { hints, authenticatorSelection } = await options({ attachment });
    const { authenticatorAttachment, userVerification, residentKey } = authenticatorSelection;
    return [hints, authenticatorAttachment, userVerification, residentKey];
  };
  assert.deepEqual(await hinted(undefined), [[], undefined, "required", "preferred"]);
  assert.deepEqual(await hinted("platform"), [["client-device"], "platform", "required", "preferred"]);
  const roaming = [["security-key", "hybrid"], "cross-platform", "preferred", "preferred"];
  assert.deepEqual(await hinted("cross-platform"), roaming);
  // Attestation is asked for where somebody would read it.
  const maker = holder("Maker");
  const anchor = maker.certificate(maker, { authority: true }).toString("base64url");
  const trusting = service({ trustAnchors: [anchor] });
  assert.equal(
    (await trusting.ask("POST", "/passkeys/register/options", { body: {} })).body.publicKey.attestation,
    "direct",
  );
});

test("W2: a challenge is good once, for its subject and its ceremony", async () => {
  const { ask, key } = await withPasskey();
  const options = async (token) =>
    (await ask("POST", "/passkeys/verify/options", { body: {}, ...(token && { token }) })).body.publicKey;
  const answer = (credential, given = {}) => ask("POST", "/passkeys/verify", { ...given, body: { credential } });
  const publicKey = await options();
  const credential = key.get(publicKey);
  assert.equal((await answer(credential)).status, 200);
  assertProblem(await answer(credential), "no_challenge");
  // What fails has spent it, too.
  const second = await options();
  assert.equal((await answer(key.get(second, { flags: 0 }))).body.check, "user_presence");
  assertProblem(await answer(key.get(second)), "no_challenge");
  // A newer one replaces it.
  const third = await options();
  await options();
  assert.equal((await answer(key.get(third))).body.check, "challenge");
  // In ten parallel tries one wins.
  const fourth = key.get(await options());
  const tries = await Promise.all(Array.from({ length: 10 }, () => answer(fourth)));
  assert.equal(tries.filter(({ status }) => status === 200).length, 1);
});

test("what is over is over: the challenge, and a passkey after its year", async () => {
  const { ask, key, clock, mfa, ...rest } = await withPasskey();
  const { publicKey } = (await ask("POST", "/passkeys/verify/options", { body: {} })).body;
  clock.now += 300_000;
  assertProblem(await ask("POST", "/passkeys/verify", { body: { credential: key.get(publicKey) } }), "no_challenge");
  clock.now += 336 * DAY;
  assert.equal((await verify({ ask }, key)).status, 200);
  assert.equal((await verify({ ask }, key)).status, 200);
  const due = (await mfa.history("alice", { limit: 1000 })).filter(({ type }) => type === "passkeyDue");
  assert.equal(due.length, 1, "told once");
  clock.now = due[0].at === undefined ? clock.now : clock.now + 30 * DAY;
  assertProblem(await verify({ ask }, key), "passkey_expired");
  void rest;
});

test("W4: what another page, domain or person answers is refused, and tells which check it was", async () => {
  const account = await withPasskey();
  const other = authenticator({ origin: "http://localhost:8081" });
  const cases = [
    ["origin", { clientData: { origin: "http://localhost" } }],
    ["origin", { clientData: { origin: "https://localhost:8080" } }],
    ["type", { clientData: { type: "webauthn.create" } }],
    ["cross_origin", { clientData: { crossOrigin: true } }],
    ["cross_origin", { clientData: { topOrigin: "http://evil.example" } }],
    ["rp_id_hash", { rpId: "example.com" }],
    ["user_presence", { flags: FLAGS.UV }],
    ["user_verification", { flags: FLAGS.UP }],
    ["backup_state", { flags: FLAGS.UP | FLAGS.UV | FLAGS.BS }],
    ["backup_eligibility", { flags: FLAGS.UP | FLAGS.UV | FLAGS.BE }],
    ["user_handle", { userHandle: "AAAA" }],
  ];
  for (const [check, also] of cases) {
    const refused = await verify(account, account.key, {}, also);
    assert.deepEqual([refused.status, refused.body.code, refused.body.check], [401, "passkey_refused", check]);
  }
  assertProblem(await verify(account, other), "passkey_unknown");
});

test("a credential id is one account's only", async () => {
  const made = service();
  const key = authenticator();
  assert.equal((await register(made, key)).status, 200);
  const ask = (method, path, given) => made.ask(method, path, { token: "bob-1", ...given });
  const { userHandle } = key.own;
  assertProblem(await register({ ask }, key), "passkey_taken");
  key.own.userHandle = userHandle;
  // Removed there, it may come here.
  const session = (await verify(made, key)).session;
  const removed = await made.ask("DELETE", "/factors/1", { session });
  assert.equal(removed.status, 204, removed.text);
  assert.equal((await register({ ask }, key)).status, 200);
});

test("somebody signs in with a passkey alone", async () => {
  const { ask, key, store } = await withPasskey();
  const options = async () =>
    (await ask("POST", "/passkeys/sign-in/options", { body: {}, token: null })).body.publicKey;
  const answer = (credential) => ask("POST", "/passkeys/sign-in", { body: { credential }, token: null });
  const publicKey = await options();
  assert.deepEqual(publicKey.allowCredentials, []);
  const credential = key.get(publicKey);
  const signedIn = await answer(credential);
  assert.equal(signedIn.status, 200, signedIn.text);
  assert.equal(signedIn.body.token, "alice-1");
  const known = await ask("GET", "/session", { session: signedIn.session });
  assert.equal(known.status, 200, known.text);
  assertProblem(await answer(credential), "no_challenge");
  assertProblem(await answer(key.get({ ...publicKey, challenge: "A".repeat(43) })), "no_challenge");
  assert.equal((await answer(key.get(await options(), { userHandle: "AAAA" }))).body.check, "user_handle");
  assertProblem(await answer(authenticator().get(await options())), "passkey_unknown");
  void store;
});

test("a copy of a passkey that counts is a signal, not silent", async () => {
  const account = await withPasskey();
  await verify(account, account.key);
  await verify(account, account.key);
  account.key.own.count = 0;
  assert.equal((await verify(account, account.key)).status, 200);
  const types = (await account.mfa.history("alice", { limit: 1000 })).map(({ type }) => type);
  assert.equal(types.filter((type) => type === "passkeyCounter").length, 1);
});

test("without createMfa({ passkeys }) there are no such endpoints", async () => {
  const { ask, mfa } = start();
  assertProblem(await ask("POST", "/passkeys/register/options", { body: {} }), "not_found");
  await assert.rejects(mfa.passkeys.registrationOptions("alice"), { code: "relying_party_invalid" });
  await assert.rejects(mfa.passkeys.signInOptions(), { code: "relying_party_invalid" });
});

test("the client of an API steps up by a passkey", async () => {
  const { key, guard: _, mfa } = await withPasskey();
  const api = async (request) => {
    if (new URL(request.url).pathname.startsWith("/mfa/")) return mfa.fetch(request);
    const passed = await mfa.guard(request, { action: "transfer", methods: ["hwk"] });
    return passed instanceof Response ? passed : Response.json({ by: passed.subject });
  };
  const asked = [];
  const prompt = async ({ methods, verify }) => {
    asked.push(methods);
    const refused = await verify({ passkey: async (publicKey) => key.get(publicKey, { flags: 0 }) });
    assert.deepEqual([refused.ok, refused.problem.code], [false, "passkey_refused"]);
    assert.equal((await verify({ passkey: async (publicKey) => key.get(publicKey) })).ok, true);
  };
  const client = createClient({
    baseUrl: "https://api.example/",
    token: "alice-1",
    prompt,
    fetch: (url, init) => api(new Request(url, init)),
  });
  const answers = await Promise.all(["/transfer", "/transfer"].map((url) => client.fetch(url, { method: "POST" })));
  for (const answer of answers) assert.deepEqual(await answer.json(), { by: "alice" });
  assert.deepEqual(asked, [["hwk"]]);
});
