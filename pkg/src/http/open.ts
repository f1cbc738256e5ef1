// The endpoints that are open to everybody and take nothing. The router and the OpenAPI document read this one table.
import type { Service } from "../mfa/service.js";
import { health } from "./health.js";
import { openapi } from "./openapi.js";
import { routesOf } from "./routes.js";

export interface Open {
  method: "GET";
  path: string;
  /** At the root of the host, and not below the base path. */
  atRoot?: true;
  /** `operationId` of OpenAPI. */
  name: string;
  summary: string;
  /** The name of the schema of what it answers. */
  answer?: string;
  /** Under which statuses other than 200, too. */
  also?: readonly number[];
  run(service: Service, base: string): Response | Promise<Response>;
}

/** Those of a service: origins are told where it takes passkeys. */
export function openOf({ passkeys }: Service): readonly Open[] {
  return all.filter(({ atRoot }) => passkeys !== undefined || !atRoot);
}

const all: readonly Open[] = [
  {
    method: "GET",
    path: "/health",
    name: "health",
    summary: "Whether the service can do its work.",
    answer: "Health",
    also: [503],
    run: health,
  },
  {
    method: "GET",
    path: "/openapi.json",
    name: "openapi",
    summary: "This document.",
    run: (service, base) =>
      Response.json(openapi(base, openOf(service), routesOf(service)), { headers: { "Cache-Control": "no-store" } }),
  },
  {
    // Web Authentication, section 5.11.1.
    method: "GET",
    path: "/.well-known/webauthn",
    atRoot: true,
    name: "relatedOrigins",
    summary: "Which origins may use the passkeys, for browsers to look up.",
    answer: "RelatedOrigins",
    run: ({ passkeys }) => Response.json({ origins: passkeys?.origins }),
  },
];
