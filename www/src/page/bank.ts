// The bank: what is guarded. The client takes the session along, and asks for a code where that is not enough.

import type { Balance, Transfer } from "../api.js";
import { bank, problemOf, prompt, service } from "./client.js";
import { textOf, titleOf } from "./explain.js";
import { find, make } from "./tools.js";

const verdict = find("verdict");

/** Shows the account: the balance only where a session is there for it. */
export async function openBank(isVerified: boolean) {
  verdict.replaceChildren();
  session(isVerified);
  if (isVerified) await showBalance();
}

export async function showBalance() {
  prompt.grant = undefined;
  await guarded(await bank.fetch("/api/balance"), () => undefined);
}

export async function pay() {
  const to = find<HTMLSelectElement>("to").value;
  const amount = Number(find<HTMLInputElement>("amount").value);
  const what = `${euros(amount)} to ${to}`;
  // A passkey is asked for this payment, and good for no other; so is a code.
  prompt.grant = { action: "transfer", resource: to, amount: `${amount} EUR` };
  const response = await bank.fetch("/api/transfer", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ to, amount } satisfies Transfer),
  });
  await guarded(response, () => ["Paid:", what]);
}

/** Closes the session at the service, and forgets its token. */
export async function endSession() {
  const response = await service.fetch("/mfa/session", { method: "DELETE" });
  await service.forget();
  session(false);
  if (response.ok) say("yes", "The session is closed.", "Its token is worth nothing any more.");
}

/** Shows what became of a request. */
async function guarded(response: Response, done: () => [title: string, text: string] | undefined) {
  if (response.ok) {
    const { balance }: Balance = await response.json();
    session(true);
    find("balance").textContent = euros(balance);
    const words = done();
    if (words) say("yes", ...words);
    else verdict.replaceChildren();
    return;
  }
  const problem = await problemOf(response);
  // Somebody who gave up need not be told that a code was wanted.
  if (problem.code === "verification_required") verdict.replaceChildren();
  else say("no", `${titleOf(problem)}.`, textOf(problem));
}

function session(isVerified: boolean) {
  find("session").textContent = isVerified ? "Verified with two factors" : "One factor only";
  find("session").classList.toggle("good", isVerified);
  find("show-balance").hidden = isVerified;
  find("end-session").hidden = !isVerified;
  if (!isVerified) find("balance").textContent = "€ ••••";
}

function say(kind: "yes" | "no", title: string, text: string) {
  const mark = make("span", { class: "mark", "aria-hidden": "true" }, kind === "yes" ? "✓" : "✕");
  const words = make("p", {}, make("strong", {}, title), " ", make("span", {}, text));
  verdict.replaceChildren(make("div", { class: kind }, mark, words));
}

function euros(amount: number): string {
  return `€ ${amount.toLocaleString("en")}`;
}
