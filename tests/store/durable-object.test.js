// Durable Objects, in workerd, and the class alone where workerd cannot be made to fail.

import assert from "node:assert/strict";
import { test } from "node:test";
import { durableObjectStore } from "edge-mfa/store/durable-object";
import { bytes, text } from "./contract.js";
import { objects } from "./support/objects.js";
import { race } from "./support/processes.js";
import { contractOf, testWith } from "./support/run.js";

await contractOf("durable-object");
testWith("durable-object", "four processes lose nothing", race);

testWith("durable-object", "a commit that fails half-way leaves nothing", async ({ store }) => {
  await store.commit("ann", undefined, bytes("1"), []);
  const before = await store.load("ann");
  const twice = [1, 2].map(() => ({ id: "same", at: 1, due: 1, body: bytes("x") }));
  await assert.rejects(store.commit("ann", before.revision, bytes("2"), twice));
  await assert.rejects(store.commit("bob", undefined, bytes("2"), twice));
  assert.deepEqual(await store.load("ann"), before);
  assert.equal(await store.load("bob"), undefined);
  assert.deepEqual(await store.due(9, 9), []);
});

const event = { id: "a", at: 1, due: 1, body: bytes("x") };

/** The class alone, with the account of one person. */
function alone() {
  const { namespace, network, objectOf } = objects();
  const clock = { time: 1000 };
  return {
    clock,
    network,
    store: durableObjectStore(namespace, { now: () => clock.time }),
    ann: objectOf("account:ann"),
  };
}

test("an ordinary decision asks one object and no other", async () => {
  const { store, network } = alone();
  await store.commit("ann", undefined, bytes("1"), []);
  network.calls.length = 0;
  const { revision } = await store.load("ann");
  await store.commit("ann", revision, bytes("2"), [{ ...event, due: undefined }]);
  await store.commit("per address", undefined, bytes("1"), [], 2000);
  assert.deepEqual(network.calls, ["account: load", "account: commit", "account: commit"]);
});

test("an account that nobody has leaves nothing behind", async () => {
  const { store, ann } = alone();
  assert.equal(await store.load("ann"), undefined);
  assert.deepEqual(await store.events("ann"), []);
  await store.settle("ann", "a", { done: true });
  await store.remove("ann");
  assert.deepEqual(ann.tables(), []);
});

test("a removed account leaves nothing behind", async () => {
  const { store, ann } = alone();
  await store.commit("ann", undefined, bytes("1"), [event]);
  await store.remove("ann");
  assert.deepEqual(ann.tables(), []);
  assert.equal(ann.alarm, undefined);
  assert.deepEqual(await store.keys(), []);
});

test("with the index out of reach a commit lands, and the index is told when the object is woken", async () => {
  const { store, network, ann } = alone();
  network.broken = (name) => name.startsWith("index");
  assert.equal(await store.commit("ann", undefined, bytes("1"), [event]), true);
  assert.ok(ann.alarm > Date.now());
  await ann.wake();
  assert.ok(ann.alarm > Date.now(), "it asks to be woken again");
  network.broken = () => false;
  assert.deepEqual(await store.due(1, 9), []);
  await ann.wake();
  assert.equal(ann.alarm, undefined);
  assert.deepEqual(
    (await store.due(1, 9)).map(({ id }) => id),
    ["a"],
  );
  assert.deepEqual(await store.keys(), ["ann"]);
});

test("with the index out of reach an account is removed, and leaves the index when the object is woken", async () => {
  const { store, network, ann } = alone();
  await store.commit("ann", undefined, bytes("1"), [event]);
  network.broken = (name) => name.startsWith("index");
  await store.remove("ann");
  assert.equal(await store.load("ann"), undefined);
  network.broken = () => false;
  assert.deepEqual(await store.due(1, 9), []);
  await ann.wake();
  assert.deepEqual(ann.tables(), []);
  assert.deepEqual(await store.keys(), []);
});

test("an expired record and its history are cleared away by the alarm", async (t) => {
  const begun = 1_790_000_000_000;
  t.mock.timers.enable({ apis: ["Date"], now: begun });
  const { store, ann } = alone();
  await store.commit("ann", undefined, bytes("1"), [{ ...event, due: undefined }], 61_000);
  // By the clock of the store that is in a minute.
  assert.equal(ann.alarm, begun + 60_000);
  await ann.wake();
  assert.equal(text((await store.load("ann")).body), "1", "it came too early");
  t.mock.timers.setTime(begun + 60_000);
  await ann.wake();
  assert.deepEqual(ann.tables(), []);
});

test("an entry of the index that is no longer so goes when somebody asks", async () => {
  const { store, network } = alone();
  await store.commit("ann", undefined, bytes("1"), [event]);
  network.broken = (name) => name.startsWith("index");
  await store.settle("ann", "a", { done: true });
  network.broken = () => false;
  network.calls.length = 0;
  const asked = () => network.calls.filter((call) => call === "account: due").length;
  assert.deepEqual([await store.due(1, 9), asked()], [[], 1]);
  assert.deepEqual([await store.due(1, 9), asked()], [[], 1]);
  assert.deepEqual(await store.keys(), ["ann"]);
});

test("an object without the binding of its own class says so, and loses nothing", async () => {
  const { namespace, objectOf, env } = objects();
  delete env.MFA;
  const store = durableObjectStore(namespace);
  assert.equal(await store.commit("ann", undefined, bytes("1"), [event]), true);
  assert.ok(objectOf("account:ann").alarm > Date.now());
  env.MFA = namespace;
  await objectOf("account:ann").wake();
  assert.deepEqual(await store.keys(), ["ann"]);
});
