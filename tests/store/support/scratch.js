// Folders for what an engine writes. In memory where the machine has some to spare: what is tested is what happens when
// a program dies, not when the power goes, and the disk would take most of the time. EDGE_MFA_SCRATCH names another place.

import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export function scratch() {
  return mkdtempSync(
    join(process.env.EDGE_MFA_SCRATCH ?? (hasRoom("/dev/shm") ? "/dev/shm" : tmpdir()), "edge-mfa-store-"),
  );
}

export function discard(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** PostgreSQL alone takes 100 MB. */
function hasRoom(folder) {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize > 1e9;
  } catch {
    return false;
  }
}
