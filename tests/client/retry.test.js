// What is sent again, when, and how often: every number, on a clock that the test moves.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { createClient } from "edge-mfa/client";
import { stepUp } from "./support/api.js";
import { fakeClock, on, TIMEOUT } from "./support/clock.js";
import { asked, later } from "./support/prompt.js";
import { serve } from "./support/server.js";

const client = (api, clock, more) => createClient({ baseUrl: api.url, token: "a", ...on(clock), ...more });
const KEYED = { method: "POST", headers: { "Idempotency-Key": "k" }, body: "x" };

for (const [random, delays] of [
  [0, [500, 1500, 3500]],
  [0.5, [1000, 2000, 4000]],
  [0.25, [750, 1750, 3750]],
  [0.999999, [1500, 2500, 4500]],
]) {
  test(`1, 2 and 4 s, each ± 500 ms: with ${random} from the randomness ${delays} ms`, async (t) => {
    const api = await serve(t, () => 503);
    const clock = fakeClock({ random: () => random });
    assert.equal((await client(api, clock).fetch("/")).status, 503);
    assert.deepEqual(clock.delays.map(Math.round), delays);
    assert.equal(api.requests.length, 4);
  });
}

for (const status of [408, 425, 502, 503, 504]) {
  test(`${status} passes: the answer after it is the answer`, async (t) => {
    const api = await serve(t, (_, count) => (count < 3 ? status : { body: { count } }));
    const clock = fakeClock();
    assert.deepEqual(await (await client(api, clock).fetch("/")).json(), { count: 3 });
    assert.deepEqual(clock.delays, [1000, 2000]);
  });
}

test("no other status is tried again", async (t) => {
  const stand = [200, 201, 204, 304, 400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 500, 501, 505, 507];
  const api = await serve(t, ({ url }) => Number(url.slice(1)));
  const clock = fakeClock();
  const { fetch } = client(api, clock);
  for (const status of stand) assert.equal((await fetch(`/${status}`)).status, status);
  assert.deepEqual([api.requests.length, clock.delays], [stand.length, []]);
});

test("GET, HEAD, OPTIONS, PUT and DELETE are tried again, others only with an Idempotency-Key", async (t) => {
  const api = await serve(t, () => 503);
  const { fetch } = client(api, fakeClock());
  const tries = async (init) => {
    const before = api.requests.length;
    await fetch("/", init);
    return api.requests.length - before;
  };
  for (const method of ["GET", "get", "HEAD", "OPTIONS", "PUT", "put", "DELETE"])
    assert.equal(await tries({ method }), 4);
  for (const method of ["POST", "post", "PATCH", "PROPFIND", "LOCK"]) {
    assert.equal(await tries({ method }), 1, method);
    assert.equal(await tries({ method, headers: { "idempotency-key": "k" } }), 4, method);
  }
  assert.equal(await tries({ headers: { "X-MFA-Token": "111111" } }), 1);
  assert.equal(await tries({ ...KEYED, headers: { ...KEYED.headers, "X-MFA-Token": "111111" } }), 1);
});

test("a code that the person typed is sent once, whatever becomes of it", async (t) => {
  for (const fate of [503, "reset"]) {
    const api = await serve(t, ({ headers, socket }) => {
      if (!headers["x-mfa-token"]) return stepUp("verification_required");
      if (fate !== "reset") return fate;
      socket.destroy();
    });
    const clock = fakeClock();
    const answer = client(api, clock, { prompt: () => "111111" }).fetch("/");
    if (fate === "reset") await assert.rejects(answer, TypeError);
    else assert.equal((await answer).status, fate);
    assert.deepEqual([api.requests.length, clock.delays], [2, []]);
  }
});

test("a request with a key has its body every time", async (t) => {
  const api = await serve(t, (_, count) => (count < 4 ? 502 : 200));
  assert.equal((await client(api, fakeClock()).fetch("/", KEYED)).status, 200);
  assert.deepEqual(
    api.requests.map(({ body }) => body),
    ["x", "x", "x", "x"],
  );
});

