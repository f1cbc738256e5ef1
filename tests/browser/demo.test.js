// The demo, clicked through in Chromium: a person scans the code, types the six digits, looks at a balance and pays, and the
// guard says yes once to each code. SCREENSHOT=1 also writes www/screenshot*.png.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
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

test("from the first factor to the last recovery code", async () => {
  const { page, complaints } = await open();
  await page.getByRole("heading", { name: "You are signed in with one factor" }).waitFor();
  const person = await page.locator("main [data-person]").textContent();
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
      assert.equal(scanned.label, `${person}@example.com`);
      assert.equal(uri, await page.locator("#open-app a").getAttribute("href"));
    }
  }
  await fitsInto320(page);
  await page.emulateMedia({ colorScheme: "light" });

  const app = authenticator(key);
  const confirm = async (code) => {
    await page.getByLabel("Then enter the six digits it shows").fill(code);
    await answered(page, "/mfa/confirm", () => page.getByRole("button", { name: "Confirm", exact: true }).click());
  };
  await confirm("12 34");
  assert.match(await page.locator("#confirm-error").textContent(), /^This is no code\./);
  await confirm(app.wrong());
  assert.match(await page.locator("#confirm-error").textContent(), /^The code is not right\..* 2 attempts left\.$/);
  const step = app.step();
  await confirm(spaced(app.at(step)));
  await focused(page, "Save your recovery codes");

  const codes = await page.locator("#codes code").allTextContents();
  assert.equal(new Set(codes).size, 10);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByText("Download").click()]);
  const file = await readFile(await download.path(), "utf8");
  for (const code of codes) assert.ok(file.includes(code));
  await fitsInto320(page);
  const next = page.getByRole("button", { name: "Go to the bank" });
  assert.ok(await next.isDisabled(), "the codes must be saved first");
  await page.getByLabel("I saved them").check();
  await next.click();
  await focused(page, "Your account");

  const balance = page.locator("#balance");
  await balance.getByText("€ 1,250").waitFor();
  const shown = await wire(page);
  assert.equal(shown.title, "GET /api/balance 200");
  assert.match(shown.sent.authorization, /^Bearer demo\..*…/);
  assert.match(shown.sent.session, /^eyJ.*…/);
  assert.equal(shown.sent.code, "none");
  assert.deepEqual(shown.body, { balance: 1250 });
  for (const secret of [key, ...codes])
    assert.ok(!(await page.content()).includes(secret), "secrets have left the page");

  const { typed, pay } = paying(page);
  await pay();
  await page.locator("#prompt-code:focus").waitFor();
  assert.equal(await page.locator("#prompt-title").textContent(), "Pay € 25 to Landlord");
  await fitsInto320(page);
  assert.match(await typed(app.at(step)), /^The code was used already\./, "the code that confirmed");
  assert.equal((await wire(page)).body.code, "code_replayed");
  assert.match(await typed(app.wrong()), /^The code is not right\..* 2 attempts left\.$/);
  assert.equal(await typed(spaced(app.at(step + 1))), "Paid: € 25 to Landlord");
  assert.equal(await balance.textContent(), "€ 1,225");
  const spent = await wire(page);
  assert.equal(spent.title, "POST /api/transfer 200");
  assert.equal(spent.sent.code, spaced(app.at(step + 1)));
  assert.deepEqual(spent.body, { balance: 1225 });

  await page.locator("#to").selectOption("Aunt Ada");
  await page.locator("#amount").fill("100");
  await pay();
  assert.match(await typed(app.at(step + 1)), /^The code was used already\./);
  await page.getByRole("button", { name: "Use a recovery code instead" }).click();
  assert.equal(await typed(codes[3].toLowerCase()), "Paid: € 100 to Aunt Ada");
  assert.equal(await balance.textContent(), "€ 1,125");
  assert.ok(
    !(await page.locator("#wire").textContent()).toUpperCase().includes(codes[3]),
    "not even a spent one is shown",
  );
  await pay();
  await page.getByRole("button", { name: "Use a recovery code instead" }).click();
  assert.match(await typed(codes[3]), /^The code was used already\./);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.locator("dialog").waitFor({ state: "hidden" });
  assert.equal(await balance.textContent(), "€ 1,125");
  await fitsInto320(page);

  await page.reload();
  await balance.getByText("€ 1,125").waitFor();
  await page.getByRole("button", { name: "End the session" }).click();
  await page.getByText("The session is closed.").waitFor();
  assert.equal(await balance.textContent(), "€ ••••");
  await page.getByRole("button", { name: "Show the balance" }).click();
  await page.getByRole("button", { name: "Use a recovery code instead" }).click();
  await page.locator("#prompt-code").fill(codes[4]);
  await page.keyboard.press("Enter");
  await balance.getByText("€ 1,125").waitFor();

  await page.getByRole("button", { name: "Start over" }).click();
  await focused(page, "You are signed in with one factor");
  assert.notEqual(await page.locator("main [data-person]").textContent(), person);

  // The browser itself complains of answers that are refusals.
  assert.deepEqual(
    complaints.filter((text) => !/status of (400|401)/.test(text)),
    [],
  );
  await page.context().close();
});

