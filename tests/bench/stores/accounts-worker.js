// Makes accounts in a thread: each by the service, in a store in memory, out of which they are then taken.

import { parentPort, workerData } from "node:worker_threads";
import { totp } from "edge-mfa";
import { createMfa } from "edge-mfa/server";
import { memoryStore } from "edge-mfa/store/memory";
import { subjectOf } from "./accounts.js";

const { keys, time } = workerData;
const now = () => time;

parentPort.on("message", async ({ first, count }) => {
  const store = memoryStore({ now });
  const mfa = createMfa({ issuer: "Example", store, keys, now });
  const [secrets, events, parts] = [[], [], []];
  for (let index = first; index < first + count; index++) {
    const subject = subjectOf(index);
    const { secret } = await mfa.enrol(subject);
    await mfa.confirm(subject, totp.generate({ secret, time }));
    const [{ id, at, body }] = await store.events(`account:${subject}`, undefined, 1);
    secrets.push(secret);
    events.push({ id, at });
    parts.push((await store.load(`account:${subject}`)).body, body);
  }
  let end = 0;
  const ends = Uint32Array.from(parts, (part) => {
    end += part.length;
    return end;
  });
  const bodies = new Uint8Array(Buffer.concat(parts));
  parentPort.postMessage({ first, secrets, events, bodies, ends }, [bodies.buffer, ends.buffer]);
});
