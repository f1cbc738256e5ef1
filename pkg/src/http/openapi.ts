// The OpenAPI 3.1 document, of the tables that the router reads.
import type { Open } from "./open.js";
import type { Route } from "./route.js";
import { parameters } from "./routes.js";
import type { Schema } from "./schema.js";
import { answers } from "./schemas.js";

/** What every endpoint behind the first factor can answer. */
const COMMON = ["invalid_request", "authentication_required", "invalid_token", "insecure_transport", "cross_origin"];
const ALWAYS = [...COMMON, "forbidden", "not_acceptable", "internal", "unavailable"];
const BODIES = ["content_too_large", "unsupported_media_type"];

export function openapi(base: string, open: readonly Open[], routes: readonly Route[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const one of open) paths[one.path] = { get: openOperation(one) };
  for (const route of routes) {
    const path = paths[route.path] ?? {};
    path[route.method.toLowerCase()] = operation(route);
    paths[route.path] = path;
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "edge-mfa",
      version: "1",
      description: "Multi-factor authentication behind a first factor. Refusals are problem details (RFC 9457).",
    },
    servers: [{ url: base || "/" }],
    paths,
    components: {
      schemas: answers,
      securitySchemes: { bearer: { type: "http", scheme: "bearer", description: "The first factor." } },
    },
  };
}

function operation(route: Route): object {
  const { name, summary, body, query = {}, status, answer, problems } = route;
  const inPath = parameters[route.path];
  return {
    operationId: name,
    summary,
    security: route.open ? [] : [{ bearer: [] }],
    parameters: [
      ...(inPath ? [{ name: "id", in: "path", required: true, schema: inPath }] : []),
      ...Object.entries(query).map(([name, schema]) => ({ name, in: "query", schema })),
      ...(route.open ? [] : HEADERS).map(([name, description, schema]) => ({
        name,
        in: "header",
        description,
        schema,
      })),
    ],
    ...(body && { requestBody: { required: true, content: content("application/json", body) } }),
    responses: {
      [status]: {
        description: "Done.",
        ...(answer && { content: content("application/json", ref(answer)) }),
        headers: { "X-Session-Token": { schema: { type: "string" }, description: "Send this one from now on." } },
      },
      ...refusals([...ALWAYS, ...(body ? BODIES : []), ...problems]),
    },
  };
}

function openOperation({ name, summary, atRoot, answer, also = [] }: Open): object {
  const schema: Schema = answer ? ref(answer) : { type: "object" };
  const one = { description: summary, content: content("application/json", schema) };
  const all = [200, ...also].map((status) => [status, one]);
  return {
    operationId: name,
    summary,
    security: [],
    ...(atRoot && { servers: [{ url: "/" }] }),
    responses: { ...Object.fromEntries(all), ...refusals(COMMON.slice(-1)) },
  };
}

/** By status, with the codes that it may have. */
function refusals(codes: readonly string[]): Record<string, object> {
  const all: Record<string, string[]> = {};
  for (const code of new Set(codes)) all[statusOf(code)] = [...(all[statusOf(code)] ?? []), code];
  const refusal = (codes: string[]) => ({
    description: codes.map((code) => `\`${code}\``).join(", "),
    content: content("application/problem+json", ref("Problem")),
  });
  return Object.fromEntries(Object.entries(all).map(([status, codes]) => [status, refusal(codes)]));
}

/** As in src/http/problem.rs; a test holds both together. */
export function statusOf(code: string): number {
  return STATUS.find(([, codes]) => codes.includes(code))?.[0] ?? 401;
}

const content = (type: string, schema: Schema) => ({ [type]: { schema } });
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** As src/http/request.rs reads them. */
const header = (maxLength: number, pattern: string): Schema => ({ type: "string", minLength: 1, maxLength, pattern });

const HEADERS: readonly (readonly [string, string, Schema])[] = [
  ["X-Session-Token", "A session of edge-mfa.", header(4096, "^[A-Za-z0-9._~+/=-]+$")],
  [
    "X-MFA-Token",
    "A code, spent once; the answer then carries a new X-Session-Token.",
    header(128, "^[!-+\\--~]([ -+\\--~]*[!-+\\--~])?$"),
  ],
  ["X-Device-Token", "A remembered device.", header(64, "^[A-Za-z0-9]+$")],
];

const STATUS: readonly (readonly [number, readonly string[]])[] = [
  [400, ["invalid_request", "code_malformed"]],
  [403, ["passkey_expired", "insufficient_scope", "forbidden", "insecure_transport", "cross_origin"]],
  [404, ["not_found"]],
  [405, ["method_not_allowed"]],
  [406, ["not_acceptable"]],
  [
    409,
    [
      "no_pending_enrolment",
      "enrolment_expired",
      "no_challenge",
      "passkey_taken",
      "too_many_factors",
      "already_enrolled",
      "not_enrolled",
    ],
  ],
  [413, ["content_too_large"]],
  [415, ["unsupported_media_type"]],
  [429, ["locked", "disabled"]],
  [500, ["internal"]],
  [503, ["unavailable"]],
];