test("three wrong codes lock for a while, also for the right code", async () => {
  const { app, step, login, call } = await enrolled();
  const { page } = await open({ login, clock: true });
  const { typed } = paying(page);
  const lock = page.locator("#prompt-lock");
  await page.getByRole("button", { name: "Show the balance" }).click();
  assert.match(await typed(app.wrong()), / 2 attempts left\.$/);
  assert.match(await typed(app.wrong()), / 1 attempt left\.$/);
  assert.ok(await lock.isHidden());
  assert.match(await typed(app.wrong()), /^The code is not right\..*itself\.$/);
  assert.match(await lock.textContent(), /^Locked for 0:\d\d Too many wrong codes/);
  assert.ok(await page.locator("#prompt-send").isDisabled());
  await fitsInto320(page);

  const locked = await call("/api/balance", { headers: { "x-mfa-token": app.at(step + 1) } });
  assert.equal(locked.status, 429);
  const wait = Number(locked.headers.get("retry-after"));
  assert.ok(wait > 0 && wait <= 30, `${wait} s`);
  assert.equal((await locked.json()).code, "locked");

  // The time of the page is a number of the test; that of the Worker goes its own way.
  await page.clock.fastForward(31_000);
  assert.equal(await lock.textContent(), "You can try again now. ");
  assert.match(await typed(app.at(step + 1)), /^Too many wrong codes\./);
  assert.match(await page.locator("#bank-lock").textContent(), /^Locked for 0:/);
  await page.context().close();
});

test("the lock is there after coming back, and a recovery code gets through", async () => {
  const { app, step, login, call, recoveryCodes } = await enrolled();
  for (const left of [2, 1, 0]) {
    const answer = await call("/api/balance", { headers: { "x-mfa-token": app.wrong() } });
    assert.equal((await answer.json()).attemptsLeft, left);
  }
  const { page } = await open({ login });
  const { typed, pay } = paying(page);
  const lock = page.locator("#bank-lock");
  await lock.getByText(/^Locked for 0:/).waitFor();
  await page.getByRole("button", { name: "Show the balance" }).click();
  assert.match(await page.locator("#prompt-lock").textContent(), /^Locked for 0:/);
  await page.getByRole("button", { name: "Use a recovery code instead" }).click();
  assert.ok(await page.locator("#prompt-lock").isHidden(), "recovery codes have a lock of their own");
  await page.locator("#prompt-code").fill(recoveryCodes[0]);
  await page.keyboard.press("Enter");
  await page.locator("#balance").getByText("€ 1,250").waitFor();
  assert.ok(await lock.isHidden());

  await pay();
  assert.equal(await typed(app.at(step + 1)), "Paid: € 25 to Landlord");
  await page.locator("#amount").fill("2000");
  await pay();
  await page.getByRole("button", { name: "Use a recovery code instead" }).click();
  assert.equal(await typed(recoveryCodes[1]), "There is not enough money.");
  assert.equal(await page.locator("#balance").textContent(), "€ 1,225");
  await page.context().close();
});

