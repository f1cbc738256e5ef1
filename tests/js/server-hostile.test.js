// 20,000 malformed inputs of up to 10 kB for every function of the full wasm: only answers and MfaErrors, no growth of its
// memory or of its table of values once it has seen them all, and no secret left in it (ATTACKS.md, E10). The random
// numbers are the same in every run.

import assert from "node:assert/strict";
import { test } from "node:test";
import { totp } from "edge-mfa";
import { core, decide, functions, good, goodArguments, held, KEYS, memory, NOW, outcome } from "./support/core.js";

const INPUTS = 20_000;
const LONGEST = 10_000;
/** Zeros, as many as the stack has bytes. */
const NOTHING = Buffer.alloc((1 << 16) - 16);

test("every exported function is fed", () => {
  const exported = Object.keys(core);
  assert.ok(exported.length > 10);
  assert.deepEqual(Object.keys(functions).sort(), exported.sort());
});

for (const name of Object.keys(functions)) {
  test(`${name}: good arguments are answered`, () => {
    assert.equal(
      outcome(() => core[name](...goodArguments(name))),
      "answered",
    );
  });

  test(`e10: ${name}: ${INPUTS} hostile inputs of up to ${LONGEST} characters`, () => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    const pass = () => {
      const next = source(name);
      const counts = {};
      for (let input = 0; input < INPUTS / 2; input++) {
        const given = mixed(next, goodArguments(name));
        let answer;
        const result = outcome(() => {
          answer = core[name](...given);
        });
        const kind = name === "bearer" && answer === undefined ? "none" : result; // What it answers instead of an error.
        counts[kind] = (counts[kind] ?? 0) + 1;
      }
      return counts;
    };
    const counts = pass();
    const bytes = memory.buffer.byteLength;
    assert.deepEqual(pass(), counts, "the same inputs had other outcomes");
    Error.stackTraceLimit = limit;
    assert.ok(counts.answered !== INPUTS / 2, "nothing was refused");
    // Each of the 64 places for engines stays as large as the largest that it had.
    const more = name === "configure" ? 1 << 18 : 0;
    assert.ok(memory.buffer.byteLength <= bytes + more, "the memory grew");
    assert.deepEqual(held, [undefined], "values of JavaScript were kept");
    assert.ok(stack().equals(NOTHING), "something was left on the stack");
    assert.equal(core.keyringParse(KEYS).environment, "test");
  });
}

test("the stack is wiped behind what calls back, too", () => {
  const left = [];
  const toJSON = () => {
    core.decide(...goodArguments("decide"));
    left.push(stack());
    return good.demand;
  };
  const [given, demand] = [goodArguments("decideOffline"), 5];
  assert.equal(functions.decideOffline[demand].name, "demand");
  assert.match(core.decideOffline(...given.with(demand, { toJSON })), / aal2 /);
  assert.equal(left.length, 1);
  assert.ok(!left[0].equals(NOTHING), "the stack is not where it is looked for");
  assert.ok(stack().equals(NOTHING));
});

test("no input makes the memory large", () => {
  assert.ok(memory.buffer.byteLength <= 6 << 20, `${memory.buffer.byteLength} bytes`);
});

/** Calls with secrets of their own; each answers the secrets. The engine's keys are its own to keep. */
const confidential = {
  "a new ring": () => {
    const ring = core.keyringGenerate("live", NOW, random(32));
    return [ring.slice(-43), key(ring)];
  },
  "a ring that is read": () => {
    const ring = core.keyringGenerate("live", NOW, random(32));
    core.keyringParse(ring);
    core.keyringSessionKeys(ring);
    return [ring.slice(-43), key(ring)];
  },
  "a ring that is refused": () => {
    const ring = core.keyringGenerate("live", NOW, random(32));
    outcome(() => core.keyringParse(`${ring} ${ring}`));
    outcome(() => core.keyringParse(`${ring}\nx`));
    return [ring.slice(-43), key(ring)];
  },
  "a seed": () => {
    const seed = random(32);
    core.addressCharge(good.handle, good["addressCharge.key"], undefined, NOW, seed);
    return [seed];
  },
  "an enrolment": () => {
    const { body, outcome: begun } = core.decide(...command(undefined, { enrol: {} }));
    const typed = totp.generate({ secret: begun.secret, time: NOW });
    const { outcome: done } = core.decide(...command(body, { confirm: { code: typed } }));
    return [begun.secret, base32(begun.secret), done.session.slice(-43), ...done.recoveryCodes];
  },
  "a right code and a token": () => {
    const primary = `of first ${Math.random()}`;
    const time = NOW + 30_000;
    const secret = decide(undefined, { enrol: {} }, {}, 2).outcome.secret;
    const verify = { verify: { code: totp.generate({ secret, time }) } };
    const { body, outcome: done } = core.decide(...command(good.body, verify, { now: time, primary }));
    assert.ok(done.ok);
    core.decide(...command(body, "checkSession", { now: time, primary, session: done.session }));
    return [primary, done.session.slice(-43), secret, base32(secret)];
  },
  "a wrong code": () => {
    const typed = "mistaken 13579";
    decide(good.body, { verify: { code: typed } });
    return [typed];
  },
  "an API key": () => {
    const { key: made, body: stored } = core.apiKeyGenerate(good.handle, "claims of it", NOW + 1, random(32));
    const place = `api-key:${core.apiKeyId(good.handle, made)}`;
    assert.equal(core.apiKeyVerify(good.handle, place, stored, made, NOW), "claims of it");
    core.apiKeyClaims(good.handle, place, stored);
    return [made.slice(27), "claims of it"];
  },
  "an API key that is refused": () => {
    const { key: made, body: stored } = core.apiKeyGenerate(good.handle, "claims of it", NOW, random(32));
    const place = `api-key:${core.apiKeyId(good.handle, made)}`;
    assert.equal(core.apiKeyVerify(good.handle, place, stored, made, NOW), undefined);
    assert.equal(core.apiKeyId(good.handle, `${made}x`), undefined);
    return [made.slice(27), "claims of it"];
  },
  "a command that is refused": () => {
    const typed = "thwarted 97531";
    outcome(() => decide(good.body, { verify: { code: typed, no: 1 } }));
    outcome(() => decide(good.body, { enrol: { secret: typed } }));
    return [typed];
  },
};

