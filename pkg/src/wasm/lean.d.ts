/** wasm-bindgen's glue: what the wasm imports. Generated into `dist/wasm` by `cargo xtask build`. */
export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
