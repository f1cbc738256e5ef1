// The full wasm called so often that the engine compiles the calls anew: results and refusals stay what they were. V8 11.3
// (Node 20) inlines calls of wasm into JavaScript, and compiles the code around them wrongly (see pkg/src/call.ts).

import assert from "node:assert/strict";
import { test } from "node:test";
import { core, decide, functions, good, goodArguments, NOW, outcome } from "./support/core.js";

const ROUNDS = 20_000;

const values = [
  undefined,
  null,
  true,
  {},
  [],
  () => 1,
  Symbol(),
  1n,
  "1",
  "",
  "\ud800",
  "é",
  Number.NaN,
  Infinity,
  -1,
  0,
  1.5,
  NOW,
  2 ** 53,
  new Uint8Array(32),
  new Uint8Array(),
  { now: NOW },
  { verify: { code: "é" } },
];

for (const name of Object.keys(functions)) {
  test(`${name}: arguments of every type by turns`, () => {
    const given = goodArguments(name);
    const outcomes = given.map(() => values.map(() => new Set()));
    const answers = new Set();
    for (let round = 0; round < ROUNDS; round++) {
      const at = round % given.length;
      const place = Math.floor(round / given.length) % values.length;
      const spoilt = given.with ? given.with(at, values[place]) : Object.assign([...given], { [at]: values[place] });
      outcomes[at][place].add(outcome(() => core[name](...spoilt)));
      if (round % 16 === 0) answers.add(JSON.stringify(core[name](...given)));
    }
    for (const [at, seen] of outcomes.entries()) {
      for (const [place, codes] of seen.entries())
        assert.equal(codes.size, 1, `${functions[name][at].name} = ${String(values[place])}: ${[...codes]}`);
    }
    assert.equal(answers.size, 1, "the same arguments had other answers");
  });
}

test("texts of one byte a character and of more by turns", () => {
  const names = ["alice", "ålice", "爱丽丝", "🔑".repeat(20), "a".repeat(256)];
  const keys = names.map((name) => core.accountKey(name));
  assert.equal(new Set(keys).size, names.length);
  for (let round = 0; round < ROUNDS; round++)
    assert.equal(core.accountKey(names[round % names.length]), keys[round % names.length]);
});

test("records of every length by turns, while the memory grows", () => {
  let { body } = good;
  for (let round = 0; round < 300; round++) {
    const input = { agent: "x".repeat(round), country: "CH" };
    const named = decide(body, { renameFactor: { factor: 1, name: "n".repeat(1 + (round % 60)) } }, input, round % 256);
    body = named.body ?? body;
    const state = decide(body, "inspect").outcome;
    assert.ok(state.ok, JSON.stringify(state));
    assert.ok(body.length > 100 && body.length < 2000);
  }
});

test("a hundred thousand refusals leave nothing behind", () => {
  const before = core.keyringParse(good.keys);
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  for (let round = 0; round < 100_000; round++) {
    assert.equal(
      outcome(() => core.keyringParse("mfak_test_")),
      "key_ring_malformed",
    );
  }
  Error.stackTraceLimit = limit;
  assert.deepEqual(core.keyringParse(good.keys), before);
});
