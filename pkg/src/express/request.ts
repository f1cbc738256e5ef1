// From a request of Node to one of the web.

/** What is used of a request of `node:http`, and of Express where it is one. */
export interface NodeRequest extends AsyncIterable<unknown> {
  method?: string | undefined;
  url?: string | undefined;
  rawHeaders: string[];
  headers: { host?: string | undefined };
  socket: { remoteAddress?: string | undefined };
  originalUrl?: string | undefined;
  protocol?: string | undefined;
  ip?: string | undefined;
  body?: unknown;
}

/** What is used of a response. */
export interface NodeResponse {
  statusCode: number;
  readonly headersSent: boolean;
  readonly destroyed: boolean;
  setHeader(name: string, value: string | readonly string[]): unknown;
  write(chunk: Uint8Array): boolean;
  end(): unknown;
  once(event: "drain" | "close", listener: () => void): unknown;
}

/** Without a body, unless its source is given: what a guard does not read is there for the handler. */
export function toRequest(req: NodeRequest, source?: NodeRequest): Request {
  const { method = "GET", socket, headers } = req;
  const protocol = req.protocol ?? ("encrypted" in socket && socket.encrypted ? "https" : "http");
  // Not `localhost` for who does not say: that would pass for a connection that never left this machine.
  const url = `${protocol}://${headers.host ?? "host.invalid"}${req.originalUrl ?? req.url ?? "/"}`;
  const body = source && method !== "GET" && method !== "HEAD" ? bodyOf(source) : null;
  return new Request(url, { method, headers: headersOf(req), body, duplex: "half" } as RequestInit);
}

/** From the raw ones: of a second `Authorization` there is no trace in `req.headers`. */
function headersOf({ rawHeaders }: NodeRequest): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    // Those of HTTP/2, such as `:path`, are no names of headers.
    if (!name.startsWith(":")) headers.append(name, rawHeaders[at + 1] as string);
  }
  return headers;
}

/** What a parser before us has left of it, or the stream. */
function bodyOf(req: NodeRequest): BodyInit {
  const { body } = req;
  if (body === undefined) return streamOf(req);
  return typeof body === "string" || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body);
}

/** Cancelling it does not end the connection, over which the answer has still to go. */
function streamOf(req: NodeRequest): ReadableStream {
  const chunks = req[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}
