import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { output } from "../runtime/support/process.js";
import { scratch, tests } from "../runtime/support/scratch.js";

const tarball = join(process.env.CARGO_TARGET_DIR ?? join(tests, "../target"), "pack/edge-mfa.tgz");
const manifest = JSON.parse(await readFile(join(tests, "node_modules/edge-mfa/package.json"), "utf8"));

test("the tarball holds the package and its documents, no sources", async () => {
  const files = (await output("tar", ["-tzf", tarball]))
    .trim()
    .split("\n")
    .map((path) => path.replace(/^package\//, ""));
  const documents = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "package.json"];
  assert.deepEqual(files.filter((path) => !path.startsWith("dist/")).sort(), documents);
  assert.deepEqual(
    files.filter((path) => path.startsWith("dist/") && !/(\.js|\.d\.ts|\.wasm)$/.test(path)),
    [],
  );
  assert.ok(files.includes("dist/index.js") && files.includes("dist/index.d.ts"));
});

test("the package is ESM, needs no other and runs nothing when installed", () => {
  assert.equal(manifest.name, "edge-mfa");
  assert.equal(manifest.type, "module");
  for (const field of ["dependencies", "optionalDependencies", "bundleDependencies"]) {
    assert.deepEqual(Object.keys(manifest[field] ?? {}), [], field);
  }
  // Who takes `edge-mfa/jwt` installs `jose`, who takes `edge-mfa/wizard` installs `lit`, and nobody else has to.
  assert.deepEqual(Object.keys(manifest.peerDependencies), ["jose", "lit"]);
  assert.deepEqual(manifest.peerDependenciesMeta, { jose: { optional: true }, lit: { optional: true } });
  for (const script of ["preinstall", "install", "postinstall", "prepare"])
    assert.equal(manifest.scripts?.[script], undefined, script);
});

test("every path that package.json names is in the package", async () => {
  const paths = [];
  const collect = (value) => {
    if (typeof value === "string") paths.push(value);
    else for (const inner of Object.values(value ?? {})) collect(inner);
  };
  collect(manifest.bin);
  collect(manifest.exports);
  collect(manifest.imports);
  assert.ok(paths.length >= 4);
  for (const path of paths.filter((path) => !path.includes("*"))) {
    await assert.doesNotReject(readFile(join(tests, "node_modules/edge-mfa", path)), path);
  }
});

test("no source uses eval or the Function constructor, and none but the command line belongs to one runtime", async () => {
  const files = (await output("tar", ["-tzf", tarball]))
    .trim()
    .split("\n")
    .filter((path) => path.endsWith(".js"));
  for (const path of files) {
    const text = await readFile(join(tests, "node_modules/edge-mfa", path.replace(/^package\//, "")), "utf8");
    assert.doesNotMatch(text, /\beval\(|new Function\(|\brequire\(/, path);
    if (!path.startsWith("package/dist/cli/")) assert.doesNotMatch(text, /from "node:/, path);
  }
});

test("npm installs the tarball without the network", async (t) => {
  const folder = await scratch(t);
  await cp(tarball, join(folder, "edge-mfa.tgz"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "user", private: true }));
  const npm = join(dirname(process.execPath), process.platform === "win32" ? "npm.cmd" : "npm");
  await output(npm, ["install", "--offline", "--no-audit", "--no-fund", "./edge-mfa.tgz"], { cwd: folder });
  await writeFile(
    join(folder, "main.mjs"),
    'import { totp } from "edge-mfa"; console.log(totp.generate({ secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", time: 59_000 }));',
  );
  assert.equal(await output(process.execPath, ["main.mjs"], { cwd: folder }), "287082\n");
  const npx = [npm, ["exec", "--offline", "--", "edge-mfa", "keys", "new", "--test"]];
  assert.match(await output(...npx, { cwd: folder }), /^mfak_test_\S+\n$/);
});
