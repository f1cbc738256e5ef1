// What authenticator apps honour: every claim has a source, and what has none is unknown.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apps, compatibleApps, LOOKED_AT, sources, worksWith } from "edge-mfa/compatibility";
import { createMfa, keyring } from "edge-mfa/server";
import { memoryStore } from "edge-mfa/store/memory";

const PARAMETERS = ["sha256", "sha512", "sevenDigits", "eightDigits", "period", "steam"];
const named = (name) => apps.find((app) => app.name === name);

test("every claim has a source that is about it, and every source has an app", () => {
  assert.match(LOOKED_AT, /^\d{4}-\d{2}-\d{2}$/);
  assert.deepEqual(Object.keys(sources).sort(), apps.map(({ name }) => name).sort());
  for (const app of apps) {
    const about = new Set(sources[app.name].flatMap((source) => source.about));
    for (const parameter of PARAMETERS) {
      assert.ok(["yes", "no", "unknown"].includes(app[parameter]), `${app.name}: ${parameter}`);
      if (app[parameter] !== "unknown") assert.ok(about.has(parameter), `${app.name}: ${parameter} has no source`);
    }
    assert.equal(app.imports !== undefined, about.has("imports"), `${app.name}: imports`);
  }
});

test("a source is an address, says how it was checked, and names the commit where a file was read", () => {
  for (const [name, all] of Object.entries(sources)) {
    assert.ok(all.length > 0, name);
    for (const { about, how, url, note } of all) {
      assert.ok(about.length > 0 && about.every((part) => [...PARAMETERS, "imports"].includes(part)), name);
      assert.ok(["source read", "documented", "reported"].includes(how), name);
      assert.equal(new URL(url).protocol, "https:", name);
      // A folder was looked at by the names of its files, and says so.
      if (how === "source read")
        assert.match(url, note?.startsWith("By the names") ? /\/tree\// : /\/blob\/[0-9a-f]{40}\//);
      assert.notEqual(note, "", name);
    }
  }
});

test("where two sources may disagree nothing is claimed of Google Authenticator", () => {
  for (const parameter of PARAMETERS) assert.equal(named("Google Authenticator")[parameter], "unknown", parameter);
});

test("every app works with the defaults, and with nothing that is no parameter", () => {
  for (const app of apps) {
    assert.equal(worksWith(app, {}), "yes");
    assert.equal(worksWith(app, { algorithm: "SHA1", digits: 6, period: 30 }), "yes");
    for (const asked of [{ algorithm: "MD5" }, { digits: 5 }, { digits: 9 }]) assert.equal(worksWith(app, asked), "no");
  }
});

test("one parameter that is not honoured is enough, and what is not known is not claimed", () => {
  const microsoft = named("Microsoft Authenticator");
  assert.equal(worksWith(microsoft, { digits: 7 }), "unknown");
  assert.equal(worksWith(microsoft, { digits: 7, algorithm: "SHA512" }), "no");
  const apple = named("Apple Passwords");
  assert.equal(worksWith(apple, { algorithm: "SHA256" }), "yes");
  assert.equal(worksWith(apple, { algorithm: "SHA256", digits: 8 }), "unknown");
  const keepass = named("KeePassXC");
  assert.deepEqual(
    [60, 61].map((period) => worksWith(keepass, { period })),
    ["yes", "no"],
  );
  const works = (asked) => compatibleApps(asked).map(({ name }) => name);
  assert.ok(works({ digits: 8, period: 60 }).includes("KeePassXC"));
  assert.ok(!works({ digits: 8, period: 90 }).includes("KeePassXC"));
  assert.ok(!works({ algorithm: "SHA512" }).includes("1Password"));
});

test("the weaknesses of a policy name the apps that do not honour it", () => {
  const weaknesses = (policy) =>
    createMfa({ issuer: "ACME", store: memoryStore(), keys: keyring.generate({ environment: "test" }), policy })
      .weaknesses;
  const all = weaknesses({ algorithm: "SHA512", digits: 8, period: 90, window: 2 });
  assert.deepEqual(
    all.map(({ setting }) => setting),
    ["algorithm", "digits", "period", "window"],
  );
  const [algorithm, digits, period, window] = all;
  const of = (asked, works) => apps.filter((app) => worksWith(app, asked) === works).map(({ name }) => name);
  for (const [weakness, asked] of [
    [algorithm, { algorithm: "SHA512" }],
    [digits, { digits: 8 }],
    [period, { period: 90 }],
  ]) {
    assert.deepEqual(weakness.apps, { failing: of(asked, "no"), unknown: of(asked, "unknown") });
    const [failing, unknown] = [weakness.apps.failing.length, weakness.apps.unknown.length];
    assert.ok(failing > 0 && unknown > 0);
    assert.ok(
      weakness.why.endsWith(`(of ${apps.length} apps ${failing} do so for sure, and of ${unknown} it is not known)`),
    );
  }
  assert.ok(algorithm.apps.failing.includes("Authy") && period.apps.failing.includes("KeePassXC"));
  assert.equal(window.apps, undefined);
});
