// What happens between a demand for a second factor and the answer that each request gets.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "edge-mfa/client";
import { startApi, stepUp } from "./support/api.js";
import { fakeClock, on } from "./support/clock.js";
import { asked, dialog, later, settled } from "./support/prompt.js";
import { sent, serve } from "./support/server.js";

const codes = (requests) => sent(requests, "X-MFA-Token").filter(Boolean);
const statuses = (answers) => answers.map(({ status }) => status);
const ten = (fetch, init) => Array.from({ length: 10 }, (_, index) => fetch(`/${index}`, init));

async function start(t, options = {}, more = {}) {
  const api = await startApi(t, options);
  const asking = dialog();
  const clock = fakeClock();
  const client = createClient({ baseUrl: api.url, token: "access", prompt: asking.prompt, ...on(clock), ...more });
  /** Until so many requests were answered, and so many are still on their way. */
  const answered = async (count, underway = 0) => {
    while (api.requests.length < count || clock.timeouts.length > underway) await settled();
    await settled();
  };
  return { api, answered, ...asking, ...client };
}

test("ten parallel 401s make one prompt; the first takes the code, the others the session", async (t) => {
  const { api, fetch, call, calls, answered } = await start(t);
  const answers = ten(fetch, { method: "POST", body: "x" });
  await answered(10);
  (await call(1)).answer("111111");
  assert.deepEqual(statuses(await Promise.all(answers)), Array(10).fill(200));
  assert.equal(calls.length, 1);
  assert.deepEqual(codes(api.requests), ["111111"]);
  assert.equal(sent(api.requests, "X-Session-Token").filter((session) => session === "session-1").length, 9);
  assert.deepEqual(new Set(api.requests.map(({ body }) => body)), new Set(["x"]));
  assert.equal(api.requests.length, 20);
  // Each got its own answer.
  const bodies = await Promise.all((await Promise.all(answers)).map((answer) => answer.json()));
  assert.deepEqual(
    bodies.map(({ url }) => url),
    Array.from({ length: 10 }, (_, index) => `/${index}`),
  );
});

test("the prompt is told what is demanded", async (t) => {
  const { fetch, call } = await start(t, { route: () => ({ action: "transfer", maxAge: 300 }) });
  const answer = fetch("/");
  const { verify, answer: _, fail, signal, ...request } = await call(1);
  assert.equal(typeof verify, "function");
  assert.equal(signal.aborted, false);
  const { problem, ...rest } = request;
  assert.deepEqual(rest, { attempt: 1, action: "transfer", methods: ["otp"], maxAge: 300, retryAfter: undefined });
  assert.equal(problem.code, "verification_required");
  assert.equal(problem.detail, "Help with verification_required.");
  (await call(1)).answer(undefined);
  await answer;
  assert.equal(signal.aborted, true); // so that a dialog that is still there closes
});

test("a challenge without a problem is met, too; its age is read from the header", async (t) => {
  const age = 'Basic realm="a, b", Bearer realm="ACME", error="insufficient_user_authentication", max_age="60"';
  const api = await serve(t, ({ headers }) =>
    headers["x-mfa-token"]
      ? 200
      : {
          status: 401,
          headers: { "WWW-Authenticate": age, "Content-Type": "text/plain" },
          body: "no",
        },
  );
  const { prompt, call } = dialog();
  const { fetch } = createClient({ baseUrl: api.url, token: "access", prompt });
  const answer = fetch("/");
  const { problem, maxAge, retryAfter, methods, answer: reply } = await call(1);
  assert.deepEqual([problem, maxAge, retryAfter, methods], [undefined, 60, undefined, undefined]);
  reply("1");
  assert.equal((await answer).status, 200);
});

test("a wrong code prompts again with the problem, then the right one is taken", async (t) => {
  const { api, fetch, call, calls, answered } = await start(t);
  const answers = [fetch("/a"), fetch("/b")];
  await answered(2);
  (await call(1)).answer("999999");
  const second = await call(2);
  assert.deepEqual([second.attempt, second.problem.code, second.problem.attemptsLeft], [2, "code_rejected", 2]);
  second.answer("hello");
  const third = await call(3);
  assert.deepEqual([third.attempt, third.problem.code], [3, "code_malformed"]);
  third.answer("111111");
  assert.deepEqual(statuses(await Promise.all(answers)), [200, 200]);
  assert.deepEqual(codes(api.requests), ["999999", "hello", "111111"]);
  assert.equal(calls.length, 3);
});

