// From a response of the web to one of Node.

/** What is used of a response. */
export interface NodeResponse {
  statusCode: number;
  readonly headersSent: boolean;
  setHeader(name: string, value: string | string[]): unknown;
  end(body?: Uint8Array): unknown;
}

/** Connect's. */
export type Next = (error?: unknown) => void;

export async function answer(res: NodeResponse, response: Response): Promise<void> {
  const body = new Uint8Array(await response.arrayBuffer());
  res.statusCode = response.status;
  response.headers.forEach((value, name) => {
    res.setHeader(name, value);
  });
  // Of these each has a line of its own.
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) res.setHeader("Set-Cookie", cookies);
  res.end(body);
}

/** To whoever answers errors; else by 500. */
export function failed(error: unknown, res: NodeResponse, next?: Next): undefined {
  if (next) next(error);
  else {
    if (!res.headersSent) res.statusCode = 500;
    res.end();
  }
}
