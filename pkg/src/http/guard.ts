// The guard: the first factor, then a session or a code, then yes or a ready answer.
import type { Principal } from "../authenticate.js";
import * as core from "../core.js";
import { MfaError } from "../error.js";
import { type Context, decide, guardOffline } from "../mfa/decide.js";
import type { Service } from "../mfa/service.js";
import { drained } from "./body.js";
import { type Client, clientOf, isSecure } from "./client-address.js";
import { answering, Refusal, refuse } from "./problem.js";

/** What a request has to come with. Without any of it: the first factor, and a verified session or a code. */
export interface Demand {
  /** What is about to be done: a name of your own, which the client is told. */
  action?: string | undefined;
  /** What it is done to. The proof must then be for this alone, and is good for it once. */
  resource?: string | undefined;
  /** How much of it. The proof must then be for this alone, and is good for it once. */
  amount?: string | undefined;
  /** The proof must be for the action alone, and is good for it once. */
  once?: boolean | undefined;
  /** Seconds since the person last proved a factor. */
  maxAge?: number | undefined;
  /** Proved in one of these ways (RFC 8176): `otp`, …. A recovery code is none of them, but `mfa`. */
  methods?: readonly string[] | undefined;
  /** Let those pass who have no factor yet. */
  ifEnrolled?: boolean | undefined;
  /** Scopes that the token needs, all of them. */
  scopes?: readonly string[] | undefined;
  /** Let service accounts pass, which have no second factor. */
  services?: boolean | undefined;
}

