// The body of a request: as much of it as any endpoint takes.
import { answered } from "../mfa/guarded.js";
import { refuse } from "./problem.js";

/** Reads no more than it takes to see that there is too much. */
export async function bytesOf(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    size += part.value.byteLength;
    if (size > LONGEST) {
      await reader?.cancel();
      throw refuse("content_too_large");
    }
    chunks.push(part.value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

/**
 * A refusal, when what came with its request is read: workerd ends a connection on which a body is left over. Not what is
 * too long or keeps us waiting, and of a copy: whoever is refused may still want to read it.
 */
export async function drained<T>(request: Request, answer: Promise<T | Response>): Promise<T | Response> {
  const given = await answer;
  if (!(given instanceof Response) || given.ok) return given;
  const length = Number(request.headers.get("content-length"));
  if (length > 0 && length <= LONGEST && request.body && !request.bodyUsed && !request.body.locked)
    await answered(bytesOf(request.clone()), PATIENCE).catch(() => {});
  return given;
}

/** Bytes. */
const LONGEST = 16_384;
/** Milliseconds. */
const PATIENCE = 1000;
