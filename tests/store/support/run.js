// The contract as tests of one file, and what goes with it.

import { after, test } from "node:test";
import { contract } from "../contract.js";
import { engineOf } from "./engines.js";

/** Opens the engine, runs the contract against it, and leaves it open until the file's tests are over. */
export async function contractOf(name) {
  const clock = { time: 0 };
  const opened = await engineOf(name).open({ now: () => clock.time });
  after(() => opened.close());
  for (const [what, run] of contract(opened.store, clock)) test(`${name}: ${what}`, run);
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
