// The attack pack against the service over HTTP, in workerd with Durable Objects: lines of ATTACKS.md by their ids.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, beforeEach, test } from "node:test";
import { assertProblem } from "./support/ask.js";
import { clientOf, clockAt, enrolledAt } from "./support/person.js";
import { startWorkerd } from "./support/workerd.js";

let worker;
let url;
before(async () => {
  worker = await startWorkerd();
  url = worker.url;
});
after(() => worker?.stop());
// What was counted for the address of this machine is forgotten.
beforeEach(() => clockAt(url, 3_600_000));

test("R4: every surface and every server shares what is spent", async () => {
  const { mfa, get, code, token } = await enrolledAt(url, "ruth-1");
  const second = clientOf(`${url}/second`, token);
  const surfaces = (typed) => [
    get("/orders", { code: typed }),
    get("/transfer", { code: typed }),
    get("/pay", { code: typed }),
    mfa("POST", "/verify", { body: { code: typed } }),
    mfa("POST", "/verify", { body: { code: typed, factor: 1, grant: { action: "pay" } } }),
    mfa("GET", "/sessions", { code: typed }),
    mfa("POST", "/resync", { body: { codes: [typed, typed] } }),
    second.get("/orders", { code: typed }),
    second.mfa("POST", "/verify", { body: { code: typed } }),
  ];
  const first = await code(-1);
  for (const answer of await Promise.all(surfaces(first, await code())))
    assert.equal(answer.body.code, "code_replayed");
  // All of them at once with a fresh one: one wins.
  const fresh = await code();
  const answers = await Promise.all(surfaces(fresh));
  const codes = answers.map(({ status, body }) => (status === 200 ? "won" : body.code));
  assert.equal(codes.filter((code) => code === "won").length, 1, `${codes}`);
  assert.ok(
    codes.every((code) => ["won", "code_replayed", "code_rejected"].includes(code)),
    `${codes}`,
  );
  for (const surface of [get, second.get]) assertProblem(await surface("/orders", { code: fresh }), "code_replayed");
});

test("G6: aliases of an account share one budget", async () => {
  const base = `${url}/caseless`;
  const { wrong, code, session } = await enrolledAt(base, "Grace.Miller-1");
  for (const [at, token] of ["grace.miller-1", "GRACE.MILLER-2", "gRACE.miller-3"].entries()) {
    const { body } = await clientOf(base, token).get("/orders", { code: await wrong() });
    assert.deepEqual([body.code, body.attemptsLeft], ["code_rejected", 2 - at]);
  }
  for (const token of ["Grace.Miller-1", "grace.miller-9"])
    assertProblem(await clientOf(base, token).get("/orders", { code: await code() }), "locked", { retryAfter: 30 });
  assert.equal((await clientOf(base, "Grace.Miller-1").get("/orders", { session })).status, 200);
});

test("G7: an address by any of its spellings, and its /64, is one client", async () => {
  const base = `${url}/proxied`;
  const guess = (who, address) =>
    clientOf(base, `${who}-1`).get("/orders", {
      code: "000000",
      headers: [
        ["X-Forwarded-For", address],
        ["X-Forwarded-Proto", "https"],
      ],
    });
  for (const [name, addresses, elsewhere] of [
    ["six", ["2001:db8:0:1::1", "2001:DB8::1:ffff:0:0:7", "2001:0db8:0000:0001:abcd::"], "2001:db8:0:2::1"],
    ["four", ["192.0.2.1", "::ffff:192.0.2.1", "[::FFFF:c000:201]:443"], "192.0.2.2"],
  ]) {
    for (const [at, address] of addresses.entries())
      assertProblem(await guess(`${name}${at}`, address), "code_rejected", { attemptsLeft: 2 });
    for (const address of addresses) assertProblem(await guess(`${name}x`, address), "locked", { retryAfter: 900 });
    assertProblem(await guess(`${name}x`, elsewhere), "code_rejected", { attemptsLeft: 2 });
  }
});

