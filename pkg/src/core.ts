// Everything that src/wasm/full exports, linked. What the functions take and answer is declared in Rust.
export { core } from "#wasm-full";
export type * from "./wasm/full.js";
