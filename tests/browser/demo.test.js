// The demo, clicked through in Chromium: a person scans the code, types the six digits, and the Worker says yes once, no
// the second time, and locks after three wrong codes. SCREENSHOT=1 also writes www/screenshot.png.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import jsQR from "jsqr";
import { Miniflare } from "miniflare";
import { Secret, TOTP, URI } from "otpauth";
import { PNG } from "pngjs";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { root } from "../../www/build.js";
import { settings, start } from "../../www/serve.js";
import { launch } from "../runtime/support/chromium.js";
import { output } from "../runtime/support/process.js";
import { scratch } from "../runtime/support/scratch.js";

const PERIOD = 30_000;
const screenshot = process.env.SCREENSHOT && `${root}screenshot.png`;

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

beforeEach(() => post("reset", {}));

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
  assert.match(await page.locator("#confirm-error").textContent(), /not the code the app shows.* 2 attempts left/);
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

  const signIn = signingIn(page);
  assert.equal(await signIn(app.at(step)), "Refused: this code was already used", "the code that confirmed");
  assert.match(
    await signIn(spaced(app.at(step + 1))),
    /^Accepted: the app's clock is (on time|1 step (ahead|behind))$/,
  );
  assert.equal(await signIn(app.at(step + 1)), "Refused: this code was already used");
  assert.equal(await signIn(app.wrong()), "Refused: not a valid code, 2 attempts left");
  assert.equal(await signIn("abcdef"), "Refused: this is not a code");
  await page.getByRole("button", { name: "Use a recovery code instead" }).click();
  assert.equal(await signIn(codes[3].toLowerCase()), "Accepted: recovery code, 9 left");
  assert.equal(await signIn(codes[3]), "Refused: this code was already used");
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
});

