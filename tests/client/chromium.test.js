// In a page, against an API on another origin: what only a browser's `fetch` does.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join, normalize } from "node:path";
import { after, before, test } from "node:test";
import { launch } from "../runtime/support/chromium.js";
import { tests } from "../runtime/support/scratch.js";
import { startApi } from "./support/api.js";
import { cors, sent, serve } from "./support/server.js";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const HTML = `<!doctype html><script type="importmap">{ "imports": { "edge-mfa/client": "/dist/client.js" } }</script>`;

/** A page of an origin of its own, which holds the package. */
async function openPage(t) {
  const site = await serve(t, async ({ url }) => {
    if (!url.startsWith("/dist/")) return { headers: { "Content-Type": "text/html" }, body: HTML };
    const file = join(tests, "node_modules/edge-mfa", normalize(url));
    return { headers: { "Content-Type": "text/javascript" }, body: await readFile(file, "utf8") };
  });
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.goto(`${site.url}/`);
  return { page, site };
}

const asked = ({ requests }) => requests.filter(({ method }) => method !== "OPTIONS");

test("one prompt for ten requests, with text and as a Request; the session stays in sessionStorage", async (t) => {
  const api = await startApi(t);
  const { page } = await openPage(t);
  const use = async (baseUrl) => {
    const { createClient } = await import("edge-mfa/client");
    let prompts = 0;
    const prompt = async () => String(++prompts).repeat(6);
    const { fetch } = createClient({ baseUrl, token: "access", prompt, storage: sessionStorage });
    const init = (body) => ({ method: "PUT", headers: { "X-Own": "1" }, body });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        index % 2 ? fetch(`/${index}`, init(`${index}`)) : fetch(new Request(`${baseUrl}/${index}`, init(`${index}`))),
      ),
    );
    const bodies = await Promise.all(answers.map((answer) => answer.json()));
    return { prompts, bodies: bodies.map(({ body }) => body), stored: { ...sessionStorage } };
  };
  const first = await page.evaluate(use, api.url);
  assert.equal(first.prompts, 1);
  assert.deepEqual(first.bodies, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  assert.deepEqual(first.stored, { [`edge-mfa:session:${api.url}`]: "session-1" });
  assert.equal(sent(asked(api), "X-MFA-Token").filter(Boolean).length, 1);

  await page.reload();
  assert.equal((await page.evaluate(use, api.url)).prompts, 0);
});

test("a redirect to another origin, which would allow the headers, gets none", async (t) => {
  const evil = await serve(
    t,
    cors(() => ({ body: { stolen: true } })),
  );
  const api = await serve(
    t,
    cors(() => ({ status: 307, headers: { Location: `${evil.url}/` } })),
  );
  const { page } = await openPage(t);
  const results = await page.evaluate(async (baseUrl) => {
    const { createClient } = await import("edge-mfa/client");
    const { fetch } = createClient({ baseUrl, token: "access", device: "device" });
    const codes = [];
    for (const redirect of ["follow", "error"]) await fetch("/", { redirect }).catch(({ code }) => codes.push(code));
    const { type, status } = await fetch("/", { redirect: "manual" });
    return { codes, type, status };
  }, api.url);
  assert.deepEqual(results, { codes: ["client_redirect", "client_redirect"], type: "opaqueredirect", status: 0 });
  assert.deepEqual([asked(api).length, evil.requests.length], [3, 0]);
});

test("without baseUrl it is the page's own origin, by the page's own addresses", async (t) => {
  const other = await serve(
    t,
    cors(() => ({ body: {} })),
  );
  const { page, site } = await openPage(t);
  const before = site.requests.length;
  await page.evaluate(async (other) => {
    const { createClient } = await import("edge-mfa/client");
    const { fetch } = createClient({ token: "access" });
    for (const url of ["api/me", new URL("/api/me", location.href), `${other}/`]) await fetch(url);
  }, other.url);
  const own = site.requests.slice(before).filter(({ url }) => url === "/api/me");
  assert.deepEqual(sent(own, "Authorization"), ["Bearer access", "Bearer access"]);
  assert.deepEqual(sent(other.requests, "Authorization"), [undefined]);
});

test("an abort and a timeout are what they are in fetch", async (t) => {
  const api = await serve(t, () => undefined);
  const { page } = await openPage(t);
  const results = await page.evaluate(async (baseUrl) => {
    const { createClient } = await import("edge-mfa/client");
    const { fetch } = createClient({ baseUrl, token: () => undefined, timeout: 50, retry: 0 });
    const names = [];
    await fetch("/").catch((error) => names.push([error.name, error instanceof DOMException]));
    const controller = new AbortController();
    const answer = fetch("/", { signal: controller.signal });
    controller.abort();
    await answer.catch((error) => names.push([error.name, error instanceof DOMException]));
    return names;
  }, api.url);
  assert.deepEqual(results, [
    ["TimeoutError", true],
    ["AbortError", true],
  ]);
});
