// The set-up and the prompt before the real service, by keyboard only, in Chromium and in Firefox.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { totp } from "edge-mfa";
import { compatibleApps } from "edge-mfa/compatibility";
import { startVisits } from "./support/visits.js";
import { atCode, codesOf, confirmed, proved, secretOf, setUp, stepUp } from "./support/wizard-journey.js";
import { startSite } from "./support/wizard-site.js";

let site;
let plain;
let unusual;
/** What not every app does. */
const UNUSUAL = { algorithm: "SHA256", digits: 8, period: 60 };
const visits = startVisits();
const open = (t, name, query, options) => visits.open(t, name, query, { at: site, ...options });

before(async () => {
  [site, plain, unusual] = await Promise.all([
    ...[startSite({ passkeys: true }), startSite(), startSite({ policy: UNUSUAL })],
  ]);
});

after(async () => {
  await visits.stop();
  await site?.stop();
  await plain?.stop();
  await unusual?.stop();
});

/** What an app shows: an honest one of another time, one that does as it always does, and what is typed of it. */
const ahead = (milliseconds) => (app) => totp.generate({ ...app, time: app.time + milliseconds });
const ignoring = (usual) => (app) => totp.generate({ ...app, ...usual });
const swapped = (app) => totp.generate(app).replace(/(\d)(?!\1)(\d)/, "$2$1");

