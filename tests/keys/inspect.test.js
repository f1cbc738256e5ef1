// `edge-mfa inspect`: all that an administrator needs, nothing that an account is entered with.

import assert from "node:assert/strict";
import { test } from "node:test";
import Database from "better-sqlite3";
import { totp } from "edge-mfa";
import { createMfa, keyring } from "edge-mfa/server";
import { sqliteStore } from "edge-mfa/store/sqlite";
import { project } from "./support/cli.js";

const ring = keyring.generate({ environment: "test" });
const words = ["--store", "sqlite:mfa.db"];

test("an account as it stands, with its history and without a secret", async (t) => {
  const { cli, store, database } = await service(t);
  let time = Date.now() - 3_600_000;
  const mfa = createMfa({ issuer: "Example", store, keys: ring, subjects: "caseless", now: () => time });
  const context = {
    address: "203.0.113.7",
    country: "CH",
    userAgent: "Mozilla/5.0 \u202e(evil)",
    primary: "primary-token",
  };
  const { secret, uri } = await mfa.enrol("Alice", { name: "phone" }, context);
  const confirmed = await mfa.confirm("alice", totp.generate({ secret, time }), {
    ...context,
    remember: "laptop \u202e",
  });
  assert.equal(confirmed.ok, true, JSON.stringify(confirmed));
  time += 60_000;
  const verified = await mfa.verify("alice", totp.generate({ secret, time }), context);
  assert.equal(verified.ok, true);
  const wrong = totp.generate({ secret, time: time + 86_400_000 });
  await mfa.verify("alice", wrong, context);
  await mfa.verify("alice", confirmed.recoveryCodes[0], context);

  const rows = dump(database);
  const text = await cli.run(["inspect", "ALICE", "--caseless", ...words]);
  assert.equal(text.code, 0, text.all);
  const json = await cli.run(["inspect", "alice", "--json", ...words]);
  assert.equal(json.code, 0, json.all);
  assert.deepEqual(dump(database), rows, "nothing is written");

  for (const line of [
    /^factor .*1, .*totp/m,
    /^recovery +9 codes left$/m,
    /^session /m,
    /^device .*laptop/m,
    /^lock /m,
  ])
    assert.match(text.stdout, line);
  for (const type of ["enrolmentStarted", "factorAdded", "verified", "failed", "recoveryCodeUsed"])
    assert.match(text.stdout, new RegExp(`^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC  ${type}`, "m"));
  assert.match(text.stdout, / CH /);
  assert.ok(!/[\p{Cc}\p{Cf}]/u.test(text.stdout.replaceAll("\n", "")), "nothing moves the cursor or turns the line");

  const { factors, recoveryCodesLeft, history, sessions } = JSON.parse(json.stdout);
  assert.equal(factors.length, 1);
  assert.equal(recoveryCodesLeft, 9);
  assert.ok(sessions.length >= 1);
  assert.ok(history.length >= 5 && history.every(({ number }, at) => number === at + 1));

  const secrets = [secret, uri, ...confirmed.recoveryCodes, confirmed.session, confirmed.device, verified.session];
  for (const { stdout, stderr } of [text, json]) {
    for (const said of [...secrets, wrong, "203.0.113", "primary-token", ring.slice(20)])
      assert.ok(!stdout.includes(said) && !stderr.includes(said), said);
  }
});

test("only the latest events, as many as wanted", async (t) => {
  const { cli, store } = await service(t);
  const mfa = createMfa({ issuer: "Example", store, keys: ring });
  for (let at = 0; at < 15; at++) {
    await mfa.enrol("bob");
    await mfa.cancel("bob");
  }
  const history = async (...more) =>
    JSON.parse((await cli.run(["inspect", "bob", "--json", ...more, ...words])).stdout).history;
  assert.deepEqual(
    (await history()).map(({ number }) => number),
    Array.from({ length: 20 }, (_, at) => at + 11),
  );
  assert.deepEqual(
    (await history("--events", "3")).map(({ number }) => number),
    [28, 29, 30],
  );
  assert.deepEqual(await history("--events", "0"), []);
});

test("an account that does not exist is not there, and is not made", async (t) => {
  const { cli, store } = await service(t);
  await createMfa({ issuer: "Example", store, keys: ring }).enrol("carol");
  const { code, stdout } = await cli.run(["inspect", "nobody", ...words]);
  assert.deepEqual([code, stdout], [0, "Nothing is known of this account.\n"]);
  assert.deepEqual(await store.keys(), ["account:carol"]);
  assert.equal((await cli.run(["inspect", " nobody ", ...words])).code, 1);
});

test("an account under another key is refused with its reason", async (t) => {
  const { cli, store } = await service(t);
  await createMfa({ issuer: "Example", store, keys: keyring.generate({ environment: "test" }) }).enrol("dave");
  const other = await cli.run(["inspect", "dave", ...words]);
  assert.equal(other.code, 1);
  assert.match(other.stderr, /key unknown/);
  const live = await cli.run(["inspect", "dave", ...words], { variables: { MFA_KEYS: keyring.generate() } });
  assert.match(live.stderr, /key environment/);
});

test("events whose key was removed are shown as such, and the account is there", async (t) => {
  const { cli, store } = await service(t);
  const both = keyring.add(ring);
  await createMfa({ issuer: "Example", store, keys: ring }).enrol("erin");
  const mfa = createMfa({ issuer: "Example", store, keys: both });
  await mfa.cancel("erin");
  const variables = { MFA_KEYS: keyring.remove(both, keyring.parse(ring).keys[0].id) };
  const { code, stdout } = await cli.run(["inspect", "erin", ...words], { variables });
  assert.equal(code, 3);
  assert.match(stdout, /UTC {2}does not open with any key of the ring\n.*UTC {2}enrolmentCancelled\n$/);
});

async function service(t) {
  const cli = await project(t, ["better-sqlite3"], { MFA_KEYS: ring });
  const database = new Database(cli.path("mfa.db"));
  t.after(() => database.close());
  return { cli, database, store: sqliteStore(database) };
}

function dump(database) {
  return ["mfa_records", "mfa_events"].map((table) => database.prepare(`SELECT * FROM ${table} ORDER BY 1`).all());
}
