// Refusals as answers. What they say is decided in src/http/problem.rs.
import type * as types from "../core.js";
import { core } from "../core.js";
import { MfaError } from "../error.js";
import type { Service } from "../mfa/service.js";

/** Unwinds to {@link problemOf}, which makes it a problem (RFC 9457). */
export class Refusal extends Error {
  constructor(
    readonly refusal: Omit<types.Refusal, "now">,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(refusal.problem ?? refusal.reason ?? "internal");
  }
}

/** A refusal by the code of its problem. */
export function refuse(problem: string, headers?: Record<string, string>): Refusal {
  return new Refusal({ problem }, headers);
}

/** The problem that an error is. A misuse by the developer stays an error. */
export async function problemOf(service: Service, error: unknown): Promise<Response> {
  if (error instanceof MfaError && error.code === "context_invalid") throw error;
  return respond(service, error);
}

async function respond(service: Service, error: unknown): Promise<Response> {
  if (!(error instanceof Refusal)) return respond(service, translate(service, error));
  try {
    const engine = await service.engine();
    const offset = Math.round(service.clockOffset / 1000);
    const clock = Math.abs(offset) > CLOCK_OFF ? { clockOffset: offset } : {};
    const refusal = { ...error.refusal, ...clock, now: service.now() };
    const [head = "", body = ""] = split(
      engine((handle) => core.reply(handle, refusal)),
      "\n\n",
    );
    const [status, ...lines] = head.split("\n");
    const headers = [...lines.map((line) => split(line, ": ")), NO_STORE, ...Object.entries(error.headers)];
    return new Response(body, { status: Number(status), headers });
  } catch {
    // Without a key ring or a clock there is no engine to word it.
    return new Response(null, { status: 500, headers: [NO_STORE] });
  }
}

function split(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

function translate(service: Service, error: unknown): Refusal {
  const code = error instanceof MfaError ? error.code : "internal";
  const known = KNOWN[code];
  if (known === undefined || known === "unavailable") service.onError(error);
  return known === "unavailable" ? new Refusal({ problem: known, retryAfter: 1 }) : refuse(known ?? "internal");
}

/** Errors that a request causes. */
const KNOWN: Partial<Record<string, string>> = {
  store_unavailable: "unavailable",
  store_conflict: "unavailable",
  subject_invalid: "invalid_token",
  address_invalid: "invalid_request",
  demand_invalid: "invalid_request",
  command_invalid: "invalid_request",
  name_invalid: "invalid_request",
  secret_empty: "invalid_request",
  secret_too_short: "invalid_request",
  secret_too_long: "invalid_request",
  secret_character: "invalid_request",
  secret_length: "invalid_request",
  secret_padding: "invalid_request",
  account_invalid: "invalid_request",
  digits_invalid: "invalid_request",
  period_invalid: "invalid_request",
  counter_invalid: "invalid_request",
};
const NO_STORE: [string, string] = ["Cache-Control", "no-store"];
/** Seconds. */
const CLOCK_OFF = 30;
