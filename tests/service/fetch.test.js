// The endpoints: what each answers, and every refusal that there is.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { test } from "node:test";
import { totp } from "edge-mfa";
import { createMfa, keyring } from "edge-mfa/server";
import { memoryStore } from "edge-mfa/store/memory";
import { en } from "edge-mfa/wizard/state";
import { NOW, STEP } from "../js/support/service.js";
import { asker, assertProblem, problems } from "./support/ask.js";
import { authenticator, RP } from "./support/authenticator.js";
import { BASE, enrol, enrolled, start } from "./support/service.js";

const JSON_TYPE = "application/json";

test("an enrolment waits, is dropped, is confirmed; and a second one needs the first factor", async () => {
  const { ask, clock, guard } = start();
  const before = await ask("GET", "/account");
  assert.deepEqual(before.body, {
    enrolled: false,
    verified: true,
    disabled: false,
    factors: [],
    sessions: [],
    devices: [],
    recoveryCodesLeft: 0,
  });
  const begun = await ask("POST", "/enrol", { body: { name: "Phone" } });
  assert.deepEqual([begun.status, begun.headers.get("cache-control")], [201, "no-store"]);
  const { secret, uri, expiresAt, ...rest } = begun.body;
  assert.deepEqual(rest, { kind: "totp", algorithm: "SHA1", digits: 6, period: 30, weak: false });
  assert.deepEqual([expiresAt, new URL(uri).searchParams.get("secret")], [clock.now + 600_000, secret]);
  assert.equal((await ask("GET", "/account")).body.pendingUntil, expiresAt);
  assert.deepEqual((await ask("DELETE", "/enrol")).status, 204);
  assertProblem(await ask("POST", "/confirm", { body: { code: "123456" } }), "no_pending_enrolment");

  const { session, confirmed } = await enrol({ ask, clock });
  const { session: described, ...answer } = confirmed;
  assert.deepEqual([answer.factor, answer.drift, answer.recoveryCodesLeft], [1, 0, 10]);
  assert.equal(new Set(answer.recoveryCodes).size, 10);
  assert.equal(described.level, "aal2");
  assertProblem(await ask("POST", "/enrol", { body: {} }), "verification_required", { maxAge: 300 });
  const imported = {
    kind: "hotp",
    secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    counter: 7,
    digits: 8,
    account: "Token 7",
  };
  const second = await ask("POST", "/enrol", { session, body: imported });
  const { kind, counter, digits } = second.body;
  const [, account] = decodeURIComponent(new URL(second.body.uri).pathname).split(":");
  assert.deepEqual([second.status, kind, counter, digits, account], [201, "hotp", 7, 8, "Token 7"]);
  assert.equal((await guard({}, { session })).status, 200);
});

test("an enrolment by a code alone, and the factors that come of it", async () => {
  const { ask, code } = await enrolled();
  const begun = await ask("POST", "/enrol", { code: code(), body: { name: "Tablet" } });
  assert.equal(begun.status, 201);
  const { session } = begun;
  const confirmed = await ask("POST", "/confirm", {
    body: { code: totp.generate({ ...begun.body, time: NOW + STEP }) },
  });
  assert.deepEqual([confirmed.body.factor, confirmed.body.recoveryCodes], [2, undefined]);
  const names = async () =>
    (await ask("GET", "/factors", { session })).body.factors.map(({ id, name }) => `${id} ${name}`);
  assert.deepEqual(await names(), ["1 Authenticator", "2 Tablet"]);
  assert.equal((await ask("PATCH", "/factors/2", { session, body: { name: "Old tablet" } })).status, 204);
  assert.deepEqual(await names(), ["1 Authenticator", "2 Old tablet"]);
  assert.equal((await ask("DELETE", "/factors/1", { session })).status, 204);
  assert.deepEqual(await names(), ["2 Old tablet"]);
  for (const id of ["1", "3", "0", "01", "65536", "x", "%20"]) {
    assertProblem(await ask("PATCH", `/factors/${id}`, { session, body: { name: "Mine" } }), "not_found");
    assertProblem(await ask("DELETE", `/factors/${id}`, { session }), "not_found");
  }
  assert.equal((await ask("DELETE", "/factors/2", { session })).status, 204);
  assert.equal((await ask("GET", "/account")).body.enrolled, false);
});

