// The demo, clicked through in Chromium: a person scans the code, types the six digits, and the
// Worker says yes once and no the second time. SCREENSHOT=1 also writes www/screenshot.png.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import jsQR from "jsqr";
import { Secret, TOTP, URI } from "otpauth";
import { PNG } from "pngjs";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { start } from "../../www/serve.js";
import { launch } from "../runtime/support/chromium.js";

const PERIOD = 30_000;
const screenshot = process.env.SCREENSHOT && fileURLToPath(new URL("../../www/screenshot.png", import.meta.url));

let demo;
let browser;

before(async () => {
  const wasm = new URL(import.meta.resolve("zxing-wasm/reader/zxing_reader.wasm"));
  prepareZXingModule({ overrides: { wasmBinary: (await readFile(wasm)).buffer } });
  browser = await launch();
  demo = await start({ port: 0 });
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

test("a code signs in once, from the first scan to the last recovery code", async () => {
  const { page, complaints } = await open();

  await page.getByRole("button", { name: "Set it up" }).click();
  await focused(page, "Scan the code with your app");

  const key = (await page.locator("#key").textContent()).trim();
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    const image = await page.locator("#qr").screenshot();
    for (const uri of [await zxing(image), jsqr(image)]) {
      const scanned = URI.parse(uri);
      assert.equal(scanned.secret.base32, key, `${colorScheme}: the scanned secret is the key to type`);
      assert.equal(scanned.issuer, "edge-mfa demo");
      assert.equal(scanned.label, "you@example.com");
      assert.equal(uri, await page.locator("#open-app a").getAttribute("href"));
    }
  }
  await fitsInto320(page);
  await page.emulateMedia({ colorScheme: "light" });

  const app = authenticator(key);
  const confirming = page.getByLabel("Then enter the six digits it shows");
  const confirm = async (code) => {
    await confirming.fill(code);
    await answered(page, "/api/confirm", () => page.getByRole("button", { name: "Confirm" }).click());
  };
  await confirm("12 34");
  assert.match(await page.locator("#confirm-error").textContent(), /six digits/);
  await confirm(app.wrong());
  assert.match(await page.locator("#confirm-error").textContent(), /not the code the app shows/);
  const step = app.step();
  await confirm(spaced(app.at(step)));
  await focused(page, "Save your recovery codes");

  const codes = await page.locator("#codes code").allTextContents();
  assert.equal(new Set(codes).size, 10);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByText("Download").click()]);
  const file = await readFile(await download.path(), "utf8");
  for (const code of codes) assert.ok(file.includes(code));
  await fitsInto320(page);
  const next = page.getByRole("button", { name: "Go to sign-in" });
  assert.ok(await next.isDisabled(), "the codes must be saved first");
  await page.getByLabel("I saved them").check();
  await next.click();
  await focused(page, "Sign in");
  assert.ok(!(await page.content()).includes(codes[0]), "the codes have left the page");

  const signIn = async (code) => {
    await page.locator("#sign-in-code").fill(code);
    await answered(page, "/api/sign-in", () => page.keyboard.press("Enter"));
    return (await page.locator("#verdict p").textContent()).trim();
  };
  assert.equal(await signIn(app.at(step)), "Refused: this code was already used", "the code that confirmed");
  assert.match(await signIn(spaced(app.at(step + 1))), new RegExp(`^Accepted: step ${step + 1}, drift (\\+1|0|-1)$`));
  assert.equal(await signIn(app.at(step + 1)), "Refused: this code was already used");
  assert.equal(await signIn(app.wrong()), "Refused: not a valid code");
  assert.equal(await signIn("abcdef"), "Refused: this is not a code");
  await page.getByRole("button", { name: "Use a recovery code instead" }).click();
  assert.equal(await signIn(codes[3].toLowerCase()), "Accepted: recovery code, 9 left");
  assert.equal(await signIn(codes[3]), "Refused: not a valid code");
  assert.equal(await page.locator("#history li").count(), 7);
  await fitsInto320(page);

  await page.reload();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.getByRole("button", { name: "Start over" }).click();
  await focused(page, "Add an authenticator app");

  assert.deepEqual(complaints, []);
  await page.context().close();
});

test("two requests with the same code at the same moment get one yes", async () => {
  const { app, step } = await enrolled();
  const code = app.at(step + 1);
  const responses = await Promise.all(Array.from({ length: 20 }, () => post("sign-in", { code })));
  assert.ok(responses.every((response) => response.headers.get("cache-control") === "no-store"));
  const answers = await Promise.all(responses.map((response) => response.json()));
  assert.equal(answers.filter((answer) => answer.ok).length, 1);
  assert.ok(answers.every((answer) => answer.ok || answer.reason === "replayed"));
  await post("reset", {});
});

