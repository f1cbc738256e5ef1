// `npx edge-mfa`: its words, what it takes from where, what it never prints.

import assert from "node:assert/strict";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { after, test } from "node:test";
import { keyring } from "edge-mfa/server";
import { project } from "./support/cli.js";

const ring = keyring.generate({ environment: "test" });

const cli = await project({ after });

test("is the program that package.json names", async () => {
  const manifest = JSON.parse(await readFile(cli.path("node_modules/edge-mfa/package.json"), "utf8"));
  assert.deepEqual(manifest.bin, { "edge-mfa": "./dist/cli/main.js" });
  const text = await readFile(cli.path("node_modules/edge-mfa/dist/cli/main.js"), "utf8");
  assert.ok(text.startsWith("#!/usr/bin/env node\n"));
});

test("helps", async () => {
  for (const words of [[], ["--help"], ["-h"], ["keys", "rotate", "--help"]]) {
    const { code, stdout, stderr } = await cli.run(words);
    assert.equal(code, 0);
    assert.equal(stderr, "");
    for (const word of ["keys new", "keys report", "keys rotate", "inspect", "--dry-run", "--resume", "Exit codes"])
      assert.ok(stdout.includes(word), word);
    assert.ok(stdout.split("\n").every((line) => line.length <= 120));
  }
});

test("keys new prints a ring, live unless told", async () => {
  const live = await cli.run(["keys", "new"]);
  assert.equal(live.code, 0);
  assert.equal(live.stderr, "");
  assert.equal(keyring.parse(live.stdout).environment, "live");
  const { stdout } = await cli.run(["keys", "new", "--test"]);
  assert.equal(keyring.parse(stdout).environment, "test");
});

test("keys new --add takes the ring of MFA_KEYS, of a file, or of a pipe, and prints it with one key more", async () => {
  await writeFile(cli.path("ring.txt"), `${ring}\n`);
  for (const [words, options] of [
    [[], { variables: { MFA_KEYS: ring } }],
    [["--keys-file", "ring.txt"], { variables: { MFA_KEYS: "not this one" } }],
    [["--keys-file", "-"], { input: `${ring}\n` }],
    [[], { input: ring }],
  ]) {
    const { code, stdout } = await cli.run(["keys", "new", "--add", ...words], options);
    assert.equal(code, 0);
    assert.match(stdout, /^\S+ \S+\n$/, "one line, for a file with variables");
    const { keys } = keyring.parse(stdout);
    assert.equal(keys.length, 2);
    assert.equal(keys[1].id, keyring.parse(ring).keys[0].id);
  }
});

test("keys remove prints the ring without a key", async () => {
  const both = keyring.add(ring);
  const [newest, retired] = keyring.parse(both).keys;
  const { code, stdout } = await cli.run(["keys", "remove", retired.id], { variables: { MFA_KEYS: both } });
  assert.equal(code, 0);
  assert.deepEqual(keyring.parse(stdout).keys, [newest]);
  const unknown = await cli.run(["keys", "remove", "00000000"], { variables: { MFA_KEYS: both } });
  assert.deepEqual([unknown.code, unknown.stdout], [1, ""]);
});

test("wrong words are explained with exit code 2", async () => {
  for (const [words, reason] of [
    [["keys"], /no such command/],
    [["keys", "old"], /no such command/],
    [["constructor"], /no such command/],
    [["report"], /no such command/],
    [["keys", "new", "more"], /no more words/],
    [["keys", "new", "--store", "sqlite:x"], /does not take --store/],
    [["keys", "new", "--add", "--test"], /no --test/],
    [["keys", "new", "--keys-file", "x"], /without --add/],
    [["keys", "remove"], /the id of one key/],
    [["keys", "report"], /which store/],
    [["keys", "report", "--store"], /--store/],
    [["keys", "rotate", "--stor", "x"], /--stor/],
    [["keys", "rotate", "--dry-run", "--resume", "--store", "sqlite:x"], /--dry-run/],
    [["keys", "report", "--store", "mysql://x/y"], /a store is/, { MFA_KEYS: ring }],
    [["keys", "report", "--store", "redis"], /a store is/, { MFA_KEYS: ring }],
    [["inspect"], /one account/],
    [["inspect", "a", "b"], /nothing more/],
    [["inspect", "a", "--events", "-1", "--store", "sqlite:x"], /--events/],
    [["inspect", "a", "--events=many", "--store", "sqlite:x"], /takes a number/],
  ]) {
    const { code, stdout, stderr } = await cli.run(words, {
      variables: words.at(-1)?.MFA_KEYS ? {} : { MFA_KEYS: ring },
    });
    assert.equal(code, 2, `${words}: ${stderr}`);
    assert.match(stderr, reason);
    assert.match(stderr, /Try edge-mfa --help/);
    assert.equal(stdout, "");
  }
});

