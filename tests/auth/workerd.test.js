// Both first factors in workerd, the engine of Cloudflare Workers.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { keyring } from "edge-mfa/server";
import * as esbuild from "esbuild";
import { Miniflare } from "miniflare";
import { scratch } from "../runtime/support/scratch.js";
import { API, makeKey, startProvider, tokenOfPerson } from "./support/provider.js";

test("people by the provider's tokens, services by API keys, many at once", async (t) => {
  const [old, next] = [await makeKey("ES256"), await makeKey("ES256")];
  const provider = await startProvider(t, [old]);
  const worker = await startWorker(t, { ISSUER: provider.issuer, AUDIENCE: API });
  const who = async (token) => {
    const response = await worker.dispatchFetch("http://localhost/", { headers: { authorization: `Bearer ${token}` } });
    return [response.status, (await response.json()).subject];
  };
  const { access_token } = await tokenOfPerson(provider, "alice");
  const answers = await Promise.all(Array.from({ length: 30 }, () => who(access_token)));
  assert.deepEqual(new Set(answers.map(String)), new Set(["200,alice"]));
  assert.deepEqual(await who(`${access_token.slice(0, -8)}AAAAAAAA`), [401, undefined]);

  provider.rotate([next, old]);
  const later = (await tokenOfPerson(provider, "bob")).access_token;
  assert.deepEqual(await Promise.all([who(later), who(access_token)]), [
    [200, "bob"],
    [200, "alice"],
  ]);

  const { key } = await (await worker.dispatchFetch("http://localhost/keys")).json();
  assert.deepEqual(await who(key), [200, "cron"]);
  assert.deepEqual(await who(`${key.slice(0, -1)}${key.endsWith("0") ? "1" : "0"}`), [401, undefined]);
});

test("a provider that is down is 503", async (t) => {
  const provider = await startProvider(t, [await makeKey("ES256")]);
  const { access_token } = await tokenOfPerson(provider, "alice");
  const worker = await startWorker(t, { ISSUER: provider.issuer, AUDIENCE: API });
  await provider.stop();
  const headers = { authorization: `Bearer ${access_token}` };
  assert.equal((await worker.dispatchFetch("http://localhost/", { headers })).status, 503);
});

async function startWorker(t, bindings) {
  const folder = await scratch(t);
  await esbuild.build({
    entryPoints: [fileURLToPath(new URL("./support/worker.js", import.meta.url))],
    outdir: folder,
    bundle: true,
    format: "esm",
    conditions: ["workerd"],
    loader: { ".wasm": "copy" },
    logLevel: "warning",
  });
  const worker = new Miniflare({
    modules: true,
    modulesRoot: folder,
    modulesRules: [
      { type: "ESModule", include: ["**/*.js"] },
      { type: "CompiledWasm", include: ["**/*.wasm"] },
    ],
    scriptPath: join(folder, "worker.js"),
    compatibilityDate: "2026-04-01",
    bindings: { ...bindings, MFA_KEYS: keyring.generate({ environment: "test" }) },
  });
  t.after(() => worker.dispose());
  return worker;
}
