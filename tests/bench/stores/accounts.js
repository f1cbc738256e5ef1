// Accounts as the service makes them: enrolled, confirmed, with ten recovery codes. They are made once, on all cores, and
// put into every store: a record is sealed for its account, wherever that lies.

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { keyring } from "edge-mfa/server";

/** Accounts that are made and handed over at once. */
const CHUNK = 1000;

/** The time at which all of them were made. */
export const MADE = 1_790_000_000_000;

/**
 * @returns {Promise<{ keys: string, of: (index: number) => { subject: string, key: string, secret: string,
 *   body: Uint8Array, event: { id: string, at: number, due: undefined, body: Uint8Array } } }>}
 */
export async function populate(count, progress) {
  const keys = keyring.generate({ environment: "test" });
  const chunks = [];
  let next = 0;
  const work = (resolve, reject) => {
    const worker = new Worker(new URL("./accounts-worker.js", import.meta.url), { workerData: { keys, time: MADE } });
    const ask = () => {
      if (next >= count) return worker.terminate().then(resolve);
      worker.postMessage({ first: next, count: Math.min(CHUNK, count - next) });
      next += CHUNK;
    };
    worker.once("error", reject);
    worker.on("message", (chunk) => {
      chunks[chunk.first / CHUNK] = chunk;
      progress(chunk.secrets.length, count);
      ask();
    });
    ask();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, () => new Promise(work)));

  const of = (index) => {
    const { secrets, bodies, ends, events } = chunks[Math.floor(index / CHUNK)];
    const at = index % CHUNK;
    const event = { ...events[at], due: undefined };
    const subject = subjectOf(index);
    return {
      subject,
      key: `account:${subject}`,
      secret: secrets[at],
      body: part(bodies, ends, 2 * at),
      event: {
        ...event,
        body: part(bodies, ends, 2 * at + 1),
      },
    };
  };
  return { keys, of };
}

export function subjectOf(index) {
  return `user-${index.toString().padStart(7, "0")}`;
}

function part(bytes, ends, at) {
  return bytes.subarray(at === 0 ? 0 : ends[at - 1], ends[at]);
}
