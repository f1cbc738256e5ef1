// How values come in and go out of the wasm; src/wasm/full/{given,answer}.rs are the other side. What is called from there
// does not throw: an exception would leave the wasm without cleaning up behind it.

export { refusal } from "../refusal.js";

/** Where `write` writes: the memory of the wasm. */
export function writeInto(of: WebAssembly.Memory): void {
  memory = of;
}

/**
 * Writes a string as UTF-8; answers the number of bytes. −1 for anything but a well-formed string that is not too long for
 * every command; if there might not be room for it, minus the number of its UTF-16 units, of which there are two at least.
 */
export function write(value: unknown, at: number, room: number): number {
  if (typeof value !== "string" || value.length > LONGEST || /\p{Surrogate}/u.test(value)) return -1;
  if (value.length * 3 > room) return -value.length;
  // It is mostly the same place. When the memory grows, its old buffer is empty.
  if (place.byteOffset !== at || place.length !== room) place = new Uint8Array(memory.buffer, at, room);
  return encoder.encodeInto(value, place).written;
}

/** A value as JSON; undefined where it has none. */
export function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** The number of bytes; −1 for anything but a `Uint8Array` (also of another realm) and for too many. */
export function size(value: unknown): number {
  try {
    const bytes = value as Uint8Array;
    const isBytes = ArrayBuffer.isView(value) && bytes[Symbol.toStringTag] === "Uint8Array";
    return isBytes && bytes.length <= LONGEST ? bytes.length : -1;
  } catch {
    return -1;
  }
}

export function copy(value: Uint8Array, to: Uint8Array): void {
  try {
    to.set(value);
  } catch {
    // Its length was a getter's.
  }
}

/** A value from JSON, and from the bytes that belong to it: each `{ $: size }` in it stands for the next so many. */
export function parse(json: string, bytes: Uint8Array): unknown {
  let end = 0;
  const fill = (value: Record<string, unknown>): unknown => {
    const { $: size } = value;
    if (typeof size === "number") {
      end += size;
      return bytes.slice(end - size, end);
    }
    for (const name of Object.keys(value)) {
      const inner = value[name];
      if (typeof inner === "object") value[name] = fill(inner as Record<string, unknown>);
    }
    return value;
  };
  return bytes.length ? fill(JSON.parse(json)) : JSON.parse(json);
}

/** A text that went out. */
export function text(value: string): string {
  return value;
}

/** Bytes that went out, copied. */
export function bytes(value: Uint8Array): Uint8Array {
  return value.slice();
}

let memory: WebAssembly.Memory;
let place = new Uint8Array();
const encoder = new TextEncoder();
/** UTF-16 units or bytes. */
const LONGEST = 65_536;
