// D1, in workerd.

import assert from "node:assert/strict";
import { bytes } from "./contract.js";
import { race } from "./support/processes.js";
import { contractOf, testWith } from "./support/run.js";

await contractOf("d1");
testWith("d1", "four processes lose nothing", race);

testWith("d1", "a commit that fails half-way leaves nothing", async ({ store }) => {
  await store.commit("ann", undefined, bytes("1"), []);
  const before = await store.load("ann");
  const twice = [1, 2].map(() => ({ id: "same", at: 1, due: 1, body: bytes("x") }));
  await assert.rejects(store.commit("ann", before.revision, bytes("2"), twice));
  await assert.rejects(store.commit("bob", undefined, bytes("2"), twice));
  assert.deepEqual(await store.load("ann"), before);
  assert.equal(await store.load("bob"), undefined);
  assert.deepEqual(await store.due(9, 9), []);
});
