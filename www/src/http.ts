// Requests in, answers out: small JSON bodies, from this site's own page only.

import type { Problem } from "./api.js";

/** A request that gets an answer other than 200. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }

  response(): Response {
    return json(this.status, { error: this.code, message: this.message } satisfies Problem, this.headers);
  }
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { "cache-control": "no-store", ...headers } });
}

/** The answer with the headers that every answer has. */
export function secured(answer: Response): Response {
  const response = new Response(answer.body, answer);
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.headers.set(name, value);
  return response;
}

/** The small JSON object in a request. */
export function parseBody(request: Request, text: string): Record<string, unknown> {
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  if ((origin !== null && origin !== new URL(request.url).origin) || (site !== null && site !== "same-origin")) {
    throw new Refusal(403, "cross_origin", "Only the page of this demo may ask.");
  }
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") throw new Refusal(415, "unsupported_media_type", "Send application/json.");
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Refusal(400, "malformed", "The body is not JSON.");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new Refusal(400, "malformed", "The body is not a JSON object.");
  }
  return body as Record<string, unknown>;
}

/** Reads the body to its end, since answering before it may cost the client its connection, but keeps only a short one. */
export async function readText(request: Request): Promise<string> {
  const reader = request.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let length = 0;
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    length += part.value.length;
    if (length <= LONGEST_BODY) text += part.value;
  }
  if (length > LONGEST_BODY) throw new Refusal(413, "too_long", "The body is too long.");
  return text;
}

const LONGEST_BODY = 1024;

const SECURITY_HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join("; "),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};
