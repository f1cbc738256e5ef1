// From a request of Node to one of the web.

type Texts = "method" | "url" | "originalUrl" | "protocol" | "ip";

/** What is used of a request of `node:http`, and of Express where it is one. */
export interface NodeRequest extends AsyncIterable<unknown>, Partial<Record<Texts, string | undefined>> {
  rawHeaders: string[];
  headers: { host?: string | undefined };
  socket: { remoteAddress?: string | undefined };
  body?: unknown;
}

/**
 * Without a body: what a guard does not read is there for the handler. A `Request` takes longer to make than the guard, which
 * asks for an address and a few headers: it is made when anything else is asked for, as by `authenticate`.
 */
export const guardedRequest = (req: NodeRequest): Request => new Asked(req) as unknown as Request;

/** With a body if its source is given: what a parser before us has left of it, or the stream. */
export function wholeRequest(req: NodeRequest, source?: NodeRequest): Request {
  const { method = "GET", rawHeaders } = req;
  const headers = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1] as string]] : []));
  const body = source && method !== "GET" && method !== "HEAD" ? bodyOf(source) : null;
  // Those of HTTP/2, such as `:path`, are no names of headers.
  const named = headers.filter(([name]) => !name?.startsWith(":")) as [string, string][];
  return new Request(urlOf(req), { method, headers: named, body, duplex: "half" } as RequestInit);
}

function urlOf(req: NodeRequest): string {
  return `${originOf(req)}${req.originalUrl ?? req.url ?? "/"}`;
}

/** The beginning of the URL, up to its path. */
export function originOf(req: NodeRequest): string {
  const scheme = req.protocol ?? ((req.socket as { encrypted?: boolean }).encrypted ? "https" : "http");
  // Not `localhost` for who does not say: that would pass for a connection that never left this machine.
  return `${scheme}://${req.headers.host?.toLowerCase() ?? "host.invalid"}`;
}

/** From the raw ones: of a second `Authorization` there is no trace in `req.headers`. */
function headerOf(rawHeaders: readonly string[], wanted: string): string | null {
  let found: string | null = null;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (name.length !== wanted.length || name.toLowerCase() !== wanted) continue;
    found = found === null ? (rawHeaders[at + 1] as string) : `${found}, ${rawHeaders[at + 1]}`;
  }
  return found;
}

/** Cancelling the stream does not end the connection, over which the answer has still to go. */
function bodyOf(req: NodeRequest): BodyInit {
  const { body } = req;
  if (body === undefined) return streamOf(req[Symbol.asyncIterator]());
  return typeof body === "string" || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body);
}

function streamOf(chunks: AsyncIterator<unknown>): ReadableStream {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

class Asked {
  readonly headers: AskedHeaders;
  readonly req: NodeRequest;
  #whole: Request | undefined;
  constructor(req: NodeRequest) {
    this.req = req;
    this.headers = new AskedHeaders(this);
  }
  get url(): string {
    return urlOf(this.req);
  }
  whole(): Request {
    this.#whole ??= wholeRequest(this.req);
    return this.#whole;
  }
}

class AskedHeaders {
  readonly asked: Asked;
  /** Express makes another kind of object of each request, which takes its time with whatever it is asked for. */
  readonly raw: readonly string[];
  constructor(asked: Asked) {
    this.asked = asked;
    this.raw = asked.req.rawHeaders;
  }
  get(name: string): string | null {
    return headerOf(this.raw, name.toLowerCase());
  }
  whole(): Headers {
    return this.asked.whole().headers;
  }
}

/** What a class does not have itself is that of the whole. */
function completed(part: { prototype: { whole(): object } }, { prototype }: { prototype: object }): void {
  for (const name of Reflect.ownKeys(prototype)) {
    if (name in part.prototype || name === "headers") continue;
    const get = function (this: { whole(): object }) {
      const value = Reflect.get(this.whole(), name);
      return typeof value === "function" ? value.bind(this.whole()) : value;
    };
    Object.defineProperty(part.prototype, name, { get });
  }
  Object.setPrototypeOf(part.prototype, prototype);
}

completed(Asked, Request);
completed(AskedHeaders, Headers);
