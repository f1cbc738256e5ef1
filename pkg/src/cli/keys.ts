// `keys new` and `keys remove`: rings in, rings out. And where the ring of every other command comes from.
import { readFileSync } from "node:fs";
import process from "node:process";
import { keyring } from "../server.js";
import type { Command, Ring } from "./arguments.js";
import { Failure } from "./text.js";

type Of<Name> = Extract<Command, { name: Name }>;

export function newKeys({ test }: Of<"keys new">): number {
  print(keyring.generate({ environment: test ? "test" : "live" }));
  return 0;
}

export function addKey(command: Of<"keys new">): number {
  print(keyring.add(readRing(command, true)));
  return 0;
}

export function removeKey(command: Of<"keys remove">): number {
  print(keyring.remove(readRing(command, true), command.id));
  return 0;
}

/** The text of the ring: of the file, of `MFA_KEYS`, or of a pipe where that is `welcome`. */
export function readRing({ keysFile }: Ring, welcome = false): string {
  if (keysFile !== undefined) return readText(keysFile === "-" ? 0 : keysFile);
  if (process.env.MFA_KEYS) return process.env.MFA_KEYS;
  if (welcome && !process.stdin.isTTY) return readText(0);
  throw new Failure("no key ring: set MFA_KEYS, or give --keys-file <path>");
}

function readText(source: string | 0): string {
  try {
    return readFileSync(source, "utf8");
  } catch (error) {
    throw new Failure(`the key ring cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** On one line, which every kind of file with variables takes. */
function print(ring: string): void {
  process.stdout.write(`${ring.trim().split(/\s+/).join(" ")}\n`);
  if (process.stdout.isTTY)
    process.stderr.write("\nThis is a secret, and without it no record opens. Keep it where the database is not.\n");
}
