// The README names every custom property, every part and every event of the elements, and no others.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const [, section] = /\n## Set up and ask, in a page\n([\s\S]*?)\n## /.exec(read("README.md"));
const sources = readdirSync(new URL("../../pkg/src/wizard", import.meta.url)).map((name) =>
  read(`pkg/src/wizard/${name}`),
);
const found = (text, pattern) =>
  [...new Set([...text.matchAll(pattern)].flatMap(([, names]) => names.split(" ")))].sort();

test("custom properties", () => {
  const used = found(sources.join(), /var\((--edge-mfa-[\w-]+)/g);
  assert.deepEqual(found(section, /`(--edge-mfa-[\w-]+)`/g), used);
});

test("parts", () => {
  const [, list] = /the parts([\s\S]*?)\. Light/.exec(section);
  assert.deepEqual(found(list, /`([\w-]+)`/g), found(sources.join(), /\bpart="([\w -]+)"/g));
});

test("events", () => {
  assert.deepEqual(found(section, /`(mfa-(?!setup|prompt)\w+)`/g), found(sources.join(), /tell\("([\w-]+)"/g));
});
