#!/usr/bin/env node
// The command line: `npx edge-mfa`. Results go to standard output, everything else to standard error.
import process from "node:process";
import { type Command, readArguments, UsageError } from "./arguments.js";
import { HELP } from "./help.js";
import { inspect } from "./inspect.js";
import { addKey, newKeys, removeKey } from "./keys.js";
import { report } from "./report.js";
import { rotate } from "./rotate.js";
import { explain, Failure } from "./text.js";

// A reader that has seen enough, as `head` does, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

try {
  process.exitCode = await run(readArguments(process.argv.slice(2)));
} catch (error) {
  const misuse = error instanceof UsageError;
  process.stderr.write(`edge-mfa: ${explain(error)}\n${misuse ? "Try edge-mfa --help.\n" : ""}`);
  process.exitCode = misuse ? 2 : error instanceof Failure ? error.exitCode : 1;
}

/** Answers the exit code. */
async function run(command: Command): Promise<number> {
  switch (command.name) {
    case "help":
      process.stdout.write(HELP);
      return 0;
    case "keys new":
      return command.add ? addKey(command) : newKeys(command);
    case "keys remove":
      return removeKey(command);
    case "keys report":
      return report(command);
    case "keys rotate":
      return rotate(command);
    case "inspect":
      return inspect(command);
  }
}
