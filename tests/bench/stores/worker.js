// The Worker: a service on each store of Cloudflare. `/d1/verify` is a decision, `/d1/fill` puts records in.

import { createMfa } from "edge-mfa/server";
import { d1Store } from "edge-mfa/store/d1";
import { durableObjectStore, MfaAccount } from "edge-mfa/store/durable-object";

export { MfaAccount };

const clock = { time: 0 };
const kinds = { d1: ({ DB }) => d1Store(DB), "durable-object": ({ MFA }) => durableObjectStore(MFA) };
const opened = new Map();

export default {
  async fetch(request, env) {
    const [, kind, path] = new URL(request.url).pathname.split("/");
    if (!opened.has(kind)) opened.set(kind, open(kind, env));
    const { store, mfa } = opened.get(kind);
    const given = await request.json();
    if (path === "fill") {
      await Promise.all(given.map((account) => put(store, account)));
      return Response.json({ ok: true });
    }
    clock.time = given.time;
    return Response.json(await mfa.verify(given.subject, given.code));
  },
};

function open(kind, env) {
  const store = kinds[kind](env);
  return { store, mfa: createMfa({ issuer: "Example", store, keys: env.KEYS, now: () => clock.time }) };
}

async function put(store, { key, body, event }) {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const landed = await store.commit(key, undefined, bytes(body), [{ ...event, body: bytes(event.body) }]);
  if (!landed) throw new Error(`${key} was there already`);
}
