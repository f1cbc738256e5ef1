// The service over a store, for as long as one command takes.
import process from "node:process";
import { createMfa, keyring, type Mfa } from "../server.js";
import type { Store } from "../store/store.js";
import type { Target } from "./arguments.js";
import { readRing } from "./keys.js";
import { openStore } from "./open.js";
import { Progress } from "./progress.js";
import { Failure } from "./text.js";

export interface Service {
  mfa: Mfa;
  /** The id of the key that seals. */
  newest: string;
  /** Which store it is. */
  name: string;
  /** How far it is over all records from `after` on, `seen` of which came before. */
  progress(title: string, after?: string, seen?: number): Promise<Progress>;
}

export async function withService<T>(
  command: Target & { caseless?: boolean },
  work: (service: Service) => Promise<T>,
): Promise<T> {
  const keys = keyring.parse(readRing(command));
  const { store, name, close } = await openStore(command.store);
  try {
    const mfa = createMfa({
      issuer: "edge-mfa", // No command makes a link or a token, where it would be seen.
      store: { ...store, keys: inPages(store) },
      keys,
      subjects: command.caseless ? "caseless" : "exact",
    });
    const progress = async (title: string, after?: string, seen = 0) =>
      new Progress(process.stderr, title, seen + (await count(store, after)), seen);
    return await work({ mfa, newest: keys.keys[0]?.id ?? "", name, progress });
  } finally {
    // One that was lost does not close, and what came of the work matters more.
    await Promise.resolve()
      .then(close)
      .catch(() => {});
  }
}

/** With a turn of the event loop before each page: a driver that answers at once would never let Ctrl-C through. */
function inPages(store: Store): Store["keys"] {
  return async (after, limit = PAGE) => {
    await new Promise((resolve) => setImmediate(resolve));
    return store.keys(after, Math.min(limit, PAGE));
  };
}

async function count(store: Store, after: string | undefined): Promise<number> {
  let total = 0;
  for (let last = after; ; ) {
    const keys = await store.keys(last, 1000).catch((cause) => {
      throw new Failure("the store cannot be read", { cause });
    });
    if (keys.length === 0) return total;
    total += keys.length;
    last = keys.at(-1);
  }
}

/** Records between two signs of progress. */
const PAGE = 100;
