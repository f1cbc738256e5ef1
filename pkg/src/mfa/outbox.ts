// What happened: the history of an account, and the events that somebody has to be told of.
import type * as types from "../core.js";
import { core } from "../core.js";
import { MfaError } from "../error.js";
import type { Settlement, StoredEvent } from "../store/store.js";
import type { Engine, Service } from "./service.js";

export interface Outbox {
  /**
   * What is due, the longest due first, 100 unless told. It stays due until it is settled.
   *
   * What no key opens is not given out, and put off for an hour: the right keys may come back.
   */
  due(limit?: number): Promise<Delivery[]>;
  /** What became of a delivery: to be tried again, done, or given up, in a word that says nothing of the person. */
  settle(delivery: Delivery, next: Settlement): Promise<void>;
}

export interface Delivery {
  /** Where it is kept. */
  readonly key: string;
  readonly event: types.Event;
  /** How often it was tried. */
  readonly attempts: number;
}

/** An event that no key of the ring opens. */
export interface UnreadableEvent {
  type: "unreadable";
  id: string;
  at: number;
}

export function outboxOf(service: Service): Outbox {
  return {
    async due(limit = 100) {
      checkLimit(limit);
      const engine = await service.engine();
      const deliveries: Delivery[] = [];
      for (const stored of await service.store.due(service.now(), limit)) {
        const event = opened(engine, stored);
        if (event.type !== "unreadable") deliveries.push({ key: stored.key, attempts: stored.attempts, event });
        else await service.store.settle(stored.key, stored.id, { retryAt: service.now() + HOUR });
      }
      return deliveries;
    },
    async settle(delivery, next) {
      const { key, event } = Object(delivery);
      if (typeof key !== "string" || typeof event?.id !== "string") throw invalid("a delivery");
      if (!isSettlement(next)) throw invalid("retryAt, done or dead");
      await service.store.settle(key, event.id, next);
    },
  };
}

export async function history(
  service: Service,
  subject: string,
  page: { after?: string | undefined; limit?: number | undefined },
): Promise<(types.Event | UnreadableEvent)[]> {
  const engine = await service.engine();
  const { after, limit = 100 } = Object(page);
  checkLimit(limit);
  if (after !== undefined && typeof after !== "string") throw invalid("after, the id of an event");
  const events = await service.store.events(core.accountKey(service.subject(subject)), after, limit);
  return events.map((event) => opened(engine, event));
}

function opened(engine: Engine, { id, at, key, body }: StoredEvent): types.Event | UnreadableEvent {
  try {
    return JSON.parse(engine((handle) => core.openEvent(handle, key, body)));
  } catch (error) {
    if (!(error instanceof MfaError)) throw error;
    return { type: "unreadable", id, at };
  }
}

function isSettlement(next: unknown): next is Settlement {
  const { retryAt, done, dead } = Object(next);
  return Number.isSafeInteger(retryAt) || done === true || typeof dead === "string";
}

function checkLimit(limit: unknown): void {
  if (!Number.isInteger(limit) || Number(limit) < 1 || Number(limit) > 1000) throw invalid("limit, 1 to 1000");
}

function invalid(what: string): MfaError {
  return new MfaError("command_invalid", `command invalid: ${what}`);
}

const HOUR = 3_600_000;