for (const [name, call] of Object.entries(confidential)) {
  test(`${name} leaves no secret in memory`, () => {
    const found = [];
    for (const secret of call()) {
      const content = typeof secret === "string" ? new TextEncoder().encode(secret) : secret;
      for (const [form, make] of Object.entries(forms)) {
        // Eight bytes of anything are a find.
        for (const trace of [make(content).subarray(0, 8), make(content).subarray(-8)])
          if (Buffer.from(memory.buffer).includes(trace)) found.push(`${secret}: ${form}`);
      }
    }
    assert.deepEqual(found, []);
  });
}

test("a search of the memory finds what is in it", () => {
  assert.ok(Buffer.from(memory.buffer).includes("key_ring_malformed"));
  assert.ok(Buffer.from(memory.buffer).includes(KEYS), "the engine's keys");
});

/** What must not stay in memory: the value itself, and as the blocks of HMAC and the words of SHA hold it. */
const forms = {
  itself: (bytes) => bytes,
  "words turned round": turned,
  "HMAC's inner block": (bytes) => turned(bytes.map((byte) => byte ^ 0x36)),
  "HMAC's outer block": (bytes) => turned(bytes.map((byte) => byte ^ 0x5c)),
};

/** It is the first 64 KiB. In its first 16 bytes is the address of a text that JavaScript has read and given back. */
function stack() {
  return Buffer.from(memory.buffer.slice(0, NOTHING.length));
}

/** Arguments of `decide` with randomness of their own. */
function command(body, command, input = {}) {
  return [good.handle, "alice", body, command, { now: NOW, ...input }, random(64)];
}

/** Good arguments with one or two of them replaced, or spoilt inside. */
function mixed(next, given) {
  for (const at of new Set([next.below(given.length), next.below(given.length)])) {
    const value = given[at];
    if (typeof value === "object" && !ArrayBuffer.isView(value) && next.one()) given[at] = spoilt(next, value);
    else given[at] = next();
  }
  return next.below(50) ? given : given.slice(0, next.below(given.length));
}

/** A copy of an object with one field, at any depth, that is not what it should be. */
function spoilt(next, value) {
  const copy = structuredClone(value);
  let holder = copy;
  while (true) {
    const name = next.of([...Object.keys(holder), "more"]);
    if (typeof holder[name] === "object" && !next.one()) holder = holder[name];
    else {
      holder[name] = next();
      return copy;
    }
  }
}

