// The keys of a service, and a way through everything that is sealed with them.
import { core } from "../core.js";
import { MfaError } from "../error.js";
import type { Engine, Service } from "./service.js";

export interface Keys {
  /** How many records each key seals, and which keys are due to be replaced. */
  report(options?: Walk): Promise<KeyReport>;
  /** Seals every record again that is not sealed with the newest key. */
  rotate(options?: Walk & { dryRun?: boolean | undefined }): Promise<Rotation>;
  /** The keys that sign sessions as a JWK Set, for another JWT library. Whoever has them can make sessions. */
  jwks(): Promise<{ keys: { kty: "oct"; kid: string; alg: "HS256"; use: "sig"; k: string }[] }>;
}

/** A way through all records. */
export interface Walk {
  /** Begin after this key: where an interrupted one stopped. */
  after?: string | undefined;
  /** Told after every page: how many records were seen, and the last key. */
  onProgress?: ((progress: { seen: number; after: string }) => void) | undefined;
}

export interface KeyReport {
  keys: {
    id: string;
    /** 0 for a key that is not in the ring. */
    createdAt: number;
    /** It is the one that seals. */
    newest: boolean;
    /** It seals, and is as old as the policy allows. */
    due: boolean;
    records: number;
  }[];
  records: number;
  /** Records that nothing of ours has sealed. */
  unreadable: string[];
}

export interface Rotation {
  seen: number;
  /** Sealed again; with `dryRun`, to be sealed again. */
  resealed: number;
  /** Records that no key of the ring opens. */
  unreadable: string[];
}

export function keysOf(service: Service): Keys {
  return {
    async report(options) {
      const engine = await service.engine();
      const counts = new Map<string, number>();
      const unreadable: string[] = [];
      const records = await walk(service, options, async (key) => {
        const record = await service.store.load(key);
        const id = record && readable(unreadable, key, () => core.keyOf(record.body));
        if (id) counts.set(id, (counts.get(id) ?? 0) + 1);
      });
      const known = engine((handle) => core.keys(handle, service.now()));
      const others = [...counts.keys()].filter((id) => !known.some((key) => key.id === id));
      const keys = [...known, ...others.map((id) => ({ id, createdAt: 0, newest: false, due: false }))];
      return { records, unreadable, keys: keys.map((key) => ({ ...key, records: counts.get(key.id) ?? 0 })) };
    },

    async rotate(options) {
      const engine = await service.engine();
      const { dryRun = false } = Object(options);
      const rotation: Rotation = { seen: 0, resealed: 0, unreadable: [] };
      rotation.seen = await walk(service, options, async (key) => {
        const done = await service.inTurn(key, () => reseal(service, engine, key, dryRun, rotation.unreadable));
        if (done) rotation.resealed++;
      });
      return rotation;
    },

    async jwks() {
      return JSON.parse(core.keyringSessionKeys(await service.keys));
    },
  };
}

/** Whether there was, or with `dryRun` is, anything to do. */
function reseal(
  service: Service,
  engine: Engine,
  key: string,
  dryRun: boolean,
  unreadable: string[],
): Promise<boolean> {
  return service.untilCommitted(async () => {
    const record = await service.store.load(key);
    if (!record) return false;
    const body = readable(unreadable, key, () =>
      engine((handle) => service.random(32, (seed) => core.reseal(handle, key, record.body, seed))),
    );
    if (!body) return false;
    return dryRun || (await service.store.commit(key, record.revision, body, [])) || undefined;
  });
}

/** Visits every record, some at once; answers how many there were. */
async function walk(service: Service, options: Walk = {}, visit: (key: string) => Promise<void>): Promise<number> {
  const { after, onProgress } = Object(options) as Walk;
  if (after !== undefined && typeof after !== "string")
    throw new MfaError("command_invalid", "command invalid: after, a key");
  let seen = 0;
  for (let last = after; ; ) {
    const keys = await service.store.keys(last, PAGE);
    if (keys.length === 0) return seen;
    for (let at = 0; at < keys.length; at += AT_ONCE) await Promise.all(keys.slice(at, at + AT_ONCE).map(visit));
    last = keys.at(-1) as string;
    seen += keys.length;
    onProgress?.({ seen, after: last });
  }
}

/** Notes the keys of records that are none of ours, and goes on. */
function readable<T>(unreadable: string[], key: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MfaError) || !UNREADABLE.test(error.code)) throw error;
    unreadable.push(key);
    return undefined;
  }
}

const UNREADABLE = /^(key|seal|record)_/;
/** Keys that are asked for at once. */
const PAGE = 500;
const AT_ONCE = 8;
