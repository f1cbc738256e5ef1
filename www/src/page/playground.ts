// The playground: the lean package in a page, and no server.

import { MfaError, otpauth, qr, recovery, secret, totp } from "edge-mfa";
import { find, make } from "./tools.js";

const form = find<HTMLFormElement>("account");
const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement;

field("secret").value = secret.generate();
form.addEventListener("input", draw);
find("another").addEventListener("click", () => {
  field("secret").value = secret.generate();
  draw();
});
find("make").addEventListener("click", makeCodes);
find("verify").addEventListener("submit", verify);
draw();
makeCodes();
setInterval(tick, 250);

function settings() {
  const { issuer, account, secret, algorithm, digits, period } = Object.fromEntries(
    new FormData(form),
  ) as unknown as Fields;
  return { issuer, account, secret, algorithm, digits: Number(digits), period: Number(period) };
}

/** The link and its QR code; what cannot be is told in the package's own words. */
function draw() {
  try {
    const uri = otpauth.build(settings());
    find("uri").textContent = uri;
    const image = make("img", {
      src: qr.dataUri(uri, { title: "QR code of the account" }),
      alt: "QR code of the account",
    });
    find("qr").replaceChildren(image);
    find("refusal").textContent = "";
  } catch (error) {
    if (!(error instanceof MfaError)) throw error;
    find("refusal").textContent = error.message;
    find("qr").replaceChildren();
    find("uri").textContent = "";
  }
  tick();
}

function tick() {
  const { period, digits, ...rest } = settings();
  const left = period - ((Date.now() / 1000) % period);
  find<HTMLProgressElement>("left").max = period;
  find<HTMLProgressElement>("left").value = left;
  find("seconds").textContent = String(Math.ceil(left));
  try {
    const code = totp.generate({ ...rest, period, digits });
    const half = Math.ceil(digits / 2);
    find("code").textContent = `${code.slice(0, half)} ${code.slice(half)}`;
  } catch {
    find("code").textContent = "–";
  }
}

function verify(event: Event) {
  event.preventDefault();
  try {
    find("verdict").textContent = JSON.stringify(totp.verify(find<HTMLInputElement>("typed").value, settings()));
  } catch (error) {
    find("verdict").textContent = String((error as Error).message);
  }
}

function makeCodes() {
  const { codes } = recovery.generate({ key: crypto.getRandomValues(new Uint8Array(32)) });
  find("codes").replaceChildren(...codes.map((code) => make("li", {}, make("code", {}, code))));
}

interface Fields {
  issuer: string;
  account: string;
  secret: string;
  algorithm: "SHA1" | "SHA256" | "SHA512";
  digits: string;
  period: string;
}
