// 20,000 malformed inputs for every function: only answers and MfaErrors, no growth of the wasm memory once it has seen
// them all, and no secret left in it. The random numbers are the same in every run.

import assert from "node:assert/strict";
import { test } from "node:test";

// The package keeps its memory to itself, so it is caught on its way.
const memories = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(...given) {
    super(...given);
    memories.push(this.exports.memory);
  }
};
const { hotp, MfaError, otpauth, qr, recovery, secret, totp } = await import("edge-mfa");
WebAssembly.Instance = Instance;
const [memory] = memories;

const INPUTS = 20_000;
const LONGEST = 10_000;
const SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const key = new Uint8Array(32).fill(7);
const { codes, hashes } = recovery.generate({ key });
const good = [
  SEED,
  "287082",
  codes[0],
  ...hashes,
  `otpauth://totp/ACME:alice?secret=${SEED}&issuer=ACME&algorithm=SHA1&digits=6&period=30`,
  `otpauth://hotp/ACME:alice?secret=${SEED}&counter=1`,
  ...otpauth.buildMigration([{ issuer: "ACME", account: "alice", secret: SEED }]),
  "SHA256",
  "#123456",
];

/** Every function, fed from a source of hostile values. */
const functions = {
  "secret.generate": (next) => secret.generate(next()),
  "secret.parse": (next) => secret.parse(next()),
  "totp.generate": (next) => totp.generate(mixed(next, { secret: SEED, time: 59_000 }, TOTP)),
  "totp.verify": (next) => totp.verify(next(), mixed(next, { secret: SEED, time: 59_000 }, TOTP)),
  "hotp.generate": (next) => hotp.generate(mixed(next, { secret: SEED, counter: 0 }, HOTP)),
  "hotp.verify": (next) => hotp.verify(next(), mixed(next, { secret: SEED, counter: 0 }, HOTP)),
  "hotp.resync": (next) => hotp.resync([next(), next()], mixed(next, { secret: SEED, counter: 0, lookAhead: 3 }, HOTP)),
  "otpauth.build": (next) => otpauth.build(mixed(next, ALICE, ACCOUNT)),
  "otpauth.parse": (next) => otpauth.parse(next()),
  "otpauth.parseMigration": (next) => otpauth.parseMigration(next.one() ? next() : [next(), next()]),
  "otpauth.buildMigration": (next) =>
    otpauth.buildMigration([mixed(next, ALICE, ACCOUNT), mixed(next, ALICE, ACCOUNT)]),
  "qr.svg": (next) => qr.svg(next.mostlyShort(), mixed(next, {}, QR)),
  "qr.dataUri": (next) => qr.dataUri(next.mostlyShort(), mixed(next, {}, QR)),
  "qr.png": (next) => qr.png(next.mostlyShort(), mixed(next, { size: 200 }, ["level", "margin", "dark", "light"])),
  "qr.text": (next) => qr.text(next.mostlyShort(), mixed(next, {}, QR)),
  "recovery.generate": (next) => recovery.generate(mixed(next, { key }, ["key", "count"])),
  "recovery.verify": (next) => recovery.verify(next(), [next(), hashes[0], next()], mixed(next, { key }, ["key"])),
};
const TOTP = ["secret", "time", "algorithm", "digits", "period", "type", "window", "after"];
const HOTP = ["secret", "counter", "algorithm", "digits", "lookAhead"];
const ACCOUNT = ["type", "issuer", "account", "secret", "algorithm", "digits", "period", "counter"];
const QR = ["level", "size", "margin", "dark", "light", "title", "description"];
const ALICE = { issuer: "ACME", account: "alice", secret: SEED };

test("every exported function is fed", async () => {
  const exported = Object.entries(await import("edge-mfa")).flatMap(([name, value]) =>
    typeof value === "function" ? [] : Object.keys(value).map((method) => `${name}.${method}`),
  );
  assert.deepEqual(Object.keys(functions).sort(), exported.sort());
  assert.equal(memories.length, 1);
});

for (const [name, call] of Object.entries(functions)) {
  test(`e10: ${name}: ${INPUTS} hostile inputs of up to ${LONGEST} characters`, () => {
    const pass = () => {
      const next = source(name);
      let refused = 0;
      for (let input = 0; input < INPUTS / 2; input++) refused += attempt(call, next) ? 0 : 1;
      return refused;
    };
    const refused = pass();
    const before = memory.buffer.byteLength;
    assert.equal(pass(), refused, "the same inputs had other outcomes");
    assert.ok(refused > 0, "nothing was refused");
    assert.equal(memory.buffer.byteLength, before, "the memory grew");
    assert.equal(totp.generate({ secret: SEED, time: 59_000 }), "287082");
  });
}

