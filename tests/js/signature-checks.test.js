// What the core asks the platform to check, asked of WebCrypto by the package's own code: Wycheproof, and ceremonies of the
// software authenticator. `cargo test` writes them.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { goodOnes } from "../../pkg/dist/mfa/signatures.js";

for (const [name, least] of [
  ["wycheproof", 1500],
  ["ceremonies", 15],
]) {
  const file = new URL(`../../target/tmp/signatures-of-${name}.json`, import.meta.url);
  test(`WebCrypto answers every check of ${name} as RustCrypto does`, async () => {
    const checks = JSON.parse(await readFile(file, "utf8"));
    const signatures = checks.map(({ algorithm, key, message, signature }, at) => ({
      id: String(at),
      algorithm,
      ...{ key: bytes(key), message: bytes(message), signature: bytes(signature) },
    }));
    const good = new Set(await goodOnes(signatures));
    const wrong = checks.filter((check, at) => good.has(String(at)) !== check.good);
    assert.deepEqual(
      wrong.map(({ what }) => what),
      [],
    );
    assert.ok(checks.length > least && good.size < checks.length);
  });
}

function bytes(hex) {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}
