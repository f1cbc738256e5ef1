// How values come in and go out of the wasm; src/wasm/full/{given,answer}.rs are the other side. What is called from there
// does not throw: an exception would leave the wasm without cleaning up behind it.

export { refusal } from "../refusal.js";

/** The UTF-16 units of a well-formed string; −1 for anything else and for what is too long for every command. */
export function units(value: unknown): number {
  return typeof value === "string" && value.length <= LONGEST && !/\p{Surrogate}/u.test(value) ? value.length : -1;
}

/** Writes a string as UTF-8; answers the number of bytes. */
export function write(value: string, to: Uint8Array): number {
  return encoder.encodeInto(value, to).written;
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

const encoder = new TextEncoder();
/** UTF-16 units or bytes. */
const LONGEST = 65_536;