test("codes go out as people type them, in what a header can carry", async (t) => {
  const { api, fetch, call } = await start(t, { failures: 99 });
  const answer = fetch("/");
  const typed = [
    "１２３４５６",
    "١٢٣٤٥٦",
    "۱۲۳۴۵۶",
    "१२३४५६",
    "\u00a012\u00a03456\n",
    "é\0\r\n",
    "",
    " ",
    "9".repeat(999),
  ];
  for (const [index, code] of typed.entries()) (await call(index + 1)).answer(code);
  (await call(typed.length + 1)).answer(undefined);
  await answer;
  const sentCodes = codes(api.requests);
  assert.deepEqual(sentCodes, [...Array(4).fill("123456"), "12 3456", "??", "?", "?", "9".repeat(256)]);
});

test("a person who gives up leaves every request with the 401 that it had", async (t) => {
  const { api, fetch, call, calls, answered } = await start(t);
  const answers = ten(fetch);
  await answered(10);
  (await call(1)).answer(undefined);
  for (const answer of await Promise.all(answers)) {
    assert.equal(answer.status, 401);
    assert.match(answer.headers.get("WWW-Authenticate"), /insufficient_user_authentication/);
    assert.equal(answer.url.startsWith(api.url), true);
    assert.equal((await answer.json()).code, "verification_required");
  }
  assert.deepEqual([calls.length, api.requests.length], [1, 10]);

  const next = fetch("/");
  (await call(2)).answer("111111");
  assert.equal((await next).status, 200);
});

test("null is giving up, too, and after a wrong code it is the first 401 that is answered", async (t) => {
  const { fetch, call } = await start(t);
  const answer = fetch("/");
  (await call(1)).answer("999999");
  (await call(2)).answer(null);
  assert.equal((await (await answer).json()).code, "verification_required");
});

test("a lock ends the prompts: the request gets the 429, the others what they had", async (t) => {
  const { api, fetch, call, calls, answered } = await start(t, { failures: 2 });
  const answers = [fetch("/a"), fetch("/b"), fetch("/c")];
  await answered(3);
  (await call(1)).answer("999999");
  (await call(2)).answer("888888");
  const ended = await Promise.all(answers);
  assert.deepEqual(statuses(ended).toSorted(), [401, 401, 429]);
  const locked = ended.find(({ status }) => status === 429);
  assert.deepEqual([locked.headers.get("Retry-After"), (await locked.json()).code], ["30", "locked"]);
  assert.deepEqual([calls.length, api.requests.length], [2, 5]);
});

test("without a prompt, and for every other 401 and 403, the answer is the caller's", async (t) => {
  const { api, fetch: bare } = await start(t, {}, { prompt: undefined });
  assert.equal((await bare("/")).status, 401);
  const challenges = [
    undefined,
    'Bearer realm="ACME"',
    'Bearer realm="ACME", error="invalid_token"',
    'Basic realm="insufficient_user_authentication"',
    'Basic error="insufficient_user_authentication"',
    'Bearer error="invalid_token", error_description="error=\\"insufficient_user_authentication\\""',
    'Bearer error_description="x, error=insufficient_user_authentication"',
    'Bearer realm="ACME", "error"="insufficient_user_authentication"',
  ];
  const other = await serve(t, (_, count) => ({
    status: count > challenges.length ? 403 : 401,
    headers: {
      "WWW-Authenticate":
        count > challenges.length ? 'Bearer error="insufficient_user_authentication"' : (challenges[count - 1] ?? []),
    },
  }));
  const { fetch } = createClient({ baseUrl: other.url, token: "a", prompt: () => assert.fail("prompted") });
  for (const challenge of challenges) assert.equal((await fetch("/")).status, 401, challenge);
  assert.equal((await fetch("/")).status, 403);
  assert.equal(api.requests.length, 1);
});