/** What must not stay in memory: the value itself, and as the blocks of HMAC and the words of SHA hold it. */
const forms = {
  itself: (bytes) => bytes,
  "HMAC's inner block": (bytes) => bytes.map((byte) => byte ^ 0x36),
  "HMAC's outer block": (bytes) => bytes.map((byte) => byte ^ 0x5c),
  "words turned round": turned,
  "words of the inner block": (bytes) => turned(bytes.map((byte) => byte ^ 0x36)),
  "words of the outer block": (bytes) => turned(bytes.map((byte) => byte ^ 0x5c)),
  "long words of the inner block": (bytes) =>
    turned(
      bytes.map((byte) => byte ^ 0x36),
      8,
    ),
  "long words of the outer block": (bytes) =>
    turned(
      bytes.map((byte) => byte ^ 0x5c),
      8,
    ),
};

/** Calls with secrets of their own; each answers the secrets. */
const confidential = {
  "secret.generate": () => {
    const text = secret.generate();
    return [text, secretBytes(text)];
  },
  "secret.parse": ({ text }) => void secret.parse(text.toLowerCase()),
  "totp.generate": ({ text }) => [totp.generate({ secret: text })],
  "totp.generate, bytes, SHA256": ({ bytes }) => [totp.generate({ secret: bytes, algorithm: "SHA256", digits: 8 })],
  "totp.generate, SHA512": ({ bytes }) => [totp.generate({ secret: bytes, algorithm: "SHA512", digits: 8 })],
  "totp.generate, steam": ({ bytes }) => void totp.generate({ secret: bytes, type: "steam" }),
  "totp.verify, right": ({ bytes }) => {
    const options = { secret: bytes, digits: 8, time: 59_000 };
    const code = totp.generate(options);
    assert.ok(totp.verify(code, options).valid);
    return [code];
  },
  "totp.verify, wrong": ({ text }) => void totp.verify("00000000", { secret: text, digits: 8, window: 20 }),
  "totp.verify, refused": ({ text }) => void attempt(() => totp.verify("1", { secret: text, window: 21 })),
  "hotp.verify": ({ text }) => void hotp.verify("123456", { secret: text, counter: 0, lookAhead: 100 }),
  "hotp.resync": ({ text }) => void hotp.resync(["123456", "123456"], { secret: text, counter: 0, lookAhead: 1000 }),
  "hotp.generate, refused": ({ text }) => void attempt(() => hotp.generate({ secret: text, counter: -1 })),
  "secret.parse, refused": ({ text }) => void attempt(() => secret.parse(`${text}1`)),
  "otpauth.build": ({ bytes }) => void otpauth.build({ ...ALICE, secret: bytes }),
  "otpauth.parse": ({ text }) => void otpauth.parse(`otpauth://totp/a?secret=${text}`),
  "otpauth.parse, refused": ({ text }) => void attempt(() => otpauth.parse(`otpauth://totp/a?secret=${text}&digits=1`)),
  "otpauth.buildMigration": ({ bytes }) =>
    otpauth.buildMigration([{ ...ALICE, secret: bytes }]).map((uri) => uri.slice(40, 80)),
  "otpauth.parseMigration": ({ bytes }) =>
    void otpauth.parseMigration(otpauth.buildMigration([{ ...ALICE, secret: bytes }])),
  "qr.svg": ({ text }) => void qr.svg(`otpauth://totp/a?secret=${text}`),
  "qr.png": ({ text }) => void qr.png(`otpauth://totp/a?secret=${text}`),
  "qr.text": ({ text }) => void qr.text(`otpauth://totp/a?secret=${text}`),
  "recovery.generate": ({ bytes }) => recoveryForms(recovery.generate({ key: doubled(bytes) }).codes),
  "recovery.verify": ({ bytes }) => {
    const set = recovery.generate({ key: doubled(bytes) });
    assert.ok(recovery.verify(set.codes[9].toLowerCase(), set.hashes, { key: doubled(bytes) }).valid);
    return [...recoveryForms(set.codes), set.codes[9].toLowerCase()];
  },
  "recovery.verify, refused": ({ bytes }) =>
    void attempt(() => recovery.verify(codes[0], hashes, { key: doubled(bytes) })),
};

