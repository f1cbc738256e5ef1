import { refusal } from "./refusal.js";

/** What the wasm exports: src/wasm/lean/exchange.rs. */
export interface Lean {
  readonly memory: WebAssembly.Memory;
  readonly __stack_pointer: WebAssembly.Global<"i32">;
  /** Makes room for so many arguments and so many bytes of contents; answers where. */
  readonly begin: (count: number, size: number) => number;
  /** Runs an operation on so many arguments; answers where the address and the length of its answer stand. */
  readonly run: (operation: number, at: number, count: number) => number;
  readonly end: () => void;
}

/** Instantiates the module; synchronous, which every runtime allows for a module of this size. */
export function link(module: WebAssembly.Module): Lean {
  const lean = new WebAssembly.Instance(module, {
    "edge-mfa": {
      throw(at: number, size: number): never {
        throw refusal(new TextDecoder().decode(bytes(at, size)));
      },
      random(at: number, size: number): boolean {
        try {
          return !!crypto.getRandomValues(bytes(at, size));
        } catch {
          return false;
        }
      },
    },
  }).exports as unknown as Lean;
  const bytes = (at: number, size: number) => new Uint8Array(lean.memory.buffer as ArrayBuffer, at, size);
  return lean;
}
