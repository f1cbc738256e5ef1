// `keys report`: which key seals how many records.
import process from "node:process";
import type { KeyReport } from "../server.js";
import type { Target } from "./arguments.js";
import { withService } from "./service.js";
import { counted, day, table, unopened } from "./text.js";

/** 3 where something has to be done. */
export async function report(command: Target): Promise<number> {
  const { keys, records, unreadable } = await withService(command, async ({ mfa, progress }) => {
    const bar = await progress("Reading");
    try {
      return await mfa.keys.report({ onProgress: ({ seen }) => bar.show(seen) });
    } finally {
      bar.end();
    }
  });
  if (command.json) process.stdout.write(`${JSON.stringify({ keys, records, unreadable })}\n`);
  else {
    const rows = keys.map((key) => [key.id, isKnown(key) ? day(key.createdAt) : "", key.records, role(key)]);
    process.stdout.write(table(["key", "made on", "records", "what it does"], rows));
    process.stdout.write(`${counted(records, "record")}\n${unopened(unreadable)}`);
    process.stdout.write(
      advice(keys)
        .map((line) => `\n${line}\n`)
        .join(""),
    );
  }
  return unreadable.length > 0 || keys.some((key) => key.due || !isKnown(key)) ? 3 : 0;
}

type Key = KeyReport["keys"][number];

/** Of a key that is not in the ring nobody knows when it was made. */
function isKnown({ newest, createdAt }: Key): boolean {
  return newest || createdAt > 0;
}

function role(key: Key): string {
  if (!isKnown(key)) return "not in the ring: its records do not open";
  return key.newest ? `seals${key.due ? ", and is due to be replaced" : ""}` : "opens";
}

function advice(keys: Key[]): string[] {
  const lines: string[] = [];
  const retired = keys.filter((key) => !key.newest && isKnown(key));
  if (keys.some((key) => key.due)) lines.push("Make a new key: edge-mfa keys new --add");
  if (retired.some((key) => key.records > 0)) lines.push("Seal them with the newest key: edge-mfa keys rotate");
  for (const { id } of retired.filter((key) => key.records === 0))
    lines.push(
      `No record needs ${id}. When the sessions have ended that it signed, and nobody reads the events of its time any more: edge-mfa keys remove ${id}`,
    );
  return lines;
}