test("a challenge is found in every spelling", async (t) => {
  const spellings = [
    "bearer ERROR=insufficient_user_authentication",
    'BEARER  error = "insufficient_user_authentication" ',
    'Negotiate YWJj==, Bearer realm="a \\"b\\"", error="insufficient\\_user_authentication"',
    'Bearer realm="first", Bearer error="insufficient_user_authentication"',
  ];
  const api = await serve(t, (_, count) => ({ status: 401, headers: { "WWW-Authenticate": spellings[count - 1] } }));
  let prompts = 0;
  const { fetch } = createClient({ baseUrl: api.url, token: "a", prompt: () => void prompts++ });
  for (const [index] of spellings.entries()) {
    await fetch("/");
    assert.equal(prompts, index + 1, spellings[index]);
  }
});

test("a code that the caller sets is the caller's: no prompt", async (t) => {
  const { api, fetch, calls } = await start(t);
  const refused = await fetch("/", { headers: { "X-MFA-Token": "999999" } });
  assert.equal((await refused.json()).code, "code_rejected");
  assert.equal((await fetch("/", { headers: { "X-MFA-Token": "111111" } })).status, 200);
  assert.equal((await fetch("/")).status, 200);
  assert.deepEqual([calls.length, api.requests.length], [0, 3]);
});

test("a session that the server ended is dropped, and a code opens the next", async (t) => {
  const { api, fetch, call } = await start(t, { codes: ["111111", "222222"] });
  const first = fetch("/");
  (await call(1)).answer("111111");
  await first;
  api.state.sessions.clear();
  const next = fetch("/");
  const { problem, answer } = await call(2);
  assert.equal(problem.code, "session_invalid");
  answer("222222");
  assert.equal((await next).status, 200);
  assert.deepEqual(sent(api.requests, "X-Session-Token"), [undefined, undefined, "session-1", undefined]);
});

test("a 401 that arrives when the code was accepted already does not prompt again", async (t) => {
  const { api, fetch, call, calls } = await start(t);
  const slow = later();
  api.state.before = async ({ url }, { status }) => {
    if (url === "/slow" && status === 401) await slow.promise;
  };
  const late = fetch("/slow");
  await asked(api, 1);
  const early = fetch("/fast");
  (await call(1)).answer("111111");
  assert.equal((await early).status, 200);
  slow.resolve();
  assert.equal((await late).status, 200);
  assert.equal(calls.length, 1);
});

test("who is challenged while a code is being tried waits for it", async (t) => {
  const { api, fetch, call, calls, answered } = await start(t);
  const slow = later();
  api.state.before = async ({ headers }) => {
    if (headers["x-mfa-token"]) await slow.promise;
  };
  const first = fetch("/a");
  (await call(1)).answer("111111");
  await asked(api, 2);
  const second = fetch("/b");
  await answered(3, 1);
  slow.resolve();
  assert.deepEqual(statuses(await Promise.all([first, second])), [200, 200]);
  assert.equal(calls.length, 1);
});

test("actions that are bound to what they do have a code each, one prompt after the other", async (t) => {
  const route = () => ({ action: "transfer", isBound: true });
  const { api, fetch, call, calls, answered } = await start(t, { codes: ["111111", "222222", "333333"], route });
  const answers = ["1", "2", "3"].map((body) => fetch("/transfer", { method: "POST", body }));
  await answered(3);
  for (const [index, code] of ["111111", "222222", "333333"].entries()) {
    const { answer, action, attempt } = await call(index + 1);
    await settled();
    assert.deepEqual([calls.length, action, attempt], [index + 1, "transfer", 1]);
    answer(code);
  }
  const bodies = await Promise.all((await Promise.all(answers)).map((answer) => answer.json()));
  assert.deepEqual(bodies.map(({ body }) => body).toSorted(), ["1", "2", "3"]);
  assert.deepEqual(codes(api.requests), ["111111", "222222", "333333"]);
});

test("of several bound actions, giving one up does not give up the others", async (t) => {
  const route = () => ({ action: "transfer", isBound: true });
  const { fetch, call, answered } = await start(t, { codes: ["111111", "222222"], route });
  const answers = ["1", "2", "3"].map((body) => fetch("/transfer", { method: "POST", body }));
  await answered(3);
  (await call(1)).answer("111111");
  (await call(2)).answer(undefined);
  (await call(3)).answer("222222");
  assert.deepEqual(statuses(await Promise.all(answers)).toSorted(), [200, 200, 401]);
});

