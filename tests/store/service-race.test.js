// 200 submissions of one code at the same time, on every store: one is right, and nothing is lost (ATTACKS.md R3, C1, G4).
// Where the store can be used by several processes there are four of them, each with a service of its own.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { keyring } from "edge-mfa/server";
import { engines } from "./support/engines.js";
import { enrolled, historyOf, NOW, serviceOf, submit } from "./support/service.js";

const PROCESSES = 4;
const TIMES = 200;
const keys = keyring.generate({ environment: "test", now: () => NOW });

for (const engine of engines) {
  test(`${engine.name}: ${TIMES} at once${engine.processes ? ` from ${PROCESSES} processes` : ""}`, async (t) => {
    const opened = await engine.open({ now: () => NOW });
    const mfa = serviceOf(opened.store, keys);
    const crowd = engine.processes ? await crowdAt(opened.address) : crowdOf(mfa);
    try {
      for (const [name, run] of Object.entries(races)) await t.test(name, () => run({ ...opened, mfa, crowd }));
    } finally {
      await crowd.close();
      await opened.close();
    }
  });
}

const races = {
  async "r3: one TOTP code is right once"({ store, mfa, crowd }) {
    const { right } = await enrolled(store, keys, "ann");
    assert.deepEqual(await crowd.submit({ subject: "ann", code: right }), { ok: 1, replayed: TIMES - 1 });
    // The first time that it came again is noted.
    assert.deepEqual((await kinds(mfa, "ann")).slice(-2), ["verified", "replayed"]);
  },

  async "c1: one recovery code is right once"({ store, mfa, crowd }) {
    const { recoveryCodes } = await enrolled(store, keys, "bob");
    const counts = await crowd.submit({ subject: "bob", code: recoveryCodes[4] });
    assert.deepEqual(counts, { ok: 1, replayed: TIMES - 1 });
    assert.equal((await mfa.account("bob")).recoveryCodesLeft, 9);
    assert.deepEqual((await kinds(mfa, "bob")).slice(-2), ["recoveryCodeUsed", "replayed"]);
  },

  async "g4: wrong codes all count, until they lock"({ store, mfa, crowd }) {
    const { wrong, right } = await enrolled(store, keys, "cid");
    const context = { address: "2001:db8::1" };
    const counts = await crowd.submit({ subject: "cid", code: wrong, context });
    assert.deepEqual(counts, { mismatch: 10, locked: TIMES - 10 });
    assert.equal((await mfa.account("cid")).failuresInRow, 10);
    const failed = (await historyOf(mfa, "cid")).filter(({ type }) => type === "failed");
    assert.deepEqual(
      failed.map(({ row }) => row),
      Array.from({ length: 10 }, (_, at) => at + 1),
    );
    assert.equal((await mfa.verify("cid", right)).reason, "locked");
    // And for the address, which is now locked for everybody.
    const dan = await enrolled(store, keys, "dan");
    assert.equal((await mfa.verify("dan", dan.right, { address: "2001:db8::ffff" })).reason, "locked");
    assert.equal((await mfa.verify("dan", dan.right)).ok, true);
  },
};

/** What happened, and that none of it is missing. */
async function kinds(mfa, subject) {
  const events = await historyOf(mfa, subject);
  assert.deepEqual(
    events.map(({ number }) => number),
    events.map((_, at) => at + 1),
  );
  return events.map(({ type }) => type);
}

/** All in this process. */
function crowdOf(mfa) {
  return { submit: (what) => submit(mfa, { ...what, times: TIMES }), close: async () => {} };
}

/** Processes that wait for the word. */
async function crowdAt(address) {
  const script = fileURLToPath(new URL("./support/submit.js", import.meta.url));
  const children = Array.from({ length: PROCESSES }, () => {
    const child = spawn(process.execPath, [script, JSON.stringify({ address, keys })], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ended = new Promise((resolve) => child.once("close", resolve));
    const line = async () => {
      const { value, done } = await lines.next();
      assert.ok(!done, "a process ended");
      return value;
    };
    return { child, line, ended };
  });
  await Promise.all(children.map(({ line }) => line()));
  return {
    async submit(what) {
      for (const { child } of children) child.stdin.write(`${JSON.stringify({ ...what, times: TIMES / PROCESSES })}\n`);
      const total = {};
      for (const { line } of children)
        for (const [answer, count] of Object.entries(JSON.parse(await line())))
          total[answer] = (total[answer] ?? 0) + count;
      return total;
    },
    async close() {
      for (const { child } of children) child.stdin.end();
      await Promise.all(children.map(({ ended }) => ended));
    },
  };
}
