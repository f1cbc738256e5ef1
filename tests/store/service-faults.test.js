// Stores that fail under a service, and services that die: nothing half-written, no code accepted twice, no failure lost,
// and an answer that is neither "wrong code" nor "no such account" (ATTACKS.md E9, G3).

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { totp } from "edge-mfa";
import { createMfa, keyring } from "edge-mfa/server";
import { memoryStore } from "edge-mfa/store/memory";
import { engineOf } from "./support/engines.js";
import { enrolled, historyOf, NOW, serviceAt, serviceOf } from "./support/service.js";

const keys = keyring.generate({ environment: "test", now: () => NOW });
const service = (store, options) => createMfa({ issuer: "Example", store, keys, now: () => NOW, ...options });
const never = () => new Promise(() => {});
const fails = () => Promise.reject(new Error("the disk is on fire"));

/** What stands in the place of one method, and whether a commit lands all the same. */
const faults = {
  "load rejects": { load: fails },
  "load throws": {
    load: () => {
      throw new Error("no connection");
    },
  },
  "load never answers": { load: never },
  "load answers nonsense": { load: async () => ({ revision: "1", body: "x" }) },
  "load answers half a record": { load: async () => ({ revision: 1 }) },
  "commit rejects": { commit: fails },
  "commit never answers": { commit: never },
  "commit answers nothing": { commit: async () => undefined },
  "commit lands, and its answer is lost": {
    commit: async (store, ...given) => {
      await store.commit(...given);
      return fails();
    },
    lands: true,
  },
};

for (const [name, { lands, ...broken }] of Object.entries(faults)) {
  test(`e9: ${name}: neither a right nor a wrong code is answered`, async () => {
    const store = memoryStore({ now: () => NOW });
    const { right, wrong } = await enrolled(store, keys, "ann");
    const [[method, call]] = Object.entries(broken);
    const faulty = service({ ...store, [method]: (...given) => call(store, ...given) }, { timeout: 20 });
    const healthy = service(store);
    const { failuresInRow } = await healthy.account("ann");
    assert.equal(failuresInRow, 0);

    for (const code of [wrong, right])
      await assert.rejects(faulty.verify("ann", code), { name: "MfaError", code: "store_unavailable" });
    // Of a new account neither.
    await assert.rejects(faulty.enrol("bob"), { code: "store_unavailable" });
    if (!name.startsWith("commit")) await assert.rejects(faulty.account("ann"), { code: "store_unavailable" });

    // What landed counts, whoever heard of it; what did not has not happened.
    const events = (await historyOf(healthy, "ann")).map(({ type }) => type);
    assert.deepEqual(events.slice(3), lands ? ["failed", "verified"] : []);
    const outcome = await healthy.verify("ann", right);
    assert.deepEqual(outcome.ok ? "ok" : outcome.reason, lands ? "replayed" : "ok");
    assert.equal((await healthy.verify("ann", right)).reason, "replayed");
  });
}

test("e9: conflicts for ever are store_conflict, and nothing has happened", async () => {
  const store = memoryStore({ now: () => NOW });
  const { right, wrong } = await enrolled(store, keys, "ann");
  let tries = 0;
  const contested = {
    ...store,
    commit: async () => {
      tries += 1;
      return false;
    },
  };
  for (const code of [wrong, right]) {
    tries = 0;
    await assert.rejects(service(contested).verify("ann", code), { name: "MfaError", code: "store_conflict" });
    assert.ok(tries > 1 && tries < 50, `${tries} tries`);
  }
  assert.equal((await service(store).verify("ann", right)).ok, true);
});

test("a few conflicts are decided anew, on what the others wrote", async () => {
  const store = memoryStore({ now: () => NOW });
  const { right } = await enrolled(store, keys, "ann");
  let rivals = 1;
  const contested = {
    ...store,
    async commit(...given) {
      // Somebody else spends the code between load and commit.
      if (rivals-- > 0) assert.equal((await service({ ...store }).verify("ann", right)).ok, true);
      return store.commit(...given);
    },
  };
  assert.equal((await service(contested).verify("ann", right)).reason, "replayed");
});

