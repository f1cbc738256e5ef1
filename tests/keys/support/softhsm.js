// An HSM in software, with a token of its own, gone with the test.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes a token. Every process that is to use it needs `SOFTHSM2_CONF` before the library is loaded. */
export function makeToken() {
  const folder = mkdtempSync(join(tmpdir(), "edge-mfa-hsm-"));
  const tokens = join(folder, "tokens");
  mkdirSync(tokens);
  const conf = join(folder, "softhsm2.conf");
  writeFileSync(conf, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  const env = { ...process.env, SOFTHSM2_CONF: conf };
  const words = ["--init-token", "--free", "--label", "edge-mfa", "--pin", PIN, "--so-pin", "87654321"];
  try {
    execFileSync("softhsm2-util", words, { env, stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    if (error.code === "ENOENT") throw new Error("there is no softhsm2-util: `cargo xtask test` installs it");
    throw error;
  }
  return {
    conf,
    library: library(),
    pin: PIN,
    /** Everything that the token keeps on the disk. */
    files: () => filesBelow(tokens).map((file) => readFileSync(file)),
    discard: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function library() {
  const known = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
  ];
  const found = known.find((path) => existsSync(path));
  if (!found) throw new Error("there is no libsofthsm2.so: `cargo xtask test` installs it");
  return found;
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

const PIN = "12345678";