/** Hostile values without end. */
function source(name) {
  let state = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 1);
  const below = (most) => {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % most;
  };
  const of = (list) => list[below(list.length)];
  const length = () => below(of([4, 40, 400, LONGEST])) + 1;
  const letters = () =>
    of([
      "A",
      "0",
      "9",
      " ",
      "-",
      "_",
      "=",
      "%",
      ":",
      "/",
      "é",
      "٣",
      "🔑",
      "\ud800",
      "\0",
      "\n",
      '"',
      "\\",
      "{",
      "[",
      "１",
    ]);
  const text = () => {
    const unit = Array.from({ length: 1 + below(6) }, letters).join("");
    return unit.repeat(Math.ceil(length() / unit.length)).slice(0, LONGEST);
  };
  const texts = Object.values(good).flatMap((value) => (typeof value === "string" ? [value] : []));
  const damaged = () => {
    const whole = of([...texts, good.input.session]);
    const at = below(whole.length);
    return of([
      () => whole.slice(0, at),
      () => whole.slice(0, at) + letters() + whole.slice(at + below(2)),
      () => whole.repeat(1 + below(40)).slice(0, LONGEST),
      () => `${whole} ${text()}`.slice(0, LONGEST),
      () => whole,
    ])();
  };
  const sealed = [good.body, good["openEvent.body"], good["addressCharge.body"]];
  const bytes = () => {
    const whole = of(sealed).slice();
    const at = below(whole.length);
    return of([
      () => new Uint8Array(length()).fill(below(256)),
      () => whole.subarray(0, at),
      () => {
        whole[at] ^= 1 << below(8);
        return whole;
      },
      () => Uint8Array.from([...whole, ...whole]),
      () => whole,
      () => Buffer.from(whole),
    ])();
  };
  const number = () =>
    of([
      0,
      1,
      -1,
      -0,
      0.5,
      7,
      255,
      256,
      65_536,
      Number.NaN,
      Infinity,
      -Infinity,
      2 ** 32,
      2 ** 53,
      1e300,
      below(2 ** 32),
    ]);
  const next = () =>
    of([text, damaged, damaged, bytes, bytes, number, number, () => of(others), () => of(objects)()])();
  return Object.assign(next, { of, below, one: () => below(2) === 0 });
}

/** Objects that do something when they are looked at, or lie. */
const objects = [
  () => ({
    get now() {
      throw new Error("a getter");
    },
  }),
  () => ({
    get verify() {
      return core.decide(...goodArguments("decide"));
    },
  }),
  () => ({ toJSON: () => ({ verify: { code: "1" } }) }),
  () => ({
    toJSON() {
      throw new Error("toJSON");
    },
  }),
  () => ({ valueOf: () => 1, toString: () => "x" }),
  () => {
    const cycle = {};
    cycle.verify = cycle;
    return cycle;
  },
  () => new Proxy({}, { get: throws, has: throws, ownKeys: throws, getPrototypeOf: throws }),
  () => new Proxy(new Uint8Array(32), {}),
  () => new Proxy(() => 1, { get: throws, apply: throws }),
  () => Object.defineProperty(new Uint8Array(32), "length", { get: () => 2 ** 31 }),
  () => Object.defineProperty(new Uint8Array(32), "length", { get: () => 3 }),
  () => Object.defineProperty(new Uint8Array(32), "length", { get: throws }),
  () => Object.defineProperty(new Uint8Array(32), Symbol.toStringTag, { get: throws }),
  () => new (class extends Uint8Array {})(64),
  () => {
    const bytes = new Uint8Array(32);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    return bytes;
  },
  () => new Uint8Array(70_000),
  () => Array(LONGEST).fill(null),
  () => Array.from({ length: 32 }, () => 7),
  () => ({ verify: { code: "\ud800" } }),
  () => ({ verify: { code: Symbol() } }),
  () => ({ verify: { code: null } }),
  () => ({ verify: { code: "1", factor: 2 ** 40 } }),
  () => ({ verify: { code: "1" }, cancel: {} }),
  () => ({ __proto__: { now: NOW } }),
  () => new Map([["now", NOW]]),
  () => {
    let value = {};
    for (let level = 0; level < 1000; level++) value = level % 2 ? [value] : { verify: value };
    return value;
  },
  () => JSON.parse("[".repeat(LONGEST / 2) + "]".repeat(LONGEST / 2)),
];
const others = [
  undefined,
  null,
  true,
  false,
  "",
  {},
  [],
  Symbol("x"),
  1n,
  () => 1,
  /x/,
  new Date(Number.NaN),
  new Date(NOW),
  new ArrayBuffer(32),
  new Uint8Array(0),
  new Uint16Array(32),
  new DataView(new ArrayBuffer(32)),
  new Uint8Array(new SharedArrayBuffer(32)),
  Object.create(null),
];

function throws() {
  throw new Error("hostile");
}

function random(size) {
  return crypto.getRandomValues(new Uint8Array(size));
}

/** The bytes with each word's order turned round, as a little-endian machine keeps them. */
function turned(bytes) {
  const words = bytes.slice(0, bytes.length - (bytes.length % 4));
  for (let at = 0; at < words.length; at += 4) words.subarray(at, at + 4).reverse();
  return words;
}

/** The bytes of the key in a ring of one. */
function key(ring) {
  return Uint8Array.from(Buffer.from(ring.slice(-43), "base64url"));
}

function base32(text) {
  const bits = [...text]
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  return Uint8Array.from(bits.match(/.{8}/g), (byte) => Number.parseInt(byte, 2));
}
