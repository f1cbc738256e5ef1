// The whole service over HTTP, with the store that is at home there.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { keyring } from "edge-mfa/server";
import { engineOf } from "../store/support/engines.js";
import { discard, scratch } from "../store/support/scratch.js";
import { appOf, startClock } from "./support/app.js";
import { journey } from "./support/journey.js";
import { startNode } from "./support/node.js";
import { startWorkerd } from "./support/workerd.js";

test("workerd with Durable Objects", async (t) => {
  const { url, stop } = await startWorkerd();
  t.after(stop);
  await journey(url);
});

test("Node with PostgreSQL", async (t) => {
  const clock = startClock();
  const { store, close } = await engineOf("pg").open({ now: () => clock.now });
  t.after(close);
  const { url, stop } = await startNode(appOf({ clock, store, keys: keyring.generate({ environment: "test" }) }));
  t.after(stop);
  await journey(url);
});

for (const [name, program, words] of [
  ["Deno", "deno", ["run", "--allow-all", "--no-lock", "--cached-only"]],
  ["Bun", "bun", ["run", "--no-install"]],
]) {
  test(`${name} with its SQLite`, async (t) => {
    await journey(await startRuntime(t, program, words));
  });
}

/** Answers the address of the server. */
async function startRuntime(t, program, words) {
  const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
  const folder = scratch();
  const child = spawn(
    path(`../node_modules/.bin/${program}`),
    [...words, path("./support/runtime-server.js"), join(folder, "mfa.db")],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const ended = new Promise((resolve) => child.once("close", resolve));
  t.after(async () => {
    child.stdin.end();
    await ended;
    discard(folder);
  });
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error(`${program} ended with ${await ended}`);
}
