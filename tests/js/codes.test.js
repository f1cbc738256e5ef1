// The typed code: what people type is read, anything else gets a verdict, and nothing throws.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotp, recovery, totp } from "edge-mfa";

const SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
// RFC 4226 appendix D: all ten digits are in them.
const CODES = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
const key = new Uint8Array(32).fill(7);
const { codes, hashes } = recovery.generate({ key });

/** Everything that takes a code. */
const verifiers = {
  totp: (code) => totp.verify(code, { secret: SEED, time: 59_000 }),
  "totp steam": (code) => totp.verify(code, { secret: SEED, time: 59_000, type: "steam" }),
  hotp: (code) => hotp.verify(code, { secret: SEED, counter: 0 }),
  "hotp.resync, first": (code) => hotp.resync([code, "287082"], { secret: SEED, counter: 0 }),
  "hotp.resync, second": (code) => hotp.resync(["755224", code], { secret: SEED, counter: 0 }),
  recovery: (code) => recovery.verify(code, hashes, { key }),
};

const fail = () => {
  throw new Error("touched");
};
const traps = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, fail]));
const revoked = Proxy.revocable([], {});
revoked.revoke();

/** No strings: the verdict says so. */
const noStrings = {
  undefined,
  null: null,
  zero: 0,
  number: 287082,
  NaN: Number.NaN,
  Infinity,
  bigint: 287082n,
  boolean: true,
  symbol: Symbol("287082"),
  object: {},
  "object without prototype": Object.create(null),
  "object with throwing toString": { toString: fail, valueOf: fail, [Symbol.toPrimitive]: fail, toJSON: fail },
  "object with throwing getters": Object.defineProperties({}, { length: { get: fail }, 0: { get: fail } }),
  "String object": Object("287082"),
  array: ["287082"],
  "array like a code": [2, 8, 7, 0, 8, 2],
  function: () => "287082",
  class: class Code {},
  date: new Date(59_000),
  "invalid date": new Date(Number.NaN),
  regexp: /287082/,
  promise: Promise.resolve("287082"),
  bytes: new TextEncoder().encode("287082"),
  "empty bytes": new Uint8Array(),
  "many bytes": new Uint8Array(1_000_000),
  "detached bytes": detached(),
  buffer: Buffer.from("287082"),
  "shared bytes": new Uint8Array(new SharedArrayBuffer(6)),
  "array buffer": new ArrayBuffer(6),
  proxy: new Proxy({}, {}),
  "proxy that throws": new Proxy({}, traps),
  "proxy function that throws": new Proxy(() => {}, traps),
  "proxy of bytes": new Proxy(new Uint8Array(6), {}),
  "revoked proxy": revoked.proxy,
  "bytes with throwing methods": new (class extends Uint8Array {
    subarray() {
      fail();
    }
    slice() {
      fail();
    }
    get length() {
      return fail();
    }
  })(6),
  globalThis,
};

/** Strings that are no code of any kind. */
const noCodes = {
  empty: "",
  spaces: "   ",
  hyphens: "---",
  "too short": "12",
  "too long": "287082287082287082287082",
  sign: "+28708",
  exponent: "2870e2",
  "zero byte": "\0\0\0\0\0\0",
  "code and zero byte": "287082\0",
  "lone high surrogate": "\ud835",
  "lone low surrogate": "\udfce",
  "code and lone surrogate": "287082\ud800",
  "surrogates the wrong way round": "\udfce\ud835".repeat(6),
  superscripts: "²⁸⁷⁰⁸²",
  "circled digits": "②⑧⑦⓪⑧②",
  "roman numerals": "ⅡⅧⅦⅠⅧⅡ",
  "han numerals": "二八七〇八二",
  fractions: "½½½½½½",
  "emoji keycaps": "2️⃣8️⃣7️⃣0️⃣8️⃣2️⃣",
  SQL: "' OR 1=1 --",
  JSON: '{"$ne":null}',
  "10,000 digits": "1".repeat(10_000),
  "1,000,000 digits": "1".repeat(1_000_000),
  "1,000,000 letters outside ASCII": "é".repeat(1_000_000),
  "1,000,000 surrogates": "\ud800".repeat(1_000_000),
  "1,000,000 emoji": "🔑".repeat(500_000),
};

for (const [name, verify] of Object.entries(verifiers)) {
  test(`${name}: anything but a string is malformed, with a word of help`, () => {
    refuses(verify, noStrings, (message) => /string/.test(message));
  });

  test(`${name}: a string that is no code is malformed`, () => {
    refuses(verify, noCodes);
  });
}

