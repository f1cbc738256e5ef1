// Vercel Edge may not compile bytes: Next.js imports the module under this name.
import module from "../../wasm/full.wasm?module";
import { link } from "./link.js";

export const core = link(module);
