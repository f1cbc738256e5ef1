// The page: four small screens over five routes. It draws the QR code itself; every decision about a code is the Worker's.

import type { Enrolment, Refused, State, Verified } from "./api.js";
import { drawSecret, eraseSecret } from "./enrolment.js";
import { verdictOf, why, whyNotConfirmed } from "./explain.js";
import { clock, LockNotice } from "./lock.js";
import { announce, ask, attempt, copy, find, make, select, show, submit } from "./page.js";
import { hideRecoveryCodes, showRecoveryCodes } from "./recovery-codes.js";

const PERIOD = 30;
const ATTEMPTS_SHOWN = 8;
const LOCKED = {
  confirm:
    "Too many wrong codes: now even the right one is refused. The QR code stays good; the next lock lasts longer.",
  app: "Too many wrong codes: now even the right one is refused. A recovery code still works; the next lock lasts longer.",
  recovery: "Too many wrong recovery codes: now none is taken.",
};

const confirmCode = find<HTMLInputElement>("confirm-code");
const confirmError = find("confirm-error");
const signInCode = find<HTMLInputElement>("sign-in-code");
const verdict = find("verdict");
const history = find("history");
const confirmLock = new LockNotice(find("confirm-lock"), button("confirm"));
const signInLock = new LockNotice(find("sign-in-lock"), button("sign-in"));

/** Which kind of code is asked for. */
let method: "app" | "recovery" = "app";
/** When the locks end; each kind of code has its own. */
const lockedUntil = { app: 0, recovery: 0 };
/** When the QR code ends, while one is shown. */
let expiresAt: number | undefined;

find("enrol").addEventListener("click", () => attempt(enrol));
find("enrol-again").addEventListener("click", () => attempt(enrol));
find("confirm").addEventListener("submit", (event) => submit(event, confirm));
find("copy-key").addEventListener("click", (event) => copy(event, find("key").textContent ?? ""));
find("saved").addEventListener("submit", (event) => submit(event, finishRecovery));
find("sign-in").addEventListener("submit", (event) => submit(event, signIn));
find("other-method").addEventListener("click", () => chooseMethod(method === "app" ? "recovery" : "app"));
find("reset").addEventListener("click", () => attempt(startOver));

setInterval(tick, 250);
tick();
attempt(resume);

// Steps

async function resume() {
  const { enrolled, retryAfter } = await ask<State>("state");
  lock("app", retryAfter);
  show(enrolled ? "sign-in" : "start", { focus: false });
}

async function enrol() {
  const answer = await ask<Enrolment | Refused>("enrol", {});
  if (!answer.ok) throw new Error(`There is no new QR code: ${why(answer.reason)}.`);
  hideSecret();
  drawSecret(answer.uri);
  expiresAt = Date.now() + answer.expiresIn * 1000;
  showExpired(false);
  tick();
  show("enrol");
}

async function confirm() {
  const answer = await ask<Verified | Refused>("confirm", { code: confirmCode.value });
  if (answer.ok) {
    hideSecret();
    unlock();
    showRecoveryCodes(answer.recoveryCodes ?? []);
    return show("recovery");
  }
  if (answer.reason === "expired" || answer.reason === "not_pending") return expire();
  lock("app", answer.retryAfter);
  confirmError.textContent = whyNotConfirmed(answer);
  confirmCode.setAttribute("aria-invalid", "true");
  select(confirmCode);
}

async function finishRecovery() {
  hideRecoveryCodes();
  show("sign-in");
}

async function signIn() {
  const code = signInCode.value;
  const answer = await ask<Verified | Refused>("sign-in", { code });
  if (answer.ok) unlock();
  else lock(method, answer.retryAfter);
  const [title, text] = verdictOf(answer);
  const kind = answer.ok ? "yes" : "no";
  const words = make("p", {}, make("strong", {}, title), " ", make("span", {}, text));
  verdict.replaceChildren(make("div", { class: kind }, mark(answer.ok), words));
  const when = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  history.prepend(
    make(
      "li",
      { class: kind },
      make("code", {}, shown(code)),
      make("span", {}, `${title} ${text}`),
      make("time", {}, when),
    ),
  );
  while (history.children.length > ATTEMPTS_SHOWN) history.lastChild?.remove();
  find("history-block").hidden = false;
  select(signInCode);
}

async function startOver() {
  await ask("reset", {});
  hideSecret();
  hideRecoveryCodes();
  unlock();
  verdict.replaceChildren();
  history.replaceChildren();
  find("history-block").hidden = true;
  signInCode.value = "";
  chooseMethod("app", { focus: false });
  show("start");
}

// Time

function tick() {
  const now = Date.now();
  const [step, passed] = [Math.floor(now / 1000 / PERIOD), (now / 1000) % PERIOD];
  find("seconds").textContent = String(Math.ceil(PERIOD - passed));
  find("step-now").textContent = String(step);
  document.getElementById("ring")?.setAttribute("stroke-dashoffset", String(passed));
  confirmLock.tick(lockedUntil.app - now, LOCKED.confirm);
  signInLock.tick(lockedUntil[method] - now, LOCKED[method]);
  if (expiresAt === undefined) return;
  if (expiresAt <= now) return expire();
  find("expiry").textContent = clock(expiresAt - now);
}

function lock(kind: "app" | "recovery", seconds: number | undefined) {
  if (seconds !== undefined) lockedUntil[kind] = Date.now() + seconds * 1000;
  tick();
}

/** A right code ends the locks, and so does starting over. */
function unlock() {
  lockedUntil.app = 0;
  lockedUntil.recovery = 0;
  confirmLock.clear();
  signInLock.clear();
}

function hideSecret() {
  expiresAt = undefined;
  eraseSecret();
  confirmCode.value = "";
  confirmCode.removeAttribute("aria-invalid");
  confirmError.textContent = "";
}

function expire() {
  hideSecret();
  showExpired(true);
  announce("The QR code has expired.");
  find("enrol-title").focus();
}

function showExpired(isExpired: boolean) {
  find("enrolling").hidden = isExpired;
  find("expired").hidden = !isExpired;
  find("enrol-title").textContent = isExpired ? "The QR code has expired" : "Scan the code with your app";
}

// Parts of the steps

function chooseMethod(chosen: "app" | "recovery", { focus = true } = {}) {
  const isRecovery = chosen === "recovery";
  method = chosen;
  find("sign-in-label").textContent = isRecovery ? "Recovery code" : "Code from your app";
  find("other-method").textContent = isRecovery ? "Use a code from your app instead" : "Use a recovery code instead";
  signInCode.inputMode = isRecovery ? "text" : "numeric";
  signInCode.autocomplete = isRecovery ? "off" : "one-time-code";
  signInCode.placeholder = isRecovery ? "A saved code" : "123 456";
  signInCode.classList.toggle("long", isRecovery);
  signInLock.clear();
  tick();
  if (!focus) return;
  signInCode.value = "";
  signInCode.focus();
}

/** What the list of attempts shows: app codes as typed, recovery codes only by their end. */
function shown(code: string): string {
  const text = code.trim();
  if (text === "") return "(empty)";
  return text.length > 12 ? `…${text.slice(-4)}` : text;
}

function mark(ok: boolean): HTMLElement {
  return make("span", { class: "mark", "aria-hidden": "true" }, ok ? "✓" : "✕");
}

function button(form: string): HTMLButtonElement {
  return find(form).querySelector("button[type=submit]") as HTMLButtonElement;
}
