// What the full wasm remembers between calls: 64 engines, each once, and those that were used last; and sessions.

import assert from "node:assert/strict";
import { test } from "node:test";
import { core, good, KEYS, memory, NOW, outcome } from "./support/core.js";

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

test("an engine is not pushed out by what is called back while it is in use", () => {
  const nested = [];
  const toJSON = () => {
    for (let other = 0; other < 100; other++) nested.push(outcome(() => configure(`nested ${other}`)));
    return good.demand;
  };
  const handle = configure("ACME", { sessionMode: "offline" });
  const given = [handle, good.subject, good.session, good.primary, NOW, { toJSON }];
  assert.match(core.decideOffline(...given), / aal2 /);
  assert.deepEqual(nested, [...Array(63).fill("answered"), ...Array(37).fill("engine_forgotten")]);
  assert.match(core.decideOffline(...given), / aal2 /);
  assert.equal(use(configure("nested 99")), "answered");
});

test("thousands of sessions are told apart in little memory", () => {
  const handle = configure("ACME", { sessionMode: "offline" });
  const check = (session, primary) => core.decideOffline(handle, good.subject, session, primary, NOW);
  const before = memory.buffer.byteLength;
  let first;
  for (let number = 0; number < 4000; number++) {
    const session = core.sessionBind(handle, good["sessionBind.session"], `number ${number}`, NOW);
    first ??= session;
    const answer = check(session, `number ${number}`);
    assert.match(answer, / aal2 /);
    assert.equal(check(session, `number ${number}`), answer);
    assert.equal(check(session, `number ${number + 1}`), '"wrong_token"');
    assert.equal(check(first, "number 0"), check(first, "number 0"));
  }
  assert.ok(memory.buffer.byteLength - before <= 1 << 20, `${memory.buffer.byteLength - before} bytes`);
});