test("hotp.resync: codes that are no pair are malformed", () => {
  const verify = (codes) => hotp.resync(codes, { secret: SEED, counter: 0 });
  const pairs = {
    none: [],
    one: ["755224"],
    "text of two": "75",
    "array-like": { 0: "755224", 1: "287082", length: 2 },
  };
  const { "revoked proxy": _, ...cases } = noStrings; // not even Array.isArray takes it
  refuses(verify, { ...cases, ...pairs });
});

test("the decimal digits of every script are read", () => {
  const zeros = decimalZeros();
  assert.ok(zeros.length >= 65, `${zeros.length} scripts`);
  const unread = new Set();
  for (const zero of zeros) {
    for (const [counter, code] of CODES.entries()) {
      const typed = [...code].map((digit) => String.fromCodePoint(zero + Number(digit))).join("");
      if (!hotp.verify(typed, { secret: SEED, counter, lookAhead: 0 }).valid) unread.add(`U+${zero.toString(16)}`);
    }
  }
  assert.deepEqual([...unread], []);
});

test("codes are read as people type them", () => {
  const typed = [
    "287 082",
    " 287082 ",
    "287-082",
    "2 8 7 0 8 2",
    "287\u00a0082",
    "287\u202f082",
    "287\u2009082",
    "287\u3000082",
    "287\t082",
    "287082\n",
    "287082\r\n",
    "287‑082",
    "287–082",
    "287−082",
    "２８７　０８２",
    "٢٨٧ ٠٨٢",
    "2８７٠८2",
  ];
  for (const code of typed) {
    assert.deepEqual(verifiers.totp(code), { valid: true, step: 1, drift: 0 }, JSON.stringify(code));
  }
});

test("recovery codes are read in any case and grouping, with look-alikes", () => {
  for (const [index, code] of codes.entries()) {
    const plain = code.replaceAll("-", "");
    const lookAlikes = plain.replaceAll("0", "O").replaceAll("1", index % 2 ? "I" : "l");
    const fullWidth = [...code]
      .map((letter) => (letter === "-" ? letter : String.fromCodePoint(letter.charCodeAt(0) + 0xfee0)))
      .join("");
    const digits = [...code]
      .map((letter) => (/\d/.test(letter) ? String.fromCodePoint(0xff10 + Number(letter)) : letter))
      .join("");
    const forms = [
      code,
      code.toLowerCase(),
      plain,
      plain.toLowerCase(),
      ` ${[...plain].join(" ")} `,
      plain.replace(/.{8}/g, "$& - "),
      lookAlikes,
      digits,
    ];
    for (const typed of forms) assert.deepEqual(verifiers.recovery(typed), { valid: true, index }, typed);
    assert.equal(typeof verifiers.recovery(fullWidth).valid, "boolean");
  }
});

test("a recovery code is at least 64 bits in an alphabet without look-alikes", () => {
  const many = Array.from({ length: 200 }, () => recovery.generate({ key })).flatMap((set) => set.codes);
  assert.equal(new Set(many).size, many.length);
  const alphabet = new Set(many.join("").replaceAll("-", ""));
  assert.ok(Math.log2(alphabet.size) * many[0].replaceAll("-", "").length >= 64);
  for (const letter of "ILOU") assert.ok(!alphabet.has(letter), letter);
});

/** Every case is malformed, and none throws; all that are not are named at once. */
function refuses(verify, cases, helpful = () => true) {
  const answer = (code) => {
    try {
      const { valid, reason, message } = verify(code);
      return valid === false && reason === "malformed" && helpful(message) ? undefined : { valid, reason, message };
    } catch (error) {
      return `threw ${error}`;
    }
  };
  const wrong = Object.entries(cases).map(([name, code]) => [name, answer(code)]);
  assert.deepEqual(
    wrong.filter(([, answer]) => answer !== undefined),
    [],
  );
}

/** The code points of the digit zero of every script that this V8 knows; Unicode has decimal digits in runs of ten. */
function decimalZeros() {
  const zeros = [];
  for (let point = 0; point < 0x110000; point++) {
    if (!/\p{Nd}/u.test(String.fromCodePoint(point))) continue;
    zeros.push(point);
    point += 9;
  }
  return zeros;
}

function detached() {
  const bytes = new Uint8Array(6);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}
