// Every kind of QR code, read by three scanners that know nothing of ours: from Chromium, light and dark, inline and as an
// image, from the PNG file, and from the terminal text. And labels that try to break out, as Chromium's parsers see them.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { otpauth, qr } from "edge-mfa";
import jsQR from "jsqr";
import { PNG } from "pngjs";
import decodeQr from "qr/decode.js";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { launch } from "../runtime/support/chromium.js";

const URI = otpauth.build({
  issuer: "ACME Co",
  account: "john.doe@email.com",
  secret: "HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ",
});
const UTF8 = "Zürich Привет 東京 🔑 ½";
/** As large as an export of ten accounts; made here, because each export has a random number. */
const EXPORT = `otpauth-migration://offline?data=${encodeURIComponent(
  Buffer.from(Array.from({ length: 420 }, (_, index) => (index * index * 73) % 256)).toString("base64"),
)}`;
const LEVELS = ["L", "M", "Q", "H"];

/** What is drawn: a text and the options of `qr.svg`. */
const variants = [
  ...LEVELS.flatMap((level) => [
    { text: URI, level },
    { text: "0123456789".repeat(7), level },
    { text: "HELLO WORLD $%*+-./: 42", level },
    { text: "lower case, and 0123456789 digits, and UPPER CASE", level },
    { text: UTF8, level },
    { text: UTF8.repeat(6), level, size: 420 },
  ]),
  ...["1", "A", "a", "é", "ｱ", "日本", "\u0000\u0001\u007f", "ÿþ", "\\x点茗", "¥~"].map((text) => ({ text })),
  ...[120, 200, 500].map((size) => ({ text: URI, size })),
  { text: "21", size: 60 },
  { text: URI, margin: 2 },
  { text: URI, margin: 10, size: 400 },
  { text: EXPORT, level: "L", size: 580 },
  { text: "long text ".repeat(100), level: "L", size: 720 },
  { text: "long text ".repeat(60), level: "H", size: 860 },
  { text: "8".repeat(3000), level: "L", size: 720 },
  { text: URI, dark: "#036", light: "#ffe" },
  { text: URI, dark: "#5b1a5e", light: "#e6f4ea" },
  { text: URI, dark: "#c00000", light: "#ffffff" },
  { text: URI, title: "Scan me", description: "With an authenticator app" },
];

let browser;
let page;

before(async () => {
  const wasm = new URL(import.meta.resolve("zxing-wasm/reader/zxing_reader.wasm"));
  prepareZXingModule({ overrides: { wasmBinary: (await readFile(wasm)).buffer } });
  browser = await launch();
  page = await browser.newPage({ viewport: { width: 1000, height: 800 } });
});

after(() => browser?.close());

for (const [how, draw] of [
  ["inline SVG", ({ text, ...options }) => qr.svg(text, options)],
  ["<img> with the data URI", ({ text, ...options }) => `<img alt="" src="${qr.dataUri(text, options)}">`],
]) {
  for (const [colorScheme, background] of [
    ["light", "#fff"],
    ["dark", "#000"],
  ]) {
    test(`${how} on a ${colorScheme} page`, async () => {
      await page.emulateMedia({ colorScheme });
      const figures = variants.map((variant) => `<div>${draw(variant)}</div>`);
      await page.setContent(`<!doctype html><meta name="color-scheme" content="light dark">
        <style>body { margin: 0; background: ${background} } div { padding: 24px; width: max-content; line-height: 0 }</style>
        ${figures.join("")}`);
      await page.waitForFunction(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0));
      const places = await page.locator("div").evaluateAll((all) =>
        all.map((element) => {
          const { x, y, width, height } = element.getBoundingClientRect();
          return { x, y, width, height };
        }),
      );
      const sheet = PNG.sync.read(await page.screenshot({ fullPage: true }));
      const read = [];
      for (const [index, { x, y, width, height }] of places.entries()) {
        const image = new PNG({ width, height });
        PNG.bitblt(sheet, image, x, y, width, height, 0, 0);
        const size = variants[index].size ?? 300;
        assert.deepEqual([width, height], [size + 48, size + 48]);
        read.push(await scanned(image, variants[index]));
      }
      complete(read);
    });
  }
}

test("the PNG file", async () => {
  const read = [];
  for (const variant of variants) {
    const { text, title, description, ...options } = variant;
    const image = PNG.sync.read(Buffer.from(qr.png(text, options)));
    assert.deepEqual([image.width, image.height], Array(2).fill(options.size ?? 300));
    read.push(await scanned(image, variant));
  }
  complete(read);
});

test("the text on a dark terminal", async () => {
  const read = [];
  for (const variant of variants) {
    const { text, level } = variant;
    read.push(await scanned(terminal(qr.text(text, { level })), variant));
  }
  complete(read);
});

const LABELS = [
  "</title><script>globalThis.hacked = true</script>",
  "</svg><script>globalThis.hacked = true</script>",
  '"><script>globalThis.hacked = true</script>',
  '" onload="globalThis.hacked = true" x="',
  "' onload='globalThis.hacked = true",
  "<![CDATA[<script>globalThis.hacked = true</script>]]>",
  "]]><script>globalThis.hacked = true</script>",
  "<!-- -->--><img src=x onerror=globalThis.hacked=true>",
  "&lt;script&gt;globalThis.hacked = true&lt;/script&gt;",
  "&#60;script&#62;&amp;&quot;&nope;&",
  "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>&x;",
  "<path d='M0 0h9v9'/>",
  "</desc></title><path/><foreignObject><body onload=globalThis.hacked=true>",
  "<?xml-stylesheet href='javascript:globalThis.hacked=true'?>",
  "\u0000\u0001\u0008\u000b\u001f\ufffe\uffff\u007f\u0085\u2028\u202e",
  "tab\tnew line\ncarriage\rreturn",
  "Zürich 東京 🔑 \u{10ffff}",
  "%22%3E%3Cscript%3E",
  "#'\"(){}\\`",
];

