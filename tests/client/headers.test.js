// Which headers go out, where they go, and where they never go.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, MfaError } from "edge-mfa/client";
import { startApi } from "./support/api.js";
import { fakeClock, on } from "./support/clock.js";
import { asked, later } from "./support/prompt.js";
import { sent, serve } from "./support/server.js";

const OURS = ["authorization", "x-session-token", "x-mfa-token", "x-device-token"];
const kept = (entries = {}) => {
  const map = new Map(Object.entries(entries));
  return {
    map,
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
  };
};

test("the access token goes along, as text or asked for at every request", async (t) => {
  const api = await serve(t, () => 200);
  let count = 0;
  const fixed = createClient({ baseUrl: api.url, token: "access" });
  const asking = createClient({ baseUrl: api.url, token: async () => `access-${++count}` });
  const none = createClient({ baseUrl: api.url, token: () => undefined });
  for (const { fetch } of [fixed, asking, asking, none]) await fetch("/");
  assert.deepEqual(sent(api.requests, "Authorization"), [
    "Bearer access",
    "Bearer access-1",
    "Bearer access-2",
    undefined,
  ]);
});

test("an input is a path, a URL or a Request, as for fetch, and relative to baseUrl", async (t) => {
  const api = await serve(t, () => 200);
  const { fetch } = createClient({ baseUrl: `${api.url}/v1/`, token: "access" });
  await fetch("me?a=b", null);
  await fetch("/root");
  await fetch(new URL("/url", api.url), { method: "put", headers: { "X-Own": "1" }, body: "a" });
  await fetch(new Request(`${api.url}/request`, { method: "PATCH", headers: { "X-Own": "2" }, body: "b" }));
  await fetch(new Request(`${api.url}/both`, { method: "PATCH", body: "c" }), { method: "POST", body: "d" });
  assert.deepEqual(
    api.requests.map(({ method, url, headers, body }) => [method, url, headers["x-own"], headers.authorization, body]),
    [
      ["GET", "/v1/me?a=b", undefined, "Bearer access", ""],
      ["GET", "/root", undefined, "Bearer access", ""],
      ["PUT", "/url", "1", "Bearer access", "a"],
      ["PATCH", "/request", "2", "Bearer access", "b"],
      ["POST", "/both", undefined, "Bearer access", "d"],
    ],
  );
});

test("a body goes out with the length and the type that fetch gives it", async (t) => {
  const api = await serve(t, () => 200);
  const form = new FormData();
  form.set("a", "b");
  const { fetch } = createClient({ baseUrl: api.url, token: "access" });
  for (const body of ["text", new URLSearchParams({ a: "b" }), new Blob(["{}"], { type: "application/json" }), form]) {
    await fetch("/", { method: "POST", body });
  }
  assert.deepEqual(sent(api.requests, "Content-Length").slice(0, 3), ["4", "3", "2"]);
  const types = sent(api.requests, "Content-Type").map((type) => type.split(/[;=]/)[0]);
  assert.deepEqual(types, [
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/json",
    "multipart/form-data",
  ]);
  assert.match(api.requests[3].body, /name="a"\r\n\r\nb\r\n/);
});

test("headers that the caller sets are left alone", async (t) => {
  const api = await serve(t, () => 200);
  const { fetch } = createClient({ baseUrl: api.url, token: () => assert.fail("asked"), device: "device" });
  const headers = { Authorization: "Basic x", "X-Session-Token": "own", "X-Device-Token": "own" };
  await fetch("/", { headers });
  assert.deepEqual(
    OURS.map((name) => api.requests[0].headers[name]),
    ["Basic x", "own", undefined, "own"],
  );
});

test("the device goes along with every request", async (t) => {
  const api = await serve(t, () => 200);
  const { fetch } = createClient({ baseUrl: api.url, token: "access", device: "device" });
  await fetch("/");
  assert.deepEqual(sent(api.requests, "X-Device-Token"), ["device"]);
});

test("a session is kept from the answer that opened it, renewed, and forgotten", async (t) => {
  const api = await serve(t, (_, count) => ({ headers: count < 3 ? { "X-Session-Token": `s${count}` } : {} }));
  const client = createClient({ baseUrl: api.url, token: "access" });
  for (let time = 0; time < 4; time++) await client.fetch("/");
  await client.forget();
  await client.fetch("/");
  assert.deepEqual(sent(api.requests, "X-Session-Token"), [undefined, "s1", "s2", "s2", undefined]);
});