test("a code is verified: of any factor, of one, and with the device remembered", async () => {
  const { ask, code, clock, session } = await enrolled();
  const hardware = { kind: "hotp", secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" };
  assert.equal((await ask("POST", "/enrol", { session, body: hardware })).status, 201);
  const { hotp } = await import("edge-mfa");
  const next = (counter) => hotp.generate({ secret: hardware.secret, counter });
  assert.equal((await ask("POST", "/confirm", { body: { code: next(0) } })).body.factor, 2);
  assertProblem(await ask("POST", "/verify", { body: { code: code(), factor: 2 } }), "code_rejected", {
    attemptsLeft: 2,
  });
  assertProblem(await ask("POST", "/verify", { body: { code: code(), factor: 3 } }), "not_found");
  const one = await ask("POST", "/verify", { body: { code: code(), factor: 1, remember: true } });
  assert.deepEqual([one.status, one.body.factor, one.body.drift], [200, 1, 0]);
  assert.equal(typeof one.session, "string");
  const { devices } = (await ask("GET", "/account", { session: one.session, device: one.body.device })).body;
  assert.equal(devices.length, 1);
  const found = await ask("POST", "/resync", { body: { codes: [next(50), next(51)], factor: 2 } });
  assert.deepEqual([found.status, found.body.factor], [200, 2]);
  assertProblem(await ask("POST", "/resync", { body: { codes: [next(50), next(51)], factor: 2 } }), "code_replayed");
  clock.now += STEP;
  assert.equal(
    (await ask("POST", "/verify", { body: { code: `${code().slice(0, 3)} ${code().slice(3)}` } })).status,
    200,
  );
});

test("recovery codes are made anew with a fresh proof, and the old ones end", async () => {
  const { ask, code, clock, session, confirmed } = await enrolled();
  clock.now += 600_000;
  assertProblem(await ask("POST", "/recovery-codes", { session }), "verification_required", { maxAge: 300 });
  const made = await ask("POST", "/recovery-codes", { session, code: code() });
  assert.deepEqual([made.status, made.body.codes.length], [200, 10]);
  assert.notEqual(made.session, undefined);
  const [old] = confirmed.recoveryCodes;
  assertProblem(await ask("POST", "/verify", { body: { code: old } }), "code_rejected", { attemptsLeft: 2 });
  assert.equal((await ask("POST", "/verify", { body: { code: made.body.codes[0] } })).body.recoveryCodesLeft, 9);
});

test("a challenge tells what the account can prove", async () => {
  const { ask } = start();
  const body = { action: "transfer", resource: "account 7", amount: "100 EUR" };
  assert.deepEqual((await ask("POST", "/challenge", { body })).body, { methods: [], disabled: false, grant: body });
  const made = await enrolled();
  const { body: before } = await made.ask("POST", "/challenge", { body });
  assert.deepEqual(before, { methods: ["otp", "mfa"], disabled: false, grant: body });
  for (let at = 0; at < 3; at++) await made.ask("POST", "/verify", { body: { code: made.wrong() } });
  const { lockedUntil } = (await made.ask("POST", "/challenge", { body })).body;
  assert.equal(lockedUntil, made.clock.now + 30_000);
});

test("sessions are listed, and closed one by one, by their owner alone", async () => {
  const made = await enrolled();
  const { ask, code, session } = made;
  const other = (await ask("POST", "/verify", { body: { code: code() } })).session;
  const { sessions } = (await ask("GET", "/sessions", { session })).body;
  assert.deepEqual(
    sessions.map(({ current }) => current),
    [true, false],
  );
  const { id } = (await ask("GET", "/session", { session })).body;
  assert.equal(id, sessions[0].id);
  const stranger = await enrol(made, { token: "bob-1" });
  const bob = { token: "bob-1", session: stranger.session };
  await ask("DELETE", `/sessions/${sessions[1].id}`, bob);
  assert.equal((await ask("GET", "/session", { session: other })).status, 200, "it was none of his");
  assert.equal((await ask("DELETE", `/sessions/${sessions[1].id}`, { session })).status, 204);
  assertProblem(await ask("GET", "/session", { session: other }), "session_invalid");
  for (const id of ["x", "a".repeat(17), "%2e", "%", "%zz"])
    assertProblem(await ask("DELETE", `/sessions/${id}`, { session }), "not_found");
  assert.equal((await ask("DELETE", "/sessions", { session })).status, 204);
  assertProblem(await ask("DELETE", "/sessions", { session }), "session_invalid");
  assertProblem(await ask("DELETE", "/session", { session }), "session_invalid");
  assertProblem(await ask("DELETE", "/session"), "session_invalid");
});

test("activity is told page by page", async () => {
  const { ask, session } = await enrolled();
  const page = async (query) => (await ask("GET", `/activity${query}`, { session })).body.events;
  const all = await page("");
  assert.deepEqual(
    all.slice(0, 2).map(({ type }) => type),
    ["enrolmentStarted", "factorAdded"],
  );
  assert.deepEqual(await page("?limit=1"), all.slice(0, 1));
  assert.deepEqual(await page(`?after=${all[0].id}&limit=1000`), all.slice(1));
  for (const query of [
    "?limit=0",
    "?limit=1001",
    "?limit=1.5",
    "?limit=01x",
    "?limit=1&limit=1",
    "?after=",
    "?x=1",
    "?limit=",
  ])
    assertProblem(await ask("GET", `/activity${query}`, { session }), "invalid_request");
  assertProblem(await ask("GET", "/session?limit=1", { session }), "invalid_request");
  assertProblem(await ask("GET", "/activity"), "verification_required");
});

test("what a page tells of an enrolment is in the activity of the account, fifty times at most", async () => {
  const { ask, clock } = start();
  const tell = (body, given = {}) => ask("POST", "/enrol/progress", { body, ...given });
  assert.deepEqual([(await tell({ step: "qr_shown" })).status], [204], "without an enrolment it is dropped");
  const { session } = await enrol({ ask, clock });
  const told = { step: "failed", reason: "clock_drift", milliseconds: 4200 };
  const answer = await tell(told);
  assert.deepEqual([answer.status, answer.text, answer.headers.get("cache-control")], [204, "", "no-store"]);
  const all = async () =>
    (await ask("GET", "/activity", { session })).body.events.filter(({ type }) => type === "enrolmentProgress");
  const [{ step, reason, milliseconds, notify }, ...others] = await all();
  assert.deepEqual([{ step, reason, milliseconds }, notify, others], [told, "nobody", []]);
  for (let at = 0; at < 60; at++) assert.equal((await tell({ step: "qr_shown" })).status, 204);
  assert.equal((await all()).length, 50);

  for (const body of [
    {},
    { step: "" },
    { step: "hacked" },
    { step: 1 },
    { step: ["qr_shown"] },
    { step: "qr_shown", reason: "because" },
    { step: "qr_shown", milliseconds: -1 },
    { step: "qr_shown", milliseconds: 0.5 },
    { step: "qr_shown", milliseconds: 86_400_001 },
    { step: "qr_shown", subject: "bob" },
  ])
    assertProblem(await tell(body), "invalid_request");
  assertProblem(await tell({ step: "qr_shown" }, { token: undefined }), "authentication_required");
  assertProblem(await tell({ step: "qr_shown" }, { token: "nobody-1" }), "invalid_token");
  assertProblem(await ask("GET", "/enrol/progress"), "method_not_allowed");
});

test("an enrolment that is begun anew leaves what is told of the account at fifty a day", async () => {
  const { ask, clock, mfa } = start();
  for (let again = 0; again < 3; again++) {
    assert.equal((await ask("POST", "/enrol", { body: {} })).status, 201);
    for (let at = 0; at < 30; at++) await mfa.progress("alice", { step: "qr_shown" });
  }
  const { session } = await enrol({ ask, clock });
  assert.equal((await ask("POST", "/enrol/progress", { body: { step: "confirmed" } })).status, 204);
  const told = async () => {
    const { events } = (await ask("GET", "/activity?limit=100", { session })).body;
    return events.filter(({ type }) => type === "enrolmentProgress").length;
  };
  assert.equal(await told(), 50);
});

test("every step of the wizard may be told, and every reason that there can be", async () => {
  const { ask, mfa } = start();
  const { paths } = (await ask("GET", "/openapi.json")).body;
  const { schema } = paths["/enrol/progress"].post.requestBody.content[JSON_TYPE];
  const steps = schema.properties.step.enum;
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const [, table] = /\| `step` \| told when \|\n.*\n((?:\|.*\n)+)/.exec(readme);
  const documented = table.split("\n").flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)]);
  assert.deepEqual(documented.map(([, step]) => step).sort(), [...steps].sort());
  const reasons = new Set([...problems.keys(), ...Object.keys(en.problems)]);
  assert.ok(steps.length > 10 && reasons.size > 40);
  const bodies = [...steps.map((step) => ({ step })), ...[...reasons].map((reason) => ({ step: "failed", reason }))];
  for (const body of bodies) {
    const { status } = await ask("POST", "/enrol/progress", { body });
    assert.equal(status, 204, JSON.stringify(body));
    // The engine takes no word that the endpoint would not, and the other way round.
    assert.deepEqual(await mfa.progress("alice", body), { ok: true });
  }
});

