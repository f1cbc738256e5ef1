// The recovery codes, as long as they are shown.

import { copy, find, make } from "./tools.js";

const list = find("codes");
const saved = find<HTMLInputElement>("saved-check");
const next = find<HTMLButtonElement>("saved-next");

find("copy-codes").addEventListener("click", (event) => copy(event, shown().join("\n")));
find("download-codes").addEventListener("click", download);
saved.addEventListener("change", () => {
  next.disabled = !saved.checked;
});

export function showRecoveryCodes(codes: readonly string[]) {
  list.replaceChildren(...codes.map((code) => make("li", {}, make("code", {}, code))));
}

export function hideRecoveryCodes() {
  list.replaceChildren();
  saved.checked = false;
  next.disabled = true;
}

function shown(): string[] {
  return [...list.querySelectorAll("code")].map((code) => code.textContent ?? "");
}

function download() {
  const file = new Blob([`edge-mfa demo recovery codes\n\n${shown().join("\n")}\n`], { type: "text/plain" });
  const href = URL.createObjectURL(file);
  make("a", { href, download: "edge-mfa-demo-recovery-codes.txt" }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
}
