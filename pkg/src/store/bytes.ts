// Bytes as the clients give them, and as text where nothing else goes through.

/** What a client gave for a BLOB or a bytea, as plain bytes. */
export function toBytes(value: unknown): Uint8Array {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer || Array.isArray(value)) return new Uint8Array(value);
  throw new TypeError("the client gave no bytes for a body");
}

/** base64 (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  // In parts: a function takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
