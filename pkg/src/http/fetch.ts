// The router: from a request to the endpoint it asks for, and back.
import type { Service } from "../mfa/service.js";
import { bytesOf, drained } from "./body.js";
import type { Client } from "./client-address.js";
import { admitted, contextOf } from "./guard.js";
import { type Open, openOf } from "./open.js";
import { answering, refuse } from "./problem.js";
import type { Answer, Body, Call, Route } from "./route.js";
import { routesOf } from "./routes.js";
import { fits, type Schema } from "./schema.js";

export type Fetch = (request: Request, client?: Client) => Promise<Response>;

export function fetchOf(service: Service): Fetch {
  const { basePath = "/mfa" } = service.http;
  const base = basePath.replace(/\/+$/, "");
  return async (request, client) => {
    const answer = await drained(
      request,
      answering(service, () => answered(service, base, request, client)),
    );
    for (const [name, value] of corsOf(service, request)) answer.headers.append(name, value);
    // What a body would have said of itself stays.
    return request.method === "HEAD" ? new Response(null, answer) : answer;
  };
}

async function answered(service: Service, base: string, request: Request, client?: Client): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const path = pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : "";
  if (!isAllowed(service, request)) throw refuse("cross_origin");
  const found = [
    ...openOf(service).filter((open) => open.path === (open.atRoot ? pathname : path)),
    ...routesOf(service).filter((route) => pattern(route.path).test(path)),
  ];
  if (found.length === 0) throw refuse("not_found");
  if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: { Allow: allowed(found) } });
  const route = found.find(({ method }) => method === (request.method === "HEAD" ? "GET" : request.method));
  if (route === undefined) throw refuse("method_not_allowed", { Allow: allowed(found) });
  if (!accepts(request)) throw refuse("not_acceptable");
  if (!("status" in route)) return route.run(service, base);

  const { subject, context, code } = route.open
    ? { subject: "", context: contextOf(service, request, client), code: undefined }
    : await admitted(service, request, {}, client);
  const query = queryOf(searchParams, route.query ?? {});
  const body = (route.body ? await bodyOf(request, route.body) : {}) as Body;
  const id = path.split("/")[2] ?? "";
  const call: Call = { service, request, subject, id, query, body, context, code };
  return json(await route.run(call), route.status);
}

function pattern(path: string): RegExp {
  return new RegExp(`^${path.replace("{id}", "[\\w-]{1,64}")}$`);
}

function allowed(found: readonly (Open | Route)[]): string {
  const methods = found.map(({ method }) => method);
  return [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
}

/** RFC 9110 section 12.5.1, as far as it takes: whether JSON is among what is wanted. */
function accepts(request: Request): boolean {
  const accept = request.headers.get("accept");
  if (accept === null || accept.trim() === "") return true;
  return accept.split(",").some((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const isRefused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    return !isRefused && ["*/*", "application/*", "application/json", "application/problem+json"].includes(type);
  });
}

async function bodyOf(request: Request, schema: Schema): Promise<unknown> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") throw refuse("unsupported_media_type");
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(await bytesOf(request)));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) throw refuse("invalid_request");
    throw error;
  }
  if (!fits(body, schema)) throw refuse("invalid_request");
  return body;
}

/** Each parameter once, and as its schema has it. */
function queryOf(parameters: URLSearchParams, schemas: Readonly<Record<string, Schema>>): Record<string, string> {
  const query: Record<string, string> = {};
  parameters.forEach((value, name) => {
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    const given = schema?.type === "integer" && /^\d{1,9}$/.test(value) ? Number(value) : value;
    if (schema === undefined || Object.hasOwn(query, name) || !fits(given, schema)) throw refuse("invalid_request");
    query[name] = value;
  });
  return query;
}

/** Whether a page may ask: one of this very host, or of an origin that was allowed. Others send no `Origin`. */
function isAllowed(service: Service, request: Request): boolean {
  const origin = request.headers.get("origin");
  if (origin === null) return true;
  const { host } = new URL(request.url);
  return (URL.canParse(origin) && new URL(origin).host === host) || (service.http.origins ?? []).includes(origin);
}

/** Answers to a page of an allowed origin (Fetch standard, CORS protocol). */
function corsOf(service: Service, request: Request): [string, string][] {
  const origin = request.headers.get("origin");
  const { origins = [] } = service.http;
  if (origins.length === 0) return [];
  if (origin === null || !origins.includes(origin)) return [["Vary", "Origin"]];
  const preflight: [string, string][] = [
    ["Access-Control-Allow-Methods", "GET, POST, PATCH, DELETE"],
    ["Access-Control-Allow-Headers", "Authorization, Content-Type, X-MFA-Token, X-Session-Token, X-Device-Token"],
    ["Access-Control-Max-Age", "600"],
  ];
  return [
    ["Vary", "Origin"],
    ["Access-Control-Allow-Origin", origin],
    ["Access-Control-Expose-Headers", "X-Session-Token, WWW-Authenticate, Retry-After, Date"],
    ...(request.method === "OPTIONS" ? preflight : []),
  ];
}

function json({ body, headers }: Answer, status: number): Response {
  const all = { ...headers, "Cache-Control": "no-store" };
  return body ? Response.json(body, { status, headers: all }) : new Response(null, { status, headers: all });
}
