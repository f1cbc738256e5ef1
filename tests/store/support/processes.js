// Several processes at one store, and processes that are killed.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { increase, text } from "../contract.js";
import { connect } from "./clients.js";

/** Four processes add fifty each to the same number: nothing is lost, and each number is one process's alone. */
export async function race({ store, address }) {
  const children = Array.from({ length: 4 }, () => increasing(address, "race", 50));
  const landed = (await Promise.all(children.map(({ ended }) => ended))).flat();
  const numbers = Array.from({ length: 200 }, (_, at) => at + 1);
  assert.deepEqual(
    landed.toSorted((a, b) => a - b),
    numbers,
  );
  await holds(store, "race", 200);
}

/**
 * Processes that commit in a loop are killed, 20 times, whatever they are doing: afterwards there is everything that they
 * were told has landed, at most one commit more that they did not live to hear of, and of each commit all or nothing.
 */
export async function massacre({ store, address }) {
  const told = new Map();
  const rounds = async (key) => {
    for (let round = 0; round < 5; round++) {
      const child = increasing(address, key, 1e9);
      await child.first();
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      child.kill();
      const landed = await child.ended;
      const known = Math.max(0, ...landed);
      // What the dead process has sent may still be on its way; after a commit of ours it cannot land any more.
      await increase(store, key, 1);
      const number = Number(text((await store.load(key)).body)) - 1;
      assert.ok(number === known || number === known + 1, `${known} were told, ${number} are there`);
      await holds(store, key, number + 1);
      told.set(key, known);
    }
  };
  await Promise.all(["a", "b", "c", "d"].map((name) => rounds(`killed ${name}`)));
  assert.equal(told.size, 4);
}

/** A server that is ended in the middle of it all: while it is away everything rejects, and afterwards all is there. */
export async function survives(address, server) {
  const before = await connect(address);
  const landed = [];
  const counting = assert.rejects(increase(before.store, "ann", 1e9, (number) => landed.push(number)));
  while (landed.length < 50) await new Promise(setImmediate);
  await server.crash();
  await counting;
  await assert.rejects(before.store.load("ann"));
  await assert.rejects(before.store.commit("bob", undefined, new Uint8Array(1), []));
  await before.close();

  await server.restart();
  const after = await connect(address);
  const number = Number(text((await after.store.load("ann")).body));
  assert.ok(number === landed.length || number === landed.length + 1, `${landed.length} landed, ${number} are there`);
  await holds(after.store, "ann", number);
  assert.equal(await after.store.load("bob"), undefined);
  await after.close();
  await server.stop();
}

/** The number in the record, and one event for each that led to it, in order. */
export async function holds(store, key, number) {
  assert.equal(text((await store.load(key)).body), `${number}`);
  const ids = (await store.events(key, undefined, number + 10)).map(({ id }) => Number(id));
  assert.deepEqual(
    ids,
    Array.from({ length: number }, (_, at) => at + 1),
  );
}

function increasing(address, key, times) {
  const script = fileURLToPath(new URL("./increase.js", import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(address), key, `${times}`]);
  let printed = "";
  let complaint = "";
  child.stderr.on("data", (data) => {
    complaint += data;
  });
  const printing = new Promise((resolve) => child.stdout.once("data", resolve));
  child.stdout.on("data", (data) => {
    printed += data;
  });
  const ended = new Promise((resolve, reject) =>
    child.once("close", (code) => {
      const landed = printed.split("\n").slice(0, -1).map(Number);
      if (code === 0 || code === null) resolve(landed);
      else reject(new Error(`the process ended with ${code}: ${complaint}`));
    }),
  );
  return { first: () => Promise.race([printing, ended]), ended, kill: () => child.kill("SIGKILL") };
}