test("an answer that was on its way does not replace the session that is newer than it", async (t) => {
  const slow = later();
  const api = await serve(t, async ({ url }) => {
    if (url === "/slow") await slow.promise;
    return { headers: { "X-Session-Token": url.slice(1) } };
  });
  const client = createClient({ baseUrl: api.url, token: "access" });
  const late = client.fetch("/slow");
  await client.fetch("/fast");
  slow.resolve();
  await late;
  await client.fetch("/last");
  assert.deepEqual(sent(api.requests, "X-Session-Token").at(-1), "fast");
});

test("an answer that arrives after forget() does not bring the session back", async (t) => {
  const slow = later();
  const api = await serve(t, async ({ url }) => {
    if (url === "/slow") await slow.promise;
    return { headers: url === "/last" ? {} : { "X-Session-Token": "old" } };
  });
  const client = createClient({ baseUrl: api.url, token: "access" });
  await client.fetch("/");
  const late = client.fetch("/slow");
  await asked(api, 2);
  await client.forget();
  slow.resolve();
  await late;
  await client.fetch("/last");
  assert.deepEqual(sent(api.requests, "X-Session-Token").at(-1), undefined);
});

test("a storage keeps the session for the next client of the same API, and of no other", async (t) => {
  const api = await serve(t, (_, count) => ({ headers: count === 1 ? { "X-Session-Token": "s" } : {} }));
  const other = await serve(t, () => 200);
  const storage = kept();
  await createClient({ baseUrl: api.url, token: "access", storage }).fetch("/");
  const next = createClient({ baseUrl: api.url, token: "access", storage });
  await next.fetch("/");
  await createClient({ baseUrl: other.url, token: "access", storage }).fetch("/");
  assert.deepEqual(sent(api.requests, "X-Session-Token"), [undefined, "s"]);
  assert.deepEqual(sent(other.requests, "X-Session-Token"), [undefined]);
  assert.deepEqual([...storage.map.keys()], [`edge-mfa:session:${api.url}`]);
  await next.forget();
  assert.equal(storage.map.size, 0);
});

test("a storage that is asynchronous, full, forbidden or spoilt does not take an answer away", async (t) => {
  const api = await serve(t, () => ({ headers: { "X-Session-Token": "s" } }));
  const broken = () => {
    throw new Error("QuotaExceededError");
  };
  const rejecting = () => Promise.reject(new Error("denied"));
  const slow = kept();
  const storages = [
    { ...slow, getItem: async (key) => slow.getItem(key), setItem: async (...entry) => slow.setItem(...entry) },
    { ...kept(), setItem: broken },
    { getItem: broken, setItem: broken, removeItem: broken },
    { getItem: rejecting, setItem: rejecting, removeItem: rejecting },
  ];
  for (const storage of storages) {
    const { fetch, forget } = createClient({ baseUrl: api.url, token: "access", storage });
    for (let time = 0; time < 2; time++) assert.equal((await fetch("/")).status, 200);
    assert.equal(api.requests.at(-1).headers["x-session-token"], "s");
    await forget();
  }
  const spoilt = kept({ [`edge-mfa:session:${api.url}`]: "a\r\nb" });
  assert.equal((await createClient({ baseUrl: api.url, token: "access", storage: spoilt }).fetch("/")).status, 200);
  assert.equal(api.requests.at(-1).headers["x-session-token"], undefined);
});

test("another origin gets none of the headers, and cannot open a session or a prompt", async (t) => {
  const api = await startApi(t);
  api.state.sessions.add("s");
  const foreign = await startApi(t, { tokens: [] });
  const evil = await serve(t, () => ({
    status: 401,
    headers: {
      "WWW-Authenticate": 'Bearer error="insufficient_user_authentication"',
      "X-Session-Token": "planted",
    },
  }));
  const storage = kept({ [`edge-mfa:session:${api.url}`]: "s" });
  const prompt = () => assert.fail("prompted");
  const { fetch } = createClient({ baseUrl: api.url, token: "access", device: "d", storage, prompt });
  for (const url of [foreign.url, evil.url]) assert.equal((await fetch(`${url}/`)).status, 401);
  assert.equal((await fetch(new Request(`${evil.url}/`, { headers: { "X-Own": "1" } }))).status, 401);
  for (const { headers } of [...foreign.requests, ...evil.requests])
    for (const name of OURS) assert.equal(headers[name], undefined, name);
  assert.equal(evil.requests[1].headers["x-own"], "1");
  await fetch("/");
  assert.deepEqual(sent(api.requests, "X-Session-Token"), ["s"]);
});

test("origins that are named get the headers, too", async (t) => {
  const [api, files] = [await serve(t, () => 200), await serve(t, () => 200)];
  const { fetch } = createClient({ baseUrl: api.url, origins: [`${files.url}/any/path`], token: "access" });
  await fetch(`${files.url}/a`);
  assert.deepEqual(sent(files.requests, "Authorization"), ["Bearer access"]);
});

