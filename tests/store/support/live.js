// A process of its own that signs in, a time step at a time, with a wrong code before every right one, and prints each
// answer when it has it. Takes the address of the store, the keys, the secret, and the time to begin at.

import { writeSync } from "node:fs";
import { totp } from "edge-mfa";
import { serviceAt } from "./service.js";

const { secret, time, ...where } = JSON.parse(process.argv[2]);
const clock = { time };
const { mfa } = await serviceAt(where, clock);
for (; ; clock.time += 30_000) {
  const wrong = await mfa.verify("ann", totp.generate({ secret, time: clock.time - 86_400_000 }));
  writeSync(1, `${wrong.reason} ${clock.time}\n`);
  const right = await mfa.verify("ann", totp.generate({ secret, time: clock.time }));
  writeSync(1, `${right.ok ? "verified" : right.reason} ${clock.time}\n`);
}
