// Everything that src/wasm/full exports, linked. What the functions take and answer is declared in Rust.
import "#wasm-full";

export * from "./wasm/full.js";
