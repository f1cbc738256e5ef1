// The portable suite: what the package promises, run unchanged on every runtime. It imports nothing of the package;
// that comes in, plain results go out.

import { client } from "./client.js";
import { server } from "./server.js";

/**
 * @param {typeof import("./support/packages.js")} packages
 * @returns {Promise<{ name: string, ok: boolean, error?: string }[]>}
 */
export async function run(packages) {
  const results = [];
  for (const [name, test] of [...cases(packages.api), ...server(packages), ...client(packages)]) {
    try {
      await test();
      results.push({ name, ok: true });
    } catch (error) {
      results.push({ name, ok: false, error: String(error?.stack ?? error) });
    }
  }
  return results;
}

/** Every case, by name, in order. */
function cases(api) {
  return [
    ...secrets(api),
    ...hotps(api),
    ...totps(api),
    ...uris(api),
    ...migrations(api),
    ...codes(api),
    ...recoveries(api),
    ...refusals(api),
    ...shape(api),
  ];
}

const TEXT = "12345678901234567890";
const SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; // TEXT, in base32
const URI = `otpauth://totp/ACME%20Co:john.doe%40email.com?secret=${SEED}&issuer=ACME%20Co&algorithm=SHA1&digits=6&period=30`;

function* secrets({ secret }) {
  // RFC 4648 section 10. The empty vector is refused: no secret is empty.
  const vectors = {
    f: "MY======",
    fo: "MZXQ====",
    foo: "MZXW6===",
    foob: "MZXW6YQ=",
    fooba: "MZXW6YTB",
    foobar: "MZXW6YTBOI======",
  };
  for (const [text, padded] of Object.entries(vectors)) {
    yield [
      `RFC 4648: ${padded}`,
      () => {
        const parsed = secret.parse(padded);
        equal(parsed.bytes, bytes(text));
        equal(parsed.base32, padded.replace(/=+$/, ""));
        equal(parsed.weak, true);
      },
    ];
  }
  yield [
    "secret.parse forgives case, spaces and hyphens",
    () => {
      const parsed = secret.parse("gezd-gnbv gy3t qojq GEZD-gnbv GY3T qojq");
      equal(parsed.base32, SEED);
      equal(parsed.bytes, bytes(TEXT));
      equal(parsed.weak, false);
    },
  ];
  yield [
    "secret.generate is 20 random bytes unless told",
    () => {
      const first = secret.generate();
      equal(/^[A-Z2-7]{32}$/.test(first), true);
      equal(first === secret.generate(), false);
      equal(secret.parse(first).bytes.length, 20);
      equal(secret.parse(secret.generate(64)).bytes.length, 64);
    },
  ];
}

function* hotps({ hotp }) {
  // RFC 4226 appendix D.
  const codes = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
  for (const [counter, code] of codes.entries()) {
    yield [
      `RFC 4226 appendix D: counter ${counter}`,
      () => {
        equal(hotp.generate({ secret: SEED, counter }), code);
        equal(hotp.generate({ secret: bytes(TEXT), counter }), code);
        equal(hotp.verify(code, { secret: SEED, counter }), { valid: true, counter });
      },
    ];
  }
  yield [
    "hotp.verify looks ahead as far as told and never back",
    () => {
      equal(hotp.verify(codes[7], { secret: SEED, counter: 3, lookAhead: 4 }), { valid: true, counter: 7 });
      equal(hotp.verify(codes[7], { secret: SEED, counter: 3, lookAhead: 3 }), { valid: false, reason: "mismatch" });
      equal(hotp.verify(codes[2], { secret: SEED, counter: 3, lookAhead: 9 }).valid, false);
      equal(hotp.verify("", { secret: SEED, counter: 0 }), { valid: false, reason: "malformed" });
    },
  ];
  yield [
    "hotp.resync takes two codes in a row",
    () => {
      equal(hotp.resync([codes[7], codes[8]], { secret: SEED, counter: 0, lookAhead: 50 }), {
        valid: true,
        counter: 8,
      });
      equal(hotp.resync([codes[7], codes[9]], { secret: SEED, counter: 0, lookAhead: 50 }), {
        valid: false,
        reason: "mismatch",
      });
      equal(hotp.resync([codes[7], "12"], { secret: SEED, counter: 0, lookAhead: 50 }), {
        valid: false,
        reason: "malformed",
      });
    },
  ];
}

