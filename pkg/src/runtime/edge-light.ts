// Vercel Edge may not compile bytes: Next.js imports the module under this name.
import module from "../wasm/lean.wasm?module";

export default module;
