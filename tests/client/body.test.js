// What is sent twice has its body twice; what cannot be is sent once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "edge-mfa/client";
import { startApi } from "./support/api.js";
import { fakeClock, on } from "./support/clock.js";
import { dialog, settled } from "./support/prompt.js";
import { serve } from "./support/server.js";

const bodies = {
  text: () => "body",
  bytes: () => new TextEncoder().encode("body"),
  "a part of a buffer": () => new TextEncoder().encode("[body]").subarray(1, 5),
  "an ArrayBuffer": () => new TextEncoder().encode("body").buffer,
  "a DataView": () => new DataView(new TextEncoder().encode("body").buffer),
  "a Blob": () => new Blob(["bo", "dy"]),
  parameters: () => new URLSearchParams("body"),
};

for (const [what, make] of Object.entries(bodies)) {
  test(`${what} as the body, in the init and in a Request`, async (t) => {
    const api = await startApi(t, { codes: ["111111", "222222"] });
    const codes = ["111111", "222222"];
    const { fetch } = createClient({ baseUrl: api.url, token: "access", prompt: () => codes.shift() });
    const init = { method: "POST", body: make() };
    assert.equal((await fetch("/", init)).status, 200);
    api.state.sessions.clear();
    const request = new Request(`${api.url}/`, { method: "POST", body: make() });
    assert.equal((await fetch(request)).status, 200);
    assert.equal(request.bodyUsed, true); // as after fetch
    for (const { body } of api.requests) assert.equal(body.replace(/=$/, ""), "body");
    assert.equal(api.requests.length, 4);
  });
}

test("a form is sent again with a boundary that fits it", async (t) => {
  const api = await startApi(t);
  const { fetch } = createClient({ baseUrl: api.url, token: "access", prompt: () => "111111" });
  const body = new FormData();
  body.set("file", new File(["content"], "name.txt"));
  assert.equal((await fetch("/", { method: "POST", body })).status, 200);
  for (const { headers, body } of api.requests) {
    const [, boundary] = /boundary=(\S+)/.exec(headers["content-type"]);
    assert.ok(body.startsWith(`--${boundary}\r\n`) && body.includes("content"));
  }
});

test("bytes that are written over while the request waits are sent as they were", async (t) => {
  const api = await startApi(t);
  const { prompt, call } = dialog();
  const { fetch } = createClient({ baseUrl: api.url, token: "access", prompt });
  const body = new TextEncoder().encode("body");
  const answer = fetch("/", { method: "POST", body });
  await call(1);
  body.fill(0);
  (await call(1)).answer("111111");
  assert.equal((await (await answer).json()).body, "body");
});

for (const [what, make] of Object.entries({
  "a stream": () => new Blob(["body"]).stream(),
  "an async iterable": async function* () {
    yield new TextEncoder().encode("body");
  },
})) {
  test(`${what} is sent once: its 401 is the answer, its 503 as well`, async (t) => {
    const api = await startApi(t, { tokens: ["access", "old"] });
    const prompt = () => assert.fail("prompted");
    const clock = fakeClock();
    const { fetch } = createClient({ baseUrl: api.url, token: "access", prompt, ...on(clock) });
    const answer = await fetch("/", { method: "POST", body: make(), duplex: "half" });
    assert.deepEqual([answer.status, (await answer.json()).code], [401, "verification_required"]);
    assert.deepEqual(
      api.requests.map(({ body }) => body),
      ["body"],
    );

    api.state.tokens.clear();
    const renewing = createClient({ baseUrl: api.url, token: (refused) => (refused ? assert.fail("asked") : "old") });
    assert.equal((await renewing.fetch("/", { method: "PUT", body: make(), duplex: "half" })).status, 401);

    const failing = await serve(t, () => 503);
    const other = createClient({ baseUrl: failing.url, token: "access", ...on(clock) });
    assert.equal((await other.fetch("/", { method: "PUT", body: make(), duplex: "half" })).status, 503);
    const request = new Request(`${failing.url}/`, { method: "PUT" });
    assert.equal((await other.fetch(request, { body: make(), duplex: "half" })).status, 503);
    assert.deepEqual([failing.requests.map(({ body }) => body), clock.delays], [["body", "body"], []]);
  });
}

test("a stream goes out while it is written, and an answer comes while it is read", async (t) => {
  let reached;
  const arrived = new Promise((resolve) => {
    reached = resolve;
  });
  const api = await serve(t, () => 200);
  api.server.prependListener("request", (incoming) => incoming.once("data", reached));
  const { fetch } = createClient({ baseUrl: api.url, token: "access" });
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  const answer = fetch("/", { method: "POST", body: readable, duplex: "half" });
  writer.write(new TextEncoder().encode("first "));
  await arrived; // before the rest is written
  writer.write(new TextEncoder().encode("second"));
  await writer.close();
  assert.equal((await answer).status, 200);
  assert.equal(api.requests[0].body, "first second");
});

test("a body that was used already is refused as fetch does", async (t) => {
  const api = await serve(t, () => 200);
  const { fetch } = createClient({ baseUrl: api.url, token: "access" });
  const request = new Request(`${api.url}/`, { method: "POST", body: "x" });
  await request.text();
  await assert.rejects(fetch(request), TypeError);
  assert.equal(api.requests.length, 0);
});

test("401s that wait for a code hold no connection", async (t) => {
  const api = await startApi(t);
  const { prompt, call } = dialog();
  const clock = fakeClock();
  const { fetch } = createClient({ baseUrl: api.url, token: "access", prompt, ...on(clock) });
  const answers = [];
  for (let count = 1; count <= 8; count++) {
    answers.push(fetch("/"));
    while (api.requests.length < count || clock.timeouts.length > 0) await settled();
  }
  // Node's fetch takes turns with two; each that was held would need another one.
  assert.ok(new Set(api.requests.map(({ socket }) => socket)).size <= 2);
  (await call(1)).answer("111111");
  for (const answer of await Promise.all(answers)) assert.equal(answer.status, 200);
});
