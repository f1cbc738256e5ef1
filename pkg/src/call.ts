// The only file that knows what crosses: src/wasm/lean/exchange.rs is the other side of it.
import module from "#wasm";
import { refusal } from "./runtime/refusal.js";

/** Calls a function of the core and answers its result as bytes. What the arguments must be, the core decides. */
export function bytes(operation: number, given: readonly unknown[]): Uint8Array<ArrayBuffer> {
  try {
    let first = 0;
    for (let index = given.length; index--; ) first = write(first, given[index]);
    enter(wasm.run, operation, first);
    return answers.pop() as Uint8Array<ArrayBuffer>;
  } finally {
    // A refusal leaves the wasm by an exception, which does not unwind its stack.
    wasm.__stack_pointer.value = stack;
    enter(wasm.end);
  }
}

/** Calls a function of the core and answers its result as text. */
export function text(operation: number, given: readonly unknown[]): string {
  return decoder.decode(bytes(operation, given));
}

/** Calls a function of the core and answers its result as an object. */
export function json<T>(operation: number, given: readonly unknown[]): T {
  return JSON.parse(text(operation, given));
}

/**
 * A list of arguments, of which an operation takes so many; one more shows that there are too many. What is no list has an
 * entry that none takes.
 */
export function list<T>(value: readonly T[], most: number): readonly (T | null)[] {
  return Array.isArray(value) ? value.slice(0, most + 1) : [null];
}

/**
 * The one place that calls into the wasm. V8 11.3 (Node 20) inlines such a call where it knows the callee, and then
 * compiles the code around it wrongly: it reads the length of a value before it asks whether that is a string. Here
 * the callee is never known.
 */
function enter<A>(exported: (...given: number[]) => A, one?: number, two?: number, three?: number, four?: number): A {
  return exported(one as number, two as number, three as number, four as number);
}

/** Hands over an argument, and answers what the one before it has to name. */
function write(next: number, value: unknown): number {
  let kind = value === undefined ? 0 : 4;
  let number = 0;
  let length = 0;
  if (typeof value === "number") {
    kind = 1;
    number = value;
  } else if (typeof value === "string") {
    length = Math.min(value.length, LONGEST);
    number = enter(wasm.room, 3 * length); // That is the most for a UTF-16 unit.
    length = encode(value, number, length);
    if (length >= 0) kind = 3;
  } else if (isBytes(value)) {
    const content = value.subarray(0, LONGEST);
    length = content.length;
    number = enter(wasm.room, length);
    memory().set(content, number);
    kind = 2;
  }
  return enter(wasm.argument, next, kind, number, length);
}

/** Writes UTF-8 and answers its length, −1 for text with half a surrogate pair. */
function encode(value: string, at: number, length: number): number {
  const to = memory();
  for (let index = 0; index < length; index++) {
    const unit = value.charCodeAt(index);
    if (unit > 127) {
      if (/\p{Surrogate}/u.test(value)) return -1;
      return new TextEncoder().encodeInto(value.slice(0, LONGEST), to.subarray(at)).written;
    }
    to[at + index] = unit;
  }
  return length;
}

/** Whether it is a `Uint8Array`, also of another realm: a vm context, a test runner's sandbox. */
function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && (value as Uint8Array)[Symbol.toStringTag] === "Uint8Array";
}

/** The memory of the wasm: when that grows, the view of it is empty. */
function memory(): Uint8Array<ArrayBuffer> {
  if (!view.length) view = new Uint8Array(wasm.memory.buffer as ArrayBuffer);
  return view;
}

const answers: Uint8Array<ArrayBuffer>[] = [];
let view = new Uint8Array();
const decoder = /* @__PURE__ */ new TextDecoder();
/** No input that the core takes is longer, so what is cut off makes none better. */
const LONGEST = 65_536;

/** What the wasm exports: src/wasm/lean/exchange.rs. */
interface Lean {
  readonly memory: WebAssembly.Memory;
  readonly __stack_pointer: WebAssembly.Global<"i32">;
  /** Makes room for so many bytes; answers where. */
  readonly room: (size: number) => number;
  /**
   * Takes an argument, and `next`, what an earlier call for the one after it has answered, or 0. It is a number, or its
   * content stands there.
   */
  readonly argument: (next: number, kind: number, number: number, size: number) => number;
  /** Runs an operation on the arguments from the first on; calls `answer`, or throws. */
  readonly run: (operation: number, first: number) => void;
  readonly end: () => void;
}

/** Synchronous, which every runtime allows for a module of this size. */
const wasm = /* @__PURE__ */ new WebAssembly.Instance(module, {
  "edge-mfa": {
    answer(at: number, size: number): void {
      answers.push(memory().slice(at, at + size));
    },
    throw(at: number, size: number): never {
      throw refusal(decoder.decode(memory().subarray(at, at + size)));
    },
    random(at: number, size: number): boolean {
      try {
        return !!crypto.getRandomValues(memory().subarray(at, at + size));
      } catch {
        return false;
      }
    },
  },
}).exports as unknown as Lean;
const stack = wasm.__stack_pointer.value;
