// A refusal leaves nothing unread behind: the connection lives on.

import assert from "node:assert/strict";
import { Agent, request } from "node:http";
import { test } from "node:test";
import { start } from "./support/service.js";
import { startWorkerd } from "./support/workerd.js";

test("workerd keeps a connection whose request was refused before its body was read", async (t) => {
  const { url, stop } = await startWorkerd();
  t.after(stop);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const post = (path, body) =>
    new Promise((resolve, reject) => {
      const asked = request(`${url}${path}`, {
        method: "POST",
        agent,
        headers: { "Content-Type": "application/json" },
      });
      asked.once("error", reject).once("response", (answer) => {
        answer.resume().once("end", () => resolve([answer.statusCode, asked.reusedSocket]));
      });
      asked.setHeader("Content-Length", Buffer.byteLength(body)).end(body);
    });
  const body = JSON.stringify({ code: "1".repeat(4000) });
  assert.deepEqual(await post("/mfa/verify", body), [401, false]);
  for (let round = 0; round < 5; round++)
    for (const path of ["/mfa/verify", "/transfer"]) assert.deepEqual(await post(path, body), [401, true], path);
});

test("a guard that refuses leaves the body to whoever still wants it", async () => {
  const { mfa } = start();
  const asked = new Request("https://api.example/transfer", {
    method: "POST",
    headers: { "Content-Length": "5" },
    body: "hello",
  });
  assert.equal((await mfa.guard(asked)).status, 401);
  assert.equal(await asked.text(), "hello");
});
