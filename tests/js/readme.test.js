// The tables of the README say what the code does.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createMfa, keyring } from "edge-mfa/server";
import { memoryStore } from "edge-mfa/store/memory";

const read = (path) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
const readme = read("README.md");
const keys = keyring.generate({ environment: "test" });
const service = (policy) => createMfa({ issuer: "ACME", store: memoryStore(), keys, policy });

/** The rows below a heading. */
function table(heading) {
  const [, section] = readme.split(`\n### ${heading}\n`);
  const rows = section.split(/\n##/)[0].matchAll(/^\| (.*) \|$/gm);
  return [...rows].slice(2).map(([, row]) => row.split(" | ").map((cell) => cell.trim()));
}

/** What stands between backquotes. */
function quoted(text) {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word);
}

const settings = table("Policy settings").map(([name, usual, bounds, , weak]) => ({
  name: quoted(name)[0],
  usual,
  bounds,
  weak,
}));

test("the table of the policy has every setting with its default, and what is different in strict", () => {
  const strict = service({ preset: "strict" }).policy;
  const plain = (cell) => JSON.parse(cell.replaceAll("`", "").replaceAll(/(\d),(?=\d{3})/g, "$1"));
  const shown = (pick) => Object.fromEntries(settings.map(({ name, usual }) => [name, plain(pick(usual))]));
  assert.deepEqual(
    shown((usual) => usual.replace(/ \(.*/, "")),
    service().policy,
  );
  assert.deepEqual(
    shown((usual) => /`strict`: (.*)\)/.exec(usual)?.[1] ?? usual),
    strict,
  );
});

for (const { name, bounds } of settings) {
  const range = /(\d+) to (\d+)$/.exec(bounds.replaceAll(",", ""));
  if (!range) continue;
  const [least, most] = range.slice(1).map(Number);
  const given = (value) => ({ [name]: name === "locks" ? [value] : value });
  test(`the bounds of ${name} are ${least} and ${most}`, () => {
    for (const value of [least, most]) assert.ok(service(given(value)).policy);
    const beyond = [least - 1, most + 1].filter((value) => !(bounds.startsWith("0,") && value === 0));
    for (const value of beyond) assert.throws(() => service(given(value)), { code: "policy_invalid" });
  });
}

test("the table of the policy says what its weaknesses are", () => {
  const worst = {
    ...{ algorithm: "SHA512", digits: 8, period: 60, secretBytes: 16, window: 2, resync: 2, drift: 301, lookAhead: 11 },
    ...{ lookAheadResync: 101, pending: 601, mostFactors: 10, recoveryCodes: 9, failures: 10, failuresWithin: 60 },
    ...{ locks: [1], failuresInRow: 3, addressFailures: 101, addressWithin: 60, addressLock: 1 },
    ...{ sessionLifetime: 43_201, sessionIdle: 86_400, sessionMode: "offline", mostSessions: 100, freshness: 901 },
    ...{ mostDevices: 20, deviceLifetime: 15_552_001, keyLifetime: 7_776_001 },
    ...{
      verifyUser: "never",
      challenge: 30,
      passkeyLifetime: 31_536_001,
      securityKeyLifetime: 63_072_001,
      passkeyReminder: 0,
    },
  };
  assert.deepEqual(Object.keys(worst).sort(), settings.map(({ name }) => name).sort());
  const found = service(worst).weaknesses.flatMap(({ setting }) => setting.split(", "));
  assert.deepEqual(
    found,
    settings.filter(({ weak }) => weak).map(({ name }) => name),
  );
  // And none of it is one at its default, nor in strict.
  assert.deepEqual([service().weaknesses, service({ preset: "strict" }).weaknesses], [[], []]);
  const limits = { resync: 1, addressFailures: 100, freshness: 900 };
  assert.deepEqual(service(limits).weaknesses, []);
});

test("the README names every reason of a denial", () => {
  const [, body] = /pub enum Denial \{([\s\S]*?)^\}/m.exec(read("src/engine/outcome.rs"));
  const reasons = [...body.matchAll(/^ {4}([A-Z]\w+),$/gm)].map(([, name]) =>
    name.replaceAll(/(?<=.)[A-Z]/g, "_$&").toLowerCase(),
  );
  const named = table("What comes back").flatMap(([cell]) => quoted(cell));
  assert.ok(reasons.length > 10);
  assert.deepEqual(named.toSorted(), reasons.toSorted());
});

test("the README names every event, and who is told of it", () => {
  const source = read("src/engine/event.rs");
  const [, body] = /pub enum EventKind \{([\s\S]*?)^\}/m.exec(source);
  const lower = (name) => name[0].toLowerCase() + name.slice(1);
  const all = [...body.matchAll(/^ {4}([A-Z]\w+)(?:,| \{)$/gm)].map(([, name]) => lower(name));
  const [, matched] = /match self \{([\s\S]*?)^ {8}\}/m.exec(source);
  const told = {};
  for (const [, kinds, who] of matched.matchAll(/((?:\s*\|?\s*Self::\w+(?: \{ \.\. \})?)+) => Notify::(\w+)/g))
    for (const [, kind] of kinds.matchAll(/Self::(\w+)/g)) told[lower(kind)] = lower(who);
  assert.ok(all.length > 15 && Object.keys(told).length > 5);
  const expected = Object.fromEntries(all.map((kind) => [kind, told[kind] ?? "nobody"]));
  const rows = table("Events and the outbox");
  const written = rows.flatMap(([who, kinds]) => quoted(kinds).map((kind) => [kind, quoted(who)[0]]));
  assert.deepEqual(Object.fromEntries(written), expected);
});
