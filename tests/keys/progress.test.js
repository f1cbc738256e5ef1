// The bar of `keys rotate` on a terminal, and the lines elsewhere.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Progress } from "../node_modules/edge-mfa/dist/cli/progress.js";

function screen(options) {
  const written = [];
  return { written, write: (text) => written.push(text), ...options };
}

test("a terminal shows a bar that fills, and how long it still takes", () => {
  let now = 0;
  const terminal = screen({ isTTY: true, columns: 100 });
  const bar = new Progress(terminal, "Sealing", 2000, 0, () => now);
  now = 5000;
  bar.show(500);
  now = 10_000;
  bar.show(2000);
  bar.end();
  assert.deepEqual(terminal.written, [
    "\r\x1b[2KSealing  ░░░░░░░░░░░░░░░░░░░░░░░░   0 %  0 of 2,000",
    "\r\x1b[2KSealing  ██████░░░░░░░░░░░░░░░░░░  25 %  500 of 2,000  15 s left",
    "\r\x1b[2KSealing  ████████████████████████ 100 %  2,000 of 2,000",
    "\r\x1b[2K",
  ]);
});

test("one that is gone on with begins where it was, and reckons with its own speed", () => {
  let now = 0;
  const terminal = screen({ isTTY: true, columns: 100 });
  const bar = new Progress(terminal, "Sealing", 1000, 500, () => now);
  now = 2000;
  bar.show(600);
  assert.match(terminal.written[0], / {2}50 % {2}500 of 1,000$/);
  assert.match(terminal.written[1], / {2}60 % {2}600 of 1,000 {2}8 s left$/);
});

test("the bar never wraps, and more records than were counted do not break it", () => {
  const narrow = screen({ isTTY: true, columns: 30 });
  const bar = new Progress(narrow, "Sealing", 10);
  bar.show(25);
  for (const text of narrow.written) assert.ok(text.replace("\r\x1b[2K", "").length < 30);
  const wide = screen({ isTTY: true, columns: 0 }); // of a terminal that does not know
  new Progress(wide, "Sealing", 10).show(25);
  assert.match(wide.written[1], /100 % {2}25 of 10/);
  new Progress(wide, "Sealing", 0).show(0);
});

test("elsewhere there are plain lines: every tenth, or every ten seconds", () => {
  let now = 0;
  const pipe = screen();
  const bar = new Progress(pipe, "Sealing", 10_000, 0, () => now);
  for (let seen = 100; seen <= 3000; seen += 100) bar.show(seen);
  now = 9999;
  bar.show(3100);
  now = 10_000;
  bar.show(3200);
  bar.end();
  assert.deepEqual(pipe.written, [
    "Sealing  1,000 of 10,000 records\n",
    "Sealing  2,000 of 10,000 records\n",
    "Sealing  3,000 of 10,000 records\n",
    "Sealing  3,200 of 10,000 records\n",
  ]);
});
