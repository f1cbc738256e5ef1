// The only file that knows the shared buffer: src/wasm/exchange.rs is the other side of it.
import wasm from "#wasm";

/** Calls a function of the core and answers its result as bytes. What the arguments must be, the core decides. */
export function bytes(run: () => void, ...given: unknown[]): Uint8Array<ArrayBuffer> {
  return call(run, given, (answer) => answer.slice());
}

/** Calls a function of the core and answers its result as text. */
export function text(run: () => void, ...given: unknown[]): string {
  return call(run, given, (answer) => decoder.decode(answer));
}

/** Calls a function of the core and answers its result as an object. */
export function json<T>(run: () => void, ...given: unknown[]): T {
  return JSON.parse(text(run, ...given));
}

function call<T>(run: () => void, given: unknown[], read: (answer: Uint8Array<ArrayBuffer>) => T): T {
  const stack = wasm.__stack_pointer.value;
  try {
    write(given);
    run();
    const memory = currentMemory();
    const at = memory.getUint32(answerAt, true);
    return read(new Uint8Array(memory.buffer, at, memory.getUint32(answerAt + 4, true)));
  } finally {
    // A refusal leaves the wasm by an exception, which does not unwind its stack.
    wasm.__stack_pointer.value = stack;
    wasm.end();
  }
}

/** Writes the arguments one after the other: a byte for the kind, then the number, or a length and the content. */
function write(given: unknown[]): void {
  let at = wasm.begin(given.reduce((size: number, value) => size + room(value), 0));
  const memory = currentMemory();
  for (const value of given) {
    let kind = value === undefined ? ABSENT : OTHER;
    let length = 0;
    if (typeof value === "number") {
      kind = NUMBER;
      memory.setFloat64(at + 1, value, true);
      length = 8;
    } else if (typeof value === "string") {
      length = encode(value, new Uint8Array(memory.buffer, at + 5));
      if (length >= 0) kind = TEXT;
    } else if (value instanceof Uint8Array) {
      kind = BYTES;
      const content = value.subarray(0, LONGEST);
      new Uint8Array(memory.buffer, at + 5).set(content);
      length = content.length;
    }
    memory.setUint8(at++, kind);
    if (kind === TEXT || kind === BYTES) {
      memory.setUint32(at, length, true);
      at += 4;
    }
    if (length > 0) at += length;
  }
}

/** How many bytes an argument takes at most: three for a UTF-16 unit. */
function room(value: unknown): number {
  if (typeof value === "string") return 9 + 3 * Math.min(value.length, LONGEST);
  return 9 + (value instanceof Uint8Array ? Math.min(value.length, LONGEST) : 0);
}

/** Writes UTF-8 and answers its length, −1 for text with half a surrogate pair. */
function encode(value: string, to: Uint8Array): number {
  const length = Math.min(value.length, LONGEST);
  for (let index = 0; index < length; index++) {
    const unit = value.charCodeAt(index);
    if (unit > 127) {
      return /\p{Surrogate}/u.test(value) ? -1 : encoder.encodeInto(value.slice(0, LONGEST), to).written;
    }
    to[index] = unit;
  }
  return length;
}

/** The memory as it is now: its buffer is another one after it grew. */
function currentMemory(): DataView<ArrayBuffer> {
  if (view?.buffer !== wasm.memory.buffer) view = new DataView(wasm.memory.buffer as ArrayBuffer);
  return view;
}

let view: DataView<ArrayBuffer> | undefined;
const answerAt = /* @__PURE__ */ wasm.answer();
const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder();
const ABSENT = 0;
const NUMBER = 1;
const TEXT = 2;
const BYTES = 3;
const OTHER = 4;
/** No input that the core takes is longer, so what is cut off makes none better. */
const LONGEST = 65_536;
