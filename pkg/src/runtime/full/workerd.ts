// Cloudflare Workers may not compile bytes: the module is imported.
import module from "../../wasm/full.wasm";
import { link } from "./link.js";

export const core = link(module);
