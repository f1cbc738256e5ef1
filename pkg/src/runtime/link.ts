import * as glue from "../wasm/lean.js";

/** What the wasm exports: every function takes its arguments from the shared buffer and says whether it went well. */
export interface Lean extends Record<Function, () => number> {
  readonly memory: WebAssembly.Memory;
  readonly begin: (size: number) => number;
  readonly answer: () => number;
  readonly end: () => void;
}

type Function =
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
  const { exports } = new WebAssembly.Instance(module, { "./lean_bg.js": glue as unknown as WebAssembly.ModuleImports });
  glue.__wbg_set_wasm(exports);
  return exports as unknown as Lean;
}
