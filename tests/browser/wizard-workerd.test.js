// The journeys of the wizard before the service in workerd, on Durable Objects, in both browsers.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startVisits } from "./support/visits.js";
import { setUp, stepUp } from "./support/wizard-journey.js";
import { startWorkerdSite } from "./support/workerd/site.js";

let at;
const visits = startVisits();

before(async () => {
  at = await startWorkerdSite();
});

after(async () => {
  await visits.stop();
  await at?.stop();
});

for (const name of ["Chromium", "Firefox"]) {
  test(`${name}: from the QR code to the end, and the prompt at a request`, async (t) => {
    await setUp(at, await visits.open(t, name, { show: "setup" }, { at }));
    const person = visits.person();
    const factor = await at.enrolled(person);
    await stepUp(at, await visits.open(t, name, { show: "api" }, { at, person }), factor);
    assert.deepEqual(await at.violations(), []);
  });
}
