import { MfaError } from "../../error.js";
import * as glue from "../../wasm/full.js";
import * as values from "./values.js";

/** Instantiates the module and hands what it exports to the functions that wasm-bindgen wrote for it. */
export function link(module: WebAssembly.Module): void {
  const { __wbg_set_wasm, ...imports } = glue as unknown as { __wbg_set_wasm: (wasm: object) => void } & Functions;
  // Under the names that the wasm imports them by; it takes some from their own file.
  const { exports } = new WebAssembly.Instance(module, {
    "./full_bg.js": imports,
    "../runtime/full/values.js": { ...values },
  });
  const entries = Object.entries(exports).map(([name, value]) => [name, isFunction(value) ? door(value, name) : value]);
  const wasm = Object.fromEntries(entries);
  end = wasm.end;
  values.writeInto(exports.memory as WebAssembly.Memory);
  __wbg_set_wasm(wasm);
  wasm.__wbindgen_start();
  wasm.begin();
}

/**
 * What the glue calls instead of an exported function. What a call has left is wiped behind it, unless that came out of
 * another: something it was given has called back.
 */
function door(exported: Exported, name: string): Exported {
  const at = doors.push(exported) - 1;
  if (name.startsWith("__") || name === "begin" || name === "end") return (...given) => enter(at, given);
  const isShallow = SHALLOW.includes(name);
  return (...given) => {
    if (depth++ === 0 || !isShallow) areShallow = isShallow;
    try {
      const answer = enter(at, given);
      if (answer instanceof MfaError) throw answer;
      return answer;
    } finally {
      if (--depth === 0) end(areShallow);
    }
  };
}

/**
 * The one place that calls into the wasm. V8 11.3 (Node 20) inlines such a call where it knows the callee, and then
 * compiles the code around it wrongly (see `call.ts`). Here the callee is never known: it comes out of a list.
 */
function enter(at: number, given: unknown[]): unknown {
  return (doors[at] as Exported)(...given);
}

const isFunction = (value: unknown): value is Exported => typeof value === "function";

/** What every request calls. They use little of the stack (`memory.rs`). */
const SHALLOW = ["bearer", "admit", "accountKey", "decideOffline"];
const doors: Exported[] = [];
let end: Exported;
let depth = 0;
/** All since the outermost one. */
let areShallow = true;

type Exported = (...given: unknown[]) => unknown;
type Functions = Record<string, Exported>;