test("three wrong codes lock, also for the right code, until the lock ends or a recovery code comes", async () => {
  const { app, step, recoveryCodes } = await enrolled();
  const { page } = await open(undefined, { clock: true });
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  const signIn = signingIn(page);
  const lock = page.locator("#sign-in-lock");
  const enter = page.getByRole("button", { name: "Sign in" });

  assert.equal(await signIn(app.wrong()), "Refused: not a valid code, 2 attempts left");
  assert.equal(await signIn(app.wrong()), "Refused: not a valid code, 1 attempt left");
  assert.ok(await lock.isHidden());
  assert.equal(await signIn(app.wrong()), "Refused: not a valid code");
  assert.match(await lock.textContent(), /^Locked for 0:\d\d Too many wrong codes/);
  assert.ok(await enter.isDisabled());
  await fitsInto320(page);

  const response = await post("sign-in", { code: app.at(step + 1) });
  assert.equal(response.status, 429);
  const wait = Number(response.headers.get("retry-after"));
  assert.ok(wait > 0 && wait <= 30, `${wait} s`);
  assert.deepEqual(await response.json(), { ok: false, reason: "locked", retryAfter: wait });

  await page.reload();
  await lock.getByText(/^Locked for 0:\d\d/).waitFor();
  // The time of the page is a number of the test; that of the Worker goes its own way.
  await page.clock.fastForward(31_000);
  assert.equal(await lock.textContent(), "You can try again now. ");
  assert.equal(await signIn(app.at(step + 1)), "Refused: too many wrong codes");
  assert.match(await lock.textContent(), /^Locked for 0:/);

  await page.getByRole("button", { name: "Use a recovery code instead" }).click();
  assert.ok(await lock.isHidden(), "recovery codes have a lock of their own");
  assert.equal(await signIn(recoveryCodes[0]), "Accepted: recovery code, 9 left");
  await page.getByRole("button", { name: "Use a code from your app instead" }).click();
  assert.match(await signIn(app.at(step + 1)), /^Accepted: the app's clock/);
  await page.context().close();
});

test("wrong codes at the set-up lock, too", async () => {
  const { page } = await open();
  await page.getByRole("button", { name: "Set it up" }).click();
  await focused(page, "Scan the code with your app");
  const app = authenticator((await page.locator("#key").textContent()).trim());
  for (const left of [/ 2 attempts left/, / 1 attempt left/, /try the next code\.$/]) {
    await page.locator("#confirm-code").fill(app.wrong());
    await answered(page, "/api/confirm", () => page.keyboard.press("Enter"));
    assert.match(await page.locator("#confirm-error").textContent(), left);
  }
  assert.match(await page.locator("#confirm-lock").textContent(), /^Locked for 0:/);
  assert.ok(await page.getByRole("button", { name: "Confirm" }).isDisabled());
  assert.equal((await post("confirm", { code: app.at(app.step()) })).status, 429);
  await page.context().close();
});

test("a QR code that nobody confirms is replaced by another one", async () => {
  const { page } = await open(undefined, { clock: true });
  const key = () => page.locator("#key").textContent();
  await page.getByRole("button", { name: "Set it up" }).click();
  await focused(page, "Scan the code with your app");
  const first = await key();
  assert.match(await page.locator("#expiry").textContent(), /^(10:00|9:5\d)$/);
  await page.clock.fastForward(600_000);
  await focused(page, "The QR code has expired");
  assert.equal(await key(), "", "the secret has left the page");
  assert.ok(await page.locator("#confirm").isHidden());

  await page.getByRole("button", { name: "Make a new QR code" }).click();
  await focused(page, "Scan the code with your app");
  assert.notEqual(await key(), first);
  await post("reset", {});
  await page.locator("#confirm-code").fill("123456");
  await answered(page, "/api/confirm", () => page.keyboard.press("Enter"));
  await focused(page, "The QR code has expired");
  await page.context().close();
});

test("no answer but the first one carries the secret, and none a session", async () => {
  const uri = (await (await post("enrol", {})).json()).uri;
  const key = URI.parse(uri).secret.base32;
  const app = authenticator(key);
  const step = app.step();
  const confirmed = await (await post("confirm", { code: app.at(step) })).json();
  assert.deepEqual(Object.keys(confirmed).sort(), ["drift", "ok", "recoveryCodes", "recoveryCodesLeft"]);
  const again = await (await post("enrol", {})).json();
  assert.deepEqual(again, { ok: false, reason: "verification_required" });
  const signedIn = await (await post("sign-in", { code: app.at(step + 1) })).json();
  assert.deepEqual(Object.keys(signedIn).sort(), ["drift", "ok", "recoveryCodesLeft"]);
  const state = await (await fetch(new URL("/api/state", demo.url))).json();
  assert.deepEqual(state, { enrolled: true });
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

test("wrangler takes the Worker as it is, and it runs with the keys of the command line", async (t) => {
  const folder = await scratch(t);
  const wrangler = fileURLToPath(new URL("../node_modules/wrangler/bin/wrangler.js", import.meta.url));
  const env = {
    ...process.env,
    CI: "1",
    XDG_CONFIG_HOME: folder,
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_LOG_PATH: folder,
  };
  const words = [wrangler, "deploy", "--dry-run", "--outdir", folder];
  const said = await output(process.execPath, words, { cwd: root, env });
  assert.match(said, /env\.MFA \(MfaAccount\)/);
  const keys = await output(process.execPath, ["node_modules/edge-mfa/dist/cli/main.js", "keys", "new"]);
  const deployed = new Miniflare(settings({ worker: folder, keys }));
  try {
    const state = await deployed.dispatchFetch("http://localhost/api/state");
    assert.deepEqual(await state.json(), { enrolled: false });
  } finally {
    await deployed.dispose();
  }
});

if (screenshot) {
  test("screenshot for the README", async () => {
    const { page } = await open();
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
  const { ok, recoveryCodes } = await (await post("confirm", { code: app.at(step) })).json();
  assert.ok(ok);
  return { app, step, recoveryCodes };
}

/** Opens the page. With `clock` its time is the test's: `page.clock`. */
async function open(options = { viewport: { width: 1200, height: 820 } }, { clock = false } = {}) {
  const page = await (await browser.newContext(options)).newPage();
  if (clock) await page.clock.install();
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

/** Types a code at the sign-in and answers the verdict. */
const signingIn = (page) => async (code) => {
  await page.locator("#sign-in-code").fill(code);
  await answered(page, "/api/sign-in", () => page.locator("#sign-in-code").press("Enter"));
  return (await page.locator("#verdict p").textContent()).trim();
};

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
