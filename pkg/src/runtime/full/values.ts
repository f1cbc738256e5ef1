// How values come in and go out of the wasm; src/wasm/full/js.rs is the other side. What is called from there does not
// throw: an exception would leave the wasm without cleaning up behind it.

import { refusal } from "../refusal.js";

/** What calls were given, and answer; the wasm knows a value by its place. The first is what was left out. */
export const values: unknown[] = [undefined];

/** Answers the place. */
export const hold = (value: unknown): number => values.push(value) - 1;

/** What the wasm imports. */
export const imports = {
  hold,

  is_undefined: (place: number): boolean => values[place] === undefined,

  /** NaN for anything but a number. */
  number(place: number): number {
    const value = values[place];
    return typeof value === "number" ? value : Number.NaN;
  },

  /**
   * Writes a string as UTF-8; answers the number of bytes. −1 for anything but a well-formed string that is not too long
   * for every command; if there might not be room for it, minus the number of its UTF-16 units, of which there are two at
   * least.
   */
  write(of: number, at: number, room: number): number {
    const value = values[of];
    if (typeof value !== "string" || value.length > LONGEST || /\p{Surrogate}/u.test(value)) return -1;
    if (value.length * 3 > room) return -value.length;
    // It is mostly the same place. When the memory grows, its old buffer is empty.
    if (room !== place.length || at !== place.byteOffset) place = view(at, room);
    return encoder.encodeInto(value, place).written;
  },

  /** A value as JSON, in its place; undefined where it has none. */
  stringify(place: number): void {
    const value = values[place];
    values[place] = undefined;
    try {
      values[place] = JSON.stringify(value);
    } catch {}
  },

  /** The number of bytes; −1 for anything but a `Uint8Array` (also of another realm) and for too many. */
  size(place: number): number {
    try {
      const bytes = values[place] as Uint8Array;
      const isBytes = ArrayBuffer.isView(bytes) && bytes[Symbol.toStringTag] === "Uint8Array";
      return isBytes && bytes.length <= LONGEST ? bytes.length : -1;
    } catch {
      return -1;
    }
  },

  copy(place: number, at: number, size: number): void {
    try {
      view(at, size).set(values[place] as Uint8Array);
    } catch {
      // Its length was a getter's.
    }
  },

  text: (at: number, size: number): number => hold(text(at, size)),

  bytes: (at: number, size: number): number => hold(view(at, size).slice()),

  refusal: (at: number, size: number): number => hold(refusal(text(at, size))),

  /** A value from JSON, and from the bytes that belong to it: each `{ $: size }` in it stands for the next so many. */
  parse(at: number, size: number, bytes: number, count: number): number {
    const fill = (value: Record<string, unknown>): unknown => {
      const { $: size } = value;
      if (typeof size === "number") {
        bytes += size;
        return view(bytes - size, size).slice();
      }
      for (const name of Object.keys(value)) {
        const inner = value[name];
        if (typeof inner === "object") value[name] = fill(inner as Record<string, unknown>);
      }
      return value;
    };
    const value = JSON.parse(text(at, size));
    return hold(count ? fill(value) : value);
  },
};

/** Where the wasm's memory is. */
export function look(into: WebAssembly.Memory): void {
  memory = into;
}

function text(at: number, size: number): string {
  return decoder.decode(view(at, size));
}

/** When the memory grows, its old buffer is empty. */
function view(at: number, size: number): Uint8Array<ArrayBuffer> {
  if (!all.length) all = new Uint8Array(memory.buffer as ArrayBuffer);
  return all.subarray(at, at + size);
}

let memory: WebAssembly.Memory;
let all = new Uint8Array();
let place = all;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** UTF-16 units or bytes. */
const LONGEST = 65_536;
