// The page: five small screens over five routes. It draws the QR code itself; every decision about
// a code is the Worker's.

import { otpauth, qr } from "edge-mfa";
import type { Confirmation, Enrolment, Problem, SignIn, State } from "./api.js";

type Step = "start" | "enrol" | "recovery" | "sign-in";

const PERIOD = 30;
const ATTEMPTS_SHOWN = 8;
const TITLE = document.title;

const problem = find("problem");
const reset = find<HTMLButtonElement>("reset");
const confirmCode = find<HTMLInputElement>("confirm-code");
const confirmError = find("confirm-error");
const savedCheck = find<HTMLInputElement>("saved-check");
const savedNext = find<HTMLButtonElement>("saved-next");
const signInCode = find<HTMLInputElement>("sign-in-code");
const verdict = find("verdict");
const history = find("history");

find("enrol").addEventListener("click", () => attempt(enrol));
find("confirm").addEventListener("submit", (event) => submit(event, confirm));
find("copy-key").addEventListener("click", (event) => copy(event, find("key").textContent ?? ""));
find("copy-codes").addEventListener("click", (event) => copy(event, recoveryCodes().join("\n")));
find("download-codes").addEventListener("click", downloadRecoveryCodes);
savedCheck.addEventListener("change", () => {
  savedNext.disabled = !savedCheck.checked;
});
find("saved").addEventListener("submit", (event) => submit(event, finishRecovery));
find("sign-in").addEventListener("submit", (event) => submit(event, signIn));
find("other-method").addEventListener("click", () => chooseMethod(signInCode.inputMode === "numeric"));
reset.addEventListener("click", () => attempt(startOver));

setInterval(tick, 250);
tick();
attempt(resume);

// Steps

async function resume() {
  const state = await ask<State>("state");
  show(state.enrolled ? "sign-in" : "start", { focus: false });
}

async function enrol() {
  const { uri } = await ask<Enrolment>("enrol", {});
  const account = otpauth.parse(uri);
  find<HTMLImageElement>("qr").src = qr.dataUri(uri, { title: "Authenticator set-up code" });
  find("open-app").replaceChildren(make("a", { href: uri }, "open the authenticator app"));
  find("key").replaceChildren(...grouped(account.secret));
  const kind = `${account.type.toUpperCase()}, ${account.algorithm.replace(/^SHA-?/, "SHA-")}`;
  const pace =
    account.type === "totp" ? `${account.digits} digits every ${account.period} s` : `${account.digits} digits`;
  find("details").replaceChildren(
    ...pair("Issuer", account.issuer),
    ...pair("Account", account.account),
    ...pair("Type", kind),
    ...pair("Code", pace),
  );
  show("enrol");
}

async function confirm() {
  const answer = await ask<Confirmation>("confirm", { code: confirmCode.value });
  if (!answer.ok) {
    confirmError.textContent = {
      malformed: "A code is six digits, such as 123 456.",
      mismatch:
        "That is not the code the app shows now. Check that the phone sets its clock automatically, wait for the next code and try again.",
      replayed: "This code was already used. Wait for the next one.",
      expired: "This QR code is more than ten minutes old. Start over to get a new one.",
    }[answer.reason];
    confirmCode.setAttribute("aria-invalid", "true");
    select(confirmCode);
    return;
  }
  forgetSecret();
  find("codes").replaceChildren(...answer.recoveryCodes.map((code) => make("li", {}, make("code", {}, code))));
  show("recovery");
}

async function finishRecovery() {
  forgetRecoveryCodes();
  show("sign-in");
}

async function signIn() {
  const code = signInCode.value;
  const answer = await ask<SignIn>("sign-in", { code });
  const [title, text] = explain(answer);
  const kind = answer.ok ? "yes" : "no";
  verdict.replaceChildren(
    make(
      "div",
      { class: kind },
      mark(answer.ok),
      make("p", {}, make("strong", {}, title), " ", make("span", {}, text)),
    ),
  );
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
  forgetSecret();
  forgetRecoveryCodes();
  verdict.replaceChildren();
  history.replaceChildren();
  find("history-block").hidden = true;
  signInCode.value = "";
  chooseMethod(false, { focus: false });
  show("start");
}

// Parts of the steps

function explain(answer: SignIn): [title: string, text: string] {
  if (answer.ok && answer.method === "totp") {
    return ["Accepted:", `step ${answer.step}, drift ${answer.drift > 0 ? "+" : ""}${answer.drift}`];
  }
  if (answer.ok) return ["Accepted:", `recovery code, ${answer.recoveryCodesLeft} left`];
  if (answer.reason === "throttled") return ["Refused:", `too many wrong codes, wait ${answer.retryAfter} s`];
  const reasons: Record<typeof answer.reason, string> = {
    mismatch: "not a valid code",
    replayed: "this code was already used",
    malformed: "this is not a code",
    not_enrolled: "no app is set up, start over",
  };
  return ["Refused:", reasons[answer.reason]];
}