test("account details are for who has proved the second factor", async () => {
  const { ask, session, wrong } = await enrolled();
  const { body } = await ask("GET", "/account");
  assert.deepEqual(body, { enrolled: true, verified: false, disabled: false });
  const whole = (await ask("GET", "/account", { session })).body;
  assert.deepEqual([whole.verified, whole.factors.length, whole.recoveryCodesLeft], [true, 1, 10]);
  for (let at = 0; at < 3; at++) await ask("POST", "/verify", { body: { code: wrong() } });
  assert.equal(typeof (await ask("GET", "/account")).body.lockedUntil, "number");
});

/** Each provokes the problem of its name. */
const provoked = {
  invalid_request: async ({ ask }) => ask("POST", "/verify", { body: "{" }),
  code_malformed: async ({ ask }) => ask("POST", "/verify", { body: { code: "no code" } }),
  authentication_required: async ({ ask }) => ask("GET", "/account", { token: undefined }),
  invalid_token: async ({ ask }) => ask("GET", "/account", { token: "nobody-1" }),
  verification_required: async ({ ask }) => ask("GET", "/sessions"),
  session_invalid: async ({ ask }) => ask("GET", "/sessions", { session: "a.b.c" }),
  code_rejected: async ({ ask, wrong }) => [
    await ask("POST", "/verify", { body: { code: wrong() } }),
    { attemptsLeft: 2 },
  ],
  code_replayed: async ({ ask, code, clock }) => ask("POST", "/verify", { body: { code: code(clock.now - STEP) } }),
  code_expired: async ({ ask, code, clock }) => {
    clock.now += 10 * STEP;
    return [await ask("POST", "/verify", { body: { code: code(clock.now - 5 * STEP) } }), { attemptsLeft: 2 }];
  },
  clock_drift: async (made) => [
    await confirmed(made, {}, ({ secret }, time) => totp.generate({ secret, time: time + 5 * STEP })),
    { attemptsLeft: 2, drift: 5 },
  ],
  algorithm_mismatch: async (made) => [await confirmed(made, { algorithm: "SHA256" }, usual), { attemptsLeft: 2 }],
  digits_mismatch: async (made) => [await confirmed(made, { digits: 8 }, usual), { attemptsLeft: 2 }],
  period_mismatch: async (made) => [await confirmed(made, { period: 60 }, usual), { attemptsLeft: 2 }],
  previous_secret: async (made) => {
    const { body: old } = await made.ask("POST", "/enrol", { session: made.session, body: {} });
    return [await confirmed(made, {}, (_, time) => usual(old, time)), { attemptsLeft: 2 }];
  },
  misread: async (made) => [
    await confirmed(made, { digits: 8 }, ({ secret }, time) =>
      totp.generate({ secret, time, digits: 8 }).replace(/..$/, ""),
    ),
    { attemptsLeft: 2 },
  ],
  passkey_refused: async () => {
    const { ask, key } = await withPasskey();
    const credential = key.get(await options(ask), { flags: 0 });
    return [await ask("POST", "/passkeys/verify", { body: { credential } }), { check: "user_presence" }];
  },
  passkey_unknown: async () => {
    const { ask } = await withPasskey();
    const credential = authenticator().get(await options(ask));
    return ask("POST", "/passkeys/verify", { body: { credential } });
  },
  passkey_expired: async () => {
    const { ask, key, clock } = await withPasskey();
    clock.now += 366 * 86_400_000;
    return ask("POST", "/passkeys/verify", { body: { credential: key.get(await options(ask)) } });
  },
  no_challenge: async () => {
    const { ask, key } = await withPasskey();
    const credential = key.get({ rpId: RP.rpId, challenge: "A".repeat(43) });
    return ask("POST", "/passkeys/verify", { body: { credential } });
  },
  passkey_taken: async () => {
    const { ask, key } = await withPasskey();
    const bob = { token: "bob-1" };
    const { publicKey } = (await ask("POST", "/passkeys/register/options", { ...bob, body: {} })).body;
    return ask("POST", "/passkeys/register", { ...bob, body: { credential: key.create(publicKey) } });
  },
  insufficient_scope: async ({ guard }) => guard({ scopes: ["read", "write"] }),
  forbidden: async ({ ask }) => ask("GET", "/account", { token: "cron-service" }),
  insecure_transport: async ({ mfa }) =>
    asker(mfa.fetch, "http://api.example/mfa", { token: "alice-1" })("GET", "/account"),
  cross_origin: async ({ ask }) => ask("GET", "/account", { headers: [["Origin", "https://evil.example"]] }),
  not_found: async ({ ask }) => ask("GET", "/nothing"),
  method_not_allowed: async ({ ask }) => ask("PUT", "/account"),
  not_acceptable: async ({ ask }) => ask("GET", "/account", { headers: [["Accept", "text/html"]] }),
  no_pending_enrolment: async ({ ask }) => ask("DELETE", "/enrol"),
  enrolment_expired: async ({ ask, clock, session }) => {
    const { secret } = (await ask("POST", "/enrol", { session, body: {} })).body;
    clock.now += 600_000;
    return ask("POST", "/confirm", { body: { code: totp.generate({ secret, time: clock.now }) } });
  },
  too_many_factors: async ({ ask }) => {
    const one = await enrolled({ policy: { mostFactors: 1 } });
    return ask && one.ask("POST", "/enrol", { session: one.session, body: {} });
  },
  already_enrolled: async ({ ask, session, secret }) => ask("POST", "/enrol", { session, body: { secret } }),
  not_enrolled: async ({ ask }) => ask("POST", "/recovery-codes", { token: "newcomer-1" }),
  content_too_large: async ({ ask }) => ask("POST", "/verify", { body: `"${"x".repeat(16_383)}"` }),
  unsupported_media_type: async ({ ask }) =>
    ask("POST", "/verify", { body: "code=1", headers: [["Content-Type", "text/plain"]] }),
  locked: async ({ ask, wrong }) => {
    for (let at = 0; at < 3; at++) await ask("POST", "/verify", { body: { code: wrong() } });
    return [await ask("POST", "/verify", { body: { code: wrong() } }), { retryAfter: 30 }];
  },
  disabled: async () => {
    const { ask, wrong, code } = await enrolled({ policy: { failuresInRow: 3 } });
    for (let at = 0; at < 3; at++) await ask("POST", "/verify", { body: { code: wrong() } });
    return ask("POST", "/verify", { body: { code: code() } });
  },
  internal: async () => {
    const random = () => {
      throw new Error("no entropy");
    };
    const { ask, errors } = start({ random });
    const answer = await ask("POST", "/enrol", { body: {} });
    assert.deepEqual(
      errors.map(({ code }) => code),
      ["entropy_unavailable"],
    );
    return answer;
  },
  unavailable: async ({ ask, errors }) => {
    const answer = await ask("GET", "/account", { token: "unreachable" });
    assert.deepEqual(
      errors.map(({ message }) => message),
      ["the issuer does not answer for unreachable"],
    );
    return [answer, { retryAfter: 1 }];
  },
};

