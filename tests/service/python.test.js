// Clients that are not ours: Python's `requests` and `pyotp`, and Schemathesis, which knows the OpenAPI document alone.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { test } from "node:test";
import { createMfa, keyring } from "edge-mfa/server";
import { memoryStore } from "edge-mfa/store/memory";
import { scratch } from "../store/support/scratch.js";
import { startNode } from "./support/node.js";
import { python, script } from "./support/python.js";
import { startWorkerd } from "./support/workerd.js";

const JOURNEY = ["enrol", "confirm", "guard", "replay", "lock", "unlock", "recover", "step up", "sign out"];

test("a client in Python goes the whole way", async (t) => {
  const { url, stop } = await startWorkerd();
  t.after(stop);
  assert.deepEqual(JSON.parse(await python("python", [script("journey.py"), url, "peter"])), JOURNEY);
});

test("Schemathesis finds no 5xx, and no answer that the OpenAPI document does not have", async (t) => {
  const { url, requests, errors } = await startSchema(t);
  const folder = scratch();
  t.after(() => rmSync(folder, { recursive: true }));
  const checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";
  const printed = await python("schemathesis", [
    "run",
    `${url}/mfa/openapi.json`,
    ...["--header", "Authorization: Bearer schema"],
    ...["--checks", `${checks},response_headers_conformance`],
    ...["--max-examples", "30", "--max-time", "30", "--seed", "4226", "--generation-database", "none"],
    ...["--continue-on-failure", "--report-dir", folder],
  ]);
  assert.match(printed, /Operations:\s+\d+ selected/, printed);
  assert.deepEqual(errors, []);
  // It got through to everything that there is.
  for (const operation of [
    "POST /mfa/enrol 201",
    "POST /mfa/challenge 200",
    "GET /mfa/activity 200",
    "POST /mfa/passkeys/register/options 200",
    "POST /mfa/passkeys/sign-in 409",
    "GET /.well-known/webauthn 200",
  ])
    assert.ok(requests.has(operation), `${operation} is not among ${[...requests].sort().join("\n")}`);
});

/** The service; each request is from another of 50 people, so that nobody is locked for the whole of the run. */
async function startSchema(t) {
  let count = 0;
  const errors = [];
  const requests = new Set();
  const mfa = createMfa({
    issuer: "Example",
    store: memoryStore(),
    keys: keyring.generate({ environment: "test" }),
    passkeys: { rpId: "localhost", origins: ["http://localhost"], signIn: () => "schema" },
    authenticate: (token) => (token === "schema" ? { subject: `person ${++count % 50}` } : undefined),
    onError: (error) => errors.push(error),
  });
  const { url, stop } = await startNode(async (request, client) => {
    const response = await mfa.fetch(request, client);
    requests.add(`${request.method} ${new URL(request.url).pathname} ${response.status}`);
    return response;
  });
  t.after(stop);
  return { url, requests, errors };
}