test("three times at most: a request keeps count over all that happens to it", async (t) => {
  const api = await serve(t, ({ headers }, count) => {
    if (headers["x-session-token"]) return 503;
    if (headers["x-mfa-token"]) return { headers: { "X-Session-Token": "s" } };
    return count < 5 ? 503 : stepUp("verification_required");
  });
  const clock = fakeClock();
  const { fetch } = client(api, clock, { prompt: () => "111111" });
  // Two at once: one takes the code, the other the session, and has retries behind it already.
  const answers = await Promise.all([fetch("/a"), fetch("/b")]);
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 503]);
  for (const url of ["/a", "/b"]) {
    const unsaid = api.requests.filter((request) => request.url === url && !request.headers["x-mfa-token"]);
    assert.ok(unsaid.length <= 1 + 3 + 1, `${unsaid.length}`);
  }
  assert.equal(clock.delays.length, 5);
});

for (const [retry, count] of [
  [0, 1],
  [1, 2],
  [3, 4],
]) {
  test(`retry: ${retry}`, async (t) => {
    const api = await serve(t, () => 503);
    await client(api, fakeClock(), { retry }).fetch("/");
    assert.equal(api.requests.length, count);
  });
}

test("a network error is tried again, and comes through when it stays", async (t) => {
  const failing = await serve(t, ({ socket }, count) => (count < 3 ? void socket.destroy() : 200));
  const clock = fakeClock();
  assert.equal((await client(failing, clock).fetch("/")).status, 200);
  assert.deepEqual(clock.delays, [1000, 2000]);

  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const url = `http://127.0.0.1:${closed.address().port}`;
  closed.close();
  await once(closed, "close");
  const gone = fakeClock();
  await assert.rejects(client({ url }, gone).fetch("/"), TypeError);
  assert.deepEqual(gone.delays, [1000, 2000, 4000]);
  const post = fakeClock();
  await assert.rejects(client({ url }, post).fetch("/", { method: "POST" }), TypeError);
  assert.deepEqual(post.delays, []);
});

test("what fetch refuses is refused at once", async (t) => {
  const api = await serve(t, () => 200);
  const clock = fakeClock();
  const { fetch } = client(api, clock);
  const form = { method: "GET", body: "x" };
  const wrong = [["/", form], ["http://"], ["/", { method: "TRACE" }], ["/", { headers: { "a b": "c" } }]];
  for (const request of wrong) await assert.rejects(fetch(...request), TypeError);
  assert.deepEqual([api.requests.length, clock.delays], [0, []]);
});

const START = Date.UTC(2026, 10, 24);
for (const [header, status, delay] of [
  ["0", 429, 1000],
  ["1", 429, 1000],
  ["7", 429, 7000],
  ["30", 429, 30_000],
  ["31", 429, undefined],
  ["7", 503, 7000],
  ["30", 503, 30_000],
  ["31", 503, undefined],
  ["7", 408, 7000],
  ["7", 500, undefined],
  [new Date(START + 9000).toUTCString(), 429, 9000],
  [new Date(START + 30_000).toUTCString(), 503, 30_000],
  [new Date(START + 31_000).toUTCString(), 503, undefined],
  [new Date(START - 9000).toUTCString(), 429, 1000],
  ["soon", 429, undefined],
  ["soon", 503, 1000],
  ["-1", 429, undefined],
  ["1.5", 429, undefined],
  ["", 429, undefined],
  ["99999999999999999999", 429, undefined],
  ["2026-11-24T00:00:09Z", 429, undefined],
]) {
  const what = delay === undefined ? "is answered" : `waits ${delay} ms`;
  test(`${status} with Retry-After: ${header} ${what}`, async (t) => {
    const refusal = { status, headers: { "Retry-After": header } };
    const api = await serve(t, (_, count) => (count === 1 ? refusal : 200));
    const clock = fakeClock({ start: START });
    const answer = await client(api, clock).fetch("/");
    assert.deepEqual([answer.status, clock.delays], delay === undefined ? [status, []] : [200, [delay]]);
  });
}

test("a try that is not answered in 10 s has failed, and each has its own 10 s", async (t) => {
  const api = await serve(t, () => undefined);
  const clock = fakeClock();
  const answer = client(api, clock).fetch("/");
  answer.catch(() => {});
  for (let time = 1; time <= 4; time++) {
    await asked(api, time);
    clock.advance(TIMEOUT - 1);
    assert.equal(clock.timeouts.length, 1);
    clock.advance(1);
  }
  await assert.rejects(answer, (error) => error instanceof DOMException && error.name === "TimeoutError");
  assert.deepEqual([api.requests.length, clock.delays], [4, [1000, 2000, 4000]]);
  assert.equal(clock.timeouts.length, 0);
});

