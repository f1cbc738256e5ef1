// Every step of the wizard, looked at: by axe, by scanners, by what a screen reader is told, and beside the pictures in
// screenshots/. UPDATE=1 takes these anew.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import jsQR from "jsqr";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { openBrowser, personAt } from "./support/person.js";
import { startSite } from "./support/wizard-site.js";

const SECRET = "HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ";
const WORDS = {
  en: {
    ...{ scan: "Scan the QR code", byHand: "Enter the key by hand", next: "Continue", confirm: "Enter the code" },
    ...{ codes: "Save your recovery codes", saved: "I saved them", prove: "Are they saved?", passkey: "Add a passkey" },
    ...{ skip: "Not now", done: "Your account is protected", prompt: "Confirm that it is you", ways: "Other ways" },
  },
  de: {
    ...{ scan: "QR-Code scannen", byHand: "Schlüssel von Hand eingeben", next: "Weiter", confirm: "Code eingeben" },
    ...{ codes: "Wiederherstellungscodes sichern", saved: "Ich habe sie gesichert", prove: "Sind sie gesichert?" },
    ...{ passkey: "Passkey hinzufügen", skip: "Jetzt nicht", done: "Ihr Konto ist geschützt", ways: "Andere Wege" },
    prompt: "Bestätigen Sie, dass Sie es sind",
  },
};

let site;
let axe;
const browsers = {};

before(async () => {
  const wasm = new URL(import.meta.resolve("zxing-wasm/reader/zxing_reader.wasm"));
  prepareZXingModule({ overrides: { wasmBinary: (await readFile(wasm)).buffer } });
  axe = await readFile(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
  site = await startSite({ passkeys: true });
});

after(async () => {
  for (const browser of Object.values(browsers)) await browser.close();
  await site?.stop();
});

let count = 0;

/** Goes through all steps, and calls `look` at each. */
async function walk(t, browser, { query = {}, viewport, ...options }, look) {
  browsers[browser] ??= await openBrowser(browser);
  const { page, close, told } = await browsers[browser].open({ viewport, ...options });
  const person = `looks${++count}`;
  t.after(close);
  const who = { ...personAt(page), told };
  const words = WORDS[query.lang ?? "en"];
  const goto = (show, more) =>
    page.goto(
      `${site.url}/?${new URLSearchParams({ show, person: `${person}-1`, secret: SECRET, ...query, ...more })}`,
    );
  await goto("setup", { phone: "" });
  await who.until("link", () => !!document.querySelector("mfa-setup").shadowRoot.querySelector("a.button"));
  await look("link", who);
  await page.evaluate(() => sessionStorage.clear());
  await goto("setup");
  await who.heading(words.scan);
  await look("scan", who);
  await who.press(words.byHand);
  await who.heading(words.byHand);
  await look("manual", who);
  await who.press(words.next);
  await who.heading(words.confirm);
  await look("confirm", who);
  await who.type("000000");
  await who.until("alert", () => !!document.querySelector("mfa-setup").shadowRoot.querySelector(".alert"));
  await look("refused", who);
  await who.type(site.code(SECRET));
  await who.heading(words.codes);
  const codes = await page.evaluate(() =>
    [...document.querySelector("mfa-setup").shadowRoot.querySelectorAll("li code")].map(
      ({ textContent }) => textContent,
    ),
  );
  await look("codes", who);
  await who.press(words.saved);
  await who.heading(words.prove);
  const place = Number(/\d+/.exec(await who.text("label"))[0]);
  await look("prove", who);
  await who.type(codes[place - 1]);
  await who.heading(words.passkey);
  await look("passkey", who);
  await who.press(words.skip);
  await who.heading(words.done);
  await look("done", who);
  await page.evaluate(() => sessionStorage.clear());
  await goto("api", { remember: "" });
  await who.press("/api/balance");
  await who.heading(words.prompt);
  await who.press(words.ways);
  await look("prompt", who);
}

async function isAccessible(name, { page }) {
  const found =
    await page.evaluate(`${axe}; axe.run(document, { resultTypes: ["violations"] }).then(({ violations, passes }) => ({
    passes: passes.length,
    violations: violations.map(({ id, nodes }) => [id, ...nodes.map(({ target, failureSummary }) => target.join(" ") + failureSummary)]),
  }))`);
  assert.ok(found.passes > 5, name);
  // The page of the tests is no more than the element: it has no headings of its own.
  const violations = found.violations.filter(([id]) => id !== "page-has-heading-one");
  assert.deepEqual(violations, [], name);
}

async function fits(name, { page }) {
  const { wide, window } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
  }));
  assert.ok(wide <= window, `${name}: ${wide} px in a window of ${window}`);
}

/** The first button stands where reading begins; the digits are read from left to right in any case. */
async function isMirrored(isRtl, { page }) {
  const { first, second, field } = await page.evaluate(() => {
    const { shadowRoot } = document.querySelector("mfa-setup");
    const [first, second] = [...shadowRoot.querySelectorAll(".actions button")].map(
      (button) => button.getBoundingClientRect().x,
    );
    return { first, second, field: getComputedStyle(shadowRoot.querySelector("input")).direction };
  });
  assert.deepEqual([first > second, field], [isRtl, "ltr"]);
}

const narrow = { width: 320, height: 640 };
const zoomed = { width: 400, height: 450, deviceScaleFactor: 2 };
for (const browser of ["Chromium", "Firefox"]) {
  for (const [what, query, viewport] of [
    ["light", {}],
    ["dark, in German", { scheme: "dark", lang: "de" }],
    ["at 200 %", {}, zoomed],
    ["at 320 px, in German", { lang: "de" }, narrow],
    ["from right to left", { dir: "rtl" }, narrow],
  ]) {
    test(`${browser}, ${what}: axe finds nothing, and all fits in`, async (t) => {
      await walk(t, browser, { query, viewport }, async (name, who) => {
        await fits(name, who);
        await isAccessible(name, who);
        if (name === "confirm") await isMirrored(query.dir === "rtl", who);
      });
    });
  }
}

