// The contract as tests of one file, and what goes with it.

import { after, test } from "node:test";
import { contract } from "../contract.js";
import { engineOf } from "./engines.js";

/**
 * Opens engines, runs the contract against each, and leaves them open until the file's tests are over. All of them before the
 * first test: Node takes them to be over whenever none is left, and closes what is open then.
 */
export async function contractOf(...names) {
  const engines = [];
  for (const name of names) {
    const clock = { time: 0 };
    engines.push({ name, clock, ...(await engineOf(name).open({ now: () => clock.time })) });
  }
  for (const { name, clock, store, close } of engines) {
    after(close);
    for (const [what, run] of contract(store, clock)) test(`${name}: ${what}`, run);
  }
}

/** A test with an engine of its own. */
export function testWith(name, what, run) {
  test(`${name}: ${what}`, async () => {
    const clock = { time: 0 };
    const opened = await engineOf(name).open({ now: () => clock.time });
    try {
      await run({ ...opened, clock });
    } finally {
      await opened.close();
    }
  });
}