test("G8: a forged X-Forwarded-For is another client nowhere", async () => {
  const forge = (at) => `203.0.113.${at}, 198.51.100.${at}`;
  for (const [base, rest] of [
    ["/platform", ""],
    ["/proxied", ", 192.0.2.77"],
  ]) {
    const guess = (at) =>
      clientOf(url + base, `gert${base.slice(1)}${at}-1`).get("/orders", {
        code: "000000",
        headers: [
          ["X-Forwarded-For", `${forge(at)}${rest}`],
          ["X-Real-IP", `203.0.113.${at}`],
          ["Fly-Client-IP", `203.0.113.${at}`],
          ["Forwarded", `for=203.0.113.${at}`],
          ["X-Forwarded-Proto", "https"],
        ],
      });
    for (let at = 0; at < 3; at++) assertProblem(await guess(at), "code_rejected", { attemptsLeft: 2 });
    assertProblem(await guess(9), "locked", { retryAfter: 900 });
  }
});

test("G10: nobody locks without the first factor; a lock is not prolonged, and recovery works under it", async () => {
  const { mfa, get, wrong, code, confirmed } = await enrolledAt(url, "gwen-1");
  for (const token of [undefined, "nobody-1", "unreachable"])
    for (let at = 0; at < 5; at++) {
      await clientOf(url, token).get("/orders", { code: await wrong() });
      await clientOf(url, token).mfa("POST", "/verify", { body: { code: await wrong() } });
    }
  for (const attemptsLeft of [2, 1, 0])
    assert.equal((await get("/orders", { code: await wrong() })).body.attemptsLeft, attemptsLeft);
  for (let passed = 0; passed < 25; passed += 5) {
    assertProblem(await get("/orders", { code: await wrong() }), "locked", { retryAfter: 30 - passed });
    await clockAt(url, 5000);
  }
  const [recovery] = confirmed.recoveryCodes;
  assertProblem(await get("/orders", { code: await code() }), "locked", { retryAfter: 5 });
  assert.equal((await mfa("POST", "/verify", { body: { code: recovery } })).status, 200);
});

test("S1: a first factor alone, or with half a second one, is never verified", async () => {
  const { mfa, get, secret, token } = await enrolledAt(url, "sara-1");
  for (const given of [{}, { session: token }, { device: "A".repeat(32) }, { headers: [["X-MFA-Verified", "true"]] }]) {
    assert.equal((await get("/orders", given)).status, 401);
    assert.equal((await mfa("GET", "/account", given)).body.verified, false);
  }
  // Nor by an enrolment that nobody confirmed.
  const pending = clientOf(url, "stella-1");
  await pending.mfa("POST", "/enrol", { body: { secret } });
  assertProblem(await pending.get("/orders"), "verification_required");
  const { code } = await pending.get("/orders", { code: "123456" }).then(({ body }) => body);
  assert.equal(code, "code_rejected");
});

test("S2: another subject's session, code and device are nothing here", async () => {
  const alice = await enrolledAt(url, "alice-1");
  const mallory = await enrolledAt(url, "mallory-1");
  const { body, session } = await mallory.mfa("POST", "/verify", {
    body: { code: await mallory.code(), remember: true },
  });
  for (const path of ["/orders", "/transfer"])
    assertProblem(await alice.get(path, { session }).then(plain), "session_invalid");
  assert.equal((await alice.mfa("GET", "/account", { session })).body.verified, false);
  const answer = await alice.get("/orders", { code: await mallory.code(1), session, device: body.device });
  assert.equal(answer.body.code, "code_rejected");
  const { body: account } = await alice.mfa("GET", "/account", { session: alice.session, device: body.device });
  assert.deepEqual(account.devices, []);
});

