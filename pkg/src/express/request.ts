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
export function guardedRequest(req: NodeRequest): Request {
  let made: Request | undefined;
  const whole = () => {
    made ??= wholeRequest(req);
    return made;
  };
  const headers = standIn<Headers>({ get: (name) => headerOf(req, name.toLowerCase()) }, () => whole().headers);
  return standIn<Request>({ url: urlOf(req), headers }, whole);
}

/** With a body if its source is given: what a parser before us has left of it, or the stream. */
export function wholeRequest(req: NodeRequest, source?: NodeRequest): Request {
  const { method = "GET", rawHeaders } = req;
  const headers = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1] as string]] : []));
  const body = source && method !== "GET" && method !== "HEAD" ? bodyOf(source) : null;
  // Those of HTTP/2, such as `:path`, are no names of headers.
  const named = headers.filter(([name]) => !name?.startsWith(":")) as [string, string][];
  return new Request(urlOf(req), { method, headers: named, body, duplex: "half" } as RequestInit);
}

function urlOf({ protocol, socket, headers, originalUrl, url }: NodeRequest): string {
  const scheme = protocol ?? ("encrypted" in socket && socket.encrypted ? "https" : "http");
  // Not `localhost` for who does not say: that would pass for a connection that never left this machine.
  return `${scheme}://${headers.host?.toLowerCase() ?? "host.invalid"}${originalUrl ?? url ?? "/"}`;
}

/** From the raw ones: of a second `Authorization` there is no trace in `req.headers`. */
function headerOf({ rawHeaders }: NodeRequest, wanted: string): string | null {
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

/** Some parts of a thing; the rest is taken from the whole, and so is what it is. */
function standIn<T extends object>(parts: Partial<T>, whole: () => T): T {
  return new Proxy(parts, {
    get(_, name) {
      if (Object.hasOwn(parts, name)) return parts[name as keyof T];
      const value = Reflect.get(whole(), name);
      return typeof value === "function" ? value.bind(whole()) : value;
    },
    getPrototypeOf: () => Object.getPrototypeOf(whole()),
  }) as T;
}