test("g3: no answer leaves before the commit has landed", async () => {
  const store = memoryStore({ now: () => NOW });
  const { right, wrong } = await enrolled(store, keys, "ann");
  for (const code of [wrong, right]) {
    let land;
    const landing = new Promise((resolve) => {
      land = resolve;
    });
    let reached;
    const committing = new Promise((resolve) => {
      reached = resolve;
    });
    const slow = {
      ...store,
      async commit(...given) {
        reached();
        await landing;
        return store.commit(...given);
      },
    };
    let answered = false;
    const outcome = service(slow)
      .verify("ann", code)
      .finally(() => {
        answered = true;
      });
    await committing;
    for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate);
    assert.equal(answered, false);
    land();
    assert.equal(typeof (await outcome).ok, "boolean");
  }
});

test("a failure that cannot be counted for the address is counted for the account", async () => {
  const store = memoryStore({ now: () => NOW });
  const { wrong } = await enrolled(store, keys, "ann");
  const faulty = {
    ...store,
    commit: (key, ...given) => (key.startsWith("account:") ? store.commit(key, ...given) : fails()),
  };
  const context = { address: "192.0.2.1" };
  await assert.rejects(service(faulty).verify("ann", wrong, context), { code: "store_unavailable" });
  assert.equal((await service(store).account("ann")).failuresInRow, 1);
});

test("the outbox keeps what was committed, whatever becomes of the answer", async () => {
  const store = memoryStore({ now: () => NOW });
  const { recoveryCodes } = await enrolled(store, keys, "ann");
  for (const delivery of await service(store).outbox.due())
    await service(store).outbox.settle(delivery, { done: true });
  const lost = {
    ...store,
    commit: async (...given) => {
      await store.commit(...given);
      return fails();
    },
  };
  await assert.rejects(service(lost).verify("ann", recoveryCodes[0]), { code: "store_unavailable" });
  const due = async () => (await service(store).outbox.due()).map(({ event }) => event.type);
  assert.deepEqual(await due(), ["recoveryCodeUsed"]);
  await assert.rejects(
    service({ ...store, settle: fails }).outbox.settle((await service(store).outbox.due())[0], { done: true }),
    {
      code: "store_unavailable",
    },
  );
  assert.deepEqual(await due(), ["recoveryCodeUsed"]);
});

for (const name of ["better-sqlite3", "pg"]) {
  test(`${name}: a service that is killed leaves whole decisions, and what it answered stays true`, async () => {
    const opened = await engineOf(name).open({ now: () => NOW });
    try {
      const { secret } = await enrolled(opened.store, keys, "ann");
      let time = NOW;
      for (let round = 0; round < 10; round++) time = await killed(opened, secret, time);
    } finally {
      await opened.close();
    }
  });
}

/** One life: what it told is looked for afterwards. Answers the time at which the next one can begin. */
async function killed({ store, address }, secret, time) {
  const told = await life({ address, keys, secret, time });
  const last = told.at(-1).time;
  const { mfa, close } = await serviceAt({ address, keys }, { time: last });
  try {
    const mine = (await historyOf(mfa, "ann")).filter(({ at }) => at >= time);
    const decided = mine.filter(({ type }) => ["failed", "verified"].includes(type));
    // Every answer that left is there, in order, and at most one decision more.
    assert.deepEqual(
      decided.slice(0, told.length).map(({ type, at }) => [type, at]),
      told.map(({ answer, time }) => [answer === "mismatch" ? "failed" : "verified", time]),
    );
    assert.ok(decided.length <= told.length + 1, `${told.length} were told, ${decided.length} are there`);
    // The record is the one that belongs to the events.
    const { failuresInRow } = await mfa.account("ann");
    assert.equal(failuresInRow, decided.at(-1).type === "failed" ? 1 : 0);
    // No code is good once more.
    const spent = decided.findLast(({ type }) => type === "verified");
    if (spent) {
      const again = serviceOf(store, keys, { time: spent.at });
      assert.equal((await again.verify("ann", totp.generate({ secret, time: spent.at }))).reason, "replayed");
    }
    return last + 60_000;
  } finally {
    await close();
  }
}

/** The answers of a process until it was killed, whatever it was doing. */
async function life(given) {
  const script = fileURLToPath(new URL("./support/live.js", import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(given)], { stdio: ["ignore", "pipe", "inherit"] });
  const most = 5 + Math.floor(Math.random() * 40);
  const told = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const [answer, time] = line.split(" ");
    told.push({ answer, time: Number(time) });
    if (told.length === most) setTimeout(() => child.kill("SIGKILL"), Math.random() * 5);
  }
  assert.ok(told.length >= most, "it ended by itself");
  return told;
}
