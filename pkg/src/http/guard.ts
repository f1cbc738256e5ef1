// The guard: the first factor, then a session or a code, then yes or a ready answer.
import type { Authenticate, Principal } from "../authenticate.js";
import type * as types from "../core.js";
import { core } from "../core.js";
import { MfaError } from "../error.js";
import { type Context, decide, guardOffline } from "../mfa/decide.js";
import type { Service } from "../mfa/service.js";
import { drained } from "./body.js";
import { type Client, clientOf, isSecure } from "./client-address.js";
import { problemOf, Refusal, refuse } from "./problem.js";

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
  level: types.Session["level"];
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

export interface Guard {
  (request: Request, demand?: Demand, client?: Client): Promise<Passed | Response>;
  /** The same for adapters of servers that need not wait: no promise where a session passes by its token alone. */
  atOnce?(request: Request, demand?: Demand, client?: Client): Passed | Promise<Passed | Response>;
}

export function guardOf(service: Service): Guard {
  // Where a session passes by its token alone, nothing is waited for: a promise costs as much as a signature.
  const atOnce = (request: Request, demand: Demand = {}, client?: Client) => {
    const refused = (error: unknown) => drained(request, problemOf(service, error));
    try {
      const came = arrival(service, request, client);
      const found = principalOf(service, came.bearer, request);
      const decided = (principal: Principal) =>
        withoutRecord(service, came, principal, demand) ??
        withRecord(service, request, came, principal, demand, client);
      const later = async () => {
        const principal = await found;
        if (!isExempt(principal, demand)) await service.engine();
        return decided(principal);
      };
      const answer = found instanceof Promise || !service.ready ? later() : decided(found);
      return answer instanceof Promise ? answer.catch(refused) : answer;
    } catch (error) {
      return refused(error);
    }
  };
  return Object.assign(async (...given: Parameters<Guard>) => atOnce(...given), { atOnce });
}

function withoutRecord(service: Service, came: Arrival, principal: Principal, demand: Demand): Passed | undefined {
  if (isExempt(principal, demand)) return passed(principal, undefined);
  if (came.code !== undefined) return undefined;
  const known = byToken(service, principal.subject, demand, contextFor(came, principal));
  return known && passed(principal, known);
}

async function withRecord(
  service: Service,
  request: Request,
  came: Arrival,
  principal: Principal,
  demand: Demand,
  client: Client | undefined,
): Promise<Passed> {
  const origin = came.origin ?? originOf(service, request, client);
  const context = { ...contextFor(came, principal), device: came.device, ...origin };
  return passed(principal, await byRecord(service, principal.subject, demand, context, came.code));
}

function contextFor({ session, bearer }: Arrival, principal: Principal): Context {
  return { session, primary: principal.binding ?? bearer };
}

/** What the first factor found out about a request. */
export interface Admitted {
  subject: string;
  /** As typed. */
  code: string | undefined;
  context: Context;
}

/** The first factor, of people. */
export async function admitted(service: Service, request: Request, client?: Client): Promise<Admitted> {
  const origin = contextOf(service, request, client);
  const { bearer, code, session, device } = arrival(service, request, client);
  const principal = await principalOf(service, bearer, request);
  isExempt(principal, {});
  const context = { ...origin, session, device, primary: principal.binding ?? bearer };
  return { subject: principal.subject, code, context };
}

/** Where a request comes from: over HTTPS, or from this machine. */
export function contextOf(service: Service, request: Request, given?: Client): Context {
  secured(service, request, given);
  return originOf(service, request, given);
}

interface Arrival {
  bearer: string;
  code: string | undefined;
  session: string | undefined;
  device: string | undefined;
  origin: Context | undefined;
}

/** What a request comes with. Who sent a code is known before anything is waited for: until then nobody can have hung up. */
function arrival(service: Service, request: Request, client: Client | undefined): Arrival {
  secured(service, request, client);
  const { headers } = request; // A getter, which workerd takes its time for.
  const header = (name: string) => headers.get(name) ?? undefined;
  const [code, session, device] = [header("x-mfa-token"), header("x-session-token"), header("x-device-token")];
  const authorization = header("authorization");
  const length = core.bearer(authorization, code, session, device);
  if (length === undefined) throw refuse("invalid_request");
  if (authorization === undefined || length === 0) throw refuse("authentication_required");
  const origin = code === undefined ? undefined : originOf(service, request, client);
  return { bearer: authorization.slice(-length), code, session, device, origin };
}

function secured({ http }: Service, request: Request, given: Client | undefined): void {
  const { client: source = "auto" } = http;
  const told = given ?? (typeof source === "string" ? NOBODY : clientOf(request, source));
  if (!isSecure(request, told)) throw refuse("insecure_transport");
}

/** Not found out where a session passes by its token alone: on Cloudflare `request.cf` is made for it. */
function originOf({ http }: Service, request: Request, given: Client | undefined): Context {
  const { address, country } = given ?? clientOf(request, http.client);
  return { address, country, userAgent: request.headers.get("user-agent") };
}

