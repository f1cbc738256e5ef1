// The service on the server and the SQLite that a runtime brings along: Deno or Bun. Takes the path of the file, prints
// its address, and ends with its standard input.

import { keyring } from "edge-mfa/server";
import { sqliteStore } from "edge-mfa/store/sqlite";
import { appOf, startClock } from "./app.js";

const [path] = process.argv.slice(2);
const { Bun, Deno } = globalThis;
const clock = startClock();
const database = Bun
  ? new (await import("bun:sqlite")).Database(path)
  : new (await import("node:sqlite")).DatabaseSync(path);
const store = sqliteStore(database, { now: () => clock.now });
const app = appOf({ clock, store, keys: keyring.generate({ environment: "test" }) });

const at = { hostname: "127.0.0.1", port: 0 };
const server = Bun
  ? Bun.serve({ ...at, fetch: (request, server) => app(request, { address: server.requestIP(request).address }) })
  : Deno.serve({ ...at, onListen() {} }, (request, { remoteAddr }) => app(request, { address: remoteAddr.hostname }));
console.log(`http://127.0.0.1:${server.port ?? server.addr.port}`);
process.stdin.on("end", () => process.exit()).resume();