test("S3: a factor that was not confirmed is nothing that could be proved", async () => {
  const { mfa } = clientOf(url, "sven-1");
  await mfa("POST", "/enrol", { body: {} });
  const { body } = await mfa("POST", "/challenge", { body: { action: "pay" } });
  assert.deepEqual(body.methods, []);
  assert.equal((await mfa("GET", "/account")).body.enrolled, false);
  const live = await enrolledAt(url, "sofia-1");
  await live.mfa("POST", "/enrol", { session: live.session, body: {} });
  assert.equal((await live.mfa("GET", "/factors", { session: live.session })).body.factors.length, 1);
});

test("S4: factors and recovery codes change with a fresh proof only", async () => {
  const { mfa, session, code } = await enrolledAt(url, "selma-1");
  const changes = [
    ["POST", "/enrol", { body: {} }],
    ["PATCH", "/factors/1", { body: { name: "Mine" } }],
    ["DELETE", "/factors/1", {}],
    ["POST", "/recovery-codes", {}],
  ];
  for (const [method, path, given] of changes)
    assertProblem(await mfa(method, path, given), "verification_required", { maxAge: 300 });
  await clockAt(url, 300_000);
  for (const [method, path, given] of changes)
    assertProblem(await mfa(method, path, { ...given, session }), "verification_required", { maxAge: 300 });
  assert.equal((await mfa("GET", "/factors", { session })).status, 200, "to look at them it is fresh enough");
  // A code that comes along is a fresh proof.
  for (const [method, path, given] of [changes[0], changes[1], changes[3], changes[2]]) {
    const { status } = await mfa(method, path, { ...given, session, code: await code() });
    assert.ok(status >= 200 && status < 300, `${method} ${path}: ${status}`);
    await clockAt(url, 30_000);
  }
});

test("S5: a fresh recovery code does not make the authenticator's proof fresh", async () => {
  const { mfa, get, session, confirmed, code } = await enrolledAt(url, "sonja-1");
  assert.equal((await get("/app-only", { session })).status, 200);
  await clockAt(url, 300_000);
  const [recovery] = confirmed.recoveryCodes;
  const recovered = await mfa("POST", "/verify", { session, body: { code: recovery } });
  assert.equal((await get("/transfer", { session: recovered.session })).status, 200);
  const needed = { maxAge: 300, methods: ["otp"] };
  for (const token of [session, recovered.session])
    assertProblem(await get("/app-only", { session: token }), "verification_required", needed);
  assert.equal((await get("/app-only", { session: recovered.session, code: await code() })).status, 200);
});

test("S6: a session is good with the sign-in that opened it", async () => {
  const { session, get } = await enrolledAt(url, "silke-1");
  assert.equal((await get("/orders", { session })).status, 200);
  for (const token of ["silke-2", "silke-1.read"])
    assertProblem(await clientOf(url, token).get("/orders", { session }), "session_invalid");
});

test("S7: a session token is taken as it was issued, or not at all", async () => {
  const { session, get } = await enrolledAt(url, "simon-1");
  const other = await enrolledAt(url, "sibyl-1");
  const [header, payload, signature] = session.split(".");
  const decoded = JSON.parse(Buffer.from(header, "base64url"));
  const encode = (value) =>
    Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
  const claims = JSON.parse(Buffer.from(payload, "base64url"));
  const hmac = (key, text) => createHmac("sha256", key).update(text).digest("base64url");
  const none = encode({ ...decoded, alg: "none" });
  const longer = encode({ ...claims, exp: claims.exp + 1000 });
  const [otherHeader, otherPayload, otherSignature] = other.session.split(".");
  const forged = [
    session.slice(0, -1),
    session.slice(1),
    `${session}A`,
    `${session}=`,
    `${session}.`,
    `.${session}`,
    `${header}.${payload}`,
    `${header}.${payload}.`,
    `${none}.${payload}.`,
    `${none}.${payload}.${signature}`,
    `${header}.${longer}.${signature}`,
    `${header}.${longer}.${hmac("", `${header}.${longer}`)}`,
    `${header}.${payload}.${hmac("a key of somebody else", `${header}.${payload}`)}`,
    `${encode({ ...decoded, kid: "0000000000000000" })}.${payload}.${signature}`,
    `${encode({ ...decoded, typ: "JWT" })}.${payload}.${signature}`,
    `${encode(` ${JSON.stringify(decoded)}`)}.${payload}.${signature}`,
    `${header}.${encode(` ${JSON.stringify(claims)}`)}.${signature}`,
    `${header}.${otherPayload}.${signature}`,
    `${otherHeader}.${payload}.${otherSignature}`,
    Buffer.from(session).toString("base64url"),
  ];
  for (const token of new Set(forged)) assertProblem(await get("/orders", { session: token }), "session_invalid");
  // Bits of the last character that base64url does not use.
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(session.at(-1));
  const twin = `${session.slice(0, -1)}${alphabet[last ^ 1]}`;
  assertProblem(await get("/orders", { session: twin }), "session_invalid");
  assert.equal((await get("/orders", { session })).status, 200);
});

