// Where the accounts lie: each store on its real engine, filled in bulk past the service, and asked through it.

import { createMfa } from "edge-mfa/server";
import { engineOf } from "../../store/support/engines.js";
import { startCloudflare } from "./cloudflare.js";
import { inTurn, intoPostgres, intoRedis, intoSqlite, put } from "./fill.js";

/**
 * `open` starts an engine. `fill` puts the accounts from one number to another into it, as far as there is time for, and
 * answers up to where; `verify` is one decision.
 */
export const places = [
  place("memory", "memory", inTurn),
  place("sqlite", "SQLite, a file (better-sqlite3)", intoSqlite, "better-sqlite3"),
  place("redis", "Redis (node-redis)", intoRedis),
  place("postgres", "PostgreSQL (pg)", intoPostgres, "pg"),
  { name: "d1", title: "D1 (in workerd)", open: (keys) => startCloudflare(keys, "d1") },
  {
    name: "durable-object",
    title: "Durable Objects (in workerd)",
    open: (keys) => startCloudflare(keys, "durable-object"),
    patience: 60, // Seconds. An object is a file.
  },
];

function place(name, title, insert, engine = name) {
  const open = async (keys) => {
    const { store, client, close } = await engineOf(engine).open();
    const clock = { time: 0 };
    const mfa = createMfa({ issuer: "Example", store, keys, now: () => clock.time });
    const fill = async (accounts, from, to, progress) => {
      if (from === 0) await put(store, accounts.of(0)); // makes the tables
      await insert({ store, client }, accounts, Math.max(from, 1), to, progress);
      return to;
    };
    const verify = (subject, code, time) => {
      clock.time = time;
      return mfa.verify(subject, code);
    };
    return { fill, verify, close };
  };
  return { name, title, open };
}
