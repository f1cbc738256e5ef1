// The ceremonies, with virtual authenticators, before the real service: with the browser's own JSON and with ours in both
// browsers; and in Chromium, what each exception becomes.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch } from "../runtime/support/chromium.js";
import { startVisits } from "./support/visits.js";
import { startSite } from "./support/wizard-site.js";

const visits = startVisits();

let site;
let browser;
before(async () => {
  const bundle = { entryPoints: { page: fileURLToPath(new URL("./support/passkeys-page.js", import.meta.url)) } };
  [site, browser] = await Promise.all([startSite({ passkeys: true, bundle }), launch()]);
});
after(async () => {
  await visits.stop();
  await browser?.close();
  await site?.stop();
});

async function open(t, more = {}) {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(site.url);
  await page.waitForFunction(() => globalThis.passkeys);
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable", { enableUI: false });
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true };
  const all = { ...options, isUserVerified: true, automaticPresenceSimulation: true, ...more };
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options: all });
  return { page, cdp, authenticatorId, run: runnerOf(page) };
}

/** What a function of the page answers, or the code of what it throws. */
const runnerOf = (page) => (name, publicKey, options) =>
  page.evaluate(
    async ([name, publicKey, options]) => {
      try {
        return await globalThis.passkeys[name](publicKey, options);
      } catch ({ name, code, cause }) {
        return { name, code, cause: cause?.name };
      }
    },
    [name, publicKey, options],
  );

const registration = async (person, context) =>
  (await site.mfa.passkeys.registrationOptions(person, {}, context)).publicKey;
const refused = (code, cause) => ({ name: "PasskeyError", code, cause });

const PARSERS = ["parseCreationOptionsFromJSON", "parseRequestOptionsFromJSON", "toJSON"];
for (const [name, what, removed] of [
  ["Chromium", "the browser's own JSON", []],
  ["Chromium", "ours, where the browser has none", PARSERS],
  ["Firefox", "the browser's own JSON", []],
  ["Firefox", "ours, where the browser has none", PARSERS],
]) {
  test(`${name}: registered and used by ${what}`, async (t) => {
    const person = visits.person();
    const { page, addAuthenticator } = await visits.open(t, name, {}, { at: site, person });
    await page.waitForFunction(() => globalThis.passkeys);
    await addAuthenticator(true);
    const run = runnerOf(page);
    await page.evaluate((removed) => {
      for (const name of removed) {
        delete PublicKeyCredential[name];
        delete PublicKeyCredential.prototype[name];
      }
    }, removed);
    const registered = await site.mfa.passkeys.register(person, await run("register", await registration(person)));
    assert.equal(registered.ok, true, registered.reason);
    const { publicKey } = await site.mfa.passkeys.authenticationOptions(person);
    const used = await site.mfa.passkeys.authenticate(person, await run("authenticate", publicKey));
    assert.equal(used.ok, true, used.reason);
    const again = await registration(person, { session: registered.session });
    assert.deepEqual(await run("register", again), refused("passkey_exists", "InvalidStateError"));
  });
}

test("every exception has a code of its own", async (t) => {
  const { page, cdp, authenticatorId, run } = await open(t);
  const options = await registration("trouble");
  const foreign = { ...options, rp: { ...options.rp, id: "example.com" } };
  assert.deepEqual(await run("register", foreign), refused("passkey_domain", "SecurityError"));
  const unknown = { ...options, pubKeyCredParams: [{ type: "another", alg: -7 }] };
  assert.deepEqual(await run("register", unknown), refused("passkey_unsupported", "NotSupportedError"));
  const broken = { ...options, challenge: 7 };
  assert.equal((await run("register", broken)).code, "passkey_failed");
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  assert.deepEqual(await run("register", options), refused("passkey_cancelled", "NotAllowedError"));
  await cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled: false });
  const aborted = await page.evaluate(async (options) => {
    const { register, abort } = globalThis.passkeys;
    const codeOf = (promise) =>
      promise.then(
        () => "none",
        ({ code }) => code,
      );
    const controller = new AbortController();
    const bySignal = codeOf(register(options, { signal: controller.signal }));
    controller.abort("whatever");
    const before = AbortSignal.abort();
    const codes = [await bySignal, await codeOf(register(options, { signal: before }))];
    const byCall = codeOf(register(options));
    abort();
    codes.push(await byCall);
    const byOther = codeOf(register(options));
    const other = codeOf(register(options));
    codes.push(await byOther);
    abort();
    return [...codes, await other];
  }, options);
  assert.deepEqual(aborted, Array(5).fill("passkey_aborted"));
});

