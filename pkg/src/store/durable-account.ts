// The object of one account, and, under other names, the shards of the index.

import { fromBase64 } from "./bytes.js";
import {
  type AccountCall,
  ask,
  type IndexCall,
  type Listed,
  type ObjectNamespace,
  type ObjectState,
  type Owner,
  sent,
} from "./durable-calls.js";
import { answerIndex } from "./durable-index.js";
import { type Row, type Statement, sqlStore } from "./sql.js";
import { has, refused, type Store } from "./store.js";

/**
 * The class behind {@link durableObjectStore}: export it from the Worker that has the binding. Only the store may call
 * its objects.
 */
export class MfaAccount {
  /** For `DurableObjectNamespace<MfaAccount>`, as `wrangler types` writes it. It exists in types only. */
  declare readonly __DURABLE_OBJECT_BRAND: never;
  readonly #state: ObjectState;
  readonly #env: object;
  #telling: Promise<void> | undefined;

  constructor(state: ObjectState, env: object) {
    this.#state = state;
    this.#env = env;
  }

  async fetch(request: { json(): Promise<unknown> }): Promise<Response> {
    const call = (await request.json()) as (AccountCall & Owner) | IndexCall;
    const answer = "key" in call ? await this.#answer(call) : answerIndex(this.#run, call);
    return Response.json(answer ?? null);
  }

  /** The index is still to be told, or the record has expired. */
  async alarm(): Promise<void> {
    const note = this.#noted();
    if (note) await this.#finish(Date.now() + note.clock);
  }