test("five wrong codes in a minute stop the guessing, also of the right code", async () => {
  const { app, step } = await enrolled();
  for (let guess = 0; guess < 5; guess++) assert.equal((await post("sign-in", { code: app.wrong() })).status, 200);
  const response = await post("sign-in", { code: app.at(step + 1) });
  assert.equal(response.status, 429);
  assert.ok(Number(response.headers.get("retry-after")) > 0);
  assert.equal((await response.json()).ok, false);
  await post("reset", {});
});

test("the Worker answers only its own page, in JSON", async () => {
  const ask = (path, init) => fetch(new URL(path, demo.url), init);
  const type = { "content-type": "application/json" };
  const cases = [
    [404, "/api/nothing", {}],
    [405, "/api/enrol", {}],
    [405, "/api/state", { method: "POST", headers: type, body: "{}" }],
    [415, "/api/enrol", { method: "POST", headers: { "content-type": "text/plain" }, body: "{}" }],
    [403, "/api/enrol", { method: "POST", headers: { ...type, origin: "https://example.org" }, body: "{}" }],
    [400, "/api/sign-in", { method: "POST", headers: type, body: '{"code":' }],
    [400, "/api/sign-in", { method: "POST", headers: type, body: '{"code":123456}' }],
    [413, "/api/sign-in", { method: "POST", headers: type, body: JSON.stringify({ code: "1".repeat(5000) }) }],
  ];
  for (const [status, path, init] of cases) {
    const response = await ask(path, init);
    assert.equal(response.status, status, path);
    assert.equal(typeof (await response.json()).error, "string");
  }
  const page = await ask("/");
  assert.match(page.headers.get("content-security-policy"), /script-src 'self' 'wasm-unsafe-eval';/);
});

if (screenshot) {
  test("screenshot for the README", async () => {
    const { page } = await open({ viewport: { width: 1200, height: 820 } });
    await page.getByRole("button", { name: "Set it up" }).click();
    await focused(page, "Scan the code with your app");
    await page.screenshot({ path: screenshot });
    await page.context().close();
  });
}

const post = (route, body) =>
  fetch(new URL(`/api/${route}`, demo.url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

/** An account with a confirmed app, without the page. */
async function enrolled() {
  const { uri } = await (await post("enrol", {})).json();
  const app = authenticator(URI.parse(uri).secret.base32);
  const step = app.step();
  const { ok } = await (await post("confirm", { code: app.at(step) })).json();
  assert.ok(ok);
  return { app, step };
}

async function open(options = { viewport: { width: 1200, height: 820 } }) {
  const page = await (await browser.newContext(options)).newPage();
  const complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => console.error("CSP:", event.violatedDirective));
  });
  await page.goto(demo.url);
  return { page, complaints };
}

/** The authenticator app: an independent implementation, asked for the codes of given steps. */
function authenticator(key) {
  const totp = new TOTP({ secret: Secret.fromBase32(key) });
  const at = (step) => totp.generate({ timestamp: step * PERIOD });
  const step = () => Math.floor(Date.now() / PERIOD);
  const wrong = () => {
    const near = new Set(Array.from({ length: 9 }, (_, index) => at(step() - 4 + index)));
    return ["000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777", "888888", "999999"].find(
      (code) => !near.has(code),
    );
  };
  return { at, step, wrong };
}

const spaced = (code) => `${code.slice(0, 3)} ${code.slice(3)}`;

/** Does something and waits until the page has shown what the Worker answered to it. */
async function answered(page, path, action) {
  const [response] = await Promise.all([page.waitForResponse((response) => response.url().endsWith(path)), action()]);
  await response.finished();
  await page.waitForFunction(() => !document.querySelector("form[aria-busy]"));
}

async function focused(page, heading) {
  await page.waitForFunction((text) => document.activeElement?.textContent === text, heading);
}

async function fitsInto320(page) {
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= 320, `${width} px wide in a window of 320 px`);
  await page.setViewportSize(size);
}

async function zxing(png) {
  const [code] = await readBarcodes(new Blob([png]), { formats: ["QRCode"] });
  return code?.text;
}

function jsqr(png) {
  const { data, width, height } = PNG.sync.read(png);
  return jsQR(Uint8ClampedArray.from(data), width, height)?.data;
}