/** Those that Chromium raises are raised above; here are all that the specification has, by their names. */
test("an exception of any name is told from the others, and keeps its cause", async (t) => {
  const { page, run } = await open(t);
  const options = await registration("any");
  const codes = {
    NotAllowedError: "passkey_cancelled",
    InvalidStateError: "passkey_exists",
    SecurityError: "passkey_domain",
    AbortError: "passkey_aborted",
    ConstraintError: "passkey_constraint",
    NotSupportedError: "passkey_unsupported",
    UnknownError: "passkey_failed",
    toString: "passkey_failed",
  };
  for (const [name, code] of Object.entries(codes)) {
    await page.evaluate((name) => {
      navigator.credentials.create = () => Promise.reject(new DOMException("of the browser", name));
    }, name);
    assert.deepEqual(await run("register", options), refused(code, name));
  }
});

test("what the browser can do, and what it is told", async (t) => {
  const { page, cdp, authenticatorId, run } = await open(t);
  const can = await page.evaluate(async () => {
    const { isSupported, isPlatformAvailable, isConditionalAvailable } = globalThis.passkeys;
    return [isSupported(), await isPlatformAvailable(), await isConditionalAvailable()];
  });
  assert.deepEqual(can, [true, true, true]);
  const credential = await run("register", await registration("told"));
  const registered = await site.mfa.passkeys.register("told", credential);
  assert.equal(registered.ok, true);
  const kept = async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials;
  const { userId } = await site.mfa.passkeys.signals("told");
  const details = { rpId: "localhost", userId, name: "ann", displayName: "Ann" };
  const isTold = await page.evaluate((details) => globalThis.passkeys.signalDetails(details), details);
  assert.equal(isTold, await page.evaluate(() => "signalCurrentUserDetails" in PublicKeyCredential));
  if (isTold)
    assert.deepEqual(
      (await kept()).map(({ userName }) => userName),
      ["ann"],
    );
  const accept = async () =>
    page.evaluate((signals) => globalThis.passkeys.signalAccepted(signals), await site.mfa.passkeys.signals("told"));
  assert.equal(await accept(), isTold);
  assert.equal((await kept()).length, 1, "the account has it");
  const isGone = await page.evaluate((id) => globalThis.passkeys.signalUnknown("localhost", id), credential.id);
  if (isGone) assert.deepEqual(await kept(), []);
  // One that the service removed is gone with the next word on which there are.
  const { session } = registered;
  const second = await run("register", await registration("told", { session }));
  const again = await site.mfa.passkeys.register("told", second, undefined, { session });
  assert.equal(again.ok, true, again.reason);
  const ids = (await kept()).map(({ credentialId }) => credentialId);
  assert.equal(ids.length, isGone ? 1 : 2);
  assert.equal((await site.mfa.removeFactor("told", again.factor, { session: again.session })).ok, true);
  assert.equal(await accept(), isTold);
  if (isTold) assert.equal((await kept()).length, ids.length - 1);
  // What it refuses costs nothing.
  assert.equal(await page.evaluate(() => globalThis.passkeys.signalUnknown("example.com", "AAAA")), false);
  await page.evaluate(() => delete PublicKeyCredential.signalUnknownCredential);
  assert.equal(await page.evaluate(() => globalThis.passkeys.signalUnknown("localhost", "AAAA")), false);
});