/** Whether it is a service account that may pass; refuses those who may not. */
function isExempt(principal: Principal, { scopes, services }: Demand): boolean {
  const needed = [...(scopes ?? NONE)];
  const answer = admit(principal, needed.join(" "), services);
  if (answer !== "ask" && answer !== "exempt") throw new Refusal({ problem: answer, scopes: needed });
  return answer === "exempt";
}

/** Most requests demand the same of the like: the last answer is kept, which depends on nothing else. */
function admit({ scopes = NONE, service }: Principal, needed: string, services: unknown): string {
  const [has, is, may] = [scopes.join(" "), service === true ? "yes" : "", services === true ? "yes" : ""];
  const isLast = has === last.has && is === last.is && needed === last.needed && may === last.may;
  if (!isLast) last = { has, is, needed, may, answer: core.admit(has, is, needed, may) };
  return last.answer;
}

let last = { has: "", is: "", needed: "", may: "", answer: "ask" };

/** The second factor: a session that meets the demand, or a code. `undefined`: none was needed. */
export async function proved(
  service: Service,
  subject: string,
  demand: Demand,
  context: Context,
  code: string | undefined,
): Promise<types.Session | types.Verified | undefined> {
  await service.engine();
  const known = code === undefined ? byToken(service, subject, demand, context) : undefined;
  return known ?? byRecord(service, subject, demand, context, code);
}

/** A code changes the record; without one a session may pass by its token alone. */
function byToken(service: Service, subject: string, demand: Demand, context: Context): types.Session | undefined {
  try {
    return guardOffline(service, subject, isNothing(demand) ? undefined : demandOf(demand), context);
  } catch (error) {
    throw misuse(error);
  }
}

async function byRecord(
  service: Service,
  subject: string,
  demand: Demand,
  context: Context,
  code: string | undefined,
): Promise<types.Session | types.Verified | undefined> {
  const full = demandOf(demand);
  let outcome: types.Outcome;
  try {
    outcome = await decide(service, subject, { guard: { code, demand: full } }, context);
  } catch (error) {
    throw misuse(error);
  }
  if (!outcome.ok) {
    const { ok: _, ...denied } = outcome;
    throw new Refusal({ ...denied, demand: full });
  }
  return "id" in outcome || "session" in outcome ? outcome : undefined;
}

/** Of the second factor, as the core knows it. */
function demandOf(demand: Demand): types.Demand {
  const { action, resource, amount, methods, scopes: _, services: __, ...rest } = demand;
  const target = action === undefined ? undefined : { action, resource, amount };
  if (target === undefined && (resource ?? amount) !== undefined)
    throw new MfaError("context_invalid", "context invalid: a resource or an amount needs an action");
  return { ...rest, target, methods: [...(methods ?? [])] };
}

/** Whether any session is enough. */
function isNothing(demand: Demand): boolean {
  for (const name in demand) {
    if (demand[name as keyof Demand] !== undefined && name !== "scopes" && name !== "services") return false;
  }
  return true;
}

/** A demand that is none is the developer's, not the request's. */
function misuse(error: unknown): unknown {
  if (!(error instanceof MfaError) || error.code !== "command_invalid") return error;
  return new MfaError(
    "context_invalid",
    "context invalid: a demand has maxAge in seconds, methods of RFC 8176, and texts",
  );
}

function passed(principal: Principal, proof: types.Session | types.Verified | undefined): Passed {
  return {
    ok: true,
    subject: principal.subject,
    principal,
    session: proof && sessionOf(proof),
    headers: sessionHeader(proof),
  };
}

export function sessionOf(proof: types.Session | types.Verified): GuardedSession {
  const id = "id" in proof ? proof.id : proof.sessionId;
  const { methods, level, authenticatedAt, expiresAt } = proof;
  return { id, methods, level, authenticatedAt, expiresAt };
}

/** The token that the client has to send from now on, if it is another one: no cache may keep it. */
export function sessionHeader(proof: types.Session | types.Verified | undefined): Record<string, string> {
  const token = proof && ("id" in proof ? proof.renewed : proof.session);
  return token === undefined ? {} : { "X-Session-Token": token, "Cache-Control": "no-store" };
}

/** At once, where `authenticate` answers at once. */
export function principalOf(service: Service, token: string, request: Request): Principal | Promise<Principal> {
  const { authenticate } = service.http;
  if (authenticate === undefined)
    throw new MfaError("context_invalid", "context invalid: guard and fetch need createMfa({ authenticate })");
  const failed = (error: unknown) => {
    service.onError(error);
    return new Refusal({ problem: "unavailable", retryAfter: 1 });
  };
  let answer: ReturnType<Authenticate>;
  try {
    answer = authenticate(token, request);
  } catch (error) {
    throw failed(error);
  }
  if (typeof (answer as PromiseLike<unknown> | undefined)?.then !== "function") return known(answer as Principal);
  return Promise.resolve(answer).then(known, (error) => Promise.reject(failed(error)));
}

function known(principal: Principal | undefined | null): Principal {
  if (typeof principal?.subject !== "string") throw refuse("invalid_token");
  return principal;
}

const NOBODY: Client = {};
const NONE: readonly string[] = [];
