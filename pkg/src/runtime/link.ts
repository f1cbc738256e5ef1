import { refusal } from "./refusal.js";

/** What the wasm exports: every function takes its arguments from the shared buffer and leaves its answer there. */
export interface Lean extends Record<Operation, () => void> {
  readonly memory: WebAssembly.Memory;
  readonly __stack_pointer: WebAssembly.Global<"i32">;
  readonly begin: () => void;
  readonly answer: () => number;
  readonly end: () => void;
}

type Operation =
  | "secret_generate"
  | "secret_parse"
  | "secret_bytes"
  | "totp_generate"
  | "totp_verify"
  | "hotp_generate"
  | "hotp_verify"
  | "hotp_resync"
  | "otpauth_build"
  | "otpauth_parse"
  | "migration_build"
  | "migration_parse"
  | "qr_svg"
  | "qr_data_uri"
  | "qr_png"
  | "qr_text"
  | "recovery_generate"
  | "recovery_verify";

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