/** A session that passed. */
export interface GuardedSession {
  id: string;
  /** How it was authenticated (RFC 8176). */
  methods: string[];
  level: core.Session["level"];
  /** When its owner last proved a factor; milliseconds since 1970. */
  authenticatedAt: number;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** Yes. */
export interface Passed {
  ok: true;
  subject: string;
  principal: Principal;
  /** `undefined` for service accounts, and for those without a factor where a demand lets them pass. */
  session: GuardedSession | undefined;
  /** For your answer: `X-Session-Token`, where the client has to send another one from now on; often there are none. */
  headers: Record<string, string>;
}

export type Guard = (request: Request, demand?: Demand, client?: Client) => Promise<Passed | Response>;

export function guardOf(service: Service): Guard {
  const guarded = async (request: Request, demand: Demand, client: Client | undefined) => {
    const { scopes, services, ...rest } = demand;
    const { principal, code, context, exempt } = await admitted(service, request, { scopes, services }, client);
    if (exempt) return passed(principal, undefined);
    return passed(principal, await proved(service, principal.subject, rest, context, code));
  };
  return (request, demand = {}, client) =>
    drained(
      request,
      answering(service, () => guarded(request, demand, client)),
    );
}

/** What the first factor found out about a request. */
export interface Admitted {
  principal: Principal;
  subject: string;
  /** Of a service account that may pass. */
  exempt: boolean;
  /** As typed. */
  code: string | undefined;
  context: Context;
}

/** The first factor. */
export async function admitted(
  service: Service,
  request: Request,
  access: Pick<Demand, "scopes" | "services"> = {},
  given?: Client,
): Promise<Admitted> {
  const context = contextOf(service, request, given);
  const header = (name: string) => request.headers.get(name) ?? undefined;
  const [code, session, device] = [header("x-mfa-token"), header("x-session-token"), header("x-device-token")];
  const bearer = core.bearer(header("authorization"), code, session, device);
  if (bearer.startsWith(" ")) throw refuse(bearer.slice(1));
  const principal = await principalOf(service, bearer, request);
  const scopes = [...(access.scopes ?? [])];
  const admission = admit(principal, scopes.join(" "), access.services);
  if (admission !== "ask" && admission !== "exempt") throw new Refusal({ problem: admission, scopes });
  Object.assign(context, { session, device, primary: principal.binding ?? bearer });
  return { principal, subject: principal.subject, exempt: admission === "exempt", code, context };
}

/** Most requests demand the same of the like: the last answer is kept, which depends on nothing else. */
function admit({ scopes = [], service }: Principal, needed: string, services: unknown): string {
  const is = (service: unknown) => (service === true ? "yes" : "");
  const asked = [scopes.join(" "), is(service), needed, is(services)] as const;
  if (!asked.every((text, at) => text === admission.asked[at])) admission = { asked, answer: core.admit(...asked) };
  return admission.answer;
}

let admission: { asked: readonly string[]; answer: string } = { asked: [], answer: "" };

/**
 * Where a request comes from: over HTTPS, or from this machine. The rest is found out when it is read, which nobody does
 * where a session passes by its token alone: on Cloudflare `request.cf` is made then.
 */
export function contextOf(service: Service, request: Request, given?: Client): Context {
  const { client: source = "auto" } = service.http;
  const told = given ?? (typeof source === "string" ? {} : clientOf(request, source));
  if (!isSecure(request, told)) throw refuse("insecure_transport");
  const client = () => (typeof source === "string" ? (given ?? clientOf(request, source)) : told);
  return {
    get address() {
      return client().address;
    },
    get country() {
      return client().country;
    },
    get userAgent() {
      return request.headers.get("user-agent");
    },
  };
}

/** The second factor: a session that meets the demand, or a code. `undefined`: none was needed. */
export async function proved(
  service: Service,
  subject: string,
  demand: Omit<Demand, "scopes" | "services">,
  context: Context,
  code: string | undefined,
): Promise<core.Session | core.Verified | undefined> {
  const { action, resource, amount, methods, ...rest } = demand;
  const target = action === undefined ? undefined : { action, resource, amount };
  if (target === undefined && (resource ?? amount) !== undefined)
    throw new MfaError("context_invalid", "context invalid: a resource or an amount needs an action");
  const full = { ...rest, target, methods: [...(methods ?? [])] };
  let outcome: core.Outcome | undefined;
  try {
    // A code changes the record; without one a session may pass by its token alone.
    if (code === undefined) outcome = await guardOffline(service, subject, full, context);
    outcome ??= await decide(service, subject, { guard: { code, demand: full } }, context);
  } catch (error) {
    throw misuse(error);
  }
  if (!outcome.ok) {
    const { ok: _, ...denied } = outcome;
    throw new Refusal({ ...denied, demand: full });
  }
  return "id" in outcome || "session" in outcome ? outcome : undefined;
}

/** A demand that is none is the developer's, not the request's. */
function misuse(error: unknown): unknown {
  if (!(error instanceof MfaError) || error.code !== "command_invalid") return error;
  return new MfaError(
    "context_invalid",
    "context invalid: a demand has maxAge in seconds, methods of RFC 8176, and texts",
  );
}

function passed(principal: Principal, proof: core.Session | core.Verified | undefined): Passed {
  return {
    ok: true,
    subject: principal.subject,
    principal,
    session: proof && sessionOf(proof),
    headers: sessionHeader(proof),
  };
}

export function sessionOf(proof: core.Session | core.Verified): GuardedSession {
  const id = "id" in proof ? proof.id : proof.sessionId;
  const { methods, level, authenticatedAt, expiresAt } = proof;
  return { id, methods, level, authenticatedAt, expiresAt };
}

/** The token that the client has to send from now on, if it is another one: no cache may keep it. */
export function sessionHeader(proof: core.Session | core.Verified | undefined): Record<string, string> {
  const token = proof && ("id" in proof ? proof.renewed : proof.session);
  return token === undefined ? {} : { "X-Session-Token": token, "Cache-Control": "no-store" };
}

export async function principalOf(service: Service, token: string, request: Request): Promise<Principal> {
  const { authenticate } = service.http;
  if (authenticate === undefined)
    throw new MfaError("context_invalid", "context invalid: guard and fetch need createMfa({ authenticate })");
  let principal: Principal | undefined | null;
  try {
    principal = await authenticate(token, request);
  } catch (error) {
    service.onError(error);
    throw new Refusal({ problem: "unavailable", retryAfter: 1 });
  }
  if (typeof principal?.subject !== "string") throw refuse("invalid_token");
  return principal;
}
