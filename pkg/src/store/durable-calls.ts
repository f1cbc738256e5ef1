// What goes between a Worker, the object of an account and those of the index: JSON, with bytes as base64.

import { fromBase64, toBase64 } from "./bytes.js";
import type { NewEvent, Settlement, StoredEvent } from "./store.js";

/** The binding of a Durable Object class, as a Worker finds it in `env`. */
export interface ObjectNamespace {
  idFromName(name: string): ObjectId;
  idFromString(id: string): ObjectId;
  get(id: ObjectId): ObjectStub;
}

export interface ObjectStub {
  fetch(url: string, init: { method: string; body: string }): Promise<ObjectResponse>;
}

export interface ObjectId {
  toString(): string;
}

export interface ObjectResponse {
  ok: boolean;
  status: number;
  json(): Promise<unknown>;
}

/** What the platform gives an object of a class with SQLite storage. */
export interface ObjectState {
  id: ObjectId;
  storage: {
    sql: { exec(sql: string, ...values: unknown[]): { toArray(): unknown[] } };
    transactionSync<T>(run: () => T): T;
    setAlarm(time: number): Promise<void>;
    deleteAlarm(): Promise<void>;
    deleteAll(): Promise<void>;
  };
}

/** What an account is asked. */
export type AccountCall =
  | { call: "load" }
  | {
      call: "commit";
      expected: number | undefined;
      body: string;
      events: Sent<NewEvent>[];
      expiresAt: number | undefined;
    }
  | { call: "due"; by: number; limit: number }
  | { call: "settle"; eventId: string; next: Settlement }
  | { call: "events"; after: string | undefined; limit: number | undefined }
  | { call: "remove" };

/** What comes with each of them: whose account, the id of its shard of the index, the caller's clock. */
export interface Owner {
  key: string;
  index: string;
  now: number;
}

/** What a shard of the index is asked. */
export type IndexCall =
  | { call: "list"; entry: Listed }
  | { call: "listDue"; now: number; limit: number }
  | { call: "listKeys"; after: string; limit: number };

/** What the index knows of an account. */
export interface Listed {
  key: string;
  /** 1: it has a record that does not expire. */
  lasting: number;
  /** When the first of its events is due. */
  due: number | null;
  /** Counts up, so that an older state never takes the place of a newer one. */
  version: number;
}

export type Sent<T> = Omit<T, "body"> & { body: string };

/** Asks an object; what it throws is thrown here. */
export async function ask<T>(
  namespace: ObjectNamespace,
  id: ObjectId,
  call: (AccountCall & Owner) | IndexCall,
): Promise<T> {
  const response = await namespace.get(id).fetch("https://mfa/", { method: "POST", body: JSON.stringify(call) });
  if (!response.ok) throw new Error(`the Durable Object answered ${response.status}`);
  return (await response.json()) as T;
}

export function sent<T extends { body: Uint8Array }>(value: T): Sent<T> {
  return { ...value, body: toBase64(value.body) };
}

export function receivedEvent({ id, key, at, due, attempts, dead, body }: Sent<StoredEvent>): StoredEvent {
  return { id, key, at, due, attempts, dead, body: fromBase64(body) };
}

export function byDue(a: { due: number | null | undefined }, b: { due: number | null | undefined }): number {
  return Number(a.due) - Number(b.due);
}
