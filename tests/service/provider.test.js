// The guard behind a certified OpenID provider: its tokens are the first factor, by `edge-mfa/jwt`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { totp } from "edge-mfa";
import { jwt } from "edge-mfa/jwt";
import { createMfa, keyring } from "edge-mfa/server";
import { memoryStore } from "edge-mfa/store/memory";
import { decodeProtectedHeader } from "jose";
import { API, makeKey, startProvider, tokenOfPerson, tokenOfService } from "../auth/support/provider.js";
import { startClock } from "./support/app.js";
import { asker, assertProblem, protect } from "./support/ask.js";

const old = await makeKey();
const next = await makeKey();
const isService = ({ sub, client_id }) => sub === client_id;

/** The service of an API that trusts the provider. Its clock is moved by the test; that of the tokens is the real one. */
async function start(t, options = {}) {
  const provider = await startProvider(t, [old]);
  const clock = startClock();
  const { issuer } = provider;
  const authenticate = jwt({ issuer, audience: API, profile: "rfc9068", service: isService, ...options });
  const keys = keyring.generate({ environment: "test" });
  const store = memoryStore();
  const mfa = createMfa({ issuer: "Example", store, keys, authenticate, now: () => clock.now, onError() {} });
  const ask = asker(mfa.fetch, "https://api.example/mfa");
  const guard = (demand, given) => asker(protect(mfa, demand), "https://api.example")("GET", "/orders", given);

  /** Signs in and enrols. */
  const person = async (login) => {
    const token = (await tokenOfPerson(provider, login)).access_token;
    const { secret } = (await ask("POST", "/enrol", { token, body: {} })).body;
    const code = () => totp.generate({ secret, time: clock.now });
    const { session } = await ask("POST", "/confirm", { token, body: { code: code() } });
    clock.now += 30_000;
    return { token, session, code };
  };
  return { mfa, provider, clock, ask, guard, person };
}

test("authorization code with PKCE, the guard, a step-up", async (t) => {
  const { provider, clock, ask, guard, person } = await start(t);
  const { token, session, code } = await person("alice");
  const { status, body } = await guard({ scopes: ["orders:read"] }, { token, session });
  assert.deepEqual([status, body.subject], [200, "alice"]);

  const transfer = { action: "transfer", maxAge: 300 };
  clock.now += 300_000;
  assertProblem(await guard(transfer, { token, session }), "verification_required", transfer);
  const fresh = await ask("POST", "/verify", { token, session, body: { code: code() } });
  assert.equal((await guard(transfer, { token, session: fresh.session })).status, 200);

  // Another sign-in has to prove the second factor itself; another person has one of their own.
  const again = (await tokenOfPerson(provider, "alice")).access_token;
  assertProblem(await guard({}, { token: again, session: fresh.session }), "session_invalid");
  clock.now += 30_000;
  assert.equal((await guard({}, { token: again, code: code() })).status, 200);
  const bob = await person("bob");
  assertProblem(await guard({}, { token: bob.token, session: fresh.session }), "session_invalid");
});

test("what the provider did not sign for this API is no first factor", async (t) => {
  const { provider, guard, person } = await start(t);
  const { token, session } = await person("alice");
  const { id_token } = await tokenOfPerson(provider, "alice");
  const [header, payload, signature] = token.split(".");
  const none = Buffer.from(JSON.stringify({ alg: "none", typ: "at+jwt" })).toString("base64url");
  for (const given of [id_token, `${none}.${payload}.`, `${header}.${payload}.${signature.slice(2)}AA`, session, "abc"])
    assertProblem(await guard({}, { token: given, session }), "invalid_token");
  assertProblem(await guard({ ifEnrolled: true }, { token: id_token }), "invalid_token");
});

test("client credentials pass where services may, and nowhere else", async (t) => {
  const { provider, ask, guard } = await start(t);
  const { access_token: token } = await tokenOfService(provider, "orders:read");
  assert.equal((await guard({ services: true, scopes: ["orders:read"] }, { token })).body.subject, "billing-service");
  for (const demand of [{}, { ifEnrolled: true }, { scopes: ["orders:read"] }])
    assertProblem(await guard(demand, { token }), "forbidden");
  assertProblem(await ask("POST", "/enrol", { token, body: {} }), "forbidden");
  const refused = await guard({ services: true, scopes: ["orders:write"] }, { token });
  assert.deepEqual([refused.status, refused.body.code], [403, "insufficient_scope"]);
  assert.match(refused.headers.get("www-authenticate"), /error="insufficient_scope".*, scope="orders:write"$/);
});

test("the provider's keys are rotated while guarded requests run: none is refused, until the old key is withdrawn", async (t) => {
  const { provider, guard, person } = await start(t, { cacheMaxAge: 0 });
  const { token, session } = await person("alice");
  const signedBy = new Set();
  let done = 0;
  const lane = async () => {
    for (let round = 0; round < 5; round++) {
      const { access_token } = await tokenOfService(provider);
      signedBy.add(decodeProtectedHeader(access_token).kid);
      const answers = [guard({}, { token, session }), guard({ services: true }, { token: access_token })];
      assert.deepEqual(
        (await Promise.all(answers)).map(({ status }) => status),
        [200, 200],
      );
      done += 1;
      if (done === 20) provider.rotate([next, old]);
    }
  };
  await Promise.all(Array.from({ length: 12 }, lane));
  assert.equal(done, 60);
  assert.deepEqual([...signedBy].sort(), [old.kid, next.kid].sort());

  provider.rotate([next]);
  assertProblem(await guard({}, { token, session }), "invalid_token");
  const { access_token } = await tokenOfService(provider);
  assert.equal((await guard({ services: true }, { token: access_token })).status, 200);
});

test("a provider that is down is 503, and no code is spent by it", async (t) => {
  const { mfa, provider, guard, person } = await start(t, { cacheMaxAge: 0 });
  const { token, session, code } = await person("alice");
  const right = code();
  await provider.stop();
  assertProblem(await guard({}, { token, session }), "unavailable", { retryAfter: 1 });
  assertProblem(await guard({}, { token, code: right }), "unavailable", { retryAfter: 1 });
  assert.equal((await mfa.verify("alice", right)).ok, true);
});
