// What the full wasm remembers between calls: 64 engines, each once, and those that were used last.

import assert from "node:assert/strict";
import { test } from "node:test";
import { core, KEYS, memory, NOW, outcome } from "./support/core.js";

const configure = (issuer, settings = {}) => core.configure(KEYS, settings, issuer);
const use = (handle) => outcome(() => core.keys(handle, NOW));

test("the same settings are the same engine, others are another", () => {
  const first = configure("one");
  assert.equal(configure("one"), first);
  assert.notEqual(configure("two"), first);
  assert.notEqual(configure("one", { window: 2 }), first);
  assert.equal(configure("one", { window: undefined }), first);
});

test("a service that asks for its engine at every request does not fill the memory", () => {
  configure("every request");
  const before = memory.buffer.byteLength;
  for (let round = 0; round < 10_000; round++) configure("every request");
  assert.equal(memory.buffer.byteLength, before);
});

test("of more than 64 engines the one that was not used for the longest time is forgotten, and made anew", () => {
  const kept = configure("kept");
  const left = configure("left");
  for (let other = 0; other < 63; other++) {
    configure(`other ${other}`);
    assert.equal(use(kept), "answered");
  }
  assert.equal(use(left), "engine_forgotten");
  assert.equal(use(kept), "answered");
  assert.equal(use(configure("left")), "answered");
});

test("settings that are refused leave no engine behind", () => {
  const before = configure("before");
  for (const bad of [() => configure("a:b"), () => configure(""), () => configure("x", { window: 99 })])
    assert.match(outcome(bad), /_invalid$/);
  assert.equal(configure("after") - before, 1);
});

test("a number that was never given out is no engine", () => {
  for (const handle of [0, 1e6, -1, 1.5, Number.NaN, "1", undefined, 1n])
    assert.equal(use(handle), "engine_forgotten", String(handle));
});
