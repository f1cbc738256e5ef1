// From words to a command, or a UsageError.
import process from "node:process";
import { parseArgs } from "node:util";

export type Command =
  | { name: "help" }
  | ({ name: "keys new"; test: boolean; add: boolean } & Ring)
  | ({ name: "keys remove"; id: string } & Ring)
  | ({ name: "keys report" } & Target)
  | ({ name: "keys rotate"; dryRun: boolean; resume: boolean } & Target)
  | ({ name: "inspect"; account: string; events: number; caseless: boolean } & Target);

/** Where the key ring is, if not in the environment. */
export interface Ring {
  keysFile: string | undefined;
}

/** Which store is meant. */
export interface Target extends Ring {
  store: string;
  json: boolean;
}

export class UsageError extends Error {}

export function readArguments(words: string[]): Command {
  // Whoever types a key here has shown it to every process of the machine; do not repeat it, too.
  if (words.some((word) => word.includes("mfak_"))) throw new UsageError("keys do not belong into the arguments");
  const { values, positionals } = parse(words);
  if (values.help || words.length === 0) return { name: "help" };
  const [first, second, third, ...more] = positionals;
  const name = first === "keys" ? `keys ${second}` : `${first}`;
  const given = Object.keys(values).filter((option) => !ALLOWED[name]?.includes(option));
  if (!Object.hasOwn(ALLOWED, name)) throw new UsageError("there is no such command");
  if (given.length > 0) throw new UsageError(`${name} does not take --${given[0]}`);
  const operand = first === "keys" ? third : second;
  const wanted = OPERANDS[name];
  const last = first === "keys" ? more : [third, ...more].filter((word) => word !== undefined);
  if (wanted ? !operand : operand !== undefined) throw new UsageError(`${name} takes ${wanted ?? "no more words"}`);
  if (last.length > 0) throw new UsageError(`${name} takes ${wanted ?? "no more words"}, and nothing more`);
  const ring = { keysFile: values["keys-file"] };
  switch (name) {
    case "keys new":
      if (values.add && values.test) throw new UsageError("a key that is added is of the kind of its ring: no --test");
      if (ring.keysFile && !values.add) throw new UsageError("a new ring needs no other: no --keys-file without --add");
      return { name, ...ring, test: values.test ?? false, add: values.add ?? false };
    case "keys remove":
      return { name, ...ring, id: String(operand) };
    case "keys report":
      return { name, ...target(values) };
    case "keys rotate":
      if (values["dry-run"] && values.resume) throw new UsageError("--dry-run leaves nothing behind to --resume");
      return { name, ...target(values), dryRun: values["dry-run"] ?? false, resume: values.resume ?? false };
    default:
      return {
        name: "inspect",
        ...target(values),
        account: String(operand),
        events: count(values.events ?? "20"),
        caseless: values.caseless ?? false,
      };
  }
}

type Values = ReturnType<typeof parse>["values"];

function parse(words: string[]) {
  try {
    return parseArgs({
      args: words,
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h" },
        test: { type: "boolean" },
        add: { type: "boolean" },
        json: { type: "boolean" },
        "dry-run": { type: "boolean" },
        resume: { type: "boolean" },
        caseless: { type: "boolean" },
        store: { type: "string" },
        "keys-file": { type: "string" },
        events: { type: "string" },
      },
    });
  } catch (error) {
    // It names the option, which is no secret; the hint that follows is for those who have positionals with a dash.
    throw new UsageError(String((error as Error).message).split(". ")[0]);
  }
}

function target(values: Values): Target {
  if (values.store && hasPassword(values.store))
    throw new UsageError("every process of this machine can read a password in the arguments: set MFA_STORE instead");
  const store = values.store ?? process.env.MFA_STORE;
  if (!store) throw new UsageError("which store? --store <url> or MFA_STORE");
  return { store, json: values.json ?? false, keysFile: values["keys-file"] };
}

/** Whether a URL carries one, before its host or as a parameter. */
function hasPassword(store: string): boolean {
  try {
    const { password, searchParams } = new URL(store);
    return password !== "" || searchParams.has("password");
  } catch {
    return /:\/\/[^@]*:[^@]*@/.test(store); // A password with characters that do not belong into a URL.
  }
}

function count(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new UsageError("--events takes a number");
  return Number(text);
}

const ALLOWED: Record<string, string[]> = {
  "keys new": ["test", "add", "keys-file"],
  "keys remove": ["keys-file"],
  "keys report": ["store", "keys-file", "json"],
  "keys rotate": ["store", "keys-file", "json", "dry-run", "resume"],
  inspect: ["store", "keys-file", "json", "events", "caseless"],
};

const OPERANDS: Record<string, string> = { "keys remove": "the id of one key", inspect: "one account" };