test("a key in the arguments is refused, and not repeated", async () => {
  for (const words of [
    ["keys", "remove", ring],
    ["keys", "report", "--store", ring],
    ["inspect", `--keys=${ring}`],
  ]) {
    const { code, all } = await cli.run(words);
    assert.equal(code, 2);
    assert.match(all, /do not belong/);
    assert.ok(!all.includes(ring.slice(20)));
  }
});

test("a password in the arguments is refused, in MFA_STORE it is taken, and neither is repeated", async () => {
  for (const store of [
    "redis://:hunter2@127.0.0.1:1",
    "redis://user:hunter2@127.0.0.1:1/0",
    "postgres://user:hun/ter2@127.0.0.1:1/x",
    "postgres://127.0.0.1:1/x?password=hunter2",
  ]) {
    const refused = await cli.run(["keys", "report", "--store", store], { variables: { MFA_KEYS: ring } });
    assert.equal(refused.code, 2, refused.all);
    assert.match(refused.all, /MFA_STORE/);
    const variables = { MFA_KEYS: ring, MFA_STORE: store };
    const failed = await cli.run(["keys", "report"], { variables });
    assert.ok([1, 2].includes(failed.code), failed.all);
    for (const { all } of [refused, failed]) assert.doesNotMatch(all, /hunter2|hun\/ter2/);
  }
});

test("a ring that is missing, unreadable or none is explained, and not repeated", async () => {
  await writeFile(cli.path("empty.db"), "");
  const words = ["keys", "report", "--store", "sqlite:empty.db"];
  for (const [more, variables, reason] of [
    [[], {}, /set MFA_KEYS/],
    [["--keys-file", "nowhere"], {}, /cannot be read: ENOENT/],
    [[], { MFA_KEYS: "hunter2" }, /key ring malformed/],
    [[], { MFA_KEYS: `${ring}x` }, /key ring malformed/],
    [[], { MFA_KEYS: `${ring} ${keyring.generate()}` }, /key ring mixed/],
  ]) {
    const { code, stdout, stderr } = await cli.run([...words, ...more], { variables });
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, reason);
    assert.ok(!stderr.includes("hunter2") && !stderr.includes(ring.slice(20)));
  }
});

test("a file that is no database, or not there, is no store, and nothing is made", async () => {
  await writeFile(cli.path("text.db"), "this is no database ".repeat(100));
  for (const [name, reason] of [
    ["typo.db", /no such SQLite file/],
    ["", /no such SQLite file/],
    ["text.db", /cannot be read\n {2}because: .*not a database/],
  ]) {
    const { code, stderr } = await cli.run(["keys", "report", "--store", `sqlite:${name}`], {
      variables: { MFA_KEYS: ring },
    });
    assert.equal(code, 1);
    assert.match(stderr, reason);
  }
  await assert.rejects(stat(cli.path("typo.db")), { code: "ENOENT" });
});

test("a database without accounts has nothing to report, and none is made in it", async () => {
  await writeFile(cli.path("empty.db"), "");
  const { code, stdout } = await cli.run(["keys", "report", "--json", "--store", "sqlite:empty.db"], {
    variables: { MFA_KEYS: ring },
  });
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).records, 0);
});

test("a server that is not there is a failure, with its reason", async (t) => {
  const servers = await project(t, ["redis", "pg"]);
  for (const store of ["redis://127.0.0.1:1", "postgres://127.0.0.1:1/x"]) {
    const { code, stderr } = await servers.run(["keys", "report", "--store", store], { variables: { MFA_KEYS: ring } });
    assert.equal(code, 1);
    assert.match(stderr, /ECONNREFUSED/);
  }
});

test("a project without a driver is told which one to install", async (t) => {
  const cli = await project(t, []);
  // In a folder that has none above it, either.
  await writeFile(cli.path("mfa.db"), "");
  for (const [store, names] of [
    ["redis://127.0.0.1:1", /npm install redis \(or ioredis\)/],
    ["postgres://127.0.0.1:1/x", /npm install pg \(or postgres\)/],
  ]) {
    const { code, stderr } = await cli.run(["keys", "report", "--store", store], { variables: { MFA_KEYS: ring } });
    assert.equal(code, 1);
    assert.match(stderr, names);
  }
  if (!process.getBuiltinModule?.("node:sqlite")) {
    const { code, stderr } = await cli.run(["keys", "report", "--store", "sqlite:mfa.db"], {
      variables: { MFA_KEYS: ring },
    });
    assert.equal(code, 1);
    assert.match(stderr, /npm install better-sqlite3 \(or libsql, @libsql\/client/);
  }
});

test("a driver that is broken is named, with the reason", async (t) => {
  const cli = await project(t, []);
  await mkdir(cli.path("node_modules/redis"), { recursive: true });
  await writeFile(cli.path("node_modules/redis/index.js"), 'throw new Error("compiled for another Node");');
  const { code, stderr } = await cli.run(["keys", "report", "--store", "redis://127.0.0.1:1"], {
    variables: { MFA_KEYS: ring },
  });
  assert.equal(code, 1);
  assert.match(stderr, /redis is installed, but does not load\n {2}because: compiled for another Node/);
});