function* totps({ totp, hotp }) {
  // RFC 6238 appendix B, with the seeds of its reference code.
  const lengths = { SHA1: 20, SHA256: 32, SHA512: 64 };
  const times = [59, 1111111109, 1111111111, 1234567890, 2000000000, 20000000000];
  const codes = {
    SHA1: ["94287082", "07081804", "14050471", "89005924", "69279037", "65353130"],
    SHA256: ["46119246", "68084774", "67062674", "91819424", "90698825", "77737706"],
    SHA512: ["90693936", "25091201", "99943326", "93441116", "38618901", "47863826"],
  };
  for (const [algorithm, expected] of Object.entries(codes)) {
    const secret = bytes(TEXT.repeat(4).slice(0, lengths[algorithm]));
    for (const [index, code] of expected.entries()) {
      const time = times[index] * 1000;
      yield [
        `RFC 6238 appendix B: ${algorithm} at ${times[index]}`,
        () => {
          equal(totp.generate({ secret, time, algorithm, digits: 8 }), code);
          equal(totp.generate({ secret, time: new Date(time), algorithm, digits: 8 }), code);
          const step = Math.floor(times[index] / 30);
          equal(totp.verify(code, { secret, time, algorithm, digits: 8 }), { valid: true, step, drift: 0 });
        },
      ];
    }
  }

  const at = (seconds) => ({ secret: SEED, time: seconds * 1000 });
  const code = "081804"; // step 37037036, from 1111111080 to 1111111109
  yield [
    "totp.verify accepts a step early and late, and says which",
    () => {
      equal(totp.verify(code, at(1111111109)), { valid: true, step: 37037036, drift: 0 });
      equal(totp.verify(code, at(1111111110)), { valid: true, step: 37037036, drift: -1 });
      equal(totp.verify(code, at(1111111079)), { valid: true, step: 37037036, drift: 1 });
      equal(totp.verify(code, at(1111111140)), { valid: false, reason: "mismatch" });
      equal(totp.verify(code, at(1111111049)), { valid: false, reason: "mismatch" });
    },
  ];
  yield [
    "totp.verify takes a window, on both sides or each",
    () => {
      equal(totp.verify(code, { ...at(1111111110), window: 0 }), { valid: false, reason: "mismatch" });
      equal(totp.verify(code, { ...at(1111111140), window: 2 }).drift, -2);
      equal(totp.verify(code, { ...at(1111111140), window: { past: 2, future: 0 } }).drift, -2);
      equal(totp.verify(code, { ...at(1111111079), window: { past: 2, future: 0 } }), {
        valid: false,
        reason: "mismatch",
      });
    },
  ];
  yield [
    "totp.verify refuses what was accepted before",
    () => {
      equal(totp.verify(code, { ...at(1111111109), after: 37037035 }).valid, true);
      equal(totp.verify(code, { ...at(1111111109), after: 37037036 }), { valid: false, reason: "replayed" });
      equal(totp.verify(code, { ...at(1111111110), after: 37037037 }), { valid: false, reason: "replayed" });
      equal(totp.verify("000000", { ...at(1111111109), after: 37037036 }), { valid: false, reason: "mismatch" });
    },
  ];
  yield [
    "totp.verify reads codes as people type them",
    () => {
      for (const typed of ["081 804", " 081-804 ", "０８１８０４", "٠٨١٨٠٤", "०८१८०४", "081\u00a0804"]) {
        equal([typed, totp.verify(typed, at(1111111109)).valid], [typed, true]);
      }
    },
  ];
  yield [
    "totp.verify never throws for a code",
    () => {
      const odd = [
        "",
        " ",
        "12345",
        "1234567",
        "12345a",
        "+81804",
        "8.1804",
        "\ud800",
        "081804\0",
        "0".repeat(100_000),
      ];
      for (const typed of odd) equal(totp.verify(typed, at(1111111109)).reason, "malformed");
    },
  ];
  yield [
    "codes are text: anything else is refused with a word of help",
    () => {
      for (const typed of [null, undefined, 81804, 81804n, {}, [], true, Symbol("code"), new Uint8Array(6)]) {
        for (const verdict of [totp.verify(typed, at(1111111109)), hotp.verify(typed, { secret: SEED, counter: 0 })]) {
          equal([verdict.valid, verdict.reason, typeof verdict.message], [false, "malformed", "string"]);
        }
      }
    },
  ];
  yield [
    "totp counts far beyond 2038",
    () => {
      const time = Number.MAX_SAFE_INTEGER;
      equal(totp.verify(totp.generate({ secret: SEED, time }), { secret: SEED, time }), {
        valid: true,
        step: Math.floor(time / 30_000),
        drift: 0,
      });
    },
  ];
  yield [
    "totp uses the clock when no time is given",
    () => {
      const result = totp.verify(totp.generate({ secret: SEED }), { secret: SEED });
      equal(result.valid, true);
      equal(Math.abs(result.step - Date.now() / 30_000) < 2, true);
    },
  ];
}

