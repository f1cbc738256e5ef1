// The dialog that asks for a code when the guard demands one.

import type { Prompt } from "edge-mfa/client";
import { sentence } from "./explain.js";
import { LockNotice, lock, type Method } from "./lock.js";
import { find, select } from "./tools.js";

const dialog = find<HTMLDialogElement>("prompt");
const form = find<HTMLFormElement>("prompt-form");
const code = find<HTMLInputElement>("prompt-code");
const error = find("prompt-error");
const notice = new LockNotice(find("prompt-lock"), find<HTMLButtonElement>("prompt-send"));

let method: Method = "app";
let resolve: ((code: string | undefined) => void) | undefined;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  form.ariaBusy = "true";
  answer(code.value);
});
dialog.addEventListener("close", () => {
  form.ariaBusy = null;
  answer(undefined);
});
find("prompt-cancel").addEventListener("click", () => dialog.close());
find("prompt-other").addEventListener("click", () => {
  choose(method === "app" ? "recovery" : "app");
  code.focus();
});

/** What the next prompt is about: a title, and what the code is for. */
export const purpose = { title: "", text: "" };

/** The kind of code that was typed last. */
export function lastMethod(): Method {
  return method;
}

/** The dialog stays open while a code is tried: a wrong one comes back here, a right one ends the signal. */
export const prompt: Prompt = ({ problem, attempt, retryAfter, signal }) => {
  const isFirst = !dialog.open;
  if (isFirst) open();
  form.ariaBusy = null;
  const isRefusal = attempt > 1 || problem?.code === "session_invalid";
  error.textContent = problem && isRefusal ? sentence(problem) : "";
  if (isRefusal && !isFirst) code.setAttribute("aria-invalid", "true");
  lock(method, retryAfter);
  select(code);
  signal.addEventListener("abort", () => dialog.close(), { once: true });
  return new Promise((given) => {
    resolve = given;
  });
};

function open() {
  find("prompt-title").textContent = purpose.title;
  find("prompt-purpose").textContent = purpose.text;
  choose("app");
  dialog.showModal();
}

function answer(given: string | undefined) {
  resolve?.(given);
  resolve = undefined;
}

function choose(chosen: Method) {
  const isRecovery = chosen === "recovery";
  method = chosen;
  find("prompt-label").textContent = isRecovery ? "Recovery code" : "Code from your app";
  find("prompt-other").textContent = isRecovery ? "Use a code from your app instead" : "Use a recovery code instead";
  code.inputMode = isRecovery ? "text" : "numeric";
  code.autocomplete = isRecovery ? "off" : "one-time-code";
  code.placeholder = isRecovery ? "A saved code" : "123 456";
  code.classList.toggle("long", isRecovery);
  code.value = "";
  code.removeAttribute("aria-invalid");
  error.textContent = "";
  notice.of(chosen);
}