test("different actions share no code and no refusal, and never prompt at once", async (t) => {
  const route = (url) => ({ action: url.slice(1), isBound: true });
  const { api, fetch, call, calls, answered } = await start(t, { codes: ["222222"], route });
  const first = fetch("/a");
  await asked(api, 1);
  await call(1);
  const second = fetch("/b");
  await answered(2);
  assert.deepEqual(
    calls.map(({ action }) => action),
    ["a"],
  );
  (await call(1)).answer(undefined);
  assert.equal((await first).status, 401);
  const { action, answer } = await call(2);
  assert.equal(action, "b");
  answer("222222");
  assert.equal((await second).status, 200);
  assert.deepEqual(codes(api.requests), ["222222"]);
});

test("an action that a fresh session satisfies needs no prompt of its own", async (t) => {
  const { fetch, call, calls, answered } = await start(t, { route: (url) => ({ action: url.slice(1) }) });
  const answers = [fetch("/a"), fetch("/b")];
  await answered(2);
  (await call(1)).answer("111111");
  assert.deepEqual(statuses(await Promise.all(answers)), [200, 200]);
  assert.equal(calls.length, 1);
});

test("verify tries a code without the request, remembers the device, and lets all requests go", async (t) => {
  const { api, fetch, call, calls, answered } = await start(t);
  const answers = [fetch("/a", { method: "POST" }), fetch("/b")];
  await answered(2);
  const { verify, answer } = await call(1);
  const refused = await verify("999999", { factor: 1 });
  assert.deepEqual([refused.ok, refused.status, refused.problem.code], [false, 401, "code_rejected"]);
  const grant = { action: "transfer", resource: "ACC-1", amount: "7" };
  const verified = await verify("１１１１１１".normalize("NFKC"), { remember: true, grant });
  assert.deepEqual(verified, { ok: true, device: "device-1", recoveryCodesLeft: 9 });
  answer(undefined); // does not matter any more
  assert.deepEqual(statuses(await Promise.all(answers)), [200, 200]);
  assert.deepEqual([calls.length, codes(api.requests)], [1, []]);
  assert.deepEqual(api.state.grant, grant);
  const tries = api.requests.filter(({ url }) => url === "/mfa/verify");
  assert.deepEqual(
    tries.map(({ method, headers, body }) => [
      method,
      headers["content-type"],
      headers.authorization,
      JSON.parse(body),
    ]),
    [
      ["POST", "application/json", "Bearer access", { code: "999999", factor: 1 }],
      ["POST", "application/json", "Bearer access", { code: "111111", remember: true, grant }],
    ],
  );
  assert.deepEqual(sent(api.requests.slice(-2), "X-Device-Token"), ["device-1", "device-1"]);
  assert.deepEqual(sent(api.requests.slice(-2), "X-Session-Token"), ["session-1", "session-1"]);
});

test("the endpoints of the service are where servicePath says", async (t) => {
  const api = await serve(t, ({ url }) =>
    url.endsWith("/verify")
      ? 204
      : { status: 401, headers: { "WWW-Authenticate": 'Bearer error="insufficient_user_authentication"' } },
  );
  for (const servicePath of ["/auth/mfa", "/auth/mfa/", `${api.url}/auth/mfa`]) {
    const prompt = async ({ verify }) => void (await verify("1").catch(() => {}));
    await createClient({ baseUrl: `${api.url}/v1/`, token: "a", servicePath, prompt }).fetch("/");
    assert.equal(api.requests.at(-1).url, "/auth/mfa/verify");
  }
});

test("an abort while the prompt is open ends that request, and the prompt when nobody is left", async (t) => {
  const { api, fetch, call, calls, answered } = await start(t);
  const [first, second] = [new AbortController(), new AbortController()];
  const answers = [fetch("/a", { signal: first.signal }), fetch("/b", { signal: second.signal })];
  await answered(2);
  const { signal } = await call(1);
  const reason = new Error("left");
  first.abort(reason);
  await assert.rejects(answers[0], reason);
  assert.equal(signal.aborted, false);
  second.abort();
  await assert.rejects(answers[1], { name: "AbortError" });
  assert.equal(signal.aborted, true);

  // The prompt that never answered is in nobody's way.
  const next = fetch("/c");
  (await call(2)).answer("111111");
  assert.equal((await next).status, 200);
  (await call(1)).answer("999999");
  await settled();
  assert.deepEqual([calls.length, codes(api.requests)], [2, ["111111"]]);
});

