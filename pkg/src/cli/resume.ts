// Where an interrupted rotation goes on. One small file for each store and newest key, which outlives a SIGKILL.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";

export interface Place {
  /** The last key that is done. It names an account, so the file is for its owner's eyes only. */
  after: string;
  /** How many records are done. */
  seen: number;
}

export class Bookmark {
  readonly #file: string;

  /** A rotation to another key begins anew: its records have not been seen. */
  constructor(store: string, newestKey: string) {
    const name = createHash("sha256").update(`${store}\n${newestKey}`).digest("hex").slice(0, 32);
    this.#file = join(folder(), `rotate-${name}.json`);
  }

  read(): Place | undefined {
    try {
      const { after, seen } = JSON.parse(readFileSync(this.#file, "utf8"));
      return typeof after === "string" && Number.isSafeInteger(seen) ? { after, seen } : undefined;
    } catch {
      return undefined; // Beginning anew does no harm: what is sealed with the newest key is left as it is.
    }
  }

  /** Whole or not at all. */
  write(place: Place): void {
    mkdirSync(folder(), { recursive: true, mode: 0o700 });
    const draft = `${this.#file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(place), { mode: 0o600 });
    renameSync(draft, this.#file);
  }

  remove(): void {
    rmSync(this.#file, { force: true });
  }
}

function folder(): string {
  const { XDG_STATE_HOME, LOCALAPPDATA } = process.env;
  return join(XDG_STATE_HOME || LOCALAPPDATA || join(homedir(), ".local", "state"), "edge-mfa");
}
