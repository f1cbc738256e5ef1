// Several first factors: the first that knows the token decides, and no failure lets anybody in.

import assert from "node:assert/strict";
import { test } from "node:test";
import { anyOf } from "edge-mfa/server";

const knows = (subject) => (token) => (token === subject ? { subject } : undefined);
const fails = async () => {
  throw new Error("unreachable");
};

test("the first that knows the token decides, and the others are not asked", async () => {
  let asked = 0;
  const last = () => {
    asked += 1;
    return { subject: "last" };
  };
  const request = new Request("https://api.example");
  const first = (_, given) => given === request && { subject: "first" };
  assert.deepEqual(await anyOf(first, last)("token", request), { subject: "first" });
  assert.equal(asked, 0);
  assert.deepEqual(await anyOf(knows("a"), knows("b"))("b"), { subject: "b" });
});

test("nobody knows it: undefined", async () => {
  assert.equal(await anyOf(knows("a"), async () => undefined)("x"), undefined);
  assert.equal(await anyOf()("x"), undefined);
});

test("one fails: another may still know the token, and else it rejects", async () => {
  assert.deepEqual(await anyOf(fails, knows("a"))("a"), { subject: "a" });
  for (const both of [anyOf(fails, knows("a")), anyOf(knows("a"), fails)])
    await assert.rejects(async () => both("x"), { message: "unreachable" });
  const throws = () => {
    throw undefined;
  };
  await assert.rejects(async () => anyOf(throws)("x"));
});
