// Serves the demo on this machine: `node serve.js [--port 8787]`. Everybody's accounts and the keys live in memory
// and are gone when the server stops.

import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { keyring } from "edge-mfa/server";
import { Miniflare } from "miniflare";
import { build, root } from "./build.js";

/**
 * Builds the demo and serves it on localhost only. A port that is taken, or 0, becomes a free one.
 *
 * @param {{ port?: number }} [options]
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function start({ port = 8787 } = {}) {
  await build();
  const server = new Miniflare({
    host: "127.0.0.1",
    port: (await isFree(port)) ? port : 0,
    ...settings({
      worker: `${root}dist/worker`,
      keys: keyring.generate({ environment: "test" }),
      loginKey: randomBytes(32).toString("base64"),
    }),
  });
  const { port: actual } = await server.ready;
  return { url: `http://localhost:${actual}/`, stop: () => server.dispose() };
}

/** What Miniflare is told of the Worker in a folder. The page's files are where the build puts them. */
export function settings({ worker, keys, loginKey }) {
  return {
    modules: true,
    modulesRoot: worker,
    modulesRules: [
      { type: "ESModule", include: ["**/*.js"] },
      { type: "CompiledWasm", include: ["**/*.wasm"] },
    ],
    scriptPath: `${worker}/worker.js`,
    compatibilityDate: "2026-04-01",
    durableObjects: {
      MFA: { className: "MfaAccount", useSQLite: true },
      BANK: { className: "Bank", useSQLite: true },
    },
    bindings: { MFA_KEYS: keys, LOGIN_KEY: loginKey },
    assets: {
      directory: `${root}dist/page`,
      binding: "ASSETS",
      routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
    },
  };
}

/** Whether nothing listens on the port, on either address that `localhost` may mean. */
async function isFree(port) {
  for (const host of ["127.0.0.1", "::1"]) {
    const taken = await new Promise((resolve) => {
      const probe = createServer();
      probe.once("error", (error) => resolve(error.code === "EADDRINUSE" || error.code === "EACCES"));
      probe.listen({ port, host }, () => probe.close(() => resolve(false)));
    });
    if (taken) return false;
  }
  return true;
}

async function main() {
  const { values } = parseArgs({ options: { port: { type: "string", default: process.env.PORT ?? "8787" } } });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    console.error("The port is a whole number from 0 to 65535.");
    process.exit(2);
  }
  const demo = await start({ port });
  const stop = async () => {
    await demo.stop();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"]) {
    // Miniflare's own listener ends the process before workerd has ended.
    process.removeAllListeners(signal);
    process.once(signal, stop);
  }
  console.log(`\n  edge-mfa demo: ${demo.url}\n  Ctrl+C stops it.\n`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
