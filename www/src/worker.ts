// The edge Worker: serves the page, and answers /api for the one account of the demo.
//
// The demo has no first factor, so nothing here asks who is calling: in a real service `enrol` and
// `reset` belong behind a sign-in. The engine of edge-mfa replaces these routes when it is there.

import type { Account, Env } from "./account.js";
import type { Problem } from "./api.js";

export { Account } from "./account.js";

type Stub = ReturnType<DurableObjectNamespace<Account>["getByName"]>;

interface Route {
  method: "GET" | "POST";
  run(account: Stub, body: Record<string, unknown>): Promise<unknown>;
}

const routes: Record<string, Route> = {
  "/api/state": { method: "GET", run: (account) => account.state() },
  "/api/enrol": { method: "POST", run: (account) => account.enrol() },
  "/api/confirm": { method: "POST", run: (account, body) => account.confirm(codeOf(body)) },
  "/api/sign-in": { method: "POST", run: (account, body) => account.signIn(codeOf(body)) },
  "/api/reset": {
    method: "POST",
    run: async (account) => {
      await account.reset();
      return { ok: true };
    },
  },
};

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

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    const answer = pathname.startsWith("/api/") ? await api(request, pathname, env) : await env.ASSETS.fetch(request);
    const response = new Response(answer.body, answer);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.headers.set(name, value);
    return response;
  },
};

async function api(request: Request, pathname: string, env: Env): Promise<Response> {
  try {
    const text = await readText(request);
    const route = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
    if (!route) throw new Refusal(404, "not_found", "There is nothing at this address.");
    if (request.method !== route.method) {
      throw new Refusal(405, "method_not_allowed", `Use ${route.method}.`, { allow: route.method });
    }
    const body = route.method === "POST" ? parseBody(request, text) : {};
    const answer = await route.run(env.ACCOUNTS.getByName("demo"), body);
    const wait = retryAfter(answer);
    return wait === undefined ? json(200, answer) : json(429, answer, { "retry-after": String(wait) });
  } catch (error) {
    if (error instanceof Refusal) return json(error.status, error.problem(), error.headers);
    // The name says what went wrong; messages and inputs stay out of the log.
    console.error("edge-mfa demo:", pathname, error instanceof Error ? error.name : typeof error);
    return json(500, { error: "internal", message: "The Worker could not answer." } satisfies Problem);
  }
}

/** The small JSON object in a request, and only from this site's own page. */
function parseBody(request: Request, text: string): Record<string, unknown> {
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
async function readText(request: Request): Promise<string> {
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

function codeOf(body: Record<string, unknown>): string {
  if (typeof body.code !== "string") throw new Refusal(400, "malformed", "`code` must be a string.");
  return body.code;
}

function retryAfter(answer: unknown): number | undefined {
  return (answer as { retryAfter?: number } | undefined)?.retryAfter;
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { "cache-control": "no-store", ...headers } });
}

/** A request that gets an answer other than 200. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }

  problem(): Problem {
    return { error: this.code, message: this.message };
  }
}
