// Durable Objects without workerd, for what workerd cannot be made to do: an index that is out of reach, an alarm that
// comes late. The class is the real one, and its storage a real SQLite.

import Database from "better-sqlite3";
import { MfaAccount } from "edge-mfa/store/durable-object";

export function objects() {
  const all = new Map();
  /** What the objects were asked, and whether one can be reached. */
  const network = { calls: [], broken: () => false };

  const namespace = {
    idFromName: (name) => ({ toString: () => `id of ${name}` }),
    idFromString(id) {
      if (!id.startsWith("id of ")) throw new TypeError("not an id of this class");
      return { toString: () => id };
    },
    get: (id) => ({
      async fetch(_, { body }) {
        const name = String(id).slice("id of ".length);
        const call = JSON.parse(body);
        network.calls.push(`${name.split(":")[0]}: ${call.call}`);
        if (network.broken(name)) throw new Error("out of reach");
        return objectOf(name).object.fetch({ json: async () => call });
      },
    }),
  };
  const foreign = {
    idFromString() {
      throw new TypeError("not an id of this class");
    },
  };
  const env = { WORD: "text", NOTHING: null, KV: {}, OTHER: foreign, MFA: namespace };

  const objectOf = (name) => {
    const made = all.get(name) ?? object(`id of ${name}`, env);
    all.set(name, made);
    return made;
  };
  return { namespace, network, objectOf, env };
}

function object(id, env) {
  let database = new Database(":memory:");
  const made = { alarm: undefined, tables: () => database.prepare("SELECT name FROM sqlite_master").all() };
  const storage = {
    sql: {
      exec(sql, ...values) {
        const statement = database.prepare(sql);
        const rows = statement.reader ? statement.all(...values) : [];
        if (!statement.reader) statement.run(...values);
        return { toArray: () => rows };
      },
    },
    transactionSync: (run) => database.transaction(run)(),
    async setAlarm(time) {
      made.alarm = time;
    },
    async deleteAlarm() {
      made.alarm = undefined;
    },
    async deleteAll() {
      database = new Database(":memory:");
    },
  };
  made.object = new MfaAccount({ id: { toString: () => id }, storage }, env);
  /** What the platform does when it is time. */
  made.wake = () => {
    made.alarm = undefined;
    return made.object.alarm();
  };
  return made;
}
