// Options that cannot be: each is refused by its name, before anything is sent.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { inspect } from "node:util";
import { createClient, MfaError } from "edge-mfa/client";

const good = { token: "access", baseUrl: "https://api.example.com" };
const ODD = [null, true, {}, [], 1, Symbol("x"), 1n];

const table = [
  ["token", [undefined, ...ODD, "", "a b", "a\nb", "é"]],
  ["device", [...ODD, "", "a b", "a\r\nX-Evil: 1"]],
  ["timeout", [null, "10", true, Number.NaN, Infinity, 0, -1, 1.5, 30_001, 2 ** 31]],
  ["retry", [null, "3", true, Number.NaN, -1, 1.5, 4]],
  ...["prompt", "fetch", "now", "random", "wait"].map((name) => [name, [...ODD, "text"]]),
  ["storage", [...ODD, "text", { getItem() {} }, { getItem() {}, setItem() {}, removeItem: 1 }]],
  ["origins", [null, "https://a.example", {}, ["a.example"], ["http://a.example"], [null]]],
  ["servicePath", ODD],
  [
    "baseUrl",
    [
      null,
      "",
      "/v1",
      "api.example.com",
      "http://api.example.com",
      "http://localhost.example.com",
      "http://127.0.0.1.example.com",
      "http://mylocalhost",
      "http://128.0.0.1",
      "http://[::2]",
      "http://192.168.1.5",
      "ftp://localhost",
      "file:///etc",
      "data:,",
      "https://user@api.example.com",
      "https://:password@api.example.com",
    ],
  ],
];

for (const [name, values] of table) {
  test(`${name} is refused by its name`, () => {
    for (const value of values) {
      assert.throws(
        () => createClient({ ...good, [name]: value }),
        (error) => {
          assert.ok(error instanceof MfaError, inspect(value));
          assert.equal(error.code, "client_invalid", inspect(value));
          assert.ok(error.message.startsWith(`client invalid: ${name}`), `${error.message}: ${inspect(value)}`);
          return true;
        },
        inspect(value),
      );
    }
  });
}

test("no options are missing options", () => {
  for (const options of [undefined, null, 7, "text"])
    assert.throws(() => createClient(options), { code: "client_invalid", message: "client invalid: token" });
});

test("the message of a refusal repeats nothing", () => {
  for (const name of ["token", "device", "baseUrl"])
    assert.throws(
      () => createClient({ ...good, [name]: "http://hunter2.example/hunter2 hunter2" }),
      (error) => !error.message.includes("hunter2"),
    );
});

test("what is undefined has its default, and the outermost values are good", () => {
  const absent = Object.fromEntries(table.map(([name]) => [name, undefined]));
  createClient({ ...absent, ...good });
  for (const more of [{ timeout: 1 }, { timeout: 30_000 }, { retry: 0 }, { retry: 3 }])
    createClient({ ...good, ...more });
  for (const baseUrl of [
    "http://localhost:8787",
    "http://api.localhost",
    "http://127.0.0.1",
    "http://127.1.2.3:1",
    "http://[::1]",
    new URL("https://api.example.com/v1/"),
  ])
    createClient({ ...good, baseUrl });
});

test("without baseUrl it is the page's own origin, if there is one that is safe", () => {
  const program = (origin) => `
    ${origin === undefined ? "" : `globalThis.location = { origin: ${JSON.stringify(origin)} };`}
    const { createClient } = await import("edge-mfa/client");
    try {
      const client = createClient({ token: "access", fetch: async (url, { headers }) => Response.json(headers.get("Authorization")) });
      const urls = ["https://app.example/x", "https://app.example:8443/x", "https://other.example/"];
      console.log(JSON.stringify(await Promise.all(urls.map(async (url) => (await client.fetch(url)).json()))));
    } catch (error) {
      console.log(JSON.stringify(error.message));
    }`;
  const run = (origin) =>
    JSON.parse(
      execFileSync(process.execPath, ["--input-type=module", "-e", program(origin)], {
        cwd: new URL(".", import.meta.url),
        encoding: "utf8",
      }),
    );
  assert.deepEqual(run("https://app.example"), ["Bearer access", null, null]);
  for (const origin of ["http://app.example", "null", undefined])
    assert.equal(run(origin), "client invalid: baseUrl, which is needed outside a page: https, or localhost");
});

test("fetch needs no this, and neither does the platform's", async () => {
  let self = "not called";
  const { fetch } = createClient({
    ...good,
    async fetch() {
      self = this;
      return new Response();
    },
  });
  await fetch("/");
  assert.equal(self, undefined); // a browser's fetch refuses every other
});