test("wrong codes at the set-up lock, too", async () => {
  const { page } = await open();
  await page.getByRole("button", { name: "Set it up" }).click();
  await focused(page, "Scan the code with your app");
  const app = authenticator((await page.locator("#key").textContent()).trim());
  for (const end of [/ 2 attempts left\.$/, / 1 attempt left\.$/, /itself\.$/]) {
    await page.locator("#confirm-code").fill(app.wrong());
    await answered(page, "/mfa/confirm", () => page.keyboard.press("Enter"));
    assert.match(await page.locator("#confirm-error").textContent(), end);
  }
  assert.match(await page.locator("#confirm-lock").textContent(), /^Locked for 0:/);
  assert.ok(await page.getByRole("button", { name: "Confirm", exact: true }).isDisabled());
  await page.context().close();
});

test("a QR code that nobody confirms is replaced by another one, for the same person", async () => {
  const { page } = await open({ clock: true });
  const key = () => page.locator("#key").textContent();
  const account = () => page.locator("#details dd").nth(1).textContent();
  await page.getByRole("button", { name: "Set it up" }).click();
  await focused(page, "Scan the code with your app");
  const first = { key: await key(), account: await account() };
  assert.match(await page.locator("#expiry").textContent(), /^(10:00|9:5\d)$/);
  // The bearer token is over by then, too, and is renewed.
  await page.clock.fastForward(600_000);
  await focused(page, "The QR code has expired");
  assert.equal(await key(), "", "the secret has left the page");
  assert.ok(await page.locator("#confirm").isHidden());

  await page.getByRole("button", { name: "Make a new QR code" }).click();
  await page.waitForFunction(() => document.querySelector("#wire summary")?.textContent?.includes("/mfa/enrol"));
  assert.notEqual(await key(), first.key);
  assert.equal(await account(), first.account);
  await page.context().close();
});

test("one code moves money once, and only as it was meant", async () => {
  const { app, step, call, session } = await enrolled();
  const transfer = (body, headers = {}) =>
    call("/api/transfer", { method: "POST", headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) });
  const rent = { to: "Landlord", amount: 25 };

  const stepUp = await transfer(rent, { "x-session-token": session });
  assert.equal(stepUp.status, 401);
  assert.match(
    stepUp.headers.get("www-authenticate"),
    /error="insufficient_user_authentication".* acr_values="aal2", max_age="60"/,
  );
  const { code, action, maxAge } = await stepUp.json();
  assert.deepEqual({ code, action, maxAge }, { code: "verification_required", action: "transfer", maxAge: 60 });

  const headers = { "x-mfa-token": app.at(step + 1) };
  const answers = await Promise.all(Array.from({ length: 20 }, () => transfer(rent, headers)));
  assert.ok(answers.every((answer) => answer.headers.get("cache-control") === "no-store"));
  const paid = answers.filter((answer) => answer.status === 200);
  assert.equal(paid.length, 1);
  assert.deepEqual(await paid[0].json(), { balance: 1225 });
  const refused = await Promise.all(answers.filter((answer) => answer.status !== 200).map((answer) => answer.json()));
  assert.ok(refused.every((problem) => problem.code === "code_replayed"));

  const bought = { "x-session-token": paid[0].headers.get("x-session-token") };
  assert.deepEqual(await (await call("/api/balance", { headers: bought })).json(), { balance: 1225 });
  assert.equal((await transfer(rent, bought)).status, 401, "its session does not pay again");
});

