// A store that lives in another program, over HTTP: workerd, Bun, Deno, Node 24. This half runs there.

/** Answers one request of `remoteStore`. The clock is set to the caller's. */
export async function answer(store, clock, request) {
  const { method, given, now } = decode(await request.text());
  clock.time = now;
  try {
    return new Response(encode({ value: await store[method](...given) }));
  } catch (error) {
    return new Response(encode({ error: String(error?.message ?? error) }));
  }
}

/** JSON that keeps bytes and `undefined`. */
export function encode(value) {
  const mark = (value) => {
    if (value === undefined) return { $: "undefined" };
    if (ArrayBuffer.isView(value)) return { $: "bytes", text: String.fromCharCode(...Array.from(value)) };
    if (Array.isArray(value)) return value.map(mark);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mark(inner)]));
  };
  return JSON.stringify(mark(value));
}

export function decode(text) {
  const unmark = (value) => {
    if (Array.isArray(value)) return value.map(unmark);
    if (typeof value !== "object" || value === null) return value;
    if (value.$ === "undefined") return undefined;
    if (value.$ === "bytes") return Uint8Array.from(value.text, (character) => character.charCodeAt(0));
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unmark(inner)]));
  };
  return unmark(JSON.parse(text));
}