function chooseMethod(useRecovery: boolean, { focus = true } = {}) {
  find("sign-in-label").textContent = useRecovery ? "Recovery code" : "Code from your app";
  find("other-method").textContent = useRecovery ? "Use a code from your app instead" : "Use a recovery code instead";
  signInCode.inputMode = useRecovery ? "text" : "numeric";
  signInCode.autocomplete = useRecovery ? "off" : "one-time-code";
  signInCode.placeholder = useRecovery ? "A saved code" : "123 456";
  signInCode.classList.toggle("long", useRecovery);
  if (!focus) return;
  signInCode.value = "";
  signInCode.focus();
}

function forgetSecret() {
  find<HTMLImageElement>("qr").removeAttribute("src");
  find("open-app").replaceChildren();
  find("key").replaceChildren();
  confirmCode.value = "";
  confirmCode.removeAttribute("aria-invalid");
  confirmError.textContent = "";
}

function forgetRecoveryCodes() {
  find("codes").replaceChildren();
  savedCheck.checked = false;
  savedNext.disabled = true;
}

function recoveryCodes(): string[] {
  return [...find("codes").querySelectorAll("code")].map((code) => code.textContent ?? "");
}

function downloadRecoveryCodes() {
  const file = new Blob([`edge-mfa demo recovery codes\n\n${recoveryCodes().join("\n")}\n`], { type: "text/plain" });
  const href = URL.createObjectURL(file);
  make("a", { href, download: "edge-mfa-demo-recovery-codes.txt" }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
}

/** What the list of attempts shows: app codes as typed, recovery codes only by their end. */
function shown(code: string): string {
  const text = code.trim();
  if (text === "") return "(empty)";
  return text.length > 12 ? `…${text.slice(-4)}` : text;
}

/** The key in groups of four, with gaps that are not part of what is copied by hand. */
function grouped(key: string): HTMLElement[] {
  return (key.match(/.{1,4}/g) ?? []).map((group) => make("span", {}, group));
}

function tick() {
  const now = Date.now() / 1000;
  find("seconds").textContent = String(Math.ceil(PERIOD - (now % PERIOD)));
  find("step-now").textContent = String(Math.floor(now / PERIOD));
  document.getElementById("ring")?.setAttribute("stroke-dashoffset", String(now % PERIOD));
}

// The page's own tools

function show(step: Step, { focus = true } = {}) {
  for (const section of document.querySelectorAll<HTMLElement>("[data-step]"))
    section.hidden = section.dataset.step !== step;
  let past = true;
  for (const item of find("progress").children as HTMLCollectionOf<HTMLElement>) {
    const current = item.dataset.of === step;
    if (current) past = false;
    item.classList.toggle("done", past);
    if (current) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  }
  reset.hidden = step === "start";
  const title = find(`${step}-title`);
  document.title = step === "start" ? TITLE : `${title.textContent} · ${TITLE}`;
  if (focus) title.focus();
}

async function ask<Answer>(route: string, body?: object): Promise<Answer> {
  const response = await fetch(
    `/api/${route}`,
    body && {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    },
  );
  const answer: unknown = await response.json();
  // 429 is the answer to a code, too: not now.
  if (!response.ok && response.status !== 429) throw new Error((answer as Problem).message);
  return answer as Answer;
}

/** Runs one action; what goes wrong with it is shown at the top. */
async function attempt(action: () => Promise<void>) {
  problem.hidden = true;
  try {
    await action();
  } catch (error) {
    problem.textContent =
      error instanceof TypeError ? "The Worker cannot be reached." : String((error as Error).message);
    problem.hidden = false;
  }
}

async function submit(event: Event, action: () => Promise<void>) {
  event.preventDefault();
  const form = event.currentTarget as HTMLFormElement;
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  await attempt(action);
  form.ariaBusy = null;
}

async function copy(event: Event, text: string) {
  const button = event.currentTarget as HTMLButtonElement;
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not allowed";
  }
  find("announcement").textContent = button.textContent;
  setTimeout(() => {
    button.textContent = label;
    find("announcement").textContent = "";
  }, 1500);
}

function select(input: HTMLInputElement) {
  input.focus();
  input.select();
}

function mark(ok: boolean): HTMLElement {
  return make("span", { class: "mark", "aria-hidden": "true" }, ok ? "✓" : "✕");
}

function pair(term: string, text: string): HTMLElement[] {
  return [make("dt", {}, term), make("dd", {}, text)];
}

function make(name: string, attributes: Record<string, string>, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function find<Type extends HTMLElement = HTMLElement>(id: string): Type {
  const element = document.getElementById(id);
  if (!element) throw new Error(`#${id} is missing`);
  return element as Type;
}