function* uris({ otpauth }) {
  const account = { issuer: "ACME Co", account: "john.doe@email.com", secret: SEED };
  yield [
    "otpauth.parse reads what otpauth.build writes",
    () => {
      const uri = otpauth.build(account);
      equal(uri.startsWith("otpauth://totp/ACME%20Co:john.doe"), true);
      const parsed = otpauth.parse(uri);
      equal(parsed, { type: "totp", ...account, algorithm: "SHA1", digits: 6, period: 30, warnings: [] });
      equal(otpauth.parse(URI), parsed);
    },
  ];
  yield [
    "otpauth keeps every option",
    () => {
      const options = { ...account, type: "totp", algorithm: "SHA256", digits: 8, period: 60 };
      const { warnings, ...parsed } = otpauth.parse(otpauth.build(options));
      equal(parsed, options);
      const counted = { ...account, type: "hotp", algorithm: "SHA512", digits: 7, counter: 2 ** 40 };
      const { warnings: _, ...back } = otpauth.parse(otpauth.build(counted));
      equal(back, counted);
    },
  ];
  yield [
    "otpauth keeps every script and sign",
    () => {
      for (const name of ["Zürich & Söhne", "例え株式会社", "🔐 100%", "a/b?c=d#e", "מגן", "quote\"'<>"]) {
        const parsed = otpauth.parse(otpauth.build({ ...account, issuer: name, account: name }));
        equal([parsed.issuer, parsed.account], [name, name]);
      }
    },
  ];
}

function* migrations({ otpauth }) {
  // shared/vectors/migration: "one TOTP account".
  const uri =
    "otpauth-migration://offline?data=Ci4KCkhlbGxvId6tvu8SEWFsaWNlQGV4YW1wbGUuY29tGgdFeGFtcGxlIAEoATACEAEYASAAKOvlkMX%2F%2F%2F%2F%2F%2FwE%3D";
  yield [
    "otpauth.parseMigration reads an export",
    () => {
      const [account, ...rest] = otpauth.parseMigration(uri);
      equal(rest, []);
      equal(
        [account.type, account.secret, account.issuer, account.account],
        ["totp", "JBSWY3DPEHPK3PXP", "Example", "alice@example.com"],
      );
      equal([account.algorithm, account.digits, account.period], ["SHA1", 6, 30]);
    },
  ];
  yield [
    "otpauth.parseMigration reads what otpauth.buildMigration writes",
    () => {
      const accounts = Array.from({ length: 25 }, (_, index) => ({
        type: index % 2 ? "hotp" : "totp",
        issuer: `Issuer ${index}`,
        account: `user${index}@example.com`,
        secret: SEED,
        algorithm: ["SHA1", "SHA256", "SHA512"][index % 3],
        digits: index % 5 ? 6 : 8,
        ...(index % 2 ? { counter: index } : { period: 30 }),
      }));
      const parts = otpauth.buildMigration(accounts);
      equal(Array.isArray(parts) && parts.length > 1, true);
      const pick = ({ type, issuer, account, secret, algorithm, digits, period, counter }) => ({
        type,
        issuer,
        account,
        secret,
        algorithm,
        digits,
        period,
        counter,
      });
      equal(otpauth.parseMigration(parts).map(pick), accounts.map(pick));
      equal(otpauth.parseMigration([...parts].reverse()).map(pick), accounts.map(pick));
    },
  ];
}

