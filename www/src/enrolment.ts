// The secret of a new factor: as a QR code, which is drawn here, and as a key to type.

import { otpauth, qr } from "edge-mfa";
import { find, make, pair } from "./page.js";

export function drawSecret(uri: string) {
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

export function eraseSecret() {
  find<HTMLImageElement>("qr").removeAttribute("src");
  find("open-app").replaceChildren();
  find("key").replaceChildren();
}

/** The key in groups of four, with gaps that are not part of what is copied by hand. */
function grouped(key: string): HTMLElement[] {
  return (key.match(/.{1,4}/g) ?? []).map((group) => make("span", {}, group));
}
