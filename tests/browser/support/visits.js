// Visits of a site of the wizard, each by somebody new and in a browser that is opened once.

import assert from "node:assert/strict";
import { openBrowser, personAt } from "./person.js";

export function startVisits() {
  const browsers = {};
  let count = 0;
  const person = () => `p${++count}`;

  /** A page of its own, whose complaints and violations are looked at afterwards. */
  async function open(t, name, query, { at, person: subject = person(), script, ...options }) {
    browsers[name] ??= await openBrowser(name);
    const { page, close, ...means } = await browsers[name].open(options);
    const before = (await at.violations()).length;
    const who = personAt(page);
    t.after(async () => {
      const isWell = t.passed !== false;
      await close();
      if (!isWell) return;
      assert.deepEqual(who.complaints, []);
      assert.deepEqual((await at.violations()).slice(before), []);
    });
    const url = `${at.url}/?${new URLSearchParams({ person: `${subject}-1`, ...query })}`;
    if (script) await page.addInitScript(script);
    await page.goto(url);
    return { ...who, ...means, person: subject, page, url };
  }

  const stop = async () => {
    for (const browser of Object.values(browsers)) await browser.close();
  };
  return { person, open, stop };
}
