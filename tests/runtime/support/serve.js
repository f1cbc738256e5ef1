// A static server with a strict Content-Security-Policy: scripts of its own origin and WebAssembly, no more.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
};

/**
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string>} mounts a folder or a file for each path that requests begin with
 * @param {string} [scripts] more sources for `script-src`
 */
export async function serve(t, mounts, scripts = "") {
  const policy = `default-src 'none'; script-src 'self' 'wasm-unsafe-eval' ${scripts}; base-uri 'none'`;
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    const mount = Object.keys(mounts)
      .filter((start) => path.startsWith(start))
      .sort((a, b) => b.length - a.length)[0];
    const file = mount === undefined ? undefined : join(mounts[mount], path.slice(mount.length));
    const body = file && (await readFile(file).catch(() => undefined));
    response.writeHead(body ? 200 : 404, {
      "content-security-policy": policy,
      "content-type": TYPES[extname(file ?? "")] ?? "application/octet-stream",
      "x-content-type-options": "nosniff",
    });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return `http://localhost:${server.address().port}`;
}

/** Opens a page and waits for the results it leaves. */
export async function pageResults(browser, url) {
  const page = await browser.newPage();
  const trouble = [];
  page.on("pageerror", (error) => trouble.push(String(error)));
  page.on("console", (message) => message.type() === "error" && trouble.push(message.text()));
  await page.goto(url);
  try {
    await page.waitForFunction(() => globalThis.results, undefined, { timeout: 20_000 });
  } catch (error) {
    throw new Error(`the page left no results: ${trouble.join("; ") || error}`);
  }
  return page.evaluate(() => globalThis.results);
}
