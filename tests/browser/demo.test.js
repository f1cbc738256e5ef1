// The demo, clicked through in Chromium: a person scans the code, adds a passkey, looks at a balance and pays, and the guard
// says yes once to each proof. SCREENSHOT=1 also writes www/screenshot*.png.

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
import { personAt } from "./support/person.js";

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

test("from the first factor to a passkey: set up, pay, come back, and leave", async () => {
  const { page, who, complaints } = await open();
  await authenticatorIn(page);
  await page.getByRole("heading", { name: "You are signed in with one factor" }).waitFor();
  const person = await page.locator("main [data-person]").textContent();
  await page.getByRole("button", { name: "Set it up" }).click();
  await who.heading("Scan the QR code");
  const scanned = [];
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    const image = await page.locator("mfa-setup svg").first().screenshot();
    for (const uri of [await zxing(image), jsqr(image)]) {
      const { issuer, label, secret } = URI.parse(uri);
      assert.deepEqual([issuer, label], ["edge-mfa demo", `${person}@example.com`], colorScheme);
      scanned.push(secret.base32);
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await fitsInto320(page);
  assert.equal(new Set(scanned).size, 1);
  const app = authenticator(scanned[0]);
  const step = app.step();
  await page.getByRole("button", { name: "Continue" }).click();
  await who.heading("Enter the code");
  await who.type(spaced(app.at(step)));
  await who.heading("Save your recovery codes");
  const codes = await page.locator("mfa-setup li code").allTextContents();
  await page.getByRole("button", { name: "I saved them" }).click();
  await who.heading("Are they saved?");
  await who.type(codes[Number(/\d+/.exec(await who.text("label"))[0]) - 1]);
  await who.heading("Add a passkey");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await focused(page, "Your account");
  const balance = page.locator("#balance");
  await balance.getByText("€ 1,250").waitFor();
  const factors = page.locator("#factors li b");
  await factors.nth(1).waitFor();
  assert.equal(await factors.count(), 2);
  for (const secret of [scanned[0], ...codes])
    assert.ok(!(await page.content()).includes(secret), "secrets have left the page");

  // A payment asks for a proof of its own: the passkey is the first that is offered.
  await pay(page);
  await who.heading("Confirm that it is you");
  await page.getByRole("button", { name: "Use passkey" }).click();
  await verdict(page, "Paid: € 25 to Landlord");
  assert.equal(await balance.textContent(), "€ 1,225");
  // A code does it, too, and does it once.
  await pay(page);
  await who.heading("Confirm that it is you");
  await page.getByRole("button", { name: "Other ways" }).click();
  await page.getByRole("button", { name: "Use a code of your app" }).click();
  await who.type(app.at(step));
  await who.alert("used");
  await who.type(spaced(app.at(step + 1)));
  await balance.getByText("€ 1,200").waitFor();
  await verdict(page, "Paid: € 25 to Landlord");
  assert.ok((await page.locator("#activity li").allTextContents()).some((text) => text.startsWith("Verified")));
  await fitsInto320(page);

  // The next day, in a browser that has forgotten who it was: the passkey says it.
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
  await page.reload();
  await page.getByRole("heading", { name: "You are signed in with one factor" }).waitFor();
  assert.notEqual(await page.locator("main [data-person]").textContent(), person);
  await page.getByRole("button", { name: "I have a passkey here" }).click();
  await balance.getByText("€ 1,200").waitFor();
  assert.equal(await page.locator("main [data-person]").textContent(), person);

  await page.getByRole("button", { name: "End the session" }).click();
  await page.getByText("The session is closed.").waitFor();
  assert.equal(await balance.textContent(), "€ ••••");
  await page.getByRole("button", { name: "Start over" }).click();
  await focused(page, "You are signed in with one factor");
  // The browser itself complains of answers that are refusals.
  assert.deepEqual(
    complaints.filter((text) => !/status of (400|401|404)/.test(text)),
    [],
  );
  await page.context().close();
});

test("the phone is lost: a recovery code gets in, another app is set up, the old one is removed", async () => {
  const { app, login, call, recoveryCodes } = await enrolled();
  for (const left of [2, 1, 0]) {
    const answer = await call("/api/balance", { headers: { "x-mfa-token": app.wrong() } });
    assert.equal((await answer.json()).attemptsLeft, left);
  }
  const { page, who } = await open({ login });
  await page.getByRole("button", { name: "Show the balance" }).click();
  await who.heading("Confirm that it is you");
  await page.getByRole("button", { name: "Other ways" }).click();
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  await who.until("the field", () =>
    document.querySelector("mfa-prompt").shadowRoot.querySelector("label")?.textContent.includes("Recovery code"),
  );
  await who.type(recoveryCodes[0].toLowerCase());
  await page.locator("#balance").getByText("€ 1,250").waitFor();
  await page.getByRole("button", { name: "Set up another one" }).click();
  await who.heading("Scan the QR code");
  await page.getByRole("button", { name: "Enter the key by hand" }).click();
  await who.heading("Enter the key by hand");
  const other = authenticator((await who.text(".key")).replaceAll(" ", ""));
  await page.getByRole("button", { name: "Continue" }).click();
  await who.heading("Enter the code");
  await who.type(other.at(other.step()));
  await who.heading("Add a passkey");
  await page.getByRole("button", { name: "Not now" }).click();
  await page.locator("#factors li").nth(1).waitFor();
  await page
    .locator("#factors li")
    .first()
    .getByRole("button", { name: /^Remove/ })
    .click();
  await page.waitForFunction(() => document.querySelectorAll("#factors li").length === 1);
  const account = await (await call("/mfa/account")).json();
  assert.equal(account.enrolled, true);
  await page.context().close();
});

test("the playground makes codes that an independent app makes, and says what cannot be", async () => {
  const { page, complaints } = await open({ path: "/playground" });
  const image = await page.locator("#qr img").screenshot();
  const uri = await zxing(image);
  assert.equal(uri, await page.locator("#uri").textContent());
  assert.equal(jsqr(image), uri);
  const read = URI.parse(uri);
  const [code, expected] = await page
    .evaluate(() => document.querySelector("#code").textContent.replace(/ /g, ""))
    .then((code) => [code, [0, -1].map((step) => read.generate({ timestamp: Date.now() + step * PERIOD }))]);
  assert.ok(expected.includes(code), code);
  await page.locator("#typed").fill(code);
  await page.keyboard.press("Enter");
  assert.match(await page.locator("#verdict").textContent(), /"valid":true/);
  await page.getByLabel("Issuer").fill("AC:ME");
  assert.match(await page.locator("#refusal").textContent(), /issuer/);
  await page.getByLabel("Digits").selectOption("8");
  await page.getByLabel("Issuer").fill("ACME");
  assert.match(await page.locator("#code").textContent(), /^\d{4} \d{4}$/);
  assert.equal(await page.locator("#codes li").count(), 10);
  await fitsInto320(page);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test("the service shows its health, its keys without the keys, and its policy", async () => {
  const { page, complaints } = await open({ path: "/service" });
  await page.locator("#policy dd").first().waitFor();
  const facts = async (id) => (await page.locator(`#${id} dt, #${id} dd`).allTextContents()).join(" ");
  assert.match(await facts("health"), /status ok store true/);
  assert.match(await facts("keys"), /^[0-9a-f]{8} made on \d{4}-\d\d-\d\d, seals$/);
  assert.match(await facts("policy"), /window 1 .*locks 30,60,120,300/);
  assert.ok(!(await page.content()).includes("mfak_"));
  await fitsInto320(page);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test("no link of any page is dead, and none leads elsewhere", async () => {
  for (const path of ["/", "/bank", "/playground", "/service"]) {
    const { page, complaints } = await open({ path });
    const links = await page.locator("a[href]").evaluateAll((all) => all.map((link) => link.href));
    assert.ok(links.length >= 4);
    for (const link of new Set(links)) {
      assert.ok(link.startsWith(new URL("/", demo.url).href), link);
      assert.equal((await fetch(link)).status, 200, link);
    }
    await fitsInto320(page);
    assert.deepEqual(complaints, []);
    await page.context().close();
  }
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
  const keys = await output("npx", ["--no", "edge-mfa", "keys", "new"], { cwd: root, env });
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
  test("screenshots", async () => {
    const landing = await open({ path: "/", viewport: { width: 1280, height: 900 } });
    await landing.page.screenshot({ path: `${root}screenshot-landing.png` });
    await landing.page.context().close();

    const setUp = await open({ viewport: { width: 1280, height: 900 } });
    await setUp.page.getByRole("button", { name: "Set it up" }).click();
    await setUp.who.heading("Scan the QR code");
    await setUp.page.screenshot({ path: `${root}screenshot.png` });
    await setUp.page.context().close();

    const { app, step, login } = await enrolled();
    const { page, who } = await open({ login, viewport: { width: 1280, height: 900 } });
    await page.getByRole("button", { name: "Show the balance" }).click();
    await who.heading("Confirm that it is you");
    await who.type(app.at(step + 1));
    await page.locator("#balance").getByText("€ 1,250").waitFor();
    await pay(page);
    await who.heading("Confirm that it is you");
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

/** Opens a page, with `login` as somebody. */
async function open({ login, path = "/bank", viewport = { width: 1200, height: 820 } } = {}) {
  const page = await (await browser.newContext({ viewport })).newPage();
  const complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.addInitScript((login) => {
    document.addEventListener("securitypolicyviolation", (event) => console.error("CSP:", event.violatedDirective));
    if (login) localStorage.setItem("edge-mfa-demo:login", JSON.stringify(login));
  }, login);
  await page.goto(new URL(path, demo.url).href);
  return { page, complaints, who: personAt(page) };
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

const pay = (page) => page.getByRole("button", { name: "Pay", exact: true }).click();

const verdict = (page, text) =>
  page.waitForFunction((text) => document.querySelector("#verdict p")?.textContent.trim() === text, text);

/** A platform authenticator, with a person who agrees to everything. */
async function authenticatorIn(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable", { enableUI: false });
  const is = {
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  await cdp.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal", ...is } });
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