test("a POST that is not answered in time is not sent twice", async (t) => {
  const api = await serve(t, () => undefined);
  const clock = fakeClock();
  const answer = client(api, clock).fetch("/", { method: "POST" });
  await asked(api, 1);
  clock.advance(TIMEOUT);
  await assert.rejects(answer, { name: "TimeoutError" });
  assert.equal(api.requests.length, 1);
});

test("a body may take longer than the timeout, and stays with the caller's signal", async (t) => {
  const gate = later();
  const body = async (outgoing) => {
    outgoing.writeHead(200).write("a");
    await gate.promise;
    outgoing.end("b");
  };
  const api = await serve(t, () => ({ body }));
  const clock = fakeClock();
  const { fetch } = client(api, clock);
  const answer = await fetch("/");
  clock.advance(10 * TIMEOUT);
  const controller = new AbortController();
  const signal = controller.signal;
  const others = [await fetch("/", { signal }), await globalThis.fetch(api.url, { signal })];
  controller.abort();
  for (const other of others) await assert.rejects(other.text(), { name: "AbortError" });
  gate.resolve();
  assert.equal(await answer.text(), "ab");
});

test("a timeout of one's own", async (t) => {
  const api = await serve(t, () => undefined);
  const clock = fakeClock({ run: false });
  const answer = client(api, clock, { timeout: 30_000, retry: 0 }).fetch("/");
  await asked(api, 1);
  clock.advance(29_999);
  assert.deepEqual(clock.delays, [30_000]);
  clock.advance(1);
  await assert.rejects(answer, { name: "TimeoutError" });
});

for (const [what, make, expected] of [
  ["without a reason", (controller) => controller.abort(), { name: "AbortError" }],
  ["with a reason", (controller) => controller.abort(new Error("mine")), new Error("mine")],
]) {
  test(`the caller's abort ${what} is what it says, and never tried again`, async (t) => {
    const api = await serve(t, () => undefined);
    const clock = fakeClock();
    const controller = new AbortController();
    const answer = client(api, clock).fetch("/", { signal: controller.signal });
    await asked(api, 1);
    make(controller);
    await assert.rejects(answer, expected);
    assert.deepEqual([api.requests.length, clock.delays, clock.timeouts], [1, [], []]);
    // Before it began.
    await assert.rejects(client(api, clock).fetch("/", { signal: controller.signal }), expected);
    const aborted = new Request(`${api.url}/`, { signal: controller.signal });
    await assert.rejects(client(api, clock).fetch(aborted), expected);
    const token = () => assert.fail("asked");
    await assert.rejects(client(api, clock, { token }).fetch("/", { signal: controller.signal }), expected);
    assert.equal(api.requests.length, 1);
  });
}

test("an abort ends the wait between two tries", async (t) => {
  const api = await serve(t, () => 503);
  const clock = fakeClock({ run: false });
  const controller = new AbortController();
  const waiting = clock.begins(1000);
  const answer = client(api, clock).fetch(new Request(`${api.url}/`, { signal: controller.signal }));
  await waiting;
  controller.abort();
  await assert.rejects(answer, { name: "AbortError" });
  assert.equal(api.requests.length, 1);
});

test("an abort while the token is asked for", async (t) => {
  const api = await serve(t, () => 200);
  const controller = new AbortController();
  const token = () => {
    controller.abort();
    return new Promise(() => {});
  };
  const { fetch } = createClient({ baseUrl: api.url, token });
  await assert.rejects(fetch("/", { signal: controller.signal }), { name: "AbortError" });
  assert.equal(api.requests.length, 0);
});

test("other origins are tried again as well", async (t) => {
  const other = await serve(t, (_, count) => (count < 2 ? 503 : 200));
  const clock = fakeClock();
  assert.equal((await client({ url: "https://api.example.com" }, clock).fetch(other.url)).status, 200);
  assert.deepEqual(clock.delays, [1000]);
});

test("without a clock of one's own it is the real one, and leaves no timer behind", async (t) => {
  const api = await serve(t, () => 200);
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  const { fetch } = createClient({ baseUrl: api.url, token: "a", timeout: 30_000 });
  const before = timers();
  await (await fetch("/")).text();
  assert.ok(timers() <= before + 1, "one may be the connection's own"); // keep-alive
});