/** What an authenticator shows that ignores everything but the secret. */
const usual = ({ secret }, time) => totp.generate({ secret, time });

/** Begins an enrolment and confirms it by this code. */
async function confirmed({ ask, session, clock }, asked, codeOf) {
  const { body } = await ask("POST", "/enrol", { session, body: asked });
  return ask("POST", "/confirm", { session, body: { code: codeOf(body, clock.now) } });
}

/** Somebody whose only factor is a passkey. */
async function withPasskey() {
  const made = start({ passkeys: { ...RP, signIn: () => "alice-1" } });
  const key = authenticator();
  const { publicKey } = (await made.ask("POST", "/passkeys/register/options", { body: {} })).body;
  await made.ask("POST", "/passkeys/register", { body: { credential: key.create(publicKey) } });
  return { ...made, key };
}

const options = async (ask) => (await ask("POST", "/passkeys/verify/options", { body: {} })).body.publicKey;

for (const code of problems.keys()) {
  test(`${code}: status, headers and body`, async () => {
    const answer = await provoked[code](await enrolled());
    assertProblem(...(Array.isArray(answer) ? [answer[0], code, answer[1]] : [answer, code]));
  });
}

test("the OpenAPI document has every problem under the status that it is answered with", async () => {
  const { ask } = start({ passkeys: { ...RP, signIn: () => "alice-1" } });
  const { status, headers, body } = await ask("GET", "/openapi.json", { token: undefined });
  assert.deepEqual([status, headers.get("content-type"), body.openapi], [200, JSON_TYPE, "3.1.0"]);
  const seen = new Set();
  for (const [path, operations] of Object.entries(body.paths))
    for (const [method, { responses }] of Object.entries(operations))
      for (const [status, { description, content = {} }] of Object.entries(responses)) {
        if (!content["application/problem+json"]) continue;
        for (const [, code] of description.matchAll(/`(\w+)`/g)) {
          assert.equal(problems.get(code)?.status, Number(status), `${method} ${path}: ${code}`);
          seen.add(code);
        }
      }
  // What the guard alone answers, and what no operation has: it is answered where there is none.
  const elsewhere = ["insufficient_scope", "method_not_allowed"];
  assert.deepEqual([...problems.keys()].filter((code) => !seen.has(code)).sort(), elsewhere);
});

