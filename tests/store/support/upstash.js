// The REST interface of Upstash before a Redis of ours: the client is the real one, and so is the engine.

import { createServer } from "node:http";
import { Redis } from "ioredis";

export async function startUpstash(port) {
  const redis = new Redis(port);
  const answer = (command) =>
    redis.call(...command.map(String)).then(
      (result) => ({ result: encoded(result) }),
      (error) => ({ error: error.message }),
    );
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = JSON.parse(Buffer.concat(parts).toString());
    const several = request.url !== "/";
    const result = several ? await Promise.all(body.map(answer)) : await answer(body);
    response.writeHead(!several && result.error ? 400 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(result));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await redis.quit();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}

/** The client asks for texts in base64. */
function encoded(result) {
  if (Array.isArray(result)) return result.map(encoded);
  return typeof result === "string" ? Buffer.from(result).toString("base64") : result;
}
