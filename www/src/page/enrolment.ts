// Setting up an app: the secret as a QR code, which is drawn here, and as a key to type, until a code confirms it.

import { otpauth, qr } from "edge-mfa";
import { problemOf, send } from "./client.js";
import { sentence } from "./explain.js";
import { clock, LockNotice, lock, unlock } from "./lock.js";
import { announce, copy, find, make, pair, select, show } from "./tools.js";

const form = find("confirm");
const code = find<HTMLInputElement>("confirm-code");
const error = find("confirm-error");
new LockNotice(find("confirm-lock"), form.querySelector("button[type=submit]") as HTMLButtonElement);

/** When the QR code ends, while one is shown. */
let expiresAt: number | undefined;

find("copy-key").addEventListener("click", (event) => copy(event, find("key").textContent ?? ""));

/** Begins, and shows the secret. */
export async function enrol(person: string) {
  const response = await send("/mfa/enrol", { account: `${person}@example.com` });
  if (!response.ok) throw new Error(sentence(await problemOf(response)));
  const enrolment: { uri: string; expiresAt: number } = await response.json();
  eraseSecret();
  draw(enrolment.uri);
  expiresAt = enrolment.expiresAt;
  showExpired(false);
  tickEnrolment();
  show("enrol");
}

/** Confirms by what was typed, and answers the recovery codes; `undefined` if it was not right. */
export async function confirm(): Promise<string[] | undefined> {
  const response = await send("/mfa/confirm", { code: code.value });
  if (response.ok) {
    eraseSecret();
    unlock();
    const { recoveryCodes = [] }: { recoveryCodes?: string[] } = await response.json();
    return recoveryCodes;
  }
  const problem = await problemOf(response);
  if (problem.code === "enrolment_expired" || problem.code === "no_pending_enrolment") {
    expire();
    return undefined;
  }
  lock("app", problem.retryAfter);
  error.textContent = sentence(problem);
  code.setAttribute("aria-invalid", "true");
  select(code);
  return undefined;
}

/** To be called again and again. */
export function tickEnrolment() {
  if (expiresAt === undefined) return;
  const left = expiresAt - Date.now();
  if (left > 0) find("expiry").textContent = clock(left);
  else expire();
}

export function eraseSecret() {
  expiresAt = undefined;
  find<HTMLImageElement>("qr").removeAttribute("src");
  find("open-app").replaceChildren();
  find("key").replaceChildren();
  code.value = "";
  code.removeAttribute("aria-invalid");
  error.textContent = "";
}

function expire() {
  eraseSecret();
  showExpired(true);
  announce("The QR code has expired.");
  find("enrol-title").focus();
}

function showExpired(isExpired: boolean) {
  find("enrolling").hidden = isExpired;
  find("expired").hidden = !isExpired;
  find("enrol-title").textContent = isExpired ? "The QR code has expired" : "Scan the code with your app";
}

function draw(uri: string) {
  const account = otpauth.parse(uri);
  find<HTMLImageElement>("qr").src = qr.dataUri(uri, { title: "Authenticator set-up code" });
  find("open-app").replaceChildren(make("a", { href: uri }, "open the authenticator app"));
  find("key").replaceChildren(...grouped(account.secret));
  const kind = `${account.type.toUpperCase()}, ${account.algorithm.replace(/^SHA-?/, "SHA-")}`;
  const pace = account.type === "totp" ? ` every ${account.period} s` : "";
  find("details").replaceChildren(
    ...pair("Issuer", account.issuer),
    ...pair("Account", account.account),
    ...pair("Type", kind),
    ...pair("Code", `${account.digits} digits${pace}`),
  );
}

/** The key in groups of four, with gaps that are not part of what is copied by hand. */
function grouped(key: string): HTMLElement[] {
  return (key.match(/.{1,4}/g) ?? []).map((group) => make("span", {}, group));
}