test("a store that fails is 503, with a right code and a wrong one, and nothing was decided", async () => {
  const { ask, guard, code, wrong, store, errors } = await enrolled();
  const { load, commit } = store;
  for (const broken of ["load", "commit"]) {
    store[broken] = () => Promise.reject(new Error("the disk is on fire"));
    for (const typed of [code(), wrong()]) {
      assertProblem(await ask("POST", "/verify", { body: { code: typed } }), "unavailable", { retryAfter: 1 });
      assertProblem(await guard({}, { code: typed }), "unavailable", { retryAfter: 1 });
    }
    Object.assign(store, { load, commit });
  }
  assert.deepEqual(new Set(errors.map(({ code }) => code)), new Set(["store_unavailable"]));
  assert.equal((await ask("POST", "/verify", { body: { code: code() } })).status, 200);
});

test("a store that is contested for ever is 503", async () => {
  const { ask, code, store } = await enrolled();
  store.commit = async () => false;
  assertProblem(await ask("POST", "/verify", { body: { code: code() } }), "unavailable", { retryAfter: 1 });
});

test("without keys there is nobody to word a problem, and nothing passes", async () => {
  const { ask, guard } = start({ keys: Promise.reject(new Error("the key service is down")) });
  for (const answer of [await ask("GET", "/account"), await guard({ ifEnrolled: true })])
    assert.deepEqual([answer.status, answer.text, answer.headers.get("cache-control")], [500, "", "no-store"]);
});

