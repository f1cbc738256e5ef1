// A site with the service and its pages, in this process.

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
import { answer, pageOf } from "./wizard-pages.js";

/** @returns {Promise<string>} the script of the page */
export async function bundle(folder, options) {
  await esbuild.build({
    entryPoints: { page: fileURLToPath(new URL("./wizard-page.js", import.meta.url)) },
    ...{ outdir: folder, bundle: true, minify: true, format: "esm", target: "es2022", logLevel: "warning" },
    ...options,
  });
  return readFile(join(folder, "page.js"), "utf8");
}

/** @param {object} [options] of `createMfa`, and `bundle` of esbuild */
export async function startSite(options = {}) {
  const folder = scratch();
  const script = await bundle(folder, options.bundle);
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead };
  const requests = [];
  const reports = [];
  const violations = [];
  let mfa;
  const server = createServer(async (incoming, outgoing) => {
    const { url, method } = incoming;
    const { pathname } = new URL(url, "http://localhost");
    const body = Buffer.concat(await incoming.toArray());
    if (pathname === "/csp") violations.push(String(body));
    const send = async (response) => {
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.end(Buffer.from(await response.arrayBuffer()));
    };
    const page = pageOf(pathname, script);
    if (page) return send(page);
    requests.push(`${method} ${pathname}`);
    if (pathname === "/mfa/enrol/progress") reports.push(JSON.parse(String(body)));
    const request = new Request(`http://${incoming.headers.host}${url}`, {
      ...{ method, headers: incoming.headers, duplex: "half" },
      body: ["GET", "HEAD"].includes(method) ? null : Readable.toWeb(Readable.from([body])),
    });
    return send(await answer(mfa, request, { address: "127.0.0.1" }));
  });
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
  const pass = async (milliseconds) => {
    clock.ahead += milliseconds;
  };
  return { url, mfa, clock, pass, requests, reports, violations: async () => [...violations], code, enrolled, stop };
}
