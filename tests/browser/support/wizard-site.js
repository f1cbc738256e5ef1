// A site with the service and its pages: bundled, under a Content-Security-Policy that allows scripts, connections and
// styles of its own files, WebAssembly, and nothing else.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { totp } from "edge-mfa";
import { createMfa, keyring } from "edge-mfa/server";
import { memoryStore } from "edge-mfa/store/memory";
import * as esbuild from "esbuild";
import { authenticate } from "../../service/support/authenticate.js";
import { discard, scratch } from "../../store/support/scratch.js";

const CSP =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; report-uri /csp";
const HTML = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Wizard</title><link rel="icon" href="/icon"><link rel="stylesheet" href="/page.css"><main></main><script type="module" src="/page.js"></script></html>`;
const STYLE = `:root { color-scheme: light dark } :root.dark { color-scheme: dark; --edge-mfa-color-scheme: dark }
body { margin: 0; background: light-dark(#f4f5f8, #0d1015) } main { padding: 16px; display: grid; justify-content: center; grid-template-columns: minmax(0, 27rem) }`;
const DEMANDS = { "/api/balance": {}, "/api/transfer": { action: "transfer", resource: "Landlord", amount: "25 EUR" } };

/** @param {object} [options] of `createMfa`, and `bundle` of esbuild */
export async function startSite(options = {}) {
  const folder = scratch();
  await esbuild.build({
    entryPoints: { page: fileURLToPath(new URL("./wizard-page.js", import.meta.url)) },
    ...{ outdir: folder, bundle: true, minify: true, format: "esm", target: "es2022", logLevel: "warning" },
    ...options.bundle,
  });
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead };
  const requests = [];
  const reports = [];
  const violations = [];
  let mfa;
  const server = createServer(async (incoming, outgoing) => {
    const { url, method } = incoming;
    const send = (type, body, status = 200) => {
      outgoing.writeHead(status, { "content-type": type, "content-security-policy": CSP });
      outgoing.end(body);
    };
    const { pathname } = new URL(url, "http://localhost");
    if (pathname === "/") return send("text/html", HTML);
    if (pathname === "/icon") return send("image/svg+xml", "");
    if (pathname === "/page.css") return send("text/css", STYLE);
    if (pathname === "/page.js") return send("text/javascript", await readFile(join(folder, "page.js")));
    const body = Buffer.concat(await incoming.toArray());
    if (pathname === "/csp") {
      violations.push(String(body));
      return send("text/plain", "");
    }
    requests.push(`${method} ${pathname}`);
    if (pathname === "/mfa/enrol/progress") reports.push(JSON.parse(String(body)));
    const request = new Request(`http://${incoming.headers.host}${url}`, {
      ...{ method, headers: incoming.headers, duplex: "half" },
      body: ["GET", "HEAD"].includes(method) ? null : Readable.toWeb(Readable.from([body])),
    });
    const response = await answer(request);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  });
  const answer = async (request) => {
    const { pathname } = new URL(request.url);
    const demand = DEMANDS[pathname];
    if (!demand) return mfa.fetch(request, { address: "127.0.0.1" });
    const passed = await mfa.guard(request, demand, { address: "127.0.0.1" });
    return passed instanceof Response ? passed : Response.json({}, { headers: passed.headers });
  };
  await new Promise((resolve) => server.listen(0, "localhost", resolve));
  const url = `http://localhost:${server.address().port}`;
  const { bundle: _, passkeys, ...rest } = options;
  mfa = createMfa({
    ...{ issuer: "Example", authenticate, now: clock.now, store: memoryStore({ now: clock.now }) },
    keys: keyring.generate({ environment: "test" }),
    ...(passkeys && { passkeys: { rpId: "localhost", origins: [url] } }),
    ...rest,
  });
  /** The code that an authenticator shows so many milliseconds from now. */
  const code = (secret, ahead = 0) => totp.generate({ secret, time: clock.now() + ahead });
  /** Somebody with an authenticator, whose code that confirmed it is over. */
  const enrolled = async (name) => {
    const { secret } = await mfa.enrol(name);
    const { recoveryCodes } = await mfa.confirm(name, totp.generate({ secret, time: clock.now() }));
    clock.ahead += 30_000;
    return { secret, recoveryCodes, code: () => code(secret), wrong: () => code(secret, -86_400_000) };
  };
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    discard(folder);
  };
  return { url, mfa, clock, requests, reports, violations, code, enrolled, stop };
}
