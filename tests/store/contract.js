// What every store promises, as cases that are run against each of them.

import assert from "node:assert/strict";

/**
 * @param {import("edge-mfa/store").Store} store nothing has been written to it
 * @param {{ time: number }} clock the clock of the store
 * @returns {[name: string, run: () => Promise<void>][]} to be run one after the other
 */
export function contract(store, clock) {
  return Object.entries(cases).map(([name, run]) => [
    name,
    async () => {
      const used = new Set();
      clock.time = NOW;
      const use = (key) => {
        used.add(key);
        return key;
      };
      try {
        await run({ store, clock, use });
      } finally {
        await Promise.all([...used].map((key) => store.remove(key)));
      }
    },
  ]);
}

const NOW = 1_790_000_000_000;

/** @type {Record<string, (given: { store: import("edge-mfa/store").Store, clock: { time: number }, use: (key: string) => string }) => Promise<void>>} */
const cases = {
  "what is not there is not there, also before anything was written": async ({ store }) => {
    assert.equal(await store.load("nobody"), undefined);
    assert.deepEqual(await store.events("nobody"), []);
    assert.deepEqual(await store.events("nobody", "x"), []);
    assert.deepEqual(await store.due(NOW, 10), []);
    assert.deepEqual(await store.keys(), []);
    await store.settle("nobody", "x", { done: true });
    await store.remove("nobody");
    assert.equal(await store.commit("nobody", 1, bytes("x"), [event("x")]), false);
    assert.equal(await store.load("nobody"), undefined);
    assert.deepEqual(await store.events("nobody"), []);
  },

  "a record is created once": async ({ store, use }) => {
    const key = use("once");
    assert.equal(await store.commit(key, undefined, bytes("first"), []), true);
    const first = await store.load(key);
    assert.ok(Number.isSafeInteger(first.revision) && first.revision > 0);
    assert.equal(text(first.body), "first");
    assert.equal(await store.commit(key, undefined, bytes("second"), [event("x")]), false);
    assert.deepEqual(await store.load(key), first);
    assert.deepEqual(await store.events(key), []);
  },

  "a commit lands at the expected revision and at no other": async ({ store, use }) => {
    const key = use("compared");
    await store.commit(key, undefined, bytes("0"), []);
    const { revision } = await store.load(key);
    assert.equal(await store.commit(key, revision, bytes("1"), []), true);
    assert.equal(await store.commit(key, revision + 1, bytes("2"), []), true);
    for (const wrong of [revision, revision + 1, revision + 3, 0, 1, -1, undefined])
      assert.equal(await store.commit(key, wrong, bytes("wrong"), [event(`w${wrong}`)]), false);
    const { revision: last, body } = await store.load(key);
    assert.deepEqual([last, text(body)], [revision + 2, "2"]);
    assert.deepEqual(await store.events(key), []);
  },

  "a body comes back byte for byte": async ({ store, use }) => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const large = Uint8Array.from({ length: 65_536 }, (_, at) => (at * 31) >> 3);
    const inside = Uint8Array.from({ length: 300 }, () => 9).subarray(20, 60);
    // As texts these would be numbers, words of JSON or of SQL.
    const words = ["0012", "1e10", "null", '"x"', "\\x41", "', NULL)"].map(bytes);
    for (const [at, body] of [all, new Uint8Array(0), large, inside, Buffer.from("Buffer"), ...words].entries()) {
      const key = use(`body ${at}`);
      const exact = Uint8Array.from(body);
      await store.commit(key, undefined, body, [event("e", { body })]);
      body.fill(0);
      const loaded = (await store.load(key)).body;
      assert.ok(loaded instanceof Uint8Array);
      assert.deepEqual(Uint8Array.from(loaded), exact);
      assert.deepEqual(Uint8Array.from((await store.events(key))[0].body), exact);
    }
  },

  "events land with their record, in their order": async ({ store, use }) => {
    const key = use("history");
    await store.commit(key, undefined, bytes("1"), [event("b", { at: 5 }), event("a", { at: 3, due: NOW + 9 })]);
    const { revision } = await store.load(key);
    await store.commit(key, revision, bytes("2"), []);
    await store.commit(key, revision + 1, bytes("3"), [event("0", { at: 1, body: bytes("third") })]);
    assert.deepEqual(await store.events(key), [
      kept(key, "b", { at: 5 }),
      kept(key, "a", { at: 3, due: NOW + 9 }),
      kept(key, "0", { at: 1, body: bytes("third") }),
    ]);
    assert.deepEqual(await store.events(use("other")), []);
  },

  "a history is read in pages": async ({ store, use }) => {
    const key = use("pages");
    const ids = Array.from({ length: 250 }, (_, at) => `id-${(at * 7919) % 250}`);
    for (let at = 0; at < 250; at += 50) {
      const revision = (await store.load(key))?.revision;
      const events = ids.slice(at, at + 50).map((id) => event(id));
      assert.equal(await store.commit(key, revision, bytes("x"), events), true);
    }
    const names = async (...given) => (await store.events(key, ...given)).map(({ id }) => id);
    assert.deepEqual(await names(), ids.slice(0, 100));
    assert.deepEqual(await names(undefined, 3), ids.slice(0, 3));
    assert.deepEqual(await names(ids[99], 120), ids.slice(100, 220));
    assert.deepEqual(await names(ids[219]), ids.slice(220));
    assert.deepEqual(await names(ids[249]), []);
    assert.deepEqual(await names("unknown"), []);
  },

  "what is due comes when it is due, the oldest first, and no more than asked": async ({ store, use }) => {
    const [ann, bob] = [use("due ann"), use("due bob")];
    await store.commit(ann, undefined, bytes("x"), [
      event("3", { due: NOW + 3 }),
      event("1", { due: NOW + 1 }),
      event("-"),
    ]);
    await store.commit(bob, undefined, bytes("x"), [event("2", { due: NOW + 2 }), event("4", { due: NOW + 4 })]);
    const due = async (...given) => (await store.due(...given)).map(({ key, id }) => `${key} ${id}`);
    assert.deepEqual(await due(NOW, 10), []);
    assert.deepEqual(await due(NOW + 1, 10), ["due ann 1"]);
    assert.deepEqual(await due(NOW + 9, 10), ["due ann 1", "due bob 2", "due ann 3", "due bob 4"]);
    assert.deepEqual(await due(NOW + 9, 3), ["due ann 1", "due bob 2", "due ann 3"]);
    assert.deepEqual(await due(NOW + 9, 1), ["due ann 1"]);
    assert.deepEqual(await store.due(NOW + 2, 10), [
      kept(ann, "1", { due: NOW + 1 }),
      kept(bob, "2", { due: NOW + 2 }),
    ]);
  },

  "a delivery is tried again, done or given up": async ({ store, use }) => {
    const key = use("settled");
    const ids = ["again", "done", "dead"];
    await store.commit(
      key,
      undefined,
      bytes("x"),
      ids.map((id) => event(id, { due: NOW })),
    );
    await store.settle(key, "again", { retryAt: NOW + 60 });
    await store.settle(key, "done", { done: true });
    await store.settle(key, "dead", { dead: "gone, 100 % – \u{1F600}" });
    assert.deepEqual(await store.due(NOW + 59, 10), []);
    const again = kept(key, "again", { due: NOW + 60, attempts: 1 });
    assert.deepEqual(await store.due(NOW + 60, 10), [again]);
    const after = [
      again,
      kept(key, "done", { attempts: 1 }),
      kept(key, "dead", { attempts: 1, dead: "gone, 100 % – \u{1F600}" }),
    ];
    assert.deepEqual(await store.events(key), after);
    // Whoever comes late changes nothing, and what does not exist is no error.
    for (const id of ["done", "dead", "unknown"])
      for (const next of [{ retryAt: NOW }, { done: true }, { dead: "late" }]) await store.settle(key, id, next);
    await store.settle(use("nobody"), "again", { done: true });
    assert.deepEqual(await store.events(key), after);
    await store.settle(key, "again", { retryAt: NOW + 70 });
    await store.settle(key, "again", { done: true });
    assert.deepEqual((await store.events(key))[0], kept(key, "again", { attempts: 3 }));
    assert.deepEqual(await store.due(NOW + 99, 10), []);
  },

  "an expired record is as if absent": async ({ store, clock, use }) => {
    const key = use("expires");
    assert.equal(await store.commit(key, undefined, bytes("1"), [], NOW + 1000), true);
    clock.time = NOW + 999;
    const { revision } = await store.load(key);
    assert.equal(await store.commit(key, undefined, bytes("no"), [], NOW + 5000), false);
    assert.equal(await store.commit(key, revision, bytes("2"), [], NOW + 2000), true);
    clock.time = NOW + 1999;
    assert.equal(text((await store.load(key)).body), "2");
    clock.time = NOW + 2000;
    assert.equal(await store.load(key), undefined);
    assert.equal(await store.commit(key, revision + 1, bytes("no"), [event("no")], NOW + 5000), false);
    assert.equal(await store.commit(key, undefined, bytes("3"), [event("yes")], NOW + 3000), true);
    const anew = await store.load(key);
    assert.equal(text(anew.body), "3");
    // A revision from before must not fit the new record.
    for (const old of [revision, revision + 1, revision + 2]) assert.notEqual(anew.revision, old);
    assert.deepEqual(
      (await store.events(key)).map(({ id }) => id),
      ["yes"],
    );
    clock.time = NOW + 3000;
    assert.equal(await store.commit(key, undefined, bytes("4"), []), true);
    clock.time = NOW + 1e9;
    assert.equal(text((await store.load(key)).body), "4");
  },

  "what is due outlives the record that caused it": async ({ store, clock, use }) => {
    const key = use("outlived");
    await store.commit(key, undefined, bytes("1"), [event("a", { due: NOW + 10 }), event("b")], NOW + 5);
    clock.time = NOW + 20;
    // Those that come later clear away those that have expired.
    for (const name of ["c1", "c2", "c3"]) await store.commit(use(name), undefined, bytes("x"), [], NOW + 25);
    clock.time = NOW + 30;
    for (const name of ["c4", "c5", "c6"]) await store.commit(use(name), undefined, bytes("x"), [], NOW + 35);
    assert.deepEqual(await store.due(NOW + 30, 10), [kept(key, "a", { due: NOW + 10 })]);
    await store.settle(key, "a", { done: true });
    assert.deepEqual(await store.due(NOW + 30, 10), []);
  },

  "the keys are those of the records that last": async ({ store, use }) => {
    const [lasting, passing] = [use("lasting"), use("passing")];
    await store.commit(lasting, undefined, bytes("x"), []);
    await store.commit(passing, undefined, bytes("x"), [], NOW + 1000);
    assert.deepEqual(await store.keys(), [lasting]);
    const [a, b] = [await store.load(lasting), await store.load(passing)];
    await store.commit(lasting, a.revision, bytes("x"), [], NOW + 1000);
    await store.commit(passing, b.revision, bytes("x"), []);
    assert.deepEqual(await store.keys(), [passing]);
  },

  "removed is removed, with all that was due": async ({ store, use }) => {
    const [key, other] = [use("removed"), use("removed not")];
    await store.commit(other, undefined, bytes("x"), [event("a", { due: NOW })]);
    await store.commit(key, undefined, bytes("x"), [event("a", { due: NOW }), event("b")]);
    const before = await store.load(key);
    await store.remove(key);
    assert.equal(await store.load(key), undefined);
    assert.deepEqual(await store.events(key), []);
    assert.deepEqual(await store.due(NOW, 10), [kept(other, "a", { due: NOW })]);
    assert.deepEqual(await store.keys(), [other]);
    // Who loaded it before it went does not bring it back, also not in place of the one that came after.
    assert.equal(await store.commit(key, before.revision, bytes("late"), []), false);
    assert.equal(await store.commit(key, undefined, bytes("anew"), []), true);
    assert.equal(await store.commit(key, before.revision, bytes("late"), []), false);
    assert.equal(text((await store.load(key)).body), "anew");
  },

  "any ASCII is a key": async ({ store, use }) => {
    const printable = String.fromCharCode(...Array.from({ length: 95 }, (_, at) => 32 + at));
    const odd = ["%", "%25", "{}", "{a}{b}", "a:b", "'", '"', "' OR 1=1 --", "$1", "?", "\\", "a b", "*", "_", "null"];
    const names = [...odd, "A", "a", "x".repeat(300), printable].map(use);
    for (const [at, key] of names.entries())
      assert.equal(await store.commit(key, undefined, bytes(`body ${at}`), [event("7:a", { due: NOW + at })]), true);
    for (const [at, key] of names.entries()) {
      assert.equal(text((await store.load(key)).body), `body ${at}`);
      assert.deepEqual(await store.events(key), [kept(key, "7:a", { due: NOW + at })]);
    }
    assert.deepEqual(
      (await store.due(NOW + 1000, 100)).map(({ key }) => key),
      names,
    );
    assert.deepEqual((await store.keys()).toSorted(), names.toSorted());
  },

  "of 200 commits at one revision one lands, with its event": async ({ store, use }) => {
    const key = use("raced");
    for (const expected of ["none", "some"]) {
      const revision = expected === "none" ? undefined : (await store.load(key)).revision;
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, at) =>
          store.commit(key, revision, bytes(`${expected} ${at}`), [event(`${expected}-${at}`)]),
        ),
      );
      assert.deepEqual(answers.toSorted(), [...Array(199).fill(false), true]);
      const winner = answers.indexOf(true);
      assert.equal(text((await store.load(key)).body), `${expected} ${winner}`);
      assert.equal((await store.events(key)).at(-1).id, `${expected}-${winner}`);
    }
    assert.equal((await store.events(key)).length, 2);
  },

  "accounts side by side lose nothing": async ({ store, use }) => {
    const names = Array.from({ length: 20 }, (_, at) => use(`beside ${at}`));
    await Promise.all(names.map((key) => Promise.all([increase(store, key, 4), increase(store, key, 4)])));
    for (const key of names) {
      assert.equal(text((await store.load(key)).body), "8");
      assert.deepEqual(
        (await store.events(key)).map(({ id }) => id),
        Array.from({ length: 8 }, (_, at) => `${at + 1}`),
      );
    }
  },

  // The last one: what it writes stays.
  "the keys come in pages, each once": async ({ store }) => {
    const names = Array.from({ length: 1050 }, (_, at) => `many ${at}`);
    await inParallel(names, 50, (key) => store.commit(key, undefined, bytes("x"), []));
    const found = [];
    for (let page = await store.keys(undefined, 100); page.length > 0; page = await store.keys(page.at(-1), 100)) {
      assert.ok(page.length <= 100);
      found.push(...page);
    }
    assert.deepEqual(found.toSorted(), names.toSorted());
    assert.equal((await store.keys()).length, 1000);
  },
};

/** Adds one to the number in the body so many times, whoever else does the same; an event for each. */
export async function increase(store, key, times, landed = () => {}) {
  for (let done = 0; done < times; ) {
    const record = await store.load(key);
    const next = `${Number(record ? text(record.body) : 0) + 1}`;
    if (await store.commit(key, record?.revision, bytes(next), [{ id: next, at: done, body: bytes(next) }])) {
      done += 1;
      landed(next);
    }
  }
}

export function bytes(text) {
  return new TextEncoder().encode(text);
}

export function text(bytes) {
  return new TextDecoder().decode(bytes);
}

function event(id, { at = NOW, due, body = bytes(`event ${id}`) } = {}) {
  return { id, at, due, body };
}

function kept(key, id, { at = NOW, due, attempts = 0, dead, body = bytes(`event ${id}`) } = {}) {
  return { id, key, at, due, attempts, dead, body };
}

/** Not all at once: a store that is reached over a network has only so many connections. */
async function inParallel(values, width, run) {
  const rest = [...values];
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (rest.length > 0) await run(rest.pop());
    }),
  );
}