test("a code verified for one payment is good for this payment, once", async () => {
  const { app, step, call } = await enrolled();
  const post = (path, body, headers = {}) =>
    call(path, { method: "POST", headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) });
  const grant = { action: "transfer", resource: "Landlord", amount: "25 EUR" };
  const verified = await post("/mfa/verify", { code: app.at(step + 1), grant });
  assert.equal(verified.status, 200);
  const headers = { "x-session-token": verified.headers.get("x-session-token") };
  assert.equal((await post("/api/transfer", { to: "Landlord", amount: 250 }, headers)).status, 401);
  assert.equal((await post("/api/transfer", { to: "Aunt Ada", amount: 25 }, headers)).status, 401);
  assert.equal((await post("/api/transfer", { to: "Landlord", amount: 25 }, headers)).status, 200);
  assert.equal((await post("/api/transfer", { to: "Landlord", amount: 25 }, headers)).status, 401);
});

test("the stand-in for a login gives everybody an account of their own, and keeps it", async () => {
  const [one, other] = [await signIn(), await signIn()];
  assert.notEqual(one.person, other.person);
  const renewed = await signIn(one.token);
  assert.equal(renewed.person, one.person);
  for (const forged of [one.token.replace(one.person, other.person), one.token.replace(/.{4}$/, "0000"), "demo"]) {
    assert.notEqual((await signIn(forged)).person, one.person);
    const answer = await ask("/mfa/account", { headers: { authorization: `Bearer ${forged}` } });
    assert.equal(answer.status, 401);
    assert.equal((await answer.json()).code, "invalid_token");
  }
  assert.equal((await (await ask("/mfa/account")).json()).code, "authentication_required");

  const { login, call, session } = await enrolled();
  const later = await signIn(login.token);
  const headers = { authorization: `Bearer ${later.token}`, "x-session-token": session };
  assert.equal((await ask("/api/balance", { headers })).status, 200, "the session outlives the token");
  const stranger = { authorization: `Bearer ${other.token}`, "x-session-token": session };
  assert.equal((await (await ask("/api/balance", { headers: stranger })).json()).code, "session_invalid");

  assert.equal((await call("/login", { method: "DELETE" })).status, 204);
  assert.equal((await (await call("/mfa/account")).json()).enrolled, false);
  assert.equal((await ask("/login", { method: "DELETE" })).status, 401);
});

test("what the Worker cannot read it refuses, and every answer is secured", async () => {
  const { token } = await signIn();
  const headers = { authorization: `Bearer ${token}` };
  const send = (body, type = "application/json") => ({
    ...{ method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) },
    headers: { ...headers, "content-type": type },
  });
  const cases = [
    [404, "/mfa/nothing", { headers }],
    [405, "/api/balance", send({})],
    [405, "/login", { headers }],
    [415, "/api/transfer", send({ to: "Landlord", amount: 25 }, "text/plain")],
    [400, "/api/transfer", send('{"to":')],
    [400, "/api/transfer", send([])],
    [400, "/api/transfer", send({ to: "Landlord", amount: "25" })],
    [400, "/api/transfer", send({ to: "Landlord", amount: -25 })],
    [400, "/api/transfer", send({ to: "<b>", amount: 25 })],
    [413, "/api/transfer", send({ to: "a".repeat(5000), amount: 25 })],
    [401, "/api/transfer", send({ to: "Landlord", amount: 25 })],
    [401, "/api/balance", {}],
  ];
  for (const [status, path, init] of cases) {
    const response = await ask(path, init);
    assert.equal(response.status, status, `${path} ${init.body ?? ""}`);
    assert.equal(response.headers.get("content-type"), "application/problem+json");
    assert.equal((await response.json()).status, status);
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
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
  assert.match(said, /env\.BANK \(Bank\)/);
  const keys = await output(process.execPath, ["node_modules/edge-mfa/dist/cli/main.js", "keys", "new"]);
  const deployed = new Miniflare(settings({ worker: folder, keys, loginKey: btoa("0".repeat(32)) }));
  try {
    const { token } = await (await deployed.dispatchFetch("http://localhost/login", { method: "POST" })).json();
    const headers = { authorization: `Bearer ${token}` };
    const account = await deployed.dispatchFetch("http://localhost/mfa/account", { headers });
    assert.equal((await account.json()).enrolled, false);
  } finally {
    await deployed.dispose();
  }
});

