// The page of the bank: from the first factor to the second, and to the money behind both. Every decision is the Worker's.

import "edge-mfa/wizard";
import type { MfaSetup } from "edge-mfa/wizard";
import { passkeys } from "edge-mfa/wizard";
import { showAccount } from "./account.js";
import { endSession, openBank, pay, showBalance } from "./bank.js";
import { bank, problemOf, prompt, service } from "./client.js";
import { sentence } from "./explain.js";
import { adopt, forgotten, signedIn } from "./login.js";
import { attempt, find, show, submit } from "./tools.js";

find("enrol").addEventListener("click", () => attempt(setUp));
find("more").addEventListener("click", () => attempt(setUp));
find("passkey").addEventListener("click", () => attempt(signInWithPasskey));
find("show-balance").addEventListener("click", () => attempt(showBalance));
find("end-session").addEventListener("click", () => attempt(endSession));
find("transfer").addEventListener("submit", (event) => submit(event, pay));
find("reset").addEventListener("click", () => attempt(startOver));
addEventListener("account-changed", () => attempt(() => resume()));
addEventListener("mfa-verified", () => attempt(showAccount));

find("passkey").hidden = !passkeys.isSupported();
attempt(() => resume());

/** Shows where somebody is; after the wizard the focus goes there, too. */
async function resume({ focus = false } = {}) {
  const { person } = await signedIn();
  for (const place of document.querySelectorAll("[data-person]")) place.textContent = person;
  const response = await service.fetch("/mfa/account");
  if (!response.ok) throw new Error(sentence(await problemOf(response)));
  const account: { enrolled: boolean; verified: boolean; pendingUntil?: number } = await response.json();
  if (!account.enrolled && account.pendingUntil) return setUp();
  show(account.enrolled ? "bank" : "start", { focus });
  if (!account.enrolled) return;
  await openBank(account.verified);
  await showAccount();
}

/** The wizard; for another factor, too: it asks for a fresh proof where there is one already. */
async function setUp() {
  const { person } = await signedIn();
  const account = `${person}@example.com`;
  const wizard = document.createElement("mfa-setup") as MfaSetup;
  prompt.grant = undefined;
  Object.assign(wizard, { client: bank, enrolment: { account }, passkey: { account, displayName: person } });
  const leave = () => attempt(() => resume({ focus: true }));
  wizard.addEventListener("mfa-finished", leave);
  wizard.addEventListener("mfa-cancelled", leave);
  find("wizard").replaceChildren(wizard);
  show("setup");
}

/** Nobody has said yet who they are: the passkey does. */
async function signInWithPasskey() {
  const post = async (path: string, body: object) => {
    const headers = { "content-type": "application/json" };
    const response = await service.fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(sentence(await problemOf(response)));
    return response.json();
  };
  const { publicKey } = await post("/mfa/passkeys/sign-in/options", {});
  const { token } = await post("/mfa/passkeys/sign-in", { credential: await passkeys.authenticate(publicKey) });
  adopt(token);
  await resume();
}

async function startOver() {
  await forgotten();
  await service.forget();
  find("wizard").replaceChildren();
  await resume();
  find("start-title").focus();
}
