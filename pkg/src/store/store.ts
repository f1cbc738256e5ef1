/**
 * What a store is, and which ones are refused.
 *
 * One record for an account, written by compare-and-swap together with the events that it caused. Everything that is
 * kept is sealed before it comes here: a store sees keys, times and ciphertext.
 *
 * @packageDocumentation
 */
import { MfaError } from "../error.js";

/**
 * A mistake in here is a vulnerability. `load` must see every earlier `commit` (no replica that lags, no cache), and of
 * two commits that expect the same revision one must answer `false`: else one code is accepted twice. Record and events
 * must land together or not at all: else a lock or an alert is lost. What fails must reject: it is answered by 503, never
 * by "no such account".
 *
 * Keys are ASCII, up to 300 characters; ids of events up to 40. Times are milliseconds since 1970.
 */
export interface Store {
  /** The record; `undefined` where there is none or it has expired. */
  load(key: string): Promise<StoredRecord | undefined>;
  /**
   * Writes only if the revision is still `expected`; `undefined`: only if there is no record. The record and its events
   * are on the disk, as far as the store promises, before it answers `true`.
   *
   * From `expiresAt` on the record is as if absent.
   */
  commit(
    key: string,
    expected: number | undefined,
    body: Uint8Array,
    events: readonly NewEvent[],
    expiresAt?: number,
  ): Promise<boolean>;
  /** The outbox: events that are due by `now`, the longest due first. Each is given out until it is settled. */
  due(now: number, limit: number): Promise<StoredEvent[]>;
  /** What became of a delivery. Changes nothing once an event is done or dead, or where there is no such event. */
  settle(key: string, eventId: string, next: Settlement): Promise<void>;
  /**
   * The history of one account in the order it was written, from the one after the event `after` on; 100 unless told.
   * An expired record may have lost its history, but nothing that is still due.
   */
  events(key: string, after?: string, limit?: number): Promise<StoredEvent[]>;
  /**
   * Keys of the records that do not expire, each once, in an order of the store's own: 1,000 unless told, from the one
   * after the key `after` on. An empty answer is the end.
   */
  keys(after?: string, limit?: number): Promise<string[]>;
  /** Removes the record and its events, also those that are still due. */
  remove(key: string): Promise<void>;
}

export interface StoredRecord {
  /**
   * Counts up by one with every commit. It begins at a random number, so that a revision from before the record was
   * removed, or expired, never fits the one that came after it.
   */
  revision: number;
  body: Uint8Array;
}

/** An event as it is committed. */
export interface NewEvent {
  id: string;
  /** When it happened. */
  at: number;
  /** When it is to be delivered; `undefined`: it is history only. */
  due?: number | undefined;
  body: Uint8Array;
}

/** An event as it is kept. */
export interface StoredEvent {
  id: string;
  /** Whose it is. */
  key: string;
  /** When it happened. */
  at: number;
  /** When it is to be delivered next; `undefined`: it never was to be, it is done, or it is dead. */
  due: number | undefined;
  /** How often delivery was tried. */
  attempts: number;
  /** Why delivery was given up. */
  dead: string | undefined;
  body: Uint8Array;
}

/** To be tried again, delivered, or given up for a reason: a word of your own that says nothing of the person. */
export type Settlement = { retryAt: number } | { done: true } | { dead: string };

export interface StoreOptions {
  /** The clock that expires records: milliseconds since 1970, default `Date.now`. */
  now?: (() => number) | undefined;
}

/**
 * Lets a store pass, also one of your own, and refuses everything that cannot be one.
 *
 * @throws {@link MfaError} `store_refused`
 * @example
 * ```js
 * import { checkStore } from "edge-mfa/store";
 * import { memoryStore } from "edge-mfa/store/memory";
 *
 * checkStore(memoryStore());
 * assert.throws(() => checkStore(new Map()), { code: "store_refused" });
 * ```
 */
export function checkStore(candidate: unknown): asserts candidate is Store {
  const missing = METHODS.filter((name) => !has(candidate, name));
  if (missing.length > 0) throw refusal(candidate, `a store has ${METHODS.join(", ")}; this has no ${missing[0]}`);
}

/** The error for what is no store, or not the client that a store takes. It names what was given where it can. */
export function refusal(candidate: unknown, wanted: string): MfaError {
  const found = UNFIT.find(([methods]) => methods.every((name) => has(candidate, name)));
  return refused(found ? found[1] : wanted);
}

/** The error `store_refused`. */
export function refused(why: string): MfaError {
  return new MfaError("store_refused", `store refused: ${why}`);
}

/** Whether it has a method of this name. */
export function has(candidate: unknown, name: string): boolean {
  const kind = typeof candidate;
  if (candidate === null || (kind !== "object" && kind !== "function")) return false;
  return typeof (candidate as Record<string, unknown>)[name] === "function";
}

/** The revision of a new record. */
export function firstRevision(): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  // 41 bits: far below 2^53, and Lua prints it without an exponent.
  return (high % 256) * 2 ** 32 + low + 1;
}

const METHODS = ["load", "commit", "due", "settle", "events", "keys", "remove"] as const;

const STALE =
  "is eventually consistent and has no compare-and-swap: two places would accept one code. Use d1Store or durableObjectStore";

/** What people try, by its methods, and why it will not do. */
const UNFIT: readonly (readonly [readonly string[], string])[] = [
  [["getWithMetadata", "put", "list"], `Cloudflare KV ${STALE}`],
  [["getWithMetadata", "setJSON"], `Netlify Blobs ${STALE}`],
  [["head", "put", "createMultipartUpload"], "R2 cannot write a record and its events together. Use d1Store"],
  [["match", "put", "matchAll"], "the Cache API forgets what it likes and knows no compare-and-swap"],
  [["getItem", "setItem"], "a storage by getItem and setItem has no compare-and-swap: two requests would both win"],
  [["idFromName", "idFromString"], "a Durable Object namespace goes into durableObjectStore"],
  [["prepare", "batch", "withSession"], "a D1 database goes into d1Store"],
];
