// The command line as it is installed, run in a project of its own.

import { spawn } from "node:child_process";
import { cp, mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { tests } from "../../runtime/support/scratch.js";
import { discard, scratch } from "../../store/support/scratch.js";

/**
 * A folder with `edge-mfa` and these drivers, and nothing else.
 *
 * @param {import("node:test").TestContext} t
 * @param {string[]} drivers
 * @param {Record<string, string>} variables
 */
export async function project(t, drivers = ["better-sqlite3"], variables = {}) {
  const folder = scratch();
  t.after(() => discard(folder));
  const modules = join(folder, "node_modules");
  await cp(join(tests, "node_modules/edge-mfa"), join(modules, "edge-mfa"), { recursive: true });
  for (const name of drivers) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(tests, "node_modules", name), join(modules, name), "junction");
  }
  return new Project(folder, variables);
}

class Project {
  constructor(folder, variables) {
    this.folder = folder;
    this.state = join(folder, "state");
    this.variables = variables;
    this.program = [process.execPath];
  }

  /** The path of a file in it. */
  path(name) {
    return join(this.folder, name);
  }

  /** Runs a command to its end. */
  async run(words, options) {
    return this.start(words, options).ended;
  }

  /** Begins a command. `reached` waits for what it prints to standard error. */
  start(words, { variables = {}, input } = {}) {
    const { PATH, HOME, SystemRoot } = process.env;
    const env = { PATH, HOME, SystemRoot, XDG_STATE_HOME: this.state, ...this.variables, ...variables };
    const main = join(this.folder, "node_modules/edge-mfa/dist/cli/main.js");
    const [program, ...before] = this.program;
    const child = spawn(program, [...before, main, ...words], { cwd: this.folder, env, stdio: "pipe" });
    if (input !== undefined) child.stdin.write(input);
    child.stdin.end();
    let stdout = "";
    let stderr = "";
    const waiting = [];
    child.stdout.on("data", (data) => {
      stdout += data;
    });
    child.stderr.on("data", (data) => {
      stderr += data;
      for (const { pattern, resolve } of waiting) if (pattern.test(stderr)) resolve();
    });
    const ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr, all: stdout + stderr }));
    });
    return {
      ended,
      kill: (signal) => child.kill(signal),
      reached: (pattern) => new Promise((resolve) => waiting.push({ pattern, resolve })),
    };
  }
}