if (process.env.SCREENSHOT) {
  test("screenshot of the set-up", async () => {
    const { page } = await open({ viewport: { width: 1280, height: 900 } });
    await page.getByRole("button", { name: "Set it up" }).click();
    await focused(page, "Scan the code with your app");
    await page.screenshot({ path: `${root}screenshot.png` });
    await page.context().close();
  });

  test("screenshot of the guard", async () => {
    const { app, step, login } = await enrolled();
    const { page } = await open({ login, viewport: { width: 1280, height: 900 } });
    await page.getByRole("button", { name: "Show the balance" }).click();
    await page.locator("#prompt-code").fill(app.at(step + 1));
    await page.keyboard.press("Enter");
    await page.locator("#balance").getByText("€ 1,250").waitFor();
    const { pay, typed } = paying(page);
    await pay();
    await typed(app.at(step + 1));
    await page.screenshot({ path: `${root}screenshot-guard.png` });
    await page.context().close();
  });
}

const JSON_TYPE = { "content-type": "application/json" };

const ask = (path, init) => fetch(new URL(path, demo.url), init);

/** Somebody, or the person of an older token once more. */
async function signIn(token) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  return (await ask("/login", { method: "POST", headers })).json();
}

/** Somebody with a confirmed app, without the page. */
async function enrolled() {
  const login = await signIn();
  const call = (path, { headers, ...init } = {}) =>
    ask(path, { ...init, headers: { authorization: `Bearer ${login.token}`, ...headers } });
  const post = (path, body) => call(path, { method: "POST", headers: JSON_TYPE, body: JSON.stringify(body) });
  const { uri } = await (await post("/mfa/enrol", {})).json();
  const app = authenticator(URI.parse(uri).secret.base32);
  const step = app.step();
  const confirmed = await post("/mfa/confirm", { code: app.at(step) });
  assert.equal(confirmed.status, 200);
  const { recoveryCodes } = await confirmed.json();
  return { login, call, app, step, recoveryCodes, session: confirmed.headers.get("x-session-token") };
}

/** Opens the page. With `login` as somebody, with `clock` at a time that is the test's: `page.clock`. */
async function open({ login, clock = false, viewport = { width: 1200, height: 820 } } = {}) {
  const page = await (await browser.newContext({ viewport })).newPage();
  if (clock) await page.clock.install();
  const complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.addInitScript((login) => {
    document.addEventListener("securitypolicyviolation", (event) => console.error("CSP:", event.violatedDirective));
    if (login) localStorage.setItem("edge-mfa-demo:login", JSON.stringify(login));
  }, login);
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

/** Paying, and typing a code into the dialog: it answers what the dialog says, or the bank once it is closed. */
function paying(page) {
  const pay = () => page.getByRole("button", { name: "Pay", exact: true }).click();
  const typed = async (code) => {
    await page.locator("#prompt-code").fill(code);
    await page.locator("#prompt-code").press("Enter");
    await page.waitForFunction(() => !document.querySelector("dialog[open] form[aria-busy]"));
    const isOpen = await page.locator("dialog").isVisible();
    if (isOpen) return page.locator("#prompt-error").textContent();
    await page.waitForFunction(() => !document.querySelector("[aria-busy]"));
    return (await page.locator("#verdict p").textContent()).trim();
  };
  return { pay, typed };
}

/** The newest entry of the panel. */
async function wire(page) {
  const entry = page.locator("#wire li").first();
  const terms = await entry.locator("dl").first().locator("dd").allTextContents();
  const [authorization, session, code] = terms;
  const title = (await entry.locator("summary").evaluate((summary) => summary.textContent)).replace(/\s+/g, " ").trim();
  return { title, sent: { authorization, session, code }, body: JSON.parse(await entry.locator("pre").textContent()) };
}

/** Does something and waits until the page has shown what was answered to it. */
async function answered(page, path, action) {
  const [response] = await Promise.all([page.waitForResponse((response) => response.url().endsWith(path)), action()]);
  await response.finished();
  await page.waitForFunction(() => !document.querySelector("[aria-busy]"));
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
