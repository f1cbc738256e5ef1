// Runs a program to its end and hands back what it printed.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { tests } from "./scratch.js";

export async function output(program, words, options = {}) {
  const { stdout } = await promisify(execFile)(program, words, {
    cwd: tests,
    maxBuffer: 1 << 26,
    timeout: 120_000,
    ...options,
  });
  return stdout;
}

/** Runs one of the entries that print the suite's results. */
export async function results(program, words, options) {
  return JSON.parse(await output(program, words, options));
}