test("the same host by another port, scheme or name is another origin", async (t) => {
  const api = await serve(t, () => 200);
  const { fetch } = createClient({ baseUrl: "https://127.0.0.1", token: "access" });
  await fetch(`${api.url}/`);
  const named = createClient({ baseUrl: api.url.replace("127.0.0.1", "localhost"), token: "access" });
  await named.fetch(`${api.url}/`);
  assert.deepEqual(sent(api.requests, "Authorization"), [undefined, undefined]);
});

for (const status of [301, 302, 303, 307, 308]) {
  test(`${status}: no redirect takes the headers anywhere`, async (t) => {
    const evil = await serve(t, () => 200);
    const api = await serve(t, () => ({ status, headers: { Location: `${evil.url}/stolen` } }));
    const clock = fakeClock();
    const { fetch } = createClient({ baseUrl: api.url, token: "access", device: "d", ...on(clock) });
    for (const redirect of [undefined, "follow", "error"]) {
      const refused = (error) => error instanceof MfaError && error.code === "client_redirect";
      await assert.rejects(fetch("/", redirect && { redirect }), refused);
      await assert.rejects(fetch(new Request(`${api.url}/`, redirect && { redirect })), refused);
    }
    assert.deepEqual([api.requests.length, evil.requests.length, clock.delays], [6, 0, []]);

    const answer = await fetch("/", { redirect: "manual" });
    assert.deepEqual([answer.status, answer.headers.get("Location")], [status, `${evil.url}/stolen`]);
    assert.equal(evil.requests.length, 0);
  });
}

test("304, and what looks like a redirect without leading anywhere, are answers", async (t) => {
  const api = await serve(t, ({ url }) => Number(url.slice(1)));
  const { fetch } = createClient({ baseUrl: api.url, token: "access" });
  for (const status of [300, 302, 304]) assert.equal((await fetch(`/${status}`)).status, status);
});

test("other origins redirect as they always did", async (t) => {
  const end = await serve(t, () => ({ body: { end: true } }));
  const start = await serve(t, () => ({ status: 302, headers: { Location: end.url } }));
  const { fetch } = createClient({ baseUrl: "https://api.example.com", token: "access" });
  assert.deepEqual(await (await fetch(start.url)).json(), { end: true });
  for (const name of OURS) assert.equal(end.requests[0].headers[name], undefined);
});

test("a token that was refused is asked for once more, together for all that were refused", async (t) => {
  const api = await startApi(t, { tokens: ["new"] });
  api.state.sessions.add("s");
  const seen = [];
  const token = async (refused) => {
    seen.push(refused);
    return refused ? "new" : "old";
  };
  const storage = kept({ [`edge-mfa:session:${api.url}`]: "s" });
  const { fetch } = createClient({ baseUrl: api.url, token, storage });
  const arrived = later();
  api.state.before = async () => {
    if (api.requests.length === 10) arrived.resolve();
    await arrived.promise;
  };
  const answers = await Promise.all(Array.from({ length: 10 }, () => fetch("/", { method: "POST", body: "x" })));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  assert.deepEqual(seen.toSorted(), ["old", ...Array(10).fill(undefined)]);
});

test("a token that stays refused is asked for once, and its answer stands", async (t) => {
  const api = await startApi(t, { tokens: [] });
  for (const next of ["new", "old", undefined]) {
    const seen = [];
    const token = (refused) => {
      seen.push(refused);
      return refused ? next : "old";
    };
    const before = api.requests.length;
    const answer = await createClient({ baseUrl: api.url, token }).fetch("/");
    assert.deepEqual([answer.status, (await answer.json()).code], [401, "invalid_token"]);
    assert.deepEqual(seen, [undefined, "old"]);
    assert.equal(api.requests.length - before, next === "new" ? 2 : 1);
  }
  const fixed = await createClient({ baseUrl: api.url, token: "old" }).fetch("/");
  assert.equal(fixed.status, 401);
});

test("what the token function throws comes through, and a token that fits in no header is not repeated", async (t) => {
  const api = await serve(t, () => 200);
  const failure = new Error("signed out");
  const failing = createClient({ baseUrl: api.url, token: () => Promise.reject(failure) });
  await assert.rejects(failing.fetch("/"), failure);
  for (const token of ["sec\nret", "se cret", "sécret", "", 7, null, {}]) {
    await assert.rejects(createClient({ baseUrl: api.url, token: () => token }).fetch("/"), (error) => {
      assert.equal(error.code, "client_invalid");
      assert.doesNotMatch(error.message, /s.*ret/);
      return true;
    });
  }
  assert.equal(api.requests.length, 0);
});