test("no label breaks out of the SVG, neither as XML, nor in a page, nor in a data URI", async () => {
  await page.setContent("<!doctype html><title>labels</title>");
  const drawn = LABELS.map((label) => {
    const options = { title: label, description: label };
    return { label, svg: qr.svg("HELLO", options), uri: qr.dataUri("HELLO", options) };
  });
  const seen = await page.evaluate(async (drawn) => {
    const shape = (root) => ({
      elements: [...root.querySelectorAll("*")].map((element) => element.localName).join(" "),
      attributes: [...new Set([root, ...root.querySelectorAll("*")].flatMap((element) => element.getAttributeNames()))]
        .sort()
        .join(" "),
      title: root.querySelector("title")?.textContent,
      description: root.querySelector("desc")?.textContent,
    });
    const answers = [];
    for (const { svg, uri } of drawn) {
      const xml = new DOMParser().parseFromString(svg, "image/svg+xml");
      const host = document.createElement("div");
      host.innerHTML = svg;
      document.body.append(host);
      const image = new Image();
      image.src = uri;
      const loaded = await image.decode().then(
        () => image.naturalWidth,
        (error) => String(error),
      );
      const fetched = new DOMParser().parseFromString(await (await fetch(uri)).text(), "image/svg+xml");
      const style = document.createElement("div");
      style.style.backgroundImage = `url("${uri}")`;
      answers.push({
        error: xml.querySelector("parsererror")?.textContent,
        xml: shape(xml.documentElement),
        html: shape(host.firstElementChild),
        children: host.childNodes.length,
        uri: shape(fetched.documentElement),
        loaded,
        css: style.style.backgroundImage !== "",
      });
      host.remove();
    }
    // A handler or a script that got in has had its turn after this.
    await new Promise((resolve) => setTimeout(resolve));
    return { answers, hacked: globalThis.hacked };
  }, drawn);

  assert.equal(seen.hacked, undefined);
  for (const [index, answer] of seen.answers.entries()) {
    const label = LABELS[index];
    assert.equal(answer.error, undefined, label);
    assert.equal(answer.children, 1, label);
    assert.equal(answer.loaded, 300, label);
    assert.ok(answer.css, label);
    for (const shape of [answer.xml, answer.html, answer.uri]) {
      assert.equal(shape.elements, "title desc rect path", label);
      assert.match(shape.attributes, /^d fill height role shape-rendering stroke viewBox width( xmlns)?$/, label);
      assert.deepEqual([plain(shape.title), plain(shape.description)], [plain(label), plain(label)]);
    }
  }
});

test("a colour that is none is refused before anything is drawn", () => {
  const colours = [
    '#000"/><script/>',
    '#fff" onload="x',
    "url(#a)",
    "red;",
    "#12345g",
    "#fff#",
    "expression(1)",
    "var(--x)",
    "#０００",
  ];
  for (const colour of colours) {
    for (const draw of [qr.svg, qr.dataUri, qr.png]) {
      assert.throws(() => draw("HELLO", { dark: colour }), { code: "qr_color" });
      assert.throws(() => draw("HELLO", { light: colour }), { code: "qr_color" });
    }
  }
});

/** What each scanner read of an image. */
async function scanned({ data, width, height }, variant) {
  const pixels = Uint8ClampedArray.from(data);
  const options = { formats: ["QRCode"], textMode: "Plain" };
  const [code] = await readBarcodes({ data: pixels, width, height, colorSpace: "srgb" }, options);
  return {
    variant,
    zxing: code?.text,
    jsqr: jsQR(pixels, width, height)?.data,
    qr: attempt(() => decodeQr({ data: pixels, width, height })),
  };
}

/** Every variant must have been read by every scanner. */
function complete(read) {
  const wrong = [];
  for (const { variant, ...texts } of read) {
    for (const [name, text] of Object.entries(texts)) {
      if (text !== variant.text) wrong.push({ name, ...variant, text: variant.text.slice(0, 40), read: text });
    }
  }
  assert.deepEqual(wrong, []);
}

/** A label as it is shown: control characters are spaces, and what else XML 1.0 cannot hold is replaced. */
function plain(label) {
  const shown = (letter) => (letter < " " ? " " : /[\ufffe\uffff]/.test(letter) ? "\ufffd" : letter.replace(/\s/, " "));
  return [...(label ?? "")].map(shown).join("");
}

/** Light blocks on black, eight pixels a character and sixteen a line. */
function terminal(text) {
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => [...line]);
  const [width, height] = [lines[0].length * 8, lines.length * 16];
  const image = new PNG({ width, height });
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const letter = lines[y >> 4][x >> 3];
      const light = letter === "█" || letter === (y % 16 < 8 ? "▀" : "▄");
      image.data.fill(light ? 255 : 0, (y * width + x) * 4, (y * width + x) * 4 + 3);
      image.data[(y * width + x) * 4 + 3] = 255;
    }
  }
  return image;
}

function attempt(call) {
  try {
    return call();
  } catch {
    return undefined;
  }
}
