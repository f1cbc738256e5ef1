/** The wasm in base64. Generated into `dist/wasm` by `cargo xtask build`. */
declare const base64: string;
export default base64;
