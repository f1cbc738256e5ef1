// A virtual environment of Python with what requirements.txt pins, made once below target/.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = fileURLToPath(new URL("../python/", import.meta.url));

/** Runs a program of the environment; answers what it printed. */
export async function python(program, words) {
  const { stdout } = await run(join(await environment(), "bin", program), words);
  return stdout;
}

export const script = (name) => join(here, name);

async function environment() {
  const requirements = join(here, "requirements.txt");
  const hash = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 8);
  const folder = fileURLToPath(new URL(`../../../target/python-${hash}`, import.meta.url));
  const stamp = join(folder, "installed");
  if (existsSync(stamp)) return folder;
  rmSync(folder, { recursive: true, force: true });
  await run("python3", ["-m", "venv", folder]);
  await run(join(folder, "bin/pip"), ["install", "--quiet", "--no-deps", "--requirement", requirements]);
  writeFileSync(stamp, "");
  return folder;
}

async function run(program, words) {
  try {
    return await promisify(execFile)(program, words, { maxBuffer: 1 << 26, env: { ...process.env, NO_COLOR: "1" } });
  } catch (error) {
    throw new Error(`${program} ${words.join(" ")}\n${error.stdout}${error.stderr}`);
  }
}
