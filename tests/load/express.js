// The API in Express, its accounts in SQLite. A process of its own: the one that asks has enough to do.

import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { guard } from "edge-mfa/express";
import { sqliteStore } from "edge-mfa/store/sqlite";
import express from "express";
import { apiOf, ordersOf, subjectOf } from "./api.js";

if (process.argv[1] === fileURLToPath(import.meta.url)) serve(process.argv[2], process.env.MFA_KEYS);

function serve(file, keys) {
  const { guards, advance, admin } = apiOf(sqliteStore(new Database(file)), keys);
  const app = express();
  app.get("/bare", (req, res) => {
    const subject = subjectOf(req.headers.authorization);
    if (subject) res.json(ordersOf(subject));
    else res.status(401).end();
  });
  const timed = (req, _, next) => {
    advance(req.headers["x-time"]);
    next();
  };
  // The clock is a part of the test, and of no other route.
  for (const [path, mfa] of Object.entries(guards))
    app.get(path, path === "/code" ? [timed] : [], guard(mfa), (req, res) => res.json(ordersOf(req.mfa.subject)));
  app.post("/admin/:name", express.json(), async (req, res) => res.json(await admin[req.params.name](req.body)));
  const server = app.listen(0, "127.0.0.1", () => process.send(`http://127.0.0.1:${server.address().port}`));
}