for (const name of ["Chromium", "Firefox"]) {
  test(`${name}: from the QR code to the end, with what goes wrong on the way`, async (t) => {
    await setUp(site, await open(t, name, { show: "setup" }));
  });

  test(`${name}: the apps that work are named, on request where all do`, async (t) => {
    const who = await open(t, name, { show: "setup" }, { at: plain });
    await who.heading("Scan the QR code");
    const isOpen = () => document.querySelector("mfa-setup").shadowRoot.querySelector("details").open;
    assert.equal(await who.page.evaluate(isOpen), false);
    await who.press("Which app?");
    await who.until("the names", isOpen);
    const all = compatibleApps({}).map(({ name }) => name);
    assert.equal(await who.text("details p"), `These work, and so do most others: ${all.join(", ")}.`);
    await who.press("Enter the key by hand");
    await who.heading("Enter the key by hand");
    await who.until("the apps", () => !!document.querySelector("mfa-setup").shadowRoot.querySelector("details"));
  });

  test(`${name}: where not every app works, it is said at once which do`, async (t) => {
    const some = compatibleApps(UNUSUAL).map(({ name }) => name);
    assert.ok(some.length > 0 && some.length < compatibleApps({}).length);
    const who = await open(t, name, { show: "setup", lang: "de" }, { at: unusual });
    await who.heading("QR-Code scannen");
    assert.equal(await who.text("[part=apps]"), `Hier geht nicht jede App. Diese gehen: ${some.join(", ")}.`);
    await who.press("Schlüssel von Hand eingeben");
    await who.heading("Schlüssel von Hand eingeben");
    assert.equal(await who.text("[part=apps]"), `Hier geht nicht jede App. Diese gehen: ${some.join(", ")}.`);
    assert.match(await who.text(".key ~ *, .small:not(#key-label)"), /8 Ziffern, alle 60 Sekunden, SHA-256/);
  });

  for (const [what, show, told] of [
    ["a phone whose clock is fast", ahead(240_000), "your phone is about 4 minutes fast."],
    ["a phone whose clock is slow", ahead(-240_000), "your phone is about 4 minutes slow."],
    ["an app that ignores the hash", ignoring({ algorithm: "SHA1" }), "Your app computes another kind of code"],
    ["an app that ignores the digits", ignoring({ digits: 6 }), "Your app shows another number of digits"],
    ["an app that ignores the period", ignoring({ period: 30 }), "Your app changes its codes at other times"],
    ["digits that change places", swapped, "Digits are left out or in the wrong order."],
    [
      "digits that are left out",
      (app) => totp.generate(app).slice(0, -1),
      "Digits are left out or in the wrong order.",
    ],
  ])
    test(`${name}: ${what}: that is what the person is told`, async (t) => {
      // Far from the end of a step, so that it stays the same number of steps.
      unusual.clock.ahead = 10_000 - (Date.now() % 60_000);
      const who = await open(t, name, { show: "setup" }, { at: unusual });
      const secret = await atCode(who);
      const app = { secret, ...UNUSUAL, time: unusual.clock.now() };
      await who.type(show(app));
      await who.alert(told);
      await who.alert("2 tries left.");
      const isIgnored = what.startsWith("an app");
      assert.equal((await who.text("[part=apps]")) !== undefined, isIgnored, "other apps are named");
      await who.type(totp.generate(app));
      await who.heading("Save your recovery codes");
    });

  test(`${name}: the code of an older entry: that is what the person is told`, async (t) => {
    const person = visits.person();
    const who = await open(t, name, { show: "setup" }, { at: plain, person });
    const replaced = await atCode(who);
    await who.page.evaluate(() => sessionStorage.clear());
    await who.page.reload();
    const secret = await atCode(who);
    assert.notEqual(secret, replaced);
    await who.type(plain.code(replaced));
    await who.alert("This is the code of an older entry.");
    await who.type(plain.code(secret));
    await who.heading("Save your recovery codes");
  });

  test(`${name}: a reload goes on where it was`, async (t) => {
    const who = await open(t, name, { show: "setup" }, { at: plain });
    await who.heading("Scan the QR code");
    await who.press("Enter the key by hand");
    await who.heading("Enter the key by hand");
    const secret = await secretOf(who);
    await who.page.reload();
    await who.heading("Scan the QR code");
    await who.press("Enter the key by hand");
    await who.heading("Enter the key by hand");
    assert.equal(await secretOf(who), secret);
    await who.press("Continue");
    await who.heading("Enter the code");
    await who.type(plain.code(secret));
    await who.heading("Save your recovery codes");
    const lost = await codesOf(who);
    await who.page.reload();
    await who.heading("Save your recovery codes");
    const codes = await codesOf(who);
    assert.equal(new Set([...codes, ...lost]).size, 20, "those that nobody saved are made anew");
    await proved(who);
    await who.heading("Your account is protected");
  });

  test(`${name}: cancelled, and set up another time`, async (t) => {
    const who = await open(t, name, { show: "setup" }, { at: plain });
    await who.heading("Scan the QR code");
    await who.press("Cancel");
    await who.heading("Nothing was changed");
    await who.until("the end of the enrolment", () => globalThis.told.some(({ name }) => name === "mfa-cancelled"));
    await who.press("Try again");
    await confirmed(plain, who);
  });

  test(`${name}: a passkey: added with the set-up, and first at the prompt`, async (t) => {
    const who = await open(t, name, { show: "setup" });
    const { verify } = await who.addAuthenticator(false);
    await confirmed(site, who);
    await proved(who);
    await who.heading("Add a passkey");
    await who.press("Add a passkey");
    await who.alert("That was cancelled, or took too long.");
    await verify(true);
    await who.press("Add a passkey");
    await who.heading("Your account is protected");
    assert.match(await who.text(".lead"), /your passkey or a code/);

    await who.page.evaluate(() => sessionStorage.clear());
    await who.page.goto(who.url.replace("show=setup", "show=api&passkey"));
    await who.press("/api/balance");
    await who.heading("Confirm that it is you");
    await who.until("focus on the passkey", () =>
      document.querySelector("mfa-prompt").shadowRoot.activeElement?.textContent.includes("Use passkey"),
    );
    await who.page.keyboard.press("Enter");
    await who.until("answer", () => document.querySelector("output").textContent === "/api/balance 200");
    await who.press("/api/transfer");
    await who.heading("Confirm that it is you");
    await who.press("Use passkey");
    await who.until("answer", () => document.querySelector("output").textContent === "/api/transfer 200");
  });

  test(`${name}: a request that needs a second factor opens the prompt, and gives the focus back`, async (t) => {
    const person = visits.person();
    const factor = await plain.enrolled(person);
    await stepUp(plain, await open(t, name, { show: "api" }, { at: plain, person }), factor);
  });

  test(`${name}: who gives up gets the answer that there was`, async (t) => {
    const person = visits.person();
    await plain.enrolled(person);
    const who = await open(t, name, { show: "api" }, { at: plain, person });
    await who.press("/api/balance");
    await who.heading("Confirm that it is you");
    await who.page.keyboard.press("Escape");
    await who.until("answer", () => document.querySelector("output").textContent === "/api/balance 401");
    assert.equal((await who.focused()).name, "/api/balance");
  });

  test(`${name}: three wrong codes lock, a recovery code gets through`, async (t) => {
    const person = visits.person();
    const { wrong, recoveryCodes } = await plain.enrolled(person);
    const who = await open(t, name, { show: "inline" }, { at: plain, person });
    await who.heading("Confirm that it is you");
    await who.tabTo("Code of your app");
    for (const left of ["2 tries left.", "1 try left.", "Codes are taken again in 0:"]) {
      await who.type(wrong());
      await who.alert(left);
    }
    await who.press("Other ways");
    await who.press("Use a recovery code");
    await who.until("recovery code", () =>
      document.querySelector("mfa-prompt").shadowRoot.querySelector("label").textContent.includes("Recovery code"),
    );
    await who.type(recoveryCodes[4]);
    await who.until("verified", () => globalThis.told.some(({ name }) => name === "mfa-verified"));
  });
}

