// Both languages say everything, and there is a word for every problem.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { de, en, PasskeyError } from "edge-mfa/wizard/state";

test("German has what English has, of the same kind, and nothing is left in English", () => {
  const shape = (texts) =>
    Object.entries(texts)
      .map(([name, text]) => [name, typeof text, text.length])
      .sort();
  assert.deepEqual(
    shape(de).map(([name, kind]) => [name, kind]),
    shape(en).map(([name, kind]) => [name, kind]),
  );
  assert.deepEqual(Object.keys(de.problems), Object.keys(en.problems));
  for (const [name, text] of Object.entries(en)) if (typeof text === "string") assert.notEqual(de[name], text, name);
  for (const [name, text] of Object.entries(en.problems)) assert.notEqual(de.problems[name], text, name);
});

test("every problem that a person can meet has its words", () => {
  const source = readFileSync(new URL("../../src/http/problem.rs", import.meta.url), "utf8");
  const codes = [...source.matchAll(/^ {4}[A-Z]\w+ \d{3} "(\w+)"/gm)].map(([, code]) => code);
  assert.ok(codes.length > 30);
  // Of programs that speak HTTP badly; they get the words for `internal`.
  const others = [
    "invalid_request",
    "method_not_allowed",
    "not_acceptable",
    "content_too_large",
    "unsupported_media_type",
  ];
  assert.deepEqual(
    codes.filter((code) => !(code in en.problems)),
    others,
  );
});

test("a hash is named with the key where an app has to be told it", () => {
  assert.equal(en.keyDetails(6, 30, ""), "Based on time, 6 digits, every 30 seconds");
  assert.equal(de.keyDetails(8, 60, "SHA-256"), "Zeitbasiert, 8 Ziffern, alle 60 Sekunden, SHA-256");
});

test("every way in which a ceremony can end has its words, in the page and in the error", () => {
  const source = readFileSync(new URL("../../pkg/src/wizard/passkey.ts", import.meta.url), "utf8");
  const [, type] = /type PasskeyErrorCode =([^;]+);/.exec(source);
  const codes = [...type.matchAll(/\| "(\w+)"/g)].map(([, code]) => code);
  assert.equal(codes.length, 7);
  const all = [...codes.map((code) => en.problems[code]), ...codes.map((code) => new PasskeyError(code).message)];
  assert.ok(all.every((text) => text?.length > 12));
  assert.equal(new Set(all).size, all.length, "each is its own");
});

test("counts are words", () => {
  assert.deepEqual([en.attemptsLeft(1), en.attemptsLeft(2)], ["1 try left.", "2 tries left."]);
  assert.deepEqual([de.attemptsLeft(1), de.attemptsLeft(2)], ["Noch 1 Versuch.", "Noch 2 Versuche."]);
  assert.deepEqual([en.codesLeft(1), de.minutes(3)], ["1 recovery code left.", "3 Minuten"]);
});