test("S8: whose account it is says the bearer token, and nothing else", async () => {
  const victim = await enrolledAt(url, "viktor-1");
  const mallory = await enrolledAt(url, "malte-1");
  const { mfa, session, code } = mallory;
  const right = await code();
  for (const member of ["subject", "sub", "user", "account", "userId"])
    assertProblem(await mfa("POST", "/verify", { body: { code: right, [member]: "viktor" } }), "invalid_request");
  for (const query of ["?subject=viktor", "?sub=viktor", "?user=viktor"])
    assertProblem(await mfa("GET", `/factors${query}`, { session }), "invalid_request");
  const headers = [
    ["X-Subject", "viktor"],
    ["X-User", "viktor"],
    ["X-Forwarded-User", "viktor"],
    ["Cookie", "subject=viktor"],
  ];
  assert.equal((await mallory.get("/orders", { session, headers })).body.subject, "malte");
  // What the authenticator shows is a name, and no account of ours.
  const begun = await mfa("POST", "/enrol", { session, body: { account: "viktor" } });
  assert.equal(begun.status, 201);
  assert.equal((await victim.mfa("GET", "/account", { session: victim.session })).body.pendingUntil, undefined);
  assert.equal((await mfa("POST", "/verify", { body: { code: right } })).status, 200);
});

test("S9: the second factor is looked up by the canonical subject", async () => {
  const base = `${url}/caseless`;
  await enrolledAt(base, "Sonny.Boy-1");
  for (const token of ["sonny.boy-1", "SONNY.BOY-1", "Sonny.boY-2"]) {
    const { mfa, get } = clientOf(base, token);
    assertProblem(await get("/orders"), "verification_required");
    assert.equal((await mfa("GET", "/account")).body.enrolled, true);
    // It would be a second account, with a factor of the attacker's.
    assertProblem(await mfa("POST", "/enrol", { body: {} }), "verification_required", { maxAge: 300 });
  }
});

test("S10: every operation asks for the first factor, and those that act for the second one", async () => {
  await enrolledAt(url, "sigrid-1");
  const { mfa } = clientOf(url, "sigrid-1");
  const { paths } = (await mfa("GET", "/openapi.json")).body;
  const open = ["GET /health", "GET /openapi.json"];
  /** They take a code themselves, or tell and change nothing that is confirmed. */
  const alone = [
    ...["DELETE /enrol", "POST /enrol/progress", "POST /confirm", "POST /verify", "POST /resync", "POST /challenge"],
    "GET /account",
  ];
  const examples = { "/confirm": { code: "1" }, "/verify": { code: "1" }, "/resync": { codes: ["1", "1"] } };
  const passed = { open: [], alone: [] };
  for (const [path, operations] of Object.entries(paths))
    for (const method of Object.keys(operations).map((name) => name.toUpperCase())) {
      const name = `${method} ${path}`;
      const body =
        examples[path] ??
        (path === "/challenge" ? { action: "pay" } : path.startsWith("/factors/") ? { name: "x" } : {});
      const given = ["POST", "PATCH"].includes(method) ? { body } : {};
      const at = path.replace("{id}", path.startsWith("/factors") ? "1" : "a".repeat(16));
      for (const token of [null, "nobody-1"]) {
        const { status } = await mfa(method, at, { ...given, token });
        if (status !== 401) passed.open.push(name);
      }
      const { body: answer } = await mfa(method, at, given);
      if (!["verification_required", "session_invalid"].includes(answer?.code)) passed.alone.push(name);
    }
  assert.deepEqual([...new Set(passed.open)], open);
  assert.deepEqual(passed.alone.sort(), [...open, ...alone].sort());
});

