// www/examples/express-postgres as it stands there: Express 5, a PostgreSQL of this machine, a real issuer.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { startPostgres } from "../store/support/servers.js";
import { ask, enrol, journey, startIssuer } from "./support/journey.js";
import { copyOf } from "./support/worker.js";

test("express-postgres", async (t) => {
  const postgres = await startPostgres();
  t.after(() => postgres.stop());
  const { token, settings } = await startIssuer(t);
  const start = async () => {
    const env = { ...process.env, ...settings, DATABASE_URL: postgres.urlOf("postgres"), PORT: "0" };
    const server = spawn(process.execPath, ["server.js"], {
      cwd: await copyOf(t, "express-postgres"),
      env,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const stop = async () => {
      if (server.exitCode !== null || server.signalCode !== null) return;
      server.kill();
      await once(server, "exit");
    };
    t.after(stop);
    const [line] = await once(server.stdout, "data");
    return { base: String(line).trim(), stop };
  };

  const first = await start();
  const secret = await enrol(first.base, token);
  await first.stop();

  // Another process over the same database knows all of it.
  const { base } = await start();
  await journey(`${base}/orders`, token, secret);
  const transfer = await ask(`${base}/transfer`, { bearer: token, body: { amount: 5 } });
  assert.deepEqual([transfer.json.code, transfer.json.action], ["verification_required", "transfer"]);

  // A database that is down is nobody's yes, and does not end the server.
  await postgres.crash();
  const down = await ask(`${base}/orders`, { bearer: token });
  assert.deepEqual([down.status, down.json.code], [503, "unavailable"]);
  await postgres.restart();
  assert.equal((await ask(`${base}/orders`, { bearer: token })).status, 401);
});
