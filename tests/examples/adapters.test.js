// The adapters, each over the real thing: Hono, Express 5, node:http, and route handlers as Next.js calls them.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { test } from "node:test";
import { totp } from "edge-mfa";
import { endpoints, guard } from "edge-mfa/express";
import { mfaEndpoints, mfaGuard } from "edge-mfa/hono";
import * as next from "edge-mfa/next";
import { createMfa, keyring } from "edge-mfa/server";
import { memoryStore } from "edge-mfa/store/memory";
import express from "express";
import { Hono } from "hono";
import { ask, enrol, journey } from "./support/journey.js";

const TOKEN = "alice.s-token";

function service(more = {}) {
  const authenticate = (token) => (token === TOKEN ? { subject: "alice" } : undefined);
  const keys = keyring.generate({ environment: "test" });
  return createMfa({ issuer: "Example", store: memoryStore(), keys, authenticate, ...more });
}

async function listen(t, handler) {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://localhost:${server.address().port}`;
}

for (const parser of [undefined, express.json(), express.raw({ type: "*/*" }), express.text({ type: "*/*" })]) {
  test(`Express, its body ${parser ? `read before by ${parser.name}` : "a stream"}`, async (t) => {
    const mfa = service();
    const app = express();
    if (parser) app.use(parser);
    app.use("/mfa", endpoints(mfa));
    app.get("/orders", guard(mfa), (req, res) => res.json({ ordersOf: req.mfa.subject }));
    const base = await listen(t, app);
    await journey(`${base}/orders`, TOKEN, await enrol(base, TOKEN));
  });
}

test("a guard leaves the body to the handler", async (t) => {
  const mfa = service();
  const app = express();
  app.use("/mfa", endpoints(mfa));
  app.post("/echo", guard(mfa, { ifEnrolled: true }), express.json(), (req, res) => res.json(req.body));
  const base = await listen(t, app);
  assert.deepEqual((await ask(`${base}/echo`, { bearer: TOKEN, body: { a: [1] } })).json, { a: [1] });
});

test("plain node:http", async (t) => {
  const mfa = service();
  const [mfaRoutes, guarded] = [endpoints(mfa), guard(mfa)];
  const base = await listen(t, (req, res) => {
    if (req.url.startsWith("/mfa/")) mfaRoutes(req, res);
    else guarded(req, res, () => res.end(`orders of ${req.mfa.subject}`));
  });
  await journey(`${base}/orders`, TOKEN, await enrol(base, TOKEN));
  const tooMuch = await ask(`${base}/mfa/verify`, { bearer: TOKEN, body: { code: "1".repeat(100_000) } });
  assert.deepEqual([tooMuch.status, tooMuch.json.code], [413, "content_too_large"]);
});

test("behind trust proxy the address and TLS are what the proxy says; without it they are the connection's", async (t) => {
  const forwarded = {
    "X-Forwarded-For": "198.51.100.1, 203.0.113.7",
    "X-Forwarded-Proto": "https",
    Host: "api.example",
  };
  const seen = async (proxies) => {
    const mfa = service();
    const clients = [];
    const app = express().set("trust proxy", proxies);
    const spied = { guard: (request, demand, client) => clients.push(client) && mfa.guard(request, demand, client) };
    app.get("/orders", guard(spied, { ifEnrolled: true }), (_, res) => res.end("in"));
    const base = await listen(t, app);
    const { status, json } = await ask(`${base}/orders`, { bearer: TOKEN, more: forwarded });
    return [status, json?.code, clients[0].address];
  };
  assert.deepEqual(await seen(1), [200, undefined, "203.0.113.7"]);
  // The proxy speaks plain HTTP to us, and what it says is not heeded: refused rather than believed.
  assert.deepEqual(await seen(false), [403, "insecure_transport", "127.0.0.1"]);
});

test("who does not say a host did not come from this machine", async (t) => {
  const mfa = service();
  const base = await listen(t, guard(mfa));
  const socket = connect(new URL(base).port, "127.0.0.1");
  socket.end(`GET / HTTP/1.0\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`);
  let text = "";
  for await (const part of socket.setEncoding("utf8")) text += part;
  assert.match(text, /^HTTP\/1\.1 403 /);
  assert.match(text, /insecure_transport/);
});

