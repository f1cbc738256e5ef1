// Node, Deno, Bun, browsers and every bundler: the one way that works unbundled and in all of them.
import base64 from "../../wasm/full-inline.js";
import { link } from "./link.js";

export const core = link(new WebAssembly.Module(Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0))));
