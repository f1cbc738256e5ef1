// Time that a test moves: what `createClient` takes as `now`, `wait` and `random`.

import { EventEmitter, once } from "node:events";

export const TIMEOUT = 10_000;

/** With `run`, every wait but those for a timeout is over at once; without, when the test says so. */
export function fakeClock({ run = true, random = () => 0.5, start = Date.UTC(2026, 10, 24) } = {}) {
  const events = new EventEmitter();
  const waiting = [];
  const clock = {
    time: start,
    /** The milliseconds of every wait that was no timeout, in their order. */
    delays: [],
    /** The timeouts that are running. */
    get timeouts() {
      return waiting.filter(({ milliseconds }) => milliseconds === TIMEOUT);
    },
    now: () => clock.time,
    random,
    async wait(milliseconds, signal) {
      events.emit("wait", milliseconds);
      if (milliseconds !== TIMEOUT) clock.delays.push(milliseconds);
      if (milliseconds !== TIMEOUT && run) {
        clock.time += milliseconds;
        return;
      }
      await new Promise((resolve) => {
        const entry = { milliseconds, due: clock.time + milliseconds, resolve };
        waiting.push(entry);
        signal.addEventListener("abort", () => {
          waiting.splice(waiting.indexOf(entry), 1);
          resolve();
        });
      });
    },
    /** Until something begins to wait for so long. */
    async begins(milliseconds) {
      for (;;) if ((await once(events, "wait"))[0] === milliseconds) return;
    },
    advance(milliseconds) {
      clock.time += milliseconds;
      for (const entry of waiting.filter(({ due }) => due <= clock.time)) entry.resolve();
    },
  };
  return clock;
}

/** The options of a client on this clock. */
export const on = ({ now, wait, random }) => ({ now, wait, random });