test("Express's guard shows authenticate the whole request; its clone is one for fetch", async (t) => {
  const seen = [];
  const authenticate = (_token, request) => {
    seen.push(new Request(request.clone(), { headers: { ...Object.fromEntries(request.headers), "X-More": "1" } }));
    return { subject: "alice" };
  };
  const app = express();
  app.get("/orders", guard(service({ authenticate }), { ifEnrolled: true }), (_, res) => res.end("in"));
  const base = await listen(t, app);
  assert.equal((await ask(`${base}/orders?all=1`, { bearer: TOKEN, more: { "X-Trace": "7" } })).status, 200);
  const [{ url, method, headers }] = seen;
  assert.deepEqual([url, method], [`${base}/orders?all=1`, "GET"]);
  assert.deepEqual([headers.get("x-trace"), headers.get("x-more")], ["7", "1"]);
});

test("Express sends every cookie of an answer", async (t) => {
  const cookies = ["a=1; Secure", "b=2; Path=/"];
  const answer = () => new Response("in", { headers: cookies.map((cookie) => ["Set-Cookie", cookie]) });
  const base = await listen(t, served(answer));
  const { headers } = await fetch(base);
  assert.deepEqual(headers.getSetCookie(), cookies);
});

test("a misuse goes to Express's error handler, and is 500 without one", async (t) => {
  const mfa = createMfa({ issuer: "Example", store: memoryStore(), keys: keyring.generate({ environment: "test" }) });
  const app = express();
  app.get("/", guard(mfa));
  app.use((error, _req, res, _next) => res.status(500).end(error.code));
  const more = { bearer: TOKEN };
  assert.equal((await ask(await listen(t, app), more)).text, "context_invalid");
  const plain = guard(mfa);
  assert.equal((await ask(await listen(t, (req, res) => plain(req, res)), more)).status, 500);
});

/** A fetch handler behind node:http: the endpoints of Express's adapter send what any `fetch` answers. */
const served = (fetch) => endpoints({ fetch });

test("Hono", async (t) => {
  const mfa = service();
  const app = new Hono();
  app.all("/mfa/*", mfaEndpoints(mfa));
  app.get("/orders", mfaGuard(mfa), (c) => c.json({ ordersOf: c.get("mfa").subject }));
  const base = await listen(t, served(app.fetch));
  await journey(`${base}/orders`, TOKEN, await enrol(base, TOKEN));
});

test("Hono sends the session that a code has bought, even with the answer of a handler that failed", async () => {
  const mfa = service();
  const app = new Hono();
  app.get("/raw", mfaGuard(mfa), () => Response.redirect("https://api.example/else"));
  app.get("/fails", mfaGuard(mfa), () => {
    throw new Error("the handler's");
  });
  app.onError((_, c) => c.text("failed", 500));
  const codes = await recoveryCodes(mfa);
  for (const [path, status] of [
    ["/raw", 302],
    ["/fails", 500],
  ]) {
    const headers = { Authorization: `Bearer ${TOKEN}`, "X-MFA-Token": codes.pop() };
    const answer = await app.request(`https://api.example${path}`, { headers });
    assert.equal(answer.status, status);
    assert.match(answer.headers.get("X-Session-Token"), /^[\w-]+\.[\w-]+\.[\w-]+$/);
  }
});

test("route handlers of Next.js", async (t) => {
  const mfa = service();
  const routes = next.endpoints(mfa);
  const GET = next.guarded(mfa, {}, (_, { subject }) => Response.json({ ordersOf: subject }));
  const handle = (request) =>
    new URL(request.url).pathname === "/orders" ? GET(request) : routes[request.method](request);
  const base = await listen(t, served(handle));
  await journey(`${base}/orders`, TOKEN, await enrol(base, TOKEN));
});

test("a handler of Next.js gets the context, and may answer what cannot be changed", async () => {
  const mfa = service();
  const [code] = await recoveryCodes(mfa);
  const GET = next.guarded(mfa, {}, async (_, { subject }, { params }) =>
    Response.redirect(`https://api.example/${subject}/${(await params).id}`),
  );
  const headers = { Authorization: `Bearer ${TOKEN}`, "X-MFA-Token": code };
  const answer = await GET(new Request("https://api.example/7", { headers }), { params: Promise.resolve({ id: "7" }) });
  assert.deepEqual([answer.status, answer.headers.get("Location")], [302, "https://api.example/alice/7"]);
  assert.ok(answer.headers.get("X-Session-Token"));
});

async function recoveryCodes(mfa) {
  const { secret } = await mfa.enrol("alice");
  return (await mfa.confirm("alice", totp.generate({ secret }))).recoveryCodes;
}