for (const scheme of ["light", "dark"]) {
  test(`it looks as before, ${scheme}`, async (t) => {
    await walk(t, "Chromium", { viewport: { width: 480, height: 700 }, colorScheme: scheme }, async (name, who) => {
      const picture = PNG.sync.read(await pictureOf(who));
      if (name === "scan") {
        const { uri } = await site.mfa.enrol("uri", { secret: SECRET, account: "ann@example.com" });
        assert.deepEqual(await scanned(picture), { zxing: uri, jsqr: uri });
      }
      looksLike(`${name}-${scheme}`, picture);
    });
  });
}

for (const browser of ["Chromium", "Firefox"])
  test(`${browser}: what a screen reader is told`, async (t) => {
    const told = {};
    await walk(t, browser, {}, async (name, who) => {
      told[name] = (await who.told()).map((line) => line.replace(/\d+$/, "0"));
    });
    assert.deepEqual(told, TOLD);
  });

test("how soon it is there, on a processor of a quarter of the speed", async (t) => {
  const { page, close } = await browsers.Chromium.open();
  t.after(close);
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  const who = personAt(page);
  await page.goto(`${site.url}/?show=setup&person=soon-1`);
  await who.heading(WORDS.en.scan);
  // The step changes only if it is interactive.
  const { shown, script } = await page.evaluate(() => ({
    shown: globalThis.told.find(({ step }) => step === "scan").at,
    script: performance.getEntriesByType("resource").find(({ name }) => name.endsWith("page.js")).responseEnd,
  }));
  assert.ok(shown > script);
  t.diagnostic(
    `${Math.round(shown)} ms from the navigation to the QR code, ${Math.round(shown - script)} ms from the script`,
  );
});

const titled = (title, ...inside) => [`region ${title}`, `heading ${title}`, ...inside, "status polite"];
const apps = ["group", "summary Which app?"];
const confirming = ["textbox Code of your app", "alert assertive", "button Confirm", "button Back", "timer"];
/** At each step. What is said in an alert is read when it comes. */
const TOLD = {
  link: titled(
    "Add the account to your app",
    ...[...apps, "link Open authenticator app", "button Copy key", "button Continue", "button Cancel"],
    ...["button Enter the key by hand", "button Show the QR code", "timer"],
  ),
  scan: titled(
    "Scan the QR code",
    ...["image QR code for your authenticator app", ...apps, "button Continue", "button Cancel"],
    ...["button Enter the key by hand", "timer"],
  ),
  manual: titled(
    "Enter the key by hand",
    ...["group Setup key", ...apps, "button Copy key", "button Continue", "button Cancel", "button Show the QR code"],
    "timer",
  ),
  confirm: titled("Enter the code", ...confirming),
  refused: titled("Enter the code", ...confirming),
  codes: titled(
    "Save your recovery codes",
    ...["list Recovery codes", "button Copy", "button Download", "button Print", "button I saved them"],
  ),
  prove: titled("Are they saved?", ...["textbox Recovery code 0", "alert assertive", "button Check", "button Back"]),
  passkey: titled("Add a passkey", "alert assertive", "button Add a passkey", "button Not now"),
  done: titled("Your account is protected"),
  prompt: [
    ...["dialog Confirm that it is you", "heading Confirm that it is you", "textbox Code of your app", "timer"],
    ...["alert assertive", "checkbox Remember this device", "button Continue", "button Cancel", "button Other ways"],
    ...["button Use a recovery code", "status polite"],
  ],
};

/** The page with what differs every time made the same. */
async function pictureOf({ page }) {
  await page.evaluate(() => {
    for (const { shadowRoot } of document.querySelectorAll("mfa-setup, mfa-prompt")) {
      const texts = document.createTreeWalker(shadowRoot, NodeFilter.SHOW_TEXT);
      for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        if (text.parentElement.matches("li code")) text.data = "0000-0000-0000-0000";
        else if (text.parentElement.matches(".small")) text.data = text.data.replace(/\d+(:\d\d)?/, "0");
        else if (/\d/.test(text.data) && /code|Recovery/i.test(text.data)) text.data = text.data.replace(/\d+/, "0");
      }
    }
  });
  return page.screenshot({ fullPage: true, animations: "disabled" });
}

function looksLike(name, picture) {
  const folder = fileURLToPath(new URL("screenshots/", import.meta.url));
  const path = `${folder}${name}.png`;
  if (process.env.UPDATE) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, PNG.sync.write(picture, { colorType: 2 }));
  }
  assert.ok(existsSync(path), `${name}: there is no picture; UPDATE=1 takes one`);
  const before = PNG.sync.read(readFileSync(path));
  const { width, height } = before;
  assert.deepEqual([picture.width, picture.height], [width, height], name);
  const others = pixelmatch(before.data, picture.data, undefined, width, height, { threshold: 0.15 });
  assert.ok(others <= width * height * TOLERANCE, `${name}: ${others} pixels are others`);
}

/** Of all pixels: less than a line of text. */
const TOLERANCE = 0.002;

async function scanned({ data, width, height }) {
  const pixels = Uint8ClampedArray.from(data);
  const [code] = await readBarcodes({ data: pixels, width, height, colorSpace: "srgb" }, { formats: ["QRCode"] });
  return { zxing: code?.text, jsqr: jsQR(pixels, width, height)?.data };
}
