// The account's own list: its factors, its devices, and what happened lately.

import type { Account, Event } from "edge-mfa/server";
import { bank, prompt, service } from "./client.js";
import { find, make } from "./tools.js";

/** Shows the account, or that it takes a second factor to see it. */
export async function showAccount() {
  const account: Partial<Account> = await (await service.fetch("/mfa/account")).json();
  const { factors, devices, sessions, recoveryCodesLeft } = account;
  find("account-details").hidden = factors === undefined;
  if (!factors || !devices || !sessions) return;
  find("factors").replaceChildren(...factors.map(factorOf));
  find("left").textContent = `${recoveryCodesLeft} recovery codes are left.`;
  find("sessions").replaceChildren(
    ...sessions.map(({ name, openedAt, current }) =>
      make("li", {}, name || "A browser", make("small", {}, ` since ${when(openedAt)}${current ? ", this one" : ""}`)),
    ),
    ...devices.map(({ name, lastAt }) => make("li", {}, name, make("small", {}, ` remembered, last ${when(lastAt)}`))),
  );
  await showActivity();
}

async function showActivity() {
  const response = await service.fetch("/mfa/activity?limit=1000");
  if (!response.ok) return;
  const { events }: { events: (Event & { at: number })[] } = await response.json();
  const latest = events.slice(-8).reverse();
  find("activity").replaceChildren(
    ...latest.map((event) =>
      make(
        "li",
        { class: TONES[event.type] ?? "" },
        WORDS[event.type] ?? event.type,
        make("small", {}, ` ${when(event.at)}`),
      ),
    ),
  );
}

function factorOf(factor: Account["factors"][number]): HTMLElement {
  const { id, kind, name, usedAt } = factor;
  const { model } = Object(factor.passkey) as { model?: string };
  const what = kind === "passkey" ? `Passkey${model ? `, ${model}` : ""}` : "Authenticator app";
  const remove = make("button", { type: "button", class: "small" }, "Remove");
  remove.setAttribute("aria-label", `Remove ${name}`);
  remove.addEventListener("click", async () => {
    prompt.grant = undefined;
    const { ok } = await bank.fetch(`/mfa/factors/${id}`, { method: "DELETE" });
    if (ok) dispatchEvent(new CustomEvent("account-changed"));
  });
  const used = usedAt === undefined ? "" : `, last used ${when(usedAt)}`;
  return make("li", {}, make("span", {}, make("b", {}, name), make("small", {}, ` ${what}${used}`)), remove);
}

function when(at: number): string {
  return new Date(at).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
}

const WORDS: Partial<Record<string, string>> = {
  enrolmentStarted: "A set-up was begun",
  enrolmentCancelled: "A set-up was cancelled",
  factorAdded: "A factor was added",
  factorRenamed: "A factor got another name",
  factorRemoved: "A factor was removed",
  verified: "Verified",
  failed: "A wrong code",
  replayed: "A code that was used before",
  locked: "Locked for a while",
  recoveryCodeUsed: "A recovery code was used",
  recoveryCodesMade: "New recovery codes",
  newDevice: "A device is remembered",
  sessionClosed: "A session was closed",
  sessionsClosed: "All sessions were closed",
  passkeyRefused: "A passkey was not accepted",
};
const TONES: Partial<Record<string, string>> = {
  verified: "yes",
  factorAdded: "yes",
  failed: "no",
  replayed: "no",
  locked: "no",
  passkeyRefused: "no",
};