test("S10: no spelling of a path, no method and no header goes around the guard", async () => {
  await enrolledAt(url, "sigurd-1");
  const { mfa, ask } = clientOf(url, "sigurd-1");
  for (const path of [
    "//factors",
    "/factors/",
    "/./factors",
    "/x/../factors",
    "/Factors",
    "/factors;x",
    "/factors%2f",
    "/%66actors",
    "/factors?x",
    "/factors#x",
  ]) {
    const { status } = await mfa("GET", path);
    assert.ok([400, 401, 404].includes(status), `${path}: ${status}`);
  }
  for (const name of ["X-HTTP-Method-Override", "X-Original-URL", "X-Rewrite-URL", "X-Middleware-Subrequest"])
    for (const value of ["GET", "DELETE", "/mfa/health", "middleware:middleware"])
      assert.equal((await mfa("GET", "/factors", { headers: [[name, value]] })).status, 401);
  for (const method of ["HEAD", "GET", "POST", "PUT", "DELETE", "PATCH"])
    for (const path of ["/orders", "/transfer", "/pay"]) assert.equal((await ask(method, path)).status, 401);
});

test("E7: no code, secret or token in any log, event or problem, and no header of the client's making", async () => {
  const { mfa, get, secret, code, wrong, session, confirmed, token } = await enrolledAt(url, "edda-1");
  const agent = 'Evil"<script>\\r\\n\u00e9';
  const headers = [["User-Agent", agent]];
  const secrets = [secret, session, token, ...confirmed.recoveryCodes];
  const answers = [];
  for (const typed of [await code(), await wrong(), await wrong(), "neither-of-both", "unreachable-code"]) {
    secrets.push(typed);
    answers.push(await get("/orders", { code: typed, headers }));
  }
  secrets.push("unreachable-token", "a-session-of-mine");
  answers.push(await get("/orders", { token: "unreachable-token", headers }));
  answers.push(await get("/orders", { session: "a-session-of-mine", headers }));
  answers.push(await mfa("POST", `/verify?code=${secrets.at(-1)}`, { body: { code: secrets.at(-1) } }));
  answers.push(await mfa("GET", "/no-such-path-a-session-of-mine"));
  const { events } = (await mfa("GET", "/activity?limit=1000", { session })).body;
  assert.ok(events.length >= 5);
  const told = [
    JSON.stringify(events),
    worker.printed(),
    ...answers.filter(({ status }) => status >= 400).map(({ text, headers }) => text + JSON.stringify([...headers])),
  ];
  assert.match(worker.printed(), /edge-mfa: Error/, "what was answered by 503 is in the log");
  for (const text of told) for (const hidden of secrets) assert.ok(!text.includes(hidden), `${hidden} in ${text}`);
  assert.ok(!worker.printed().includes(agent));
  for (const { headers } of answers) for (const [, value] of headers) assert.match(value, /^[ -~]*$/);
});

/** Without what the demand adds. */
function plain(answer) {
  const { maxAge: _, action: __, ...body } = answer.body;
  const challenge = answer.headers.get("www-authenticate").replace(/, max_age="\d+"/, "");
  const headers = new Headers(answer.headers);
  headers.set("www-authenticate", challenge);
  return { ...answer, body, headers };
}
