// Cloudflare Workers may not compile bytes: the module is imported.
import module from "../wasm/lean.wasm";
import { link } from "./link.js";

export default link(module);
