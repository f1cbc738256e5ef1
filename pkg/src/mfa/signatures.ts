// Signatures of public keys, checked by the platform's WebCrypto. What has to be signed by whom is decided in
// src/factor/webauthn.
import type { Signature } from "../core.js";

/** The ids of those that are good. What the platform cannot check is not good. */
export async function goodOnes(signatures: readonly Signature[]): Promise<string[]> {
  const good = await Promise.all(signatures.map((signature) => isGood(signature).catch(() => false)));
  return signatures.filter((_, at) => good[at]).map(({ id }) => id);
}

async function isGood({ algorithm, key, message, signature }: Signature): Promise<boolean> {
  const [name = "", ...rest] = algorithm.split(" ");
  const hash = rest.find((part) => part.startsWith("SHA-"));
  const namedCurve = rest.find((part) => part.startsWith("P-"));
  const parameters = { name, ...(hash && { hash }), ...(namedCurve && { namedCurve }) };
  const imported = await crypto.subtle.importKey("spki", key, parameters, false, ["verify"]);
  return crypto.subtle.verify(parameters, imported, signature, message);
}
