// The Workers of www/examples, in workerd, behind a real issuer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { totp } from "edge-mfa";
import { createMfa } from "edge-mfa/server";
import { d1Store } from "edge-mfa/store/d1";
import { ask, enrol, journey, startIssuer } from "./support/journey.js";
import { startWorker } from "./support/worker.js";

for (const example of ["protect-a-worker", "hono"]) {
  test(example, async (t) => {
    const { token, settings } = await startIssuer(t);
    const { url } = await startWorker(t, example, settings);
    const secret = await enrol(url.origin, token);
    await journey(`${url.origin}/orders`, token, secret);
    // What is protected is still there, and nothing else.
    assert.equal((await ask(`${url.origin}/mfa/openapi.json`, {})).json.openapi, "3.1.0");
    assert.equal((await ask(`${url.origin}/mfa/nothing`, { bearer: token })).status, 404);
  });
}

test("validate-one-header, of somebody who enrolled elsewhere", async (t) => {
  const { token, settings } = await startIssuer(t);
  const { worker, url } = await startWorker(t, "validate-one-header", settings);
  const store = d1Store(await worker.getD1Database("DB"));
  const elsewhere = createMfa({ issuer: "Example", store, keys: settings.MFA_KEYS });
  const { secret } = await elsewhere.enrol("alice");
  await elsewhere.confirm("alice", totp.generate({ secret }));
  await journey(url.href, token, secret);
});
