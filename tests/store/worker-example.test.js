// The Worker of the README, in workerd, with its Durable Objects.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { totp } from "edge-mfa";
import { keyring } from "edge-mfa/server";
import * as esbuild from "esbuild";
import { Miniflare } from "miniflare";

const tests = fileURLToPath(new URL("../", import.meta.url));
const readme = readFileSync(fileURLToPath(new URL("../../README.md", import.meta.url)), "utf8");
const examples = [...readme.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, code]) => code);
const [code, ...others] = examples.filter((text) => text.includes("export default"));
assert.ok(code && others.length === 0);

const worker = new Miniflare({
  modules: await bundle(code),
  compatibilityDate: "2026-04-01",
  bindings: { MFA_KEYS: keyring.generate({ environment: "test" }), TOKEN_OF_ALICE: "of-alice" },
  durableObjects: { MFA: { className: "MfaAccount", useSQLite: true } },
});
after(() => worker.dispose());

/** As alice, unless told otherwise. */
async function ask(path, { body, session, bearer = "of-alice" } = {}) {
  const headers = { Authorization: `Bearer ${bearer}`, "CF-Connecting-IP": "203.0.113.7" };
  if (session) headers["X-Session-Token"] = session;
  const init = body ? { method: "POST", body: JSON.stringify(body), headers } : { headers };
  const response = await worker.dispatchFetch(`http://localhost${path}`, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, ...(text.startsWith("{") ? JSON.parse(text) : {}) };
}

test("lets nobody in without the first factor, and nobody without the second", async () => {
  assert.equal((await ask("/", { bearer: "guessed" })).status, 401);
  const denied = await ask("/");
  assert.deepEqual([denied.status, denied.reason], [403, "no_session"]);
});

test("enrols, confirms, verifies, and knows the session", async () => {
  const { secret } = await ask("/enrol", { body: {} });
  const typed = totp.generate({ secret });
  const confirmed = await ask("/confirm", { body: { code: typed } });
  assert.deepEqual([confirmed.status, confirmed.recoveryCodes.length], [200, 10]);
  assert.equal((await ask("/verify", { body: { code: typed } })).reason, "replayed");
  const { session } = await ask("/verify", { body: { code: confirmed.recoveryCodes[0] } });
  assert.equal((await ask("/", { session })).hello, "alice");
  // A second factor only with the session.
  assert.equal((await ask("/enrol", { body: {} })).reason, "verification_required");
  assert.equal((await ask("/enrol", { body: {}, session })).status, 200);

  const wrong = totp.generate({ secret, time: Date.now() - 86_400_000 });
  for (const attemptsLeft of [2, 1, 0])
    assert.equal((await ask("/verify", { body: { code: wrong } })).attemptsLeft, attemptsLeft);
  const locked = await ask("/verify", { body: { code: wrong } });
  assert.deepEqual([locked.status, locked.reason], [429, "locked"]);
  const seconds = Number(locked.headers.get("Retry-After"));
  assert.ok(seconds > 0 && seconds <= 30);
});

async function bundle(contents) {
  const { outputFiles } = await esbuild.build({
    stdin: { contents, resolveDir: tests },
    bundle: true,
    write: false,
    outdir: "/",
    format: "esm",
    target: "es2022",
    conditions: ["workerd"],
    loader: { ".wasm": "copy" },
    logLevel: "warning",
  });
  const module = ({ path, contents, text }) =>
    path.endsWith(".wasm")
      ? { type: "CompiledWasm", path: basename(path), contents }
      : { type: "ESModule", path: basename(path), contents: text };
  return outputFiles.map(module).sort((a) => (a.type === "ESModule" ? -1 : 1));
}
