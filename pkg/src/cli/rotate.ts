// `keys rotate`: seals every record again that is not sealed with the newest key. It may be stopped at any point: each
// record is written whole, and what is done already is passed over.
import process from "node:process";
import type { Rotation } from "../server.js";
import type { Command } from "./arguments.js";
import type { Progress } from "./progress.js";
import { Bookmark, type Place } from "./resume.js";
import { type Service, withService } from "./service.js";
import { counted, harmless, unopened } from "./text.js";

type Rotate = Extract<Command, { name: "keys rotate" }>;

/** 3 where records do not open. */
export async function rotate(command: Rotate): Promise<number> {
  const { rotation, before, newest } = await withService(command, (service) => walk(command, service));
  const { seen, resealed, unreadable } = rotation;
  if (command.json) process.stdout.write(`${JSON.stringify({ newest, before, seen, resealed, unreadable })}\n`);
  else {
    const earlier = before > 0 ? `${counted(before, "record")} before the interruption, and ` : "";
    const [done, others] = command.dryRun ? ["is to be", "are to be"] : ["is now", "are now"];
    const already = seen - resealed - unreadable.length;
    process.stdout.write(
      `${earlier}${counted(seen, "record")}: ` +
        `${counted(resealed, done, others)} sealed with ${newest}, ${counted(already, "was", "were")} already\n`,
    );
    process.stdout.write(unopened(unreadable));
  }
  return unreadable.length > 0 ? 3 : 0;
}

async function walk(command: Rotate, { mfa, newest, name, progress }: Service) {
  const bookmark = new Bookmark(name, newest);
  const place = command.resume ? bookmark.read() : undefined;
  if (command.resume && !place) process.stderr.write("There is nothing to resume: it begins anew.\n");
  const before = place?.seen ?? 0;
  const bar = await progress(command.dryRun ? "Counting" : "Sealing", place?.after, before);
  const interruption = new Interruption(command, bar);
  let rotation: Rotation;
  try {
    rotation = await mfa.keys.rotate({
      dryRun: command.dryRun,
      after: place?.after,
      onProgress({ seen, after }) {
        if (!command.dryRun) interruption.remember(bookmark, { after, seen: before + seen });
        bar.show(before + seen);
      },
    });
  } catch (error) {
    interruption.explain();
    throw error;
  } finally {
    interruption.over();
  }
  bar.end();
  if (!command.dryRun) bookmark.remove();
  return { rotation, before, newest };
}

/** Ctrl-C, and whatever else ends it too early. */
class Interruption {
  readonly #command: Rotate;
  readonly #bar: Progress;
  /** Whether there is a bookmark to go on from. */
  #remembered: boolean;

  constructor(command: Rotate, bar: Progress) {
    this.#command = command;
    this.#bar = bar;
    this.#remembered = command.resume;
    process.on("SIGINT", this.#end);
    process.on("SIGTERM", this.#end);
  }

  remember(bookmark: Bookmark, place: Place): void {
    try {
      bookmark.write(place);
      this.#remembered = true;
    } catch {
      this.#remembered = false; // A disk that only reads is no reason to stop.
    }
  }

  explain(): void {
    const { store, keysFile, dryRun } = this.#command;
    const options = [
      dryRun ? "--dry-run" : this.#remembered ? "--resume" : "",
      process.env.MFA_STORE === store ? "" : `--store ${quoted(store)}`,
      keysFile === undefined ? "" : `--keys-file ${quoted(keysFile)}`,
    ];
    this.#bar.end();
    const what = dryRun ? "Nothing was changed" : "Interrupted, and every record is whole";
    const command = ["edge-mfa keys rotate", ...options.filter((option) => option !== "")].join(" ");
    process.stderr.write(`${what}. To ${dryRun ? "begin anew" : "go on"}: ${command}\n`);
  }

  over(): void {
    process.off("SIGINT", this.#end);
    process.off("SIGTERM", this.#end);
  }

  /** At once: whatever is being written is written whole or not at all. */
  readonly #end = (signal: NodeJS.Signals): void => {
    this.explain();
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
}

/** As a shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${harmless(word).replaceAll("'", "'\\''")}'`;
}
