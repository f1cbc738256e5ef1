// The page: from the first factor to the second, and to the bank behind both. Every decision is the Worker's.

import { endSession, openBank, pay, showBalance } from "./bank.js";
import { problemOf, service } from "./client.js";
import { confirm, enrol, eraseSecret, tickEnrolment } from "./enrolment.js";
import { sentence } from "./explain.js";
import { lock, tickLocks, unlock } from "./lock.js";
import { forgotten, signedIn } from "./login.js";
import { hideRecoveryCodes, showRecoveryCodes } from "./recovery-codes.js";
import { attempt, find, show, submit } from "./tools.js";

const PERIOD = 30;

find("enrol").addEventListener("click", () => attempt(begin));
find("enrol-again").addEventListener("click", () => attempt(begin));
find("confirm").addEventListener("submit", (event) => submit(event, finish));
find("saved").addEventListener("submit", (event) => submit(event, goOn));
find("show-balance").addEventListener("click", () => attempt(showBalance));
find("end-session").addEventListener("click", () => attempt(endSession));
find("transfer").addEventListener("submit", (event) => submit(event, pay));
find("reset").addEventListener("click", () => attempt(startOver));

setInterval(tick, 250);
tick();
attempt(resume);

async function resume() {
  const { person } = await signedIn();
  for (const place of document.querySelectorAll("[data-person]")) place.textContent = person;
  const response = await service.fetch("/mfa/account");
  if (!response.ok) throw new Error(sentence(await problemOf(response)));
  const account: { enrolled: boolean; verified: boolean; lockedUntil?: number } = await response.json();
  if (account.lockedUntil) lock("app", (account.lockedUntil - Date.now()) / 1000);
  show(account.enrolled ? "bank" : "start", { focus: false });
  if (account.enrolled) await openBank(account.verified);
}

async function begin() {
  const { person } = await signedIn();
  await enrol(person);
}

async function finish() {
  const codes = await confirm();
  if (!codes) return;
  showRecoveryCodes(codes);
  show("recovery");
}

/** The code that confirmed opened a session, so the balance is there at once. */
async function goOn() {
  hideRecoveryCodes();
  show("bank");
  await openBank(true);
}

async function startOver() {
  await forgotten();
  await service.forget();
  eraseSecret();
  hideRecoveryCodes();
  unlock();
  await resume();
  find("start-title").focus();
}

function tick() {
  const passed = (Date.now() / 1000) % PERIOD;
  find("seconds").textContent = String(Math.ceil(PERIOD - passed));
  document.getElementById("ring")?.setAttribute("stroke-dashoffset", String(passed));
  tickLocks();
  tickEnrolment();
}
