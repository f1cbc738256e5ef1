// Passkeys in Chromium, with the virtual authenticators of its debugging protocol, before the service in workerd.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { launch } from "../runtime/support/chromium.js";
import { clientOf } from "../service/support/person.js";
import { startWorkerd } from "../service/support/workerd.js";

let browser;
let worker;
let base;

before(async () => {
  [browser, worker] = await Promise.all([launch(), startWorkerd()]);
  base = `${worker.url.replace("127.0.0.1", "localhost")}/passkeys`;
});

after(async () => {
  await browser?.close();
  await worker?.stop();
});

const PLATFORM = { transport: "internal", hasResidentKey: true, hasUserVerification: true };
const ROAMING = { transport: "usb", hasResidentKey: false, hasUserVerification: false };

/** A page of the service, with an authenticator, and somebody who is signed in there. */
async function open(t, name, options = PLATFORM) {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  // Any page of the origin will do: nothing of it is used.
  await page.goto(`${base}/mfa/health`);
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable", { enableUI: false });
  const add = async (given) => {
    const all = { protocol: "ctap2", isUserVerified: true, automaticPresenceSimulation: true, ...given };
    return (await cdp.send("WebAuthn.addVirtualAuthenticator", { options: all })).authenticatorId;
  };
  const authenticatorId = await add(options);
  const { ask } = clientOf(base, `${name}-1`);
  const post = (path, body = {}, given = {}) => ask("POST", `/mfa/passkeys${path}`, { body, ...given });
  const credentials = async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials;
  return { ask, post, page, cdp, add, authenticatorId, credentials };
}

/** `navigator.credentials`, with what crosses as JSON; or the name of the exception. */
function ceremony(page, kind, publicKey, mediation) {
  return page.evaluate(
    async ([kind, json, mediation]) => {
      const parse = { create: "parseCreationOptionsFromJSON", get: "parseRequestOptionsFromJSON" }[kind];
      const publicKey = PublicKeyCredential[parse](json);
      try {
        const credential = await navigator.credentials[kind]({ publicKey, ...(mediation && { mediation }) });
        return credential.toJSON();
      } catch (error) {
        return { failed: error.name };
      }
    },
    [kind, publicKey, mediation],
  );
}

async function register({ post, page }, body = {}, session = undefined) {
  const { publicKey } = (await post("/register/options", body, { session })).body;
  const credential = await ceremony(page, "create", publicKey);
  if (credential.failed) return credential;
  return post("/register", { credential }, { session });
}

async function verify({ post, page }) {
  const { publicKey } = (await post("/verify/options")).body;
  const credential = await ceremony(page, "get", publicKey);
  if (credential.failed) return credential;
  return post("/verify", { credential });
}

for (const [what, options, attachment, methods] of [
  ["a platform's, resident, with user verification", PLATFORM, "platform", ["hwk", "user", "mfa"]],
  ["a platform's, not resident", { ...PLATFORM, hasResidentKey: false }, "platform", ["hwk", "user", "mfa"]],
  ["a security key, not resident, without user verification", ROAMING, "cross-platform", ["hwk", "user", "mfa"]],
  [
    "a security key with room for it, without user verification",
    { ...ROAMING, hasResidentKey: true },
    "cross-platform",
    ["hwk", "user", "mfa"],
  ],
  [
    "a security key, resident, with a PIN",
    { ...ROAMING, hasResidentKey: true, hasUserVerification: true },
    "cross-platform",
    ["hwk", "user", "mfa"],
  ],
  [
    "one that a password manager copies",
    { ...PLATFORM, defaultBackupEligibility: true, defaultBackupState: true },
    undefined,
    ["swk", "user", "mfa"],
  ],
]) {
  test(`registered, and used: ${what}`, async (t) => {
    const person = await open(t, `reg${Math.random().toString(36).slice(2, 8)}`, options);
    const registered = await register(person, attachment ? { attachment } : {});
    assert.equal(registered.status, 200, registered.text);
    assert.deepEqual(registered.body.session.methods, methods);
    const [kept] = await person.credentials();
    // What anybody could use who holds the key, Chromium keeps there only if it has to.
    assert.equal(kept.isResidentCredential, options.hasResidentKey && options.hasUserVerification);
    const verified = await verify(person);
    assert.equal(verified.status, 200, verified.text);
    assert.equal((await person.ask("GET", "/orders", { session: verified.session })).status, 200);
    const [factor] = (await person.ask("GET", "/mfa/factors", { session: verified.session })).body.factors;
    assert.equal(factor.passkey.platform, options.transport === "internal");
    assert.equal(factor.passkey.backedUp, options.defaultBackupState === true);
  });
}

test("the same authenticator is not registered twice", async (t) => {
  const person = await open(t, "twice");
  const { session } = await register(person);
  assert.deepEqual(await register(person, {}, session), { failed: "InvalidStateError" });
});