test("typing the key is offered after 30 seconds, and a QR code that nobody confirms is over after ten minutes", async (t) => {
  const who = await open(t, "Chromium", { show: "setup" }, { at: plain });
  await who.heading("Scan the QR code");
  await who.page.clock.install({ time: plain.clock.now() });
  await who.page.evaluate(() => sessionStorage.clear());
  await who.page.reload();
  await who.heading("Scan the QR code");
  const hint = () => who.text(".note");
  const said = () => who.text("[role=status]");
  await who.page.clock.fastForward(25_000);
  assert.deepEqual([await hint(), await said()], [undefined, ""]);
  await who.page.clock.fastForward(6_000);
  await who.until("hint", () => document.querySelector("mfa-setup").shadowRoot.querySelector(".note"));
  assert.match(await said(), /You can type the key instead\./);
  await who.page.clock.fastForward(1_500_000);
  await who.heading("The QR code is over");
  await who.press("Show a new QR code");
  await who.heading("Scan the QR code");
});

test("on a phone there is a link instead, and the QR code for another device", async (t) => {
  const viewport = { width: 390, height: 780 };
  const who = await open(t, "Chromium", { show: "setup" }, { at: plain, viewport, hasTouch: true, isMobile: true });
  await who.heading("Add the account to your app");
  const href = await who.page.evaluate(() => document.querySelector("mfa-setup").shadowRoot.querySelector("a").href);
  assert.match(href, /^otpauth:\/\/totp\/Example:p\d+\?secret=/);
  await who.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await who.press("Copy key");
  await who.until("copied", () => document.querySelector("mfa-setup").shadowRoot.textContent.includes("Copied"));
  assert.ok(href.includes(await who.page.evaluate(() => navigator.clipboard.readText())));
  await who.press("Show the QR code");
  await who.heading("Scan the QR code");
});

test("recovery codes: copied, downloaded, printed", async (t) => {
  const who = await open(t, "Chromium", { show: "setup" }, { at: plain });
  await who.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await confirmed(plain, who);
  const codes = await codesOf(who);
  await who.press("Copy");
  await who.until(
    "said",
    () => document.querySelector("mfa-setup").shadowRoot.querySelector("[role=status]").textContent === "Copied",
  );
  const copied = await who.page.evaluate(() => navigator.clipboard.readText());
  await who.tabTo("Download");
  const [download] = await Promise.all([who.page.waitForEvent("download"), who.page.keyboard.press("Enter")]);
  assert.equal(download.suggestedFilename(), "recovery-codes.txt");
  const chunks = await (await download.createReadStream()).toArray();
  // Without a printer the frame is gone as soon as it was printed.
  await who.page.evaluate(() => {
    HTMLIFrameElement.prototype.remove = function () {
      globalThis.printed = this.contentDocument.body.textContent;
    };
  });
  await who.press("Print");
  const printed = await who.until("print", () => globalThis.printed);
  for (const text of [copied, String(Buffer.concat(chunks)), printed])
    for (const code of codes) assert.ok(text.includes(code));
});

test("a message that is pasted leaves its code in the field, and six digits get their space", async (t) => {
  const person = visits.person();
  await plain.enrolled(person);
  const who = await open(t, "Chromium", { show: "inline" }, { at: plain, person });
  await who.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await who.heading("Confirm that it is you");
  await who.tabTo("Code of your app");
  const value = () =>
    who.page.evaluate(() => document.querySelector("mfa-prompt").shadowRoot.querySelector("input").value);
  await who.page.evaluate(() => navigator.clipboard.writeText("Your code for 2026 is 123-456. Tell nobody."));
  await who.page.keyboard.press("ControlOrMeta+v");
  assert.equal(await value(), "123 456");
  await who.page.keyboard.press("ControlOrMeta+a");
  await who.page.keyboard.type("654321");
  assert.equal(await value(), "654 321");
});

