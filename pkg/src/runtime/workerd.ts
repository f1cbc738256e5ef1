// Cloudflare Workers may not compile bytes: the module is imported.
import module from "../wasm/lean.wasm";

export default module;
