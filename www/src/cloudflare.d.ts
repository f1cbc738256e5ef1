// The few parts of the Workers runtime that the demo uses.

interface Fetcher {
  fetch(request: Request): Promise<Response>;
}

interface Request {
  /** What Cloudflare knows of the connection. */
  readonly cf?: { readonly country?: string };
}