test("a service without authenticate lets nobody in", async () => {
  const { ask } = start({ authenticate: undefined });
  await assert.rejects(ask("GET", "/account"), { code: "context_invalid" });
});

test("bodies are JSON objects with the members of their schema, and no others", async () => {
  const { ask, code } = await enrolled();
  const right = code();
  for (const body of [
    "",
    "null",
    "[]",
    `"${right}"`,
    `{"code":${right}}`,
    `{"code":"${right}"`,
    `{"code":"${right}","subject":"bob"}`,
    `{"code":"${right}","__proto__":{}}`,
    `{"code":"${right}","factor":"1"}`,
    `{"code":"${right}","factor":1.5}`,
    `{"code":"${right}","remember":"yes"}`,
    `{"code":"${right}","grant":{}}`,
    `{"code":"${right}","grant":{"action":""}}`,
    `{"code":"${right}","grant":{"action":"a\\u0000"}}`,
    `{"code":"${"1".repeat(129)}"}`,
    "{}",
  ])
    assertProblem(await ask("POST", "/verify", { body, headers: [["Content-Type", JSON_TYPE]] }), "invalid_request");
  for (const body of [
    { kind: "sms" },
    { algorithm: "MD5" },
    { digits: 9 },
    { secret: "!" },
    { name: "\u202e" },
    { name: "" },
  ])
    assertProblem(await ask("POST", "/enrol", { body, token: "new-1" }), "invalid_request");
  const utf8 = new Uint8Array([...new TextEncoder().encode('{"code":"'), 0xff, 0x22, 0x7d]);
  const response = await (await enrolled()).mfa.fetch(
    new Request(`${BASE}/verify`, {
      method: "POST",
      headers: { Authorization: "Bearer alice-1", "Content-Type": "Application/JSON; charset=utf-8" },
      body: utf8,
    }),
  );
  assert.equal(response.status, 400);
  assert.equal((await ask("POST", "/verify", { body: { code: right } })).status, 200, "none of it spent the code");
});

test("a body is read no further than 16 kB, however it comes", async () => {
  const { mfa } = await enrolled();
  let pulled = 0;
  const body = new ReadableStream({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(1024).fill(0x20));
    },
  });
  const headers = { Authorization: "Bearer alice-1", "Content-Type": JSON_TYPE };
  const request = new Request(`${BASE}/verify`, { method: "POST", headers, body, duplex: "half" });
  const response = await mfa.fetch(request);
  assert.equal((await response.json()).code, "content_too_large");
  assert.ok(pulled >= 17 && pulled < 25, `${pulled} kB were read`);
  // No body is read before it is known who sends it.
  const stranger = { method: "POST", headers: { "Content-Type": JSON_TYPE }, body: "{}" };
  const unread = new Request(`${BASE}/verify`, stranger);
  assert.equal((await mfa.fetch(unread)).status, 401);
  assert.equal(unread.bodyUsed, false);
});

test("JSON is what is accepted", async () => {
  const { ask } = start();
  for (const accept of [
    "*/*",
    "application/*",
    JSON_TYPE,
    "text/html, application/json;q=0.1",
    "application/problem+json",
  ])
    assert.equal((await ask("GET", "/account", { headers: [["Accept", accept]] })).status, 200, accept);
  for (const accept of ["text/html", "application/json;q=0", "text/*, image/png", "application/xml"])
    assertProblem(await ask("GET", "/account", { headers: [["Accept", accept]] }), "not_acceptable");
});

test("HEAD is GET without a body; OPTIONS and other methods tell what there is", async () => {
  const { ask, session } = await enrolled();
  const head = await ask("HEAD", "/sessions", { session });
  assert.deepEqual([head.status, head.text, head.headers.get("content-type")], [200, "", JSON_TYPE]);
  assert.deepEqual([(await ask("HEAD", "/sessions")).status, (await ask("HEAD", "/sessions")).text], [401, ""]);
  assert.equal((await ask("HEAD", "/health")).text, "");
  for (const [path, allow] of [
    ["/enrol", "POST, DELETE, OPTIONS"],
    ["/sessions", "GET, DELETE, HEAD, OPTIONS"],
    ["/factors/1", "PATCH, DELETE, OPTIONS"],
    ["/openapi.json", "GET, HEAD, OPTIONS"],
  ]) {
    const options = await ask("OPTIONS", path, { token: undefined });
    assert.deepEqual([options.status, options.headers.get("allow")], [204, allow]);
    const other = await ask("PUT", path, { body: {} });
    assertProblem(other, "method_not_allowed");
    assert.equal(other.headers.get("allow"), allow);
  }
});