test("a person who cancels, and one who is not verified, gets nowhere; nothing is kept of it", async (t) => {
  const person = await open(t, "cancels");
  const { cdp, authenticatorId } = person;
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  assert.deepEqual(await register(person), { failed: "NotAllowedError" });
  assert.deepEqual((await person.ask("GET", "/mfa/account")).body.enrolled, false);
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
  await register(person);
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  assert.deepEqual(await verify(person), { failed: "NotAllowedError" });
});

test("who asks for a platform's gets none that cannot check who uses it", async (t) => {
  const person = await open(t, "unchecked", { ...PLATFORM, hasUserVerification: false });
  assert.deepEqual(await register(person, { attachment: "platform" }), { failed: "NotAllowedError" });
  // Nor does a page that asks for less than it was told.
  const { publicKey } = (await person.post("/register/options", { attachment: "platform" })).body;
  const { authenticatorSelection } = publicKey;
  const less = { ...publicKey, authenticatorSelection: { ...authenticatorSelection, userVerification: "discouraged" } };
  const refused = await person.post("/register", { credential: await ceremony(person.page, "create", less) });
  assert.deepEqual([refused.status, refused.body.check], [401, "user_verification"]);
});

test("a passkey that begins to be backed up, or ends, is an event", async (t) => {
  const options = { ...PLATFORM, defaultBackupEligibility: true, defaultBackupState: false };
  const person = await open(t, "copied", options);
  const { cdp, authenticatorId } = person;
  await register(person);
  const [{ credentialId }] = await person.credentials();
  let verified;
  for (const backupState of [false, true, true, false]) {
    await cdp.send("WebAuthn.setCredentialProperties", { authenticatorId, credentialId, backupState });
    verified = await verify(person);
    assert.equal(verified.status, 200, verified.text);
  }
  const { session } = verified;
  const { events } = (await person.ask("GET", "/mfa/activity?limit=1000", { session })).body;
  const changes = events.filter(({ type }) => type === "passkeyBackup");
  assert.deepEqual(
    changes.map(({ backedUp, notify }) => [backedUp, notify]),
    [
      [true, "user"],
      [false, "user"],
    ],
  );
});

test("options of another domain are refused by the browser, a ceremony of another page by the service", async (t) => {
  const person = await open(t, "elsewhere");
  const { post, page } = person;
  const { publicKey } = (await post("/register/options")).body;
  const foreign = { ...publicKey, rp: { ...publicKey.rp, id: "example.com" } };
  assert.deepEqual(await ceremony(page, "create", foreign), { failed: "SecurityError" });
  // Another server of the same host is another origin.
  const elsewhere = createServer((_, response) => response.end()).listen(0, "localhost");
  await once(elsewhere, "listening");
  t.after(() => elsewhere.close());
  const other = await page.context().newPage();
  await other.goto(`http://localhost:${elsewhere.address().port}`);
  const cdp = await page.context().newCDPSession(other);
  await cdp.send("WebAuthn.enable", { enableUI: false });
  const options = { protocol: "ctap2", ...PLATFORM, isUserVerified: true, automaticPresenceSimulation: true };
  await cdp.send("WebAuthn.addVirtualAuthenticator", { options });
  const credential = await ceremony(other, "create", publicKey);
  assert.equal(credential.failed, undefined);
  const refused = await post("/register", { credential });
  assert.deepEqual([refused.status, refused.body.code, refused.body.check], [401, "passkey_refused", "origin"]);
});

test("a passkey that was removed here is unknown", async (t) => {
  const person = await open(t, "removes");
  const { session } = await register(person);
  const { publicKey } = (await person.post("/verify/options")).body;
  assert.equal((await person.ask("DELETE", "/mfa/factors/1", { session })).status, 204);
  const refused = await person.post("/verify", { credential: await ceremony(person.page, "get", publicKey) });
  assert.equal(refused.body.code, "passkey_unknown");
});

test("a passkey alone, without a name, signs in; also from the list of the browser", async (t) => {
  const person = await open(t, "nameless");
  const registered = await register(person);
  assert.equal(registered.status, 200, registered.text);
  for (const mediation of [undefined, "conditional"]) {
    const { publicKey } = (await person.post("/sign-in/options", {}, { token: null })).body;
    const credential = await ceremony(person.page, "get", publicKey, mediation);
    const signedIn = await person.post("/sign-in", { credential }, { token: null });
    assert.equal(signedIn.status, 200, signedIn.text);
    assert.equal(signedIn.body.token, "nameless-1");
    const known = await person.ask("GET", "/orders", { session: signedIn.session });
    assert.deepEqual([known.status, known.body.subject], [200, "nameless"]);
  }
});

test("a step-up by a passkey, for one payment", async (t) => {
  const person = await open(t, "pays");
  await register(person);
  const { publicKey } = (await person.post("/verify/options")).body;
  const grant = { action: "pay", resource: "account 7", amount: "100 EUR" };
  const credential = await ceremony(person.page, "get", publicKey);
  const { session } = await person.post("/verify", { credential, grant });
  assert.equal((await person.ask("GET", "/pay", { session })).status, 200);
  assert.equal((await person.ask("GET", "/pay", { session })).status, 401);
});
