// Every function of the full wasm by its declared parameters, so that functions to come are tested without a line here.
// The package does not export them: they are `edge-mfa/server`'s own.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { totp } from "edge-mfa";
import { authenticator } from "../../service/support/authenticator.js";

const dist = new URL("../../node_modules/edge-mfa/dist/", import.meta.url);

// What the wasm exports stays inside the package, so it is caught on its way.
const instances = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(...given) {
    super(...given);
    instances.push(this.exports);
  }
};
export const { core } = await import(new URL("core.js", dist).href);
WebAssembly.Instance = Instance;
assert.equal(instances.length, 1);

/** The memory of the full wasm. */
export const [{ memory }] = instances;

/** The list of the JavaScript values that it knows. */
export const { values: held } = await import(new URL("runtime/full/values.js", dist).href);

/** Name → parameters, `{ name, type }` each, as full.d.ts declares them. */
export const functions = Object.fromEntries(
  [...readFileSync(new URL("wasm/full.d.ts", dist), "utf8").matchAll(/^export function (\w+)\((.*)\): .*;$/gm)].map(
    ([, name, parameters]) => [
      name,
      parameters.split(", ").map((parameter) => {
        const [parameterName, type] = parameter.split(/\??: /);
        return { name: parameterName, type };
      }),
    ],
  ),
);

const NOW = Date.UTC(2026, 10, 24);
const KEYS = core.keyringGenerate("test", NOW, new Uint8Array(32).fill(1));
const handle = core.configure(KEYS, {}, "ACME");

/** Decides a command on a record, with the same randomness whenever the number is the same. */
export const decide = (body, command, input = {}, random = 1, of = handle) =>
  core.decide(of, "alice", body, command, { now: NOW, ...input }, new Uint8Array(64).fill(random));

const begun = decide(undefined, { enrol: {} }, {}, 2);
const code = totp.generate({ secret: begun.outcome.secret, time: NOW });
const confirmed = decide(begun.body, { confirm: { code } }, { primary: "token" }, 3);
assert.ok(confirmed.outcome.ok, JSON.stringify(confirmed.outcome));

/** Good arguments: by the name of the parameter, and where a function wants another one, by its name too. */
const good = {
  handle,
  // Whoever configures many others pushes it out.
  get "decideOffline.handle"() {
    return core.configure(KEYS, { sessionMode: "offline" }, "ACME");
  },
  keys: KEYS,
  settings: { window: 2, locks: [30, 60] },
  passkeys: { rpId: "example.com", origins: ["https://example.com"] },
  client_data: "e30",
  // Read for a registration only.
  owner: new Uint8Array(40),
  issuer: "ACME",
  environment: "test",
  now: NOW,
  seed: new Uint8Array(32).fill(4),
  "decide.seed": new Uint8Array(64).fill(5),
  subject: "alice",
  key: core.accountKey("alice"),
  body: confirmed.body,
  command: { verify: { code, factor: 1 } },
  input: { now: NOW, session: confirmed.outcome.session, primary: "token", address: "192.0.2.1", agent: "Test" },
  session: confirmed.outcome.session,
  // Of nobody's primary token yet.
  "sessionBind.session": decide(begun.body, { confirm: { code } }, {}, 3).outcome.session,
  primary: "token",
  demand: { maxAge: 60 },
  rest: { now: NOW, address: "192.0.2.1", agent: "Test" },
  address: "192.0.2.1",
  scopes: "read write",
  service: "yes",
  needed: "read",
  services: "yes",
  authorization: "Bearer token",
  mfa_token: code,
  session_token: confirmed.outcome.session,
  device_token: "DEVICE",
  refusal: { now: NOW, reason: "locked", retryAt: NOW + 30_000, demand: { maxAge: 60 }, scopes: ["read"] },
  id: core.keyringParse(KEYS).keys[0].id,
  challenge: "A".repeat(43),
  "openEvent.body": confirmed.events[0].body,
  "addressCharge.key": core.addressKey(handle, "192.0.2.1"),
  "addressLocked.key": core.addressKey(handle, "192.0.2.1"),
};
const note = noteOf();
Object.assign(good, { "credentialOwner.key": note.key, "credentialOwner.body": note.body });
const apiKey = core.apiKeyGenerate(handle, '{"subject":"cron"}', NOW + 1, new Uint8Array(32).fill(7));
Object.assign(good, { claims: '{"subject":"cron"}', expires: NOW + 1, token: apiKey.key });
for (const name of ["apiKeyVerify", "apiKeyClaims"]) {
  good[`${name}.key`] = `api-key:${core.apiKeyId(handle, apiKey.key)}`;
  good[`${name}.body`] = apiKey.body;
}
good["addressCharge.body"] = core.addressCharge(
  handle,
  good["addressCharge.key"],
  undefined,
  NOW,
  new Uint8Array(32),
).body;
good["addressLocked.body"] = good["addressCharge.body"];
// The last key of a ring stays in it.
good["keyringRemove.keys"] = core.keyringAdd(KEYS, NOW, new Uint8Array(32).fill(6));

/** What is stored of a credential id: that of a passkey which somebody registers. */
function noteOf() {
  const of = core.configure(KEYS, {}, "ACME", good.passkeys);
  const { body, outcome } = decide(undefined, { registrationOptions: {} }, {}, 8, of);
  const { challenge, userHandle } = outcome;
  const passkey = authenticator({ origin: "https://example.com" });
  const { id, response } = passkey.create({ rp: { id: "example.com" }, user: { id: userHandle }, challenge });
  const { clientDataJSON: clientDataJson, attestationObject, transports } = response;
  const command = { register: { response: { id, clientDataJson, attestationObject, transports } } };
  // An attestation of the format none has no signature.
  return decide(body, command, { signatures: [] }, 9, of).note;
}

/** Good arguments of a function. */
export function goodArguments(name) {
  return functions[name].map((parameter) => {
    const value = good[`${name}.${parameter.name}`] ?? good[parameter.name];
    assert.notEqual(value, undefined, `tests/js/support/core.js knows no good \`${parameter.name}\` for ${name}`);
    return value;
  });
}

/** `answered`, or the code of the MfaError; anything else that is thrown fails. */
export function outcome(call) {
  try {
    call();
    return "answered";
  } catch (error) {
    assert.equal(error?.name, "MfaError", `${error?.stack ?? error}`);
    return error.code;
  }
}

export { code, confirmed, good, handle, KEYS, NOW };