test("pages of allowed origins, and of this host, may call; others may not", async () => {
  const origin = (value) => ({ headers: [["Origin", value]] });
  const app = "https://app.example";
  const { ask } = start({ http: { origins: [app] } });
  const preflight = await ask("OPTIONS", "/verify", { token: undefined, ...origin(app) });
  assert.equal(preflight.status, 204);
  const cors = (answer, name) => answer.headers.get(`access-control-${name}`);
  assert.equal(cors(preflight, "allow-origin"), app);
  for (const name of ["Authorization", "Content-Type", "X-MFA-Token", "X-Session-Token", "X-Device-Token"])
    assert.ok(cors(preflight, "allow-headers").split(", ").includes(name), name);
  assert.equal(cors(preflight, "allow-methods"), "GET, POST, PATCH, DELETE");
  assert.equal(cors(preflight, "allow-credentials"), null);

  const answer = await ask("GET", "/account", origin(app));
  assert.deepEqual([answer.status, cors(answer, "allow-origin"), answer.headers.get("vary")], [200, app, "Origin"]);
  assert.equal(cors(answer, "expose-headers"), "X-Session-Token, WWW-Authenticate, Retry-After, Date");
  const refused = await ask("GET", "/account", { token: undefined, ...origin(app) });
  assert.equal(cors(refused, "allow-origin"), app, "a page is told why");
  assertProblem(refused, "authentication_required");
  for (const value of [
    "https://evil.example",
    "https://app.example.evil.example",
    "http://app.example",
    "null",
    "https://app.example:444",
  ])
    for (const [method, path] of [
      ["GET", "/account"],
      ["OPTIONS", "/verify"],
      ["GET", "/health"],
    ]) {
      const other = await ask(method, path, origin(value));
      assertProblem(other, "cross_origin");
      assert.deepEqual([cors(other, "allow-origin"), other.headers.get("vary")], [null, "Origin"]);
    }
  assert.equal((await ask("GET", "/account", origin("https://api.example"))).status, 200);
  assert.equal((await ask("GET", "/account")).headers.get("vary"), "Origin");
});

test("the base path is where it was set, and nothing is beside it", async () => {
  for (const basePath of ["/", "/auth/mfa/", "/auth/mfa"]) {
    const { ask, mfa } = start({ http: { basePath } });
    assert.equal((await ask("GET", "/account")).status, 200, basePath);
    const { servers } = (await ask("GET", "/openapi.json")).body;
    assert.deepEqual(servers, [{ url: basePath.replace(/(.)\/$/, "$1") }]);
    const outside = asker(mfa.fetch, "https://api.example/elsewhere", { token: "alice-1" });
    for (const path of ["/account", "/auth/mfa/account", ""]) assertProblem(await outside("GET", path), "not_found");
  }
  const { ask, mfa } = start();
  for (const path of ["", "/", "/account/", "//account", "/Account", "/account%2f", "/sessions/a/b", "/factors/"])
    assertProblem(await ask("GET", path), "not_found");
  assertProblem(await asker(mfa.fetch, "https://api.example/mfaccount")("GET", ""), "not_found");
});

test("health: the store, the keys, and the clock", async () => {
  const { ask, clock, store } = start();
  const { now } = clock;
  const health = async (from = ask) => from("GET", "/health", { token: undefined });
  const well = await health();
  assert.deepEqual([well.status, well.body], [200, { status: "ok", store: true, keys: true, clock: true, now }]);
  assert.equal(well.headers.get("cache-control"), "no-store");
  clock.now += 91 * 86_400_000;
  assert.deepEqual((await health()).body, {
    status: "degraded",
    store: true,
    keys: false,
    clock: true,
    now: clock.now,
  });
  store.load = () => Promise.reject(new Error("away"));
  const down = await health();
  assert.deepEqual([down.status, down.body.status, down.headers.get("retry-after")], [503, "down", "1"]);

  const keyless = start({ keys: Promise.reject(new Error("away")) });
  assert.deepEqual((await health(keyless.ask)).body, {
    status: "degraded",
    store: true,
    keys: false,
    clock: true,
    now,
  });
});

