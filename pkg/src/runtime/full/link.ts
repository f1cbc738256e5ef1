import { MfaError } from "../../error.js";
import type * as wasm from "../../wasm/full.js";
import { hold, imports, look, values } from "./values.js";

/** Instantiates the module; answers what it exports, as src/wasm/full declares it. */
export function link(module: WebAssembly.Module): typeof wasm {
  const { exports } = new WebAssembly.Instance(module, { "edge-mfa": imports });
  const { memory, end, ...functions } = exports as Functions & { memory: WebAssembly.Memory };
  look(memory);
  wipe = end as Exported;
  for (const name of Object.keys(functions)) functions[name] = door(functions[name] as Exported, name);
  return functions as unknown as typeof wasm;
}

/**
 * What is called instead of an exported function. What a call has left is wiped behind it, unless that came out of
 * another: something it was given has called back.
 */
function door(exported: Exported, name: string): Exported {
  const at = doors.push(exported) - 1;
  const isShallow = SHALLOW.includes(name);
  return (...given) => {
    const before = values.length;
    const isOutermost = before === 1;
    if (isOutermost || !isShallow) areShallow = isShallow;
    try {
      const answer = values[enter(at, given.map(hold)) as number];
      if (answer instanceof MfaError) throw answer;
      return answer;
    } finally {
      values.length = before;
      if (isOutermost) wipe(areShallow);
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

/** What every request calls. They use little of the stack (`memory.rs`). */
const SHALLOW = ["bearer", "admit", "accountKey", "decideOffline"];
const doors: Exported[] = [];
let wipe: Exported;
/** All since the outermost one. */
let areShallow = true;

type Exported = (...given: unknown[]) => unknown;
type Functions = Record<string, Exported>;