for (const [name, call] of Object.entries(confidential)) {
  test(`${name} leaves no secret in memory`, () => {
    const bytes = crypto.getRandomValues(new Uint8Array(20));
    const text = base32(bytes);
    const more = call({ bytes, text }) ?? [];
    const found = [];
    for (const value of [bytes, text, text.toLowerCase(), ...more]) {
      const content = typeof value === "string" ? new TextEncoder().encode(value) : value;
      // Eight bytes of anything are a find; of codes there are only six to eight.
      for (const [form, make] of Object.entries(forms)) {
        const trace = make(content).subarray(0, 8);
        if (Buffer.from(memory.buffer).includes(trace))
          found.push(`${typeof value === "string" ? value : "bytes"}: ${form}`);
      }
    }
    assert.deepEqual(found, []);
  });
}

test("a search of the memory finds what is in it", () => {
  assert.ok(Buffer.from(memory.buffer).includes("digits_invalid") || Buffer.from(memory.buffer).includes("digits"));
});

/** Whether it answered; anything but an answer or an MfaError is a failure. */
function attempt(call, next) {
  try {
    call(next);
    return true;
  } catch (error) {
    assert.ok(error instanceof MfaError, `threw ${error?.stack ?? error}`);
    return false;
  }
}

/** Good options with one or two of them replaced. */
function mixed(next, options, names) {
  const [first, second] = [next.of(names), next.of(names)];
  return next.one() ? { ...options, [first]: next() } : { ...options, [first]: next(), [second]: next() };
}

/** Hostile values without end. */
function source(name) {
  let state = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 1);
  const random = (below) => {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  const of = (list) => list[random(list.length)];
  const length = (most) => random(of([4, 40, 400, most]) + 1);
  const letters = () =>
    of([
      "A",
      "0",
      "9",
      " ",
      "-",
      "=",
      "%",
      "%41",
      "&",
      ":",
      "/",
      "?",
      "#",
      "+",
      "é",
      "٣",
      "🔑",
      "\ud800",
      "\0",
      "\u202e",
      "<",
      '"',
      "$",
      "\\",
      "１",
    ]);
  const text = (most) => {
    const unit = Array.from({ length: 1 + random(6) }, letters).join("");
    return unit.repeat(Math.ceil(length(most) / unit.length)).slice(0, most);
  };
  const damaged = () => {
    const whole = of(good);
    const at = random(whole.length);
    return of([
      () => whole.slice(0, at),
      () => whole.slice(0, at) + letters() + whole.slice(at),
      () => whole.slice(0, at) + letters() + whole.slice(at + 1),
      () => whole.repeat(1 + random(8)).slice(0, LONGEST),
      () => whole + text(LONGEST - whole.length),
      () => whole,
    ])();
  };
  const others = [undefined, null, true, {}, [], Symbol("x"), 1n, () => 1, new Date(Number.NaN)];
  const number = () =>
    of([0, 1, -1, 6, 8, 9, 10, 30, 0.5, Number.NaN, Infinity, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, random(2 ** 32)]);
  const bytes = () => new Uint8Array(length(LONGEST)).fill(random(256));
  const next = () => of([() => text(LONGEST), damaged, damaged, number, bytes, () => of(others)])();
  const mostlyShort = () => (random(100) ? of([() => text(60), damaged, () => of(others)])() : next());
  return Object.assign(next, { of, one: () => random(2) === 0, mostlyShort });
}

/** The bytes with each word's order turned round, as a little-endian machine keeps them. */
function turned(bytes, size = 4) {
  const words = bytes.slice(0, bytes.length - (bytes.length % size));
  for (let at = 0; at < words.length; at += size) words.subarray(at, at + size).reverse();
  return words.length ? words : bytes;
}

const doubled = (bytes) => Uint8Array.from([...bytes, ...bytes]);
const recoveryForms = (codes) => codes.flatMap((code) => [code, code.replaceAll("-", "")]);

/** Apart from the package, which is not to see the value before it is asked. */
function base32(bytes) {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return bits
    .match(/.{5}/g)
    .map((five) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[Number.parseInt(five, 2)])
    .join("");
}

function secretBytes(text) {
  const bits = [...text]
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  return Uint8Array.from(bits.match(/.{8}/g), (byte) => Number.parseInt(byte, 2));
}