test("health asks the trusted clock; a clock that is 45 s off is named where a code is refused", async () => {
  let asked = 0;
  const made = start();
  const trusted = () => {
    asked += 1;
    return made.clock.now - 45_000;
  };
  const { ask, clock, wrong } = Object.assign(made, await enrolled({ http: { clock: trusted } }));
  const rejected = async () => (await ask("POST", "/verify", { body: { code: wrong() } })).body;
  assert.equal((await rejected()).detail, problems.get("code_rejected").detail);
  made.clock = clock;
  const { status, body } = await ask("GET", "/health");
  assert.deepEqual(
    [status, body],
    [200, { status: "degraded", store: true, keys: true, clock: false, now: clock.now, clockOffset: 45_000 }],
  );
  const { detail, code } = await rejected();
  assert.deepEqual(
    [code, detail],
    ["code_rejected", `${problems.get("code_rejected").detail} The clock of the service is off by 45 s.`],
  );
  await ask("GET", "/health");
  assert.equal(asked, 1, "once a minute");
  clock.now += 60_000;
  await ask("GET", "/health");
  assert.equal(asked, 2);
  // Nobody is told of it where it does not matter.
  assert.equal((await ask("GET", "/nothing")).body.detail, problems.get("not_found").detail);
});

test("health: a trusted clock that is out of reach is no clock, and stays so until it answers", async () => {
  let reachable = false;
  const clock = async () => {
    if (!reachable) throw new Error("no route");
    return NOW + 60_000;
  };
  const made = start({ http: { clock } });
  const health = async () => (await made.ask("GET", "/health")).body;
  assert.deepEqual([(await health()).clock, (await health()).status], [false, "degraded"]);
  reachable = true;
  made.clock.now += 60_000;
  assert.deepEqual([(await health()).clock, (await health()).clockOffset], [true, 0]);
  reachable = false;
  made.clock.now += 60_000;
  assert.deepEqual([(await health()).clock, (await health()).clock], [false, false]);
});

test("health believes the Date of a server", async (t) => {
  const server = createServer((request, response) => {
    response.setHeader("Date", new Date(NOW - 45_000).toUTCString());
    response.end(request.method);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const clock = `http://127.0.0.1:${server.address().port}`;
  const { body } = await start({ http: { clock } }).ask("GET", "/health");
  // It counts in seconds.
  assert.deepEqual([body.clock, body.clockOffset], [false, 44_500]);
});

test("two services in one process have nothing in common", async () => {
  const { session } = await enrolled();
  const other = await enrolled();
  const foreign = createMfa({
    issuer: "Other",
    store: memoryStore(),
    keys: (await import("../js/support/service.js")).keys,
    authenticate: () => ({ subject: "alice" }),
    now: () => other.clock.now,
  });
  assertProblem(await other.ask("GET", "/session", { session }), "session_invalid");
  const response = await asker(foreign.fetch, BASE, { token: "alice-1" })("GET", "/session", { session });
  assert.equal(response.body.code, "session_invalid");
});

test("browsers are told which passkeys there are, and only behind a session", async () => {
  const { ask, key } = await withPasskey();
  const signals = (session) => ask("GET", "/passkeys/signals", { session });
  assert.equal((await signals(undefined)).status, 401);
  const credential = key.get(await options(ask));
  const { session } = await ask("POST", "/passkeys/verify", { body: { credential } });
  const told = await signals(session);
  assert.equal(told.status, 200);
  assert.equal(told.body.rpId, RP.rpId);
  assert.equal(told.body.userId, credential.response.userHandle);
  assert.deepEqual(told.body.allAcceptedCredentialIds, [credential.id]);
});

test("related origins are told to browsers, where there are passkeys", async () => {
  const asked = (passkeys, path = "/.well-known/webauthn", method = "GET") => {
    const mfa = createMfa({
      issuer: "ACME",
      store: memoryStore(),
      keys: keyring.generate({ environment: "test" }),
      passkeys,
    });
    return mfa.fetch(new Request(`https://${RP.rpId}${path}`, { method }));
  };
  const answer = await asked(RP);
  assert.deepEqual([answer.status, answer.headers.get("content-type")], [200, JSON_TYPE]);
  assert.deepEqual(await answer.json(), { origins: RP.origins });
  for (const other of [asked(undefined), asked(RP, "/.well-known/webauthn/"), asked(RP, "/mfa/.well-known/webauthn")])
    assert.equal((await other).status, 404);
  assert.equal((await asked(RP, undefined, "POST")).status, 405);
  // At the root of the host, wherever the rest is.
  const documented = async (passkeys) => (await (await asked(passkeys, "/mfa/openapi.json")).json()).paths;
  const { get } = (await documented(RP))["/.well-known/webauthn"];
  assert.deepEqual([get.operationId, get.servers], ["relatedOrigins", [{ url: "/" }]]);
  assert.equal("/.well-known/webauthn" in (await documented(undefined)), false);
});
