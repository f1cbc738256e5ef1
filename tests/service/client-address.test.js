// Where a request comes from, by each source that can be configured: G7 and G8 of the attack pack.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asker, assertProblem, protect } from "./support/ask.js";
import { start } from "./support/service.js";

/** Three failures from one address lock it for all accounts. */
const policy = { addressFailures: 3 };

/** Sends wrong codes for one account after the other, from wherever these headers say. */
function guesser({ client, cf, url = "https://api.example" }) {
  const { mfa, store } = start({ policy, http: { client } });
  const send = (request) => protect(mfa, {})(cf ? Object.assign(request, { cf }) : request);
  const { commit } = store;
  const written = new Set();
  store.commit = (key, ...given) => {
    if (!key.startsWith("account:")) written.add(key);
    return commit(key, ...given);
  };
  let people = 0;
  const guess = (headers) => asker(send, url)("GET", "/", { token: `person${++people}-1`, code: "000000", headers });
  return { guess, written };
}

const forwarded = (value) => [["X-Forwarded-For", value]];

for (const [name, options, headersOf] of [
  ["auto on Cloudflare", { cf: { country: "CH" } }, (address) => [["CF-Connecting-IP", address]]],
  ["vercel", { client: "vercel" }, (address) => [["X-Real-IP", address]]],
  ["fly", { client: "fly" }, (address) => [["Fly-Client-IP", address]]],
  ["one proxy", { client: { proxies: 1 } }, forwarded],
  ["two proxies", { client: { proxies: 2 } }, (address) => forwarded(`${address}, 10.0.0.7`)],
  [
    "a function",
    { client: (request) => ({ address: request.headers.get("x-peer") }) },
    (address) => [["X-Peer", address]],
  ],
]) {
  test(`g7: ${name}: the spellings of an address and its /64 are one client`, async () => {
    for (const [spellings, elsewhere] of [
      [["2001:db8:0:1::1", "2001:DB8::1:ffff:0:0:7", "2001:0db8:0000:0001:abcd::"], "2001:db8:0:2::1"],
      [["192.0.2.1", "::ffff:192.0.2.1", "::FFFF:c000:201"], "192.0.2.2"],
    ]) {
      const { guess } = guesser(options);
      for (const address of spellings)
        assertProblem(await guess(headersOf(address)), "code_rejected", { attemptsLeft: 2 });
      for (const address of spellings) assertProblem(await guess(headersOf(address)), "locked", { retryAfter: 900 });
      assertProblem(await guess(headersOf(elsewhere)), "code_rejected", { attemptsLeft: 2 });
    }
  });

  test(`g8: ${name}: what the client adds in front changes nothing`, async () => {
    const { guess } = guesser(options);
    const forged = (at) => {
      const [[header, value]] = headersOf("192.0.2.1");
      if (header === "X-Forwarded-For") return [[header, `203.0.113.${at}, ${value}`]];
      return [[header, value], ...forwarded(`203.0.113.${at}`)];
    };
    for (let at = 0; at < 3; at++) assertProblem(await guess(forged(at)), "code_rejected", { attemptsLeft: 2 });
    assertProblem(await guess(forged(9)), "locked", { retryAfter: 900 });
  });
}

test("g8: where nobody trustworthy says it, no header does", async () => {
  const { guess, written } = guesser({});
  const names = ["X-Forwarded-For", "X-Real-IP", "CF-Connecting-IP", "Fly-Client-IP", "Forwarded", "True-Client-IP"];
  for (let at = 0; at < 6; at++)
    assertProblem(await guess(names.map((name) => [name, "192.0.2.1"])), "code_rejected", { attemptsLeft: 2 });
  // Neither is anything counted for the address that somebody would like to see locked.
  assert.deepEqual([...written], []);
});

test("what a platform would never write is refused, and is no failure", async () => {
  const { guess, written } = guesser({ client: { proxies: 1 } });
  for (const address of ["unknown", "192.0.2.01", "localhost", "_hidden", "192.0.2.1,"])
    assertProblem(await guess(forwarded(address)), "invalid_request");
  for (const address of ["192.0.2.1:4711", "[2001:db8::1]:4711", "[2001:db8::1]"])
    assertProblem(await guess(forwarded(address)), "code_rejected", { attemptsLeft: 2 });
  assert.equal(written.size, 2);
});

test("behind a proxy it is the proxy that knows whether it was TLS", async () => {
  const { guess } = guesser({ client: { proxies: 1 }, url: "http://10.0.0.8" });
  const by = (scheme) => guess([...forwarded("192.0.2.1"), ["X-Forwarded-Proto", scheme]]);
  assert.equal((await by("https")).status, 401);
  for (const scheme of ["http", "https, http", "ftp"]) assertProblem(await by(scheme), "insecure_transport");
  assertProblem(await guess(forwarded("192.0.2.1")), "insecure_transport");
});

test("a source that is none is refused when the service is made", () => {
  for (const client of [{ proxies: 0 }, { proxies: -1 }, { proxies: 1.5 }, { proxies: "1" }, {}, "cloudflare", null, 1])
    assert.throws(() => start({ http: { client } }), { name: "MfaError", code: "address_invalid" });
});