  async #answer(call: AccountCall & Owner): Promise<unknown> {
    const store = this.#store(call);
    switch (call.call) {
      case "load": {
        const record = await store.load(call.key);
        return record && sent(record);
      }
      case "events":
        return (await store.events(call.key, call.after, call.limit)).map(sent);
      case "due": {
        const due = await store.due(call.by, call.limit);
        // The index knows better from now on.
        if (due.length === 0) await this.#list(call.index, { ...this.#current(call), version: Date.now() });
        return due.map(sent);
      }
      case "commit": {
        const events = call.events.map((event) => ({ ...event, body: fromBase64(event.body) }));
        const landed = await store.commit(call.key, call.expected, fromBase64(call.body), events, call.expiresAt);
        if (landed) await this.#finish(call.now);
        return landed;
      }
      case "settle":
        await store.settle(call.key, call.eventId, call.next);
        return this.#finish(call.now);
      case "remove":
        await store.remove(call.key);
        return this.#finish(call.now);
    }
  }

  #store(call: Owner): Store {
    return sqlStore(
      {
        read: async (statement) => this.#do(statement),
        write: async (statements) => {
          const rows = this.#state.storage.transactionSync(() => {
            const rows = statements.map(this.#do);
            this.#note(call);
            return rows;
          });
          // Without an await in between this lands with the transaction, or neither does.
          this.#wake();
          return rows;
        },
      },
      { now: () => call.now },
    );
  }

  /** Writes down what the index is to know, if it is something else than before. */
  #note(call: Owner): void {
    this.#run(NOTE_TABLE);
    const note = this.#noted();
    const { lasting, due } = this.#current(call);
    const clock = call.now - Date.now();
    const known = lasting === (note?.lasting ?? 0) && due === (note?.due ?? null);
    // Clocks differ by a little each time.
    if (note && known && Math.abs(clock - note.clock) < 60_000) return;
    const version = known ? (note?.version ?? 0) : Math.max((note?.version ?? 0) + 1, Date.now());
    this.#run(NOTE, call.key, call.index, lasting, due, version, note?.told ?? 0, clock);
  }

  /** What the index does not know yet. */
  #untold(): Note | undefined {
    const note = this.#noted();
    return note && note.version > note.told ? note : undefined;
  }

  #noted(): Note | undefined {
    if (!this.#exists("mfa_note")) return undefined;
    return this.#run("SELECT * FROM mfa_note")[0] as Note | undefined;
  }

  #current({ key }: Owner): Omit<Listed, "version"> {
    if (!this.#exists("mfa_records")) return { key, lasting: 0, due: null };
    return { key, ...(this.#run(CURRENT)[0] as { lasting: number; due: number | null }) };
  }

  /** Asks to be woken for what is still to be done. */
  #wake(): void {
    const note = this.#noted();
    if (!note) return;
    const [record] = this.#run("SELECT expires_at FROM mfa_records");
    if (this.#untold()) this.#state.storage.setAlarm(Date.now() + PATIENCE);
    else if (record?.expires_at) this.#state.storage.setAlarm(Number(record.expires_at) - note.clock);
  }

  /** Tells the index, and leaves nothing behind where nothing is left. What does not work now, the alarm does later. */
  async #finish(now: number): Promise<void> {
    if (this.#untold()) {
      this.#telling ??= this.#tell();
      await this.#telling;
    }
    if (!this.#noted() || this.#untold() || this.#run(LEFT, now).length > 0) return;
    this.#state.storage.deleteAlarm();
    await this.#state.storage.deleteAll();
  }

  async #tell(): Promise<void> {
    try {
      for (let note = this.#untold(); note; note = this.#untold()) {
        const { key, shard, lasting, due, version } = note;
        await this.#list(shard, { key, lasting, due, version });
        this.#run("UPDATE mfa_note SET told = ?", version);
        this.#state.storage.deleteAlarm();
        this.#wake();
      }
    } catch {
      this.#state.storage.setAlarm(Date.now() + PATIENCE);
    } finally {
      this.#telling = undefined;
    }
  }

  async #list(shard: string, entry: Listed): Promise<void> {
    const namespace = this.#namespace();
    await ask(namespace, namespace.idFromString(shard), { call: "list", entry });
  }

  /** The binding of this class: the only one that takes the id of this object. */
  #namespace(): ObjectNamespace {
    for (const binding of Object.values(this.#env)) {
      if (!has(binding, "idFromString")) continue;
      try {
        binding.idFromString(this.#state.id.toString());
        return binding;
      } catch {}
    }
    throw refused("the Worker that exports MfaAccount needs the binding of it too");
  }

  #exists(table: string): boolean {
    return this.#run("SELECT 1 FROM sqlite_master WHERE name = ?", table).length > 0;
  }

  #run = (sql: string, ...values: unknown[]): Row[] => this.#state.storage.sql.exec(sql, ...values).toArray() as Row[];

  #do = ({ sql, values }: Statement): Row[] => this.#run(sql, ...values);
}

/** What the index is to know, and what it has been told. */
interface Note extends Listed {
  shard: string;
  /** The version that the index has. */
  told: number;
  /** How far the callers' clock is ahead of the platform's, in milliseconds. */
  clock: number;
}

/** Milliseconds until the index is told again. */
const PATIENCE = 10_000;

const NOTE_TABLE = `CREATE TABLE IF NOT EXISTS mfa_note (one INTEGER PRIMARY KEY CHECK (one = 1), key TEXT NOT NULL,
  shard TEXT NOT NULL, lasting INTEGER NOT NULL, due INTEGER, version INTEGER NOT NULL, told INTEGER NOT NULL,
  clock INTEGER NOT NULL)`;

const NOTE = `INSERT OR REPLACE INTO mfa_note (one, key, shard, lasting, due, version, told, clock)
  VALUES (1, ?, ?, ?, ?, ?, ?, ?)`;

const CURRENT = `SELECT EXISTS (SELECT 1 FROM mfa_records WHERE expires_at IS NULL) AS lasting,
  (SELECT min(due) FROM mfa_events WHERE due IS NOT NULL) AS due`;

/** A record that has not expired, or something that is due. */
const LEFT = `SELECT 1 FROM mfa_records WHERE expires_at IS NULL OR expires_at > ?
  UNION ALL SELECT 1 FROM mfa_events WHERE due IS NOT NULL LIMIT 1`;
