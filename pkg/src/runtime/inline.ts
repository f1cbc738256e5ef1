// Browsers, Node, Deno, Bun and every bundler: the one way that works unbundled and in all of them.
import base64 from "../wasm/lean-inline.js";

export default new WebAssembly.Module(Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0)));
