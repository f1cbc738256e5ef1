// The page of the tests: one of the elements, or both, for the person in its address.

import { createClient } from "edge-mfa/client";
import "edge-mfa/wizard";

const { searchParams } = new URL(location.href);
const given = Object.fromEntries(searchParams);
document.documentElement.lang = given.lang ?? "en";
document.documentElement.dir = given.dir ?? "ltr";
document.documentElement.className = given.scheme ?? "";

const told = [];
for (const name of ["mfa-step", "mfa-report", "mfa-finished", "mfa-cancelled", "mfa-verified"])
  document.addEventListener(name, ({ detail }) => told.push({ name, at: performance.now(), ...detail }));
document.addEventListener("securitypolicyviolation", ({ violatedDirective }) =>
  told.push({ name: "csp", violatedDirective }),
);

const main = document.querySelector("main");
const prompt = document.createElement("mfa-prompt");
const client = createClient({
  token: given.person,
  storage: sessionStorage,
  prompt: (request) => prompt.ask(request),
  retry: 0,
});
prompt.client = client;
// What a code is good for along with the request, a passkey has to be told.
if ("passkey" in given) prompt.grant = { action: "transfer", resource: "Landlord", amount: "25 EUR" };
if ("remember" in given) prompt.offerRemember = true;

if (given.show === "setup") {
  const setup = document.createElement("mfa-setup");
  if (given.secret) setup.enrolment = { secret: given.secret, account: "ann@example.com" };
  if ("phone" in given) setup.sameDevice = true;
  if (given.texts) setup.texts = JSON.parse(given.texts);
  setup.client = client;
  main.append(setup);
}
if (given.show === "inline") {
  prompt.inline = true;
  main.append(prompt);
} else document.body.append(prompt);
if (given.show === "api") {
  for (const path of ["/api/balance", "/api/transfer"]) {
    const button = document.createElement("button");
    button.textContent = path;
    button.addEventListener("click", async () => {
      const response = await client.fetch(path, { method: "POST" });
      document.querySelector("output").textContent = `${path} ${response.status}`;
    });
    main.append(button);
  }
  main.append(document.createElement("output"));
}
Object.assign(globalThis, { told, client });
