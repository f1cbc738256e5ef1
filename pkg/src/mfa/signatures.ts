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
  const point = POINTS[namedCurve ?? name];
  // A point of a curve stands at the end of its key, and Node reads it ten times as fast without what is around it.
  const [format, bytes] =
    key.length === point?.key ? ["raw" as const, key.subarray(-point.size)] : ["spki" as const, key];
  const imported = await crypto.subtle.importKey(format, bytes, parameters, false, ["verify"]);
  return crypto.subtle.verify(parameters, imported, signature, message);
}

/** Bytes of a `SubjectPublicKeyInfo` (RFC 5480, RFC 8410) and of the uncompressed point in it. */
const POINTS: Readonly<Record<string, { key: number; size: number }>> = {
  "P-256": { key: 91, size: 65 },
  "P-384": { key: 120, size: 97 },
  Ed25519: { key: 44, size: 32 },
};
