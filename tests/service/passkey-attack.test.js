// The attack pack's lines on passkeys against the service over HTTP, in workerd with Durable Objects. W2 and W4, one check
// after the other, are in passkey.test.js.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertProblem } from "./support/ask.js";
import { authenticator } from "./support/authenticator.js";
import { holder } from "./support/certificate.js";
import { clientOf, clockAt } from "./support/person.js";
import { startWorkerd } from "./support/workerd.js";

const root = holder("Root");
const anchor = root.certificate(root, { authority: true });

let worker;
let url;
before(async () => {
  worker = await startWorkerd(undefined, { ANCHOR: anchor.toString("base64url") });
  url = worker.url.replace("127.0.0.1", "localhost");
});
after(() => worker?.stop());

/** Somebody before the service, with the ceremonies. */
function personAt(base, token) {
  const { mfa } = clientOf(`${url}${base}`, token);
  const post = async (path, body = {}, given = {}) => mfa("POST", `/passkeys${path}`, { body, ...given });
  const options = async (path) => (await post(`${path}/options`)).body.publicKey;
  return {
    mfa,
    post,
    options,
    register: async (key, also) => post("/register", { credential: key.create(await options("/register"), also) }),
    verify: async (key, also) => post("/verify", { credential: key.get(await options("/verify"), also) }),
  };
}

function assertRefused({ status, body }, check, what) {
  assert.deepEqual([status, body.code, body.check], [401, "passkey_refused", check], what);
}

test("W1: an origin is compared whole, of a new passkey and of one that is used", async () => {
  const { register, verify, mfa } = personAt("/passkeys", "wanda-1");
  const { protocol, hostname, port } = new URL(url);
  const origins = [
    `https://${hostname}:${port}`,
    `${protocol}//${hostname}`,
    `${protocol}//${hostname}:${Number(port) + 1}`,
    `${protocol}//${hostname}:${port}/`,
    `${protocol}//${hostname}:${port}.evil.example`,
    `${protocol}//sub.${hostname}:${port}`,
    `${protocol}//evil${hostname}:${port}`,
    "null",
    "",
  ];
  const key = authenticator({ origin: url });
  for (const origin of origins)
    assertRefused(await register(key, { clientData: { origin } }), "origin", `register: ${origin}`);
  assert.equal((await mfa("GET", "/account")).body.enrolled, false);
  assert.equal((await register(key)).status, 200);
  for (const origin of origins) assertRefused(await verify(key, { clientData: { origin } }), "origin", origin);
  assert.equal((await verify(key)).status, 200);
});

test("W3: a self-signed root that comes along gives no trust", async () => {
  const forged = (name) => {
    const forger = holder(name);
    return { forger, root: forger.certificate(forger, { authority: true }) };
  };
  const [namesake, stranger] = [forged("Root"), forged("Another root")];
  const device = holder("Model 7");
  const by = (...path) => authenticator({ origin: url, maker: { privateKey: device.privateKey, path } });
  const attacks = [
    ["signature", by(device.certificate(namesake.forger), namesake.root), "a root of the anchor's name"],
    ["signature", by(device.certificate(namesake.forger)), "the same, left out"],
    ["untrusted", by(device.certificate(stranger.forger), stranger.root), "a root of another name"],
    ["certificate_chain", by(device.certificate(stranger.forger), anchor), "the anchor behind what it did not sign"],
    [
      "certificate_chain",
      by(device.certificate(stranger.forger), stranger.root, anchor),
      "the anchor behind a root that it did not sign",
    ],
    ["untrusted", by(device.certificate()), "a certificate that signed itself"],
    ["certificate_content", by(device.certificate(device, { authority: true })), "an authority as the device"],
    ["untrusted", authenticator({ origin: url, format: "packed" }), "the passkey's own word"],
    ["untrusted", authenticator({ origin: url }), "nobody's word"],
  ];
  const { register, mfa } = personAt("/attested", "wendy-1");
  for (const [check, key, what] of attacks) assertRefused(await register(key), check, what);
  assert.equal((await mfa("GET", "/account")).body.enrolled, false);

  /** Whether the passkey that was just registered counts as attested. */
  const isAttested = async (base, token, key) => {
    const { register, mfa } = personAt(base, token);
    const { status, session, text } = await register(key);
    assert.equal(status, 200, text);
    return (await mfa("GET", "/factors", { session })).body.factors[0].passkey.attested;
  };
  assert.equal(await isAttested("/attested", "wendy-1", by(device.certificate(root))), true, "the maker's own");
  assert.equal(await isAttested("/attested", "wilma-1", by(device.certificate(root), anchor)), true, "with the root");
  // Where nobody is trusted, it is taken as any other, and vouches for nothing.
  for (const [at, [check, key]] of attacks.entries())
    if (check !== "certificate_content")
      assert.equal(await isAttested("/passkeys", `winnie${at}-1`, key), false, attacks[at][2]);
});

test("W5: a ceremony is not played twice", async () => {
  const { post, options, mfa } = personAt("/passkeys", "walter-1");
  const key = authenticator({ origin: url });
  const creation = { credential: key.create(await options("/register")) };
  const twice = await Promise.all([post("/register", creation), post("/register", creation)]);
  const [registered, replayed] = twice.sort((one, other) => one.status - other.status);
  assert.equal(registered.status, 200, registered.text);
  // The one that came later meets an account that has a second factor now, or a challenge that is spent.
  assert.ok(["verification_required", "no_challenge"].includes(replayed.body.code), replayed.text);
  const { session } = registered;
  assertProblem(await post("/register", creation, { session }), "no_challenge");
  assert.equal((await mfa("GET", "/factors", { session })).body.factors.length, 1);

  const answer = { credential: key.get(await options("/verify")) };
  assert.equal((await post("/verify", answer)).status, 200);
  assertProblem(await post("/verify", answer), "no_challenge");
  // The state of before does not come back with new options, nor with time.
  await options("/verify");
  assertRefused(await post("/verify", answer), "challenge");
  const late = { credential: key.get(await options("/verify")) };
  await clockAt(url, 300_000);
  assertProblem(await post("/verify", late), "no_challenge");
});
