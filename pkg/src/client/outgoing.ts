// One request of the caller, which may have to be sent more than once.
import { MfaError } from "../error.js";
import type { Settings } from "./options.js";

export class Outgoing {
  readonly headers: Headers;
  readonly signal: AbortSignal | undefined;
  /** Whether it goes where the headers may go. */
  readonly isOurs: boolean;
  /** Whether it can be sent again: not if its body is a stream, which can be read once. */
  readonly isReplayable: boolean;
  /** How often it was sent again after a failure. */
  retries = 0;
  readonly #settings: Settings;
  readonly #request: Request;
  readonly #init: RequestInit;
  readonly #isRequest: boolean;

  /** Throws what `fetch` would reject with. */
  constructor(settings: Settings, input: RequestInfo | URL, given?: RequestInit | null) {
    const init = given ?? {};
    this.#settings = settings;
    this.#isRequest = typeof input === "object" && "headers" in input;
    const signal = init.signal === undefined && this.#isRequest ? (input as Request).signal : init.signal;
    this.signal = signal ?? undefined;
    this.signal?.throwIfAborted();
    this.isReplayable = !isStream(init.body);
    // Not every platform takes a body of `null` for none.
    this.#init = init.body ? { ...init, body: kept(init.body) } : init;
    const target = this.#isRequest || !settings.base ? input : new URL(input as string | URL, settings.base);
    // A Request of our own takes the body, as `fetch` does. A stream is left for the one time that it is sent.
    this.#request = new Request(target, this.isReplayable ? this.#init : { ...init, body: null });
    this.headers = this.#isRequest ? this.#request.headers : new Headers(init.headers);
    this.isOurs = settings.origins.has(new URL(this.#request.url).origin);
  }

  /** Whether the server does the same for two as for one (RFC 9110, section 9.2.2). A code is never sent twice. */
  mayRetry(headers: Headers): boolean {
    if (!this.isReplayable || headers.has("X-MFA-Token") || this.retries >= this.#settings.retry) return false;
    return IDEMPOTENT.has(this.#request.method) || headers.has("Idempotency-Key");
  }

  /** Sends it once. With our headers it follows no redirect: `fetch` would take them to wherever that leads. */
  async send(headers: Headers, signal: AbortSignal): Promise<Response> {
    const { url, redirect, referrer, referrerPolicy } = this.#request;
    const init: RequestInit = { ...this.#init, headers, signal };
    if (this.isOurs) init.redirect = "manual";
    if (this.#isRequest) {
      // Beside an `init`, a Request would lose them.
      Object.assign(init, { referrer, referrerPolicy });
      if (this.isReplayable) delete init.body;
    }
    const response = await this.#settings.fetch(this.#isRequest ? this.#request.clone() : url, init);
    if (!this.isOurs || redirect === "manual" || !isRedirect(response)) return response;
    await discard(response);
    throw new MfaError("client_redirect", "client redirect: it would take the session along");
  }

  /** Lets go of what was kept to be sent again. */
  end(): void {
    if (this.#isRequest) this.#request.body?.cancel().catch(() => {});
  }
}

/** Frees the connection of an answer that nobody reads. */
export async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => {});
}

/** In a page a redirect shows nothing of itself. */
function isRedirect({ type, status, headers }: Response): boolean {
  return type === "opaqueredirect" || ([301, 302, 303, 307, 308].includes(status) && headers.has("Location"));
}

/** Whatever is read to its end: a stream, or in Node anything that can be iterated asynchronously. */
function isStream(body: unknown): boolean {
  return typeof body === "object" && body !== null && ("getReader" in body || Symbol.asyncIterator in body);
}

/** Bytes may be written over while the request waits. */
function kept<T>(body: T): T {
  if (body instanceof ArrayBuffer) return body.slice(0) as T;
  if (!ArrayBuffer.isView(body)) return body;
  return new Uint8Array(body.buffer as ArrayBuffer, body.byteOffset, body.byteLength).slice() as T;
}

const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);
