// What decisions cost, whatever else the machine does: the time on its cores of this process and of all that it started.
// Linux only; elsewhere nothing is known.

import { readdirSync, readFileSync } from "node:fs";

/** Milliseconds so far, or `undefined`. */
export function cpuTime() {
  const processes = new Map();
  try {
    for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const process = read(id);
      if (process) processes.set(Number(id), process);
    }
  } catch {
    return undefined;
  }
  let ticks = 0;
  for (const [id, process] of processes) if (isOurs(id, processes)) ticks += process.ticks;
  return ticks * (1000 / TICKS);
}

function isOurs(id, processes) {
  for (let at = id; at > 1; at = processes.get(at)?.parent ?? 0) if (at === process.pid) return true;
  return false;
}

/** One that ended while we look is none. */
function read(id) {
  try {
    // The name stands in brackets and may have spaces; then come the state, the parent and so on.
    const fields = readFileSync(`/proc/${id}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return undefined;
  }
}

/** A second of Linux. */
const TICKS = 100;
