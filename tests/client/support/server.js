// Real servers on this machine, and what they were asked.

import { once } from "node:events";
import { createServer } from "node:http";

/**
 * Answers each request with what `answer` says of it: a status, or `{ status, headers, body }`; an object as the body is
 * JSON, a function writes it itself.
 *
 * @param {import("node:test").TestContext} t
 */
export async function serve(t, answer) {
  const requests = [];
  const server = createServer(async (incoming, outgoing) => {
    // One that was aborted has no end.
    const chunks = await incoming.toArray().catch(() => undefined);
    if (!chunks) return;
    const { method, url, headers } = incoming;
    const request = { method, url, headers, body: Buffer.concat(chunks).toString(), socket: incoming.socket };
    requests.push(request);
    const given = await answer(request, requests.length);
    if (given === undefined) return;
    const { status = 200, headers: own = {}, body = "" } = typeof given === "number" ? { status: given } : given;
    if (typeof body === "function") return body(outgoing);
    const type = status >= 400 ? "application/problem+json" : "application/json";
    outgoing.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store", ...own });
    outgoing.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}`, requests, server };
}

/** Lets pages of other origins in, as the service does when it is configured so. */
export const cors = (answer) => async (request, count) => {
  const { origin = "*", "access-control-request-headers": wanted = "*" } = request.headers;
  const headers = {
    "Access-Control-Allow-Origin": origin,
    "Access-Control-Allow-Headers": wanted,
    "Access-Control-Allow-Methods": "PUT, PATCH, DELETE",
    "Access-Control-Expose-Headers": "X-Session-Token, WWW-Authenticate, Retry-After",
  };
  if (request.method === "OPTIONS") return { status: 204, headers };
  const given = await answer(request, count);
  return { ...given, headers: { ...headers, ...given.headers } };
};

/** The values of one header, in the order of the requests. */
export const sent = (requests, name) => requests.map(({ headers }) => headers[name.toLowerCase()]);