test("when the first of the waiting is aborted, the code goes with the next; the person is not asked again", async (t) => {
  const { api, fetch, call, calls, answered } = await start(t);
  const controller = new AbortController();
  const first = fetch("/a", { signal: controller.signal });
  await asked(api, 1);
  await call(1);
  const second = fetch("/b");
  await answered(2);
  controller.abort();
  await assert.rejects(first, { name: "AbortError" });
  (await call(1)).answer("111111");
  assert.equal((await second).status, 200);
  assert.equal(calls.length, 1);
  assert.deepEqual(
    api.requests.filter(({ headers }) => headers["x-mfa-token"]).map(({ url }) => url),
    ["/b"],
  );
});

test("an abort while the code is on its way: the code is lost, the others are asked for another", async (t) => {
  const { api, fetch, call, answered } = await start(t, { codes: ["222222"] });
  const controller = new AbortController();
  api.state.before = ({ headers }) => (headers["x-mfa-token"] === "111111" ? new Promise(() => {}) : undefined);
  api.state.codes.add("111111");
  const first = fetch("/a", { signal: controller.signal });
  await asked(api, 1);
  await call(1);
  const second = fetch("/b");
  await answered(2);
  (await call(1)).answer("111111");
  await asked(api, 3);
  controller.abort();
  await assert.rejects(first, { name: "AbortError" });
  // The server had spent it; the session that it bought did not arrive.
  (await call(2)).answer("222222");
  assert.equal((await second).status, 200);
});

test("a prompt that fails, or answers what is no text, rejects those who wait, and nobody else", async (t) => {
  const { fetch, call, answered } = await start(t);
  const failure = new Error("no dialog");
  const answers = [fetch("/a"), fetch("/b")];
  await answered(2);
  (await call(1)).fail(failure);
  for (const answer of answers) await assert.rejects(answer, failure);

  const number = fetch("/");
  (await call(2)).answer(111111); // a number has lost its leading zeros
  await assert.rejects(number, { name: "MfaError", code: "client_invalid" });

  const good = fetch("/");
  (await call(3)).answer("111111");
  assert.equal((await good).status, 200);
});

test("a prompt that throws at once is a prompt that fails", async (t) => {
  const prompt = () => {
    throw new TypeError("bug");
  };
  const { fetch } = await start(t, {}, { prompt });
  await assert.rejects(fetch("/"), new TypeError("bug"));
});

test("a token that expired while the person was typing is renewed, and the code still counts", async (t) => {
  const api = await startApi(t);
  const { prompt, call, calls } = dialog();
  const token = (refused) => (refused ? "renewed" : "access");
  const { fetch } = createClient({ baseUrl: api.url, token, prompt });
  const answer = fetch("/", { method: "POST", body: "x" });
  await call(1);
  api.state.tokens = new Set(["renewed"]);
  (await call(1)).answer("111111");
  assert.equal((await answer).status, 200);
  assert.deepEqual([calls.length, codes(api.requests)], [1, ["111111", "111111"]]);
});

test("a code in the body that is refused prompts for no other one; a demand does", async (t) => {
  const codes = [
    "code_rejected",
    "code_replayed",
    "code_expired",
    "clock_drift",
    "algorithm_mismatch",
    "passkey_refused",
  ];
  const server = await serve(t, ({ url }) => stepUp(url.slice(1)));
  let prompts = 0;
  const prompt = () => void prompts++;
  const { fetch } = createClient({ baseUrl: server.url, token: "access", prompt });
  for (const code of codes) {
    const answer = await fetch(`/${code}`, { method: "POST", body: '{"code":"123456"}' });
    assert.equal((await answer.json()).code, code);
  }
  assert.deepEqual([prompts, server.requests.length], [0, codes.length]);
  for (const code of ["verification_required", "session_invalid"]) await fetch(`/${code}`, { method: "POST" });
  assert.equal(prompts, 2);
});
