// npx edge-mfa keys new > mfa.keys
// MFA_KEYS=$(cat mfa.keys) DATABASE_URL=postgres://… ISSUER=https://… AUDIENCE=https://… node server.js

import { endpoints, guard } from "edge-mfa/express";
import { jwt } from "edge-mfa/jwt";
import { createMfa } from "edge-mfa/server";
import { postgresStore } from "edge-mfa/store/postgres";
import express from "express";
import pg from "pg";

const { DATABASE_URL, MFA_KEYS, ISSUER, AUDIENCE, PROXIES = "0", PORT = "3000" } = process.env;

const pool = new pg.Pool({ connectionString: DATABASE_URL });
pool.on("error", console.error); // a lost connection is replaced; without a listener it would end the process

const mfa = createMfa({
  issuer: "Example",
  store: postgresStore(pool),
  keys: MFA_KEYS,
  authenticate: jwt({ issuer: ISSUER, audience: AUDIENCE }),
});

const app = express();
app.set("trust proxy", Number(PROXIES)); // how many of yours stand in front: `req.ip` and `req.protocol` follow
app.use(express.json());

app.use("/mfa", endpoints(mfa));
app.get("/orders", guard(mfa), (req, res) => {
  res.json({ ordersOf: req.mfa.subject });
});
app.post("/transfer", guard(mfa, { action: "transfer", maxAge: 300 }), (req, res) => {
  res.json({ transferred: req.body.amount, by: req.mfa.subject });
});

const server = app.listen(Number(PORT), () => console.log(`http://localhost:${server.address().port}`));
