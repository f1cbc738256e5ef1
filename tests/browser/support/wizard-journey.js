// The journeys of the wizard, for a site of any runtime: setting up, and being asked at a request.

import assert from "node:assert/strict";

export const secretOf = async ({ text }) => (await text(".key")).replace(/ /g, "");

export const codesOf = ({ page }) =>
  page.evaluate(() =>
    [...document.querySelector("mfa-setup").shadowRoot.querySelectorAll("li code")].map(
      ({ textContent }) => textContent,
    ),
  );

const placeIn = (text) => Number(/\d+/.exec(text)[0]);

/** From the QR code to the field for its code. */
export async function atCode(who) {
  await who.heading("Scan the QR code");
  await who.press("Enter the key by hand");
  await who.heading("Enter the key by hand");
  const secret = await secretOf(who);
  await who.press("Continue");
  await who.heading("Enter the code");
  return secret;
}

/** From the QR code to the recovery codes. */
export async function confirmed(at, who) {
  const secret = await atCode(who);
  await who.type(at.code(secret));
  await who.heading("Save your recovery codes");
  return secret;
}

/** Shows that the recovery codes were saved. */
export async function proved(who) {
  const codes = await codesOf(who);
  await who.press("I saved them");
  await who.heading("Are they saved?");
  await who.type(codes[placeIn(await who.text("label")) - 1].toLowerCase());
  return codes;
}

/** From the QR code to the end, with what goes wrong on the way. */
export async function setUp(at, who) {
  await who.heading("Scan the QR code");
  await who.press("Enter the key by hand");
  await who.heading("Enter the key by hand");
  assert.deepEqual((await who.focused()).name, "Enter the key by hand", "the heading has the focus");
  const secret = await secretOf(who);
  await who.press("Show the QR code");
  await who.heading("Scan the QR code");
  await who.press("Continue");
  await who.heading("Enter the code");
  await who.page.keyboard.press("Enter");
  await who.alert("Type the code first.");
  await who.type("12");
  await who.alert("This is no code.");
  await who.type(at.code(secret, -86_400_000));
  await who.alert("2 tries left.");
  const { outline, tag } = await who.focused();
  assert.deepEqual(
    [tag, /^solid [23]px$/.test(outline)],
    ["input", true],
    "the field is to be typed again, and shows it",
  );
  await who.type(at.code(secret).replace(/[0-9]/g, (digit) => String.fromCharCode(0xff10 + Number(digit))));
  await who.heading("Save your recovery codes");
  const codes = await codesOf(who);
  assert.equal(new Set(codes).size, 10);
  await who.press("I saved them");
  await who.heading("Are they saved?");
  const place = placeIn(await who.text("label"));
  await who.type(codes[place % 10]);
  await who.alert("This is another code.");
  await who.press("Back");
  await who.heading("Save your recovery codes");
  await proved(who);
  const isOffered = await who.page.evaluate(() => typeof PublicKeyCredential === "function");
  if (isOffered) {
    await who.heading("Add a passkey");
    await who.press("Not now");
  }
  await who.heading("Your account is protected");
  const told = await who.page.evaluate(() => globalThis.told);
  assert.deepEqual(
    told.filter(({ name }) => name === "mfa-report").map(({ step, reason }) => reason ?? step),
    [
      ...["qr_shown", "manual_entry", "code_malformed", "code_rejected", "confirmed", "codes_saved"],
      ...(isOffered ? ["passkey_skipped"] : []),
      "finished",
    ],
  );
  const count = told.filter(({ name }) => name === "mfa-report").length;
  await who.until(`${count} reports at the service`, areReported, count);
  const account = await who.page.evaluate(async () => (await globalThis.client.fetch("/mfa/account")).json());
  assert.deepEqual([account.enrolled, account.factors?.length, account.pendingUntil], [true, 1, undefined]);
  const kept = await who.page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.includes("setup")));
  assert.deepEqual(kept, [], "nothing of the set-up is left");
}

/** Nobody waits for a report: the last one may be on its way. */
async function areReported(count) {
  const { events } = await (await globalThis.client.fetch("/mfa/activity?limit=100")).json();
  return events.filter(({ type }) => type === "enrolmentProgress").length === count;
}

/** Two requests that need a second factor, with a code of the app, a wrong one and a recovery code. */
export async function stepUp(at, who, { code, wrong, recoveryCodes }) {
  await who.press("/api/balance");
  await who.heading("Confirm that it is you");
  await who.type(wrong());
  await who.alert("2 tries left.");
  await who.type(code());
  await who.until("answer", () => document.querySelector("output").textContent === "/api/balance 200");
  assert.equal((await who.focused()).name, "/api/balance");
  await at.pass(30_000);
  await who.press("/api/transfer");
  await who.heading("Confirm that it is you");
  await who.type(wrong());
  await who.alert("2 tries left.");
  await who.type(code());
  await who.until("answer", () => document.querySelector("output").textContent === "/api/transfer 200");
  await who.press("/api/transfer");
  await who.heading("Confirm that it is you");
  await who.press("Other ways");
  await who.press("Use a recovery code");
  await who.until("recovery code", () =>
    document.querySelector("mfa-prompt").shadowRoot.querySelector("label").textContent.includes("Recovery code"),
  );
  await who.type(recoveryCodes[0]);
  await who.until("answer", () => document.querySelector("output").textContent === "/api/transfer 200");
}