function* codes({ qr }) {
  yield [
    "qr.svg is one labelled path on a plate",
    () => {
      const svg = qr.svg(URI, { title: 'Scan <me> & "go"', description: "</svg><script>" });
      equal(svg.startsWith("<svg") && svg.endsWith("</svg>"), true);
      equal(svg.match(/<path/g).length, 1);
      for (const part of ['role="img"', "<title", "shape-rendering", "viewBox", "300"])
        equal([part, svg.includes(part)], [part, true]);
      equal(svg.includes("<me>") || svg.includes("<script"), false);
    },
  ];
  yield [
    "qr.svg takes size, margin, level and colours",
    () => {
      const side = (options) => Number(/viewBox="0 0 (\d+)/.exec(qr.svg("A", options))[1]);
      equal(side({ margin: 0 }), 21);
      equal(side({}), 29);
      const svg = qr.svg("A", { size: 123, dark: "#102030", light: "#fff" });
      equal(svg.includes("123") && svg.includes("#102030") && svg.includes("#fff"), true);
      equal(qr.svg(URI, { level: "L" }) === qr.svg(URI, { level: "H" }), false);
    },
  ];
  yield [
    "qr.dataUri holds the SVG",
    () => {
      const uri = qr.dataUri(URI, { size: 200 });
      const [head, body] = [uri.slice(0, uri.indexOf(",")), uri.slice(uri.indexOf(",") + 1)];
      equal(head.startsWith("data:image/svg+xml"), true);
      equal(head.endsWith(";base64") ? atob(body) : decodeURIComponent(body), qr.svg(URI, { size: 200 }));
    },
  ];
  yield [
    "qr.png is a square PNG of the asked size",
    () => {
      const png = qr.png(URI, { size: 256 });
      equal(png instanceof Uint8Array, true);
      equal([...png.slice(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
      const view = new DataView(png.buffer, png.byteOffset);
      equal([view.getUint32(16), view.getUint32(20)], [256, 256]);
      equal(String.fromCharCode(...png.slice(-8, -4)), "IEND");
    },
  ];
  yield [
    "qr.text is lines of one width",
    () => {
      const lines = qr
        .text(URI)
        .replace(/\n$/, "")
        .split("\n")
        .map((line) => [...line].length);
      equal(lines.length > 15 && new Set(lines).size === 1, true);
    },
  ];
  yield [
    "qr takes every script",
    () => {
      for (const text of ["0123456789", "HELLO WORLD", "Zürich", "例え株式会社", "🔐"])
        equal(qr.svg(text).includes("<path"), true);
    },
  ];
}

function* recoveries({ recovery }) {
  const key = new Uint8Array(32).fill(7);
  yield [
    "recovery codes are accepted once each, by their hash",
    () => {
      const { codes, hashes } = recovery.generate({ key });
      equal([codes.length, hashes.length, new Set(codes).size, new Set(hashes).size], [10, 10, 10, 10]);
      equal(recovery.verify(codes[3], hashes, { key }), { valid: true, index: 3 });
      const left = hashes.filter((_, index) => index !== 3);
      equal(recovery.verify(codes[3], left, { key }), { valid: false, reason: "mismatch" });
      equal(recovery.generate({ key, count: 8 }).codes.length, 8);
    },
  ];
  yield [
    "recovery codes are read in any case and grouping",
    () => {
      const { codes, hashes } = recovery.generate({ key });
      const plain = codes[0].replace(/[^0-9a-z]/gi, "");
      for (const typed of [plain, plain.toLowerCase(), plain.toUpperCase(), [...plain].join(" "), ` ${codes[0]} `]) {
        equal([typed, recovery.verify(typed, hashes, { key })], [typed, { valid: true, index: 0 }]);
      }
    },
  ];
  yield [
    "recovery.verify never throws for a code",
    () => {
      const { hashes } = recovery.generate({ key });
      for (const typed of ["", "x", "0".repeat(100_000), "\ud800", null, undefined, 42, {}]) {
        equal(recovery.verify(typed, hashes, { key }).reason, "malformed");
      }
    },
  ];
}

/** Options that cannot be meant, and the code of the refusal. */
function* refusals({ secret, totp, hotp, otpauth, qr, recovery, MfaError }) {
  const key = new Uint8Array(32);
  const account = { issuer: "ACME", account: "ann", secret: SEED };
  const uri = (rest) => otpauth.parse(`otpauth://totp/ACME:ann?${rest}`);
  const time = 0;
  const table = [
    ["secret_type", () => totp.generate({ secret: 42, time })],
    ["secret_type", () => totp.generate({ time })],
    ["secret_type", () => secret.parse(null)],
    ["secret_type", () => secret.parse("\ud800")],
    ["secret_empty", () => secret.parse("")],
    ["secret_empty", () => totp.generate({ secret: new Uint8Array(), time })],
    ["secret_too_short", () => secret.generate(15)],
    ["secret_too_short", () => otpauth.build({ ...account, secret: new Uint8Array(15) })],
    ["secret_too_long", () => secret.generate(513)],
    ["secret_too_long", () => totp.generate({ secret: new Uint8Array(513), time })],
    ...["0", "1", "8", "9", "é"].map((sign) => ["secret_character", () => secret.parse(`MZXW6YT${sign}`)]),
    ...[1, 3, 6].map((length) => ["secret_length", () => secret.parse("A".repeat(length))]),
    ["secret_padding", () => secret.parse("MY==MY==")],
    ["algorithm_invalid", () => totp.generate({ secret: SEED, time, algorithm: "MD5" })],
    ["digits_invalid", () => totp.generate({ secret: SEED, time, digits: 5 })],
    ["digits_invalid", () => totp.verify("123456", { secret: SEED, time, digits: 11 })],
    ["digits_invalid", () => hotp.generate({ secret: SEED, counter: 0, digits: 6.5 })],
    ...[0, -30, 1.5, Number.NaN, 2 ** 31].map((period) => [
      "period_invalid",
      () => totp.generate({ secret: SEED, time, period }),
    ]),
    ...[Number.NaN, Number.POSITIVE_INFINITY, -1, 2 ** 53, "0", new Date(Number.NaN)].map((odd) => [
      "time_invalid",
      () => totp.generate({ secret: SEED, time: odd }),
    ]),
    ...[-1, 21, 1.5, Number.NaN, { past: -1, future: 0 }].map((window) => [
      "window_invalid",
      () => totp.verify("123456", { secret: SEED, time, window }),
    ]),
    ...[-1, 0.5, Number.NaN, 2 ** 53].map((after) => [
      "after_invalid",
      () => totp.verify("123456", { secret: SEED, time, after }),
    ]),
    ...[-1, 0.5, Number.NaN, 2 ** 53, undefined].map((counter) => [
      "counter_invalid",
      () => hotp.generate({ secret: SEED, counter }),
    ]),
    ...[-1, 101, 1.5].map((lookAhead) => [
      "look_ahead_invalid",
      () => hotp.verify("123456", { secret: SEED, counter: 0, lookAhead }),
    ]),
    ["look_ahead_invalid", () => hotp.resync(["123456", "123456"], { secret: SEED, counter: 0, lookAhead: 1001 })],
    ["type_invalid", () => otpauth.build({ ...account, type: "motp" })],
    ["issuer_invalid", () => otpauth.build({ ...account, issuer: "AC:ME" })],
    ["issuer_invalid", () => otpauth.build({ ...account, issuer: "\ud800" })],
    ["account_invalid", () => otpauth.build({ ...account, account: "a:n" })],
    ["account_invalid", () => otpauth.build({ ...account, account: "" })],
    ["uri_type", () => otpauth.parse(undefined)],
    ["uri_scheme", () => otpauth.parse("https://example.com/")],
    ["uri_encoding", () => uri(`secret=${SEED}&issuer=%zz`)],
    ["uri_duplicate", () => uri(`secret=${SEED}&secret=${SEED}`)],
    ["uri_issuer_mismatch", () => uri(`secret=${SEED}&issuer=Other`)],
    ["uri_secret_missing", () => uri("issuer=ACME")],
    ["uri_counter_missing", () => otpauth.parse(`otpauth://hotp/ACME:ann?secret=${SEED}`)],
    ["migration_uri", () => otpauth.parseMigration(URI)],
    ["migration_malformed", () => otpauth.parseMigration("otpauth-migration://offline?data=CgU%3D")],
    ["migration_unsupported", () => otpauth.buildMigration([{ ...account, period: 60 }])],
    ["qr_text", () => qr.svg("\ud800")],
    ["qr_text", () => qr.svg(42)],
    ["qr_too_long", () => qr.svg("x".repeat(3000))],
    ["qr_level", () => qr.svg("A", { level: "X" })],
    ...[20, 10_001, 1.5, Number.NaN].map((size) => ["qr_size", () => qr.svg("A", { size })]),
    ["qr_margin", () => qr.svg("A", { margin: -1 })],
    ["qr_color", () => qr.svg("A", { dark: '"/><script>' })],
    ["qr_contrast", () => qr.svg("A", { dark: "#fff", light: "#000" })],
    ["recovery_key", () => recovery.generate({ key: new Uint8Array(31) })],
    ["recovery_key", () => recovery.verify("x", [], {})],
    ["recovery_count", () => recovery.generate({ key, count: 0 })],
    ["recovery_hash", () => recovery.verify("x", ["plain"], { key })],
    ["recovery_key_mismatch", () => recovery.verify("x", recovery.generate({ key: key.map(() => 1) }).hashes, { key })],
  ];
  const seen = new Map();
  for (const [code, attempt] of table) {
    const nth = (seen.get(code) ?? 0) + 1;
    seen.set(code, nth);
    yield [
      `refuses: ${code} ${nth}`,
      () => {
        let caught;
        try {
          attempt();
        } catch (error) {
          caught = error;
        }
        equal(
          [caught instanceof MfaError, caught instanceof Error, caught?.name, caught?.code],
          [true, true, "MfaError", code],
        );
        equal(caught.message.length > 10 && !caught.message.includes(SEED), true);
      },
    ];
  }
}

function* shape(api) {
  yield [
    "the package exports what it documents",
    () => {
      equal(
        Object.keys(api)
          .filter((name) => name !== "default" && name !== "module.exports")
          .sort(),
        ["MfaError", "hotp", "otpauth", "qr", "recovery", "secret", "totp"],
      );
    },
  ];
  yield [
    "a thousand refusals leave everything working",
    () => {
      for (let turn = 0; turn < 1000; turn += 1) {
        try {
          api.secret.parse("!".repeat(turn));
        } catch {
          // Refused, as it should be.
        }
      }
      equal(api.totp.generate({ secret: SEED, time: 59_000 }), "287082");
    },
  ];
}

function bytes(text) {
  return Uint8Array.from(text, (sign) => sign.charCodeAt(0));
}

function equal(actual, expected) {
  const [left, right] = [show(actual), show(expected)];
  if (left !== right) throw new Error(`expected ${right}, got ${left}`);
}

/** Text of a value: key order does not matter, a missing key and an undefined one are the same. */
function show(value) {
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} ${show([...value])}`;
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (typeof value !== "object" || value === null)
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  const fields = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort();
  return `{ ${fields.map((key) => `${key}: ${show(value[key])}`).join(", ")} }`;
}
