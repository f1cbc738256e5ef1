// The only file that knows the shared buffer: src/wasm/lean/exchange.rs is the other side of it.
import wasm from "#wasm";

/** Calls a function of the core and answers its result as bytes. What the arguments must be, the core decides. */
export function bytes(operation: number, given: unknown[]): Uint8Array<ArrayBuffer> {
  return call(operation, given, (answer) => answer.slice());
}

/** Calls a function of the core and answers its result as text. */
export function text(operation: number, given: unknown[]): string {
  return call(operation, given, (answer) => decoder.decode(answer));
}

/** Calls a function of the core and answers its result as an object. */
export function json<T>(operation: number, given: unknown[]): T {
  return JSON.parse(text(operation, given));
}

/** Calls a function of the core that decides on typed codes, its last arguments. */
export function verdict<T>(operation: number, given: unknown[], ...codes: unknown[]): T {
  const isText = codes.every((code) => typeof code === "string");
  const answer = json<T>(operation, given.concat(isText ? codes : codes.map(() => "")));
  return isText ? answer : { ...answer, message: "code must be a string: a number loses leading zeros" };
}

function call<T>(operation: number, given: unknown[], read: (answer: Uint8Array<ArrayBuffer>) => T): T {
  const stack = wasm.__stack_pointer.value;
  try {
    const at = enter(wasm.run, operation, write(given), given.length);
    const memory = currentMemory();
    return read(new Uint8Array(memory.buffer, memory.getUint32(at, true), memory.getUint32(at + 4, true)));
  } finally {
    // A refusal leaves the wasm by an exception, which does not unwind its stack.
    wasm.__stack_pointer.value = stack;
    enter(wasm.end);
  }
}

/**
 * The one place that calls into the wasm. V8 11.3 (Node 20) inlines such a call where it knows the callee, and then
 * compiles the code around it wrongly: it reads the length of a value before it asks whether that is a string. Here
 * the callee is never known.
 */
function enter<G extends number[], A>(exported: (...given: G) => A, ...given: G): A {
  return exported(...given);
}

/** Writes the table of arguments, 16 bytes each: kind, length, and the number or where the content stands behind it. */
function write(given: unknown[]): number {
  let size = 0;
  for (const value of given) size += room(value);
  const at = enter(wasm.begin, given.length, size);
  const memory = currentMemory();
  let entry = at;
  let end = at + given.length * 16;
  for (const value of given) {
    let kind = value === undefined ? 0 : 4;
    let length = 0;
    if (typeof value === "string") {
      length = encode(value, new Uint8Array(memory.buffer, end));
      if (length >= 0) kind = 2;
    } else if (isBytes(value)) {
      const content = value.subarray(0, LONGEST);
      new Uint8Array(memory.buffer, end).set(content);
      length = content.length;
      kind = 3;
    } else if (typeof value === "number") kind = 1;
    memory.setUint32(entry, kind, true);
    memory.setUint32(entry + 4, length, true);
    memory.setFloat64(entry + 8, kind === 1 ? (value as number) : end, true);
    entry += 16;
    end += Math.max(length, 0);
  }
  return at;
}

/** How many bytes the content takes at most: three for a UTF-16 unit. */
function room(value: unknown): number {
  if (typeof value === "string") return 3 * Math.min(value.length, LONGEST);
  return isBytes(value) ? Math.min(value.byteLength, LONGEST) : 0;
}

/** Whether it is a `Uint8Array`, also of another realm: a vm context, a test runner's sandbox. */
function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && (value as Uint8Array)[Symbol.toStringTag] === "Uint8Array";
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
const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder();
/** No input that the core takes is longer, so what is cut off makes none better. */
const LONGEST = 65_536;
