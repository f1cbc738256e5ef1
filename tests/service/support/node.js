// A server of Node before what answers requests of fetch.

import { once } from "node:events";
import { createServer } from "node:http";
import { Readable } from "node:stream";

/** @param {(request: Request, client: { address: string }) => Promise<Response>} answer */
export async function startNode(answer) {
  const server = createServer(async (incoming, outgoing) => {
    const { method, url, rawHeaders, headers, socket } = incoming;
    const pairs = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1]]] : []));
    const body = ["GET", "HEAD"].includes(method) ? {} : { body: Readable.toWeb(incoming), duplex: "half" };
    try {
      const request = new Request(`http://${headers.host}${url}`, { method, headers: pairs, ...body });
      const response = await answer(request, { address: socket.remoteAddress });
      outgoing.writeHead(response.status, [...response.headers].flat());
      outgoing.end(Buffer.from(await response.arrayBuffer()));
    } catch {
      // A method or a header that fetch does not know.
      outgoing.writeHead(400).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${server.address().port}`, stop };
}
