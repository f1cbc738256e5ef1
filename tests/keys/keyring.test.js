// Key rings: made, read, changed, and never shown.

import assert from "node:assert/strict";
import { test } from "node:test";
import { format, inspect } from "node:util";
import { keyring, MfaError } from "edge-mfa/server";

const DAY = 86_400_000;
const on = (day) => ({ now: () => day * DAY });
const material = (text) => text.split(/\s+/).map((key) => key.slice(-43));

test("a new ring is live unless it is for tests, and of the day of its clock", () => {
  assert.match(keyring.generate(), /^mfak_live_[0-9a-f]{8}_\d{8}_[\w-]{43}$/);
  const text = keyring.generate({ environment: "test", ...on(20_000) });
  assert.match(text, /^mfak_test_[0-9a-f]{8}_20241004_/);
  const { environment, keys } = keyring.parse(text);
  assert.equal(environment, "test");
  assert.deepEqual(keys, [{ id: text.slice(10, 18), createdAt: 20_000 * DAY }]);
});

test("the clock may answer a Date", () => {
  const text = keyring.generate({ now: () => new Date("2026-11-24T23:59:59Z") });
  assert.match(text, /_20261124_/);
  assert.throws(() => keyring.generate({ now: () => new Date(Number.NaN) }), { code: "time_invalid" });
});

test("an environment that does not exist is refused", () => {
  for (const environment of ["prod", "", null, 1])
    assert.throws(() => keyring.generate({ environment }), { name: "MfaError", code: "key_environment" });
});

test("randomness is the given one, and wiped", () => {
  let seen;
  const random = (bytes) => {
    seen = bytes.fill(7);
  };
  assert.equal(keyring.generate({ random, ...on(1) }), keyring.generate({ random, ...on(1) }));
  assert.deepEqual(seen, new Uint8Array(32));
});

test("a function that does not fill the bytes makes no key", () => {
  for (const random of [() => new Uint8Array(32).fill(7), async () => {}, () => {}])
    assert.throws(() => keyring.generate({ random }), { code: "entropy_unavailable" });
});

test("a key that is added is the newest, and the others stay", () => {
  let text = keyring.generate({ environment: "test", ...on(1) });
  const [first] = keyring.parse(text).keys;
  text = keyring.add(text, on(91));
  text = keyring.add(keyring.parse(text), on(181));
  const { keys, environment } = keyring.parse(text);
  assert.equal(environment, "test");
  assert.deepEqual(
    keys.map(({ createdAt }) => createdAt / DAY),
    [181, 91, 1],
  );
  assert.equal(keys[2].id, first.id);
});

test("a key is removed by its id, the newest too, but not the last", () => {
  const text = keyring.add(keyring.generate(on(1)), on(2));
  const [newest, retired] = keyring.parse(text).keys;
  const without = keyring.remove(text, retired.id);
  assert.deepEqual(keyring.parse(without).keys, [newest]);
  assert.deepEqual(keyring.parse(keyring.remove(keyring.parse(text), newest.id)).keys, [retired]);
  assert.throws(() => keyring.remove(without, newest.id), { code: "key_ring_empty" });
  for (const id of ["00000000", newest.id.toUpperCase().padEnd(9, "F"), "", undefined, 12345678])
    assert.throws(() => keyring.remove(text, id), { code: "key_unknown" });
});

test("what is no ring is refused with its code, and never repeated", () => {
  const one = keyring.generate(on(1));
  const flipped = one.replace(/.$/, (last) => (last === "A" ? "E" : "A"));
  const many = Array.from({ length: 33 }, () => keyring.generate()).join(" ");
  const cases = [
    ["", "key_ring_empty"],
    [" \n", "key_ring_empty"],
    [undefined, "key_ring_empty"],
    [many, "key_ring_empty"],
    ["hunter2", "key_ring_malformed"],
    [flipped, "key_ring_malformed"],
    [one.replace("live", "test"), "key_ring_malformed"],
    [one.slice(0, -1), "key_ring_malformed"],
    [`${one}\0`, "key_ring_malformed"],
    [12, "key_ring_malformed"],
    [{}, "key_ring_malformed"],
    [`${one} ${one}`, "key_ring_duplicate"],
    [`${one} ${keyring.generate({ environment: "test" })}`, "key_ring_mixed"],
  ];
  for (const [given, code] of cases) {
    for (const use of [keyring.parse, keyring.add, (text) => keyring.remove(text, "00000000")]) {
      assert.throws(
        () => use(given),
        (error) => {
          assert.ok(error instanceof MfaError);
          assert.equal(error.code, code, `${error.code} for ${given}`);
          assert.ok(!format(error).includes("hunter2") && !format(error).includes(material(one)[0].slice(0, 10)));
          return true;
        },
      );
    }
  }
});

test("up to 32 keys fit, in any order and with any white space", () => {
  const all = Array.from({ length: 32 }, (_, day) => keyring.generate(on(day)));
  const { keys } = keyring.parse(`\n${all.toSorted().join("\r\n\t ")}  `);
  assert.deepEqual(
    keys.map(({ createdAt }) => createdAt / DAY),
    Array.from({ length: 32 }, (_, day) => 31 - day),
  );
});

test("a ring shows its keys to nobody: printed, as JSON, cloned, or walked through", () => {
  const text = keyring.add(keyring.generate());
  const ring = keyring.parse(text);
  const all = { showHidden: true, depth: 20, getters: true };
  const walked = [...Object.getOwnPropertyNames(ring), ...Object.getOwnPropertySymbols(ring)].map((name) => ring[name]);
  const shown = [
    `${ring}`,
    JSON.stringify(ring),
    JSON.stringify({ ring, error: new Error("with", { cause: ring }) }),
    inspect(ring, all),
    format("%s %o %O %j", ring, ring, ring, ring),
    inspect(structuredClone(ring), all),
    inspect({ ...ring }, all),
    inspect(walked, all),
  ];
  for (const said of shown) for (const key of material(text)) assert.ok(!said.includes(key.slice(0, 8)), said);
  assert.match(inspect(ring), /^KeyRing \{/);
  assert.deepEqual(Object.keys(ring), ["environment", "keys"]);
  assert.throws(() => {
    ring.environment = "test";
  }, TypeError);
});

test("what only looks like a ring is none", () => {
  const ring = keyring.parse(keyring.generate());
  for (const fake of [{ ...ring }, structuredClone(ring), Object.create(ring), JSON.parse(JSON.stringify(ring))])
    assert.throws(() => keyring.add(fake), { code: "key_ring_malformed" });
});
