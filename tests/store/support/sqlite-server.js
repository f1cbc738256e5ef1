// The SQLite that a runtime brings along, served by that runtime: Node 24, Deno or Bun. Takes the file's path, prints the
// port, and ends with its standard input.

import { createServer } from "node:http";
import { sqliteStore } from "edge-mfa/store/sqlite";
import { answer } from "./remote.js";

const [path] = process.argv.slice(2);
const database = globalThis.Bun
  ? new (await import("bun:sqlite")).Database(path)
  : new (await import("node:sqlite")).DatabaseSync(path);

const clock = { time: 0 };
const store = sqliteStore(database, { now: () => clock.time });

const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts).toString();
  response.end(await (await answer(store, clock, { text: async () => body })).text());
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit()).resume();