// No browser here has a phone that gets messages: in place of it the page answers, as the browser would.
test("the code of a message is put into the field, until the person types or goes elsewhere", async (t) => {
  const person = visits.person();
  const { code } = await plain.enrolled(person);
  const inline = async () => {
    const who = await open(t, "Chromium", { show: "inline" }, { at: plain, person, script: withMessages });
    await who.heading("Confirm that it is you");
    await who.until("listening", () => globalThis.listening?.options);
    const field = () =>
      who.page.evaluate(() => document.querySelector("mfa-prompt").shadowRoot.querySelector("input").value);
    const arrive = (text) => who.page.evaluate((text) => globalThis.listening.arrive(text), text);
    const isOver = () => who.page.evaluate(() => globalThis.listening.options.signal.aborted);
    return { ...who, field, arrive, isOver };
  };
  const who = await inline();
  assert.deepEqual(await who.page.evaluate(() => globalThis.listening.options.otp), { transport: ["sms"] });
  const right = code();
  await who.arrive(right);
  await who.until("code", () => document.querySelector("mfa-prompt").shadowRoot.querySelector("input").value);
  assert.equal(await who.field(), `${right.slice(0, 3)} ${right.slice(3)}`);
  await who.tabTo("Code of your app");
  await who.page.keyboard.press("Enter");
  await who.until("verified", () => globalThis.told.some(({ name }) => name === "mfa-verified"));

  const typing = await inline();
  await typing.tabTo("Code of your app");
  assert.equal(await typing.isOver(), false);
  await typing.page.keyboard.type("9");
  assert.equal(await typing.isOver(), true);
  await typing.arrive("123456");
  assert.equal(await typing.field(), "9");

  const leaving = await inline();
  await leaving.press("Other ways");
  await leaving.press("Use a recovery code");
  await leaving.until("end of it", () => globalThis.listening.options.signal.aborted);

  const gone = await inline();
  await gone.page.evaluate(() => document.querySelector("mfa-prompt").remove());
  assert.equal(await gone.isOver(), true);

  const closing = await open(t, "Chromium", { show: "api" }, { at: plain, person, script: withMessages });
  await closing.press("/api/balance");
  await closing.heading("Confirm that it is you");
  await closing.until("listening", () => globalThis.listening?.options);
  await closing.page.keyboard.press("Escape");
  await closing.until("end of it", () => globalThis.listening.options.signal.aborted);
});

/** The WebOTP of a browser on a phone: what the page asks of it is `listening`, and a message arrives when the test says. */
function withMessages() {
  globalThis.OTPCredential = class {};
  navigator.credentials.get = (options) =>
    new Promise((resolve, reject) => {
      globalThis.listening = { options, arrive: (code) => resolve({ code }) };
      options.signal.addEventListener("abort", () => reject(options.signal.reason));
    });
}

test("the clock of this device is compared with the service's where a code is refused", async (t) => {
  const who = await open(t, "Chromium", { show: "setup" }, { at: plain });
  await who.page.clock.install({ time: Date.now() - 240_000 });
  await who.page.reload();
  await who.heading("Scan the QR code");
  await who.press("Continue");
  await who.heading("Enter the code");
  await who.type("000000");
  await who.alert("The clock of this device is 4 minutes slow.");
});

test("who has a factor already is asked for it before another one is set up", async (t) => {
  const person = visits.person();
  const { code } = await plain.enrolled(person);
  const who = await open(t, "Chromium", { show: "setup" }, { at: plain, person });
  await who.heading("Confirm that it is you");
  await who.type(code());
  await who.heading("Scan the QR code");
});

test("a service that cannot be reached, and texts of one's own", async (t) => {
  const who = await open(t, "Chromium", { show: "setup", texts: '{"failedTitle":"Oh no"}' }, { at: plain });
  await who.heading("Scan the QR code");
  await who.page.route("**/mfa/account", (route) => route.fulfill({ status: 503, body: "" }));
  await who.page.reload();
  await who.heading("Oh no");
  await who.page.unroute("**/mfa/account");
  await who.press("Try again");
  await who.heading("Scan the QR code");
  who.complaints.length = 0;
});
