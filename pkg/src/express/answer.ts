// From a response of the web to one of Node.
import type { NodeResponse } from "./request.js";

/** Sends it as it comes, no faster than it is taken. */
export async function answer(res: NodeResponse, { status, headers, body }: Response): Promise<void> {
  res.statusCode = status;
  headers.forEach((value, name) => {
    if (name !== "set-cookie") res.setHeader(name, value);
  });
  const cookies = headers.getSetCookie();
  if (cookies.length > 0) res.setHeader("set-cookie", cookies);
  const reader = body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    if (res.destroyed) return reader?.cancel();
    if (!res.write(part.value)) await taken(res);
  }
  res.end();
}

function taken(res: NodeResponse): Promise<void> {
  return new Promise((resolve) => {
    res.once("drain", resolve);
    res.once("close", resolve);
  });
}
