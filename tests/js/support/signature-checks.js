// Asks WebCrypto by the package's own code, wherever this runs.

import { goodOnes } from "../../../pkg/dist/mfa/signatures.js";

/** Which of the checks that `cargo test` wrote are good. */
export async function answersOf(checks) {
  const signatures = checks.map(({ algorithm, key, message, signature }, at) => ({
    id: String(at),
    algorithm,
    ...{ key: bytes(key), message: bytes(message), signature: bytes(signature) },
  }));
  const good = new Set(await goodOnes(signatures));
  return signatures.map(({ id }) => good.has(id));
}

function bytes(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
