// What an endpoint is, and what those of the table have in common.
import type * as types from "../core.js";
import { type Context, decide } from "../mfa/decide.js";
import { modelOf } from "../mfa/models.js";
import type { Service } from "../mfa/service.js";
import { type Demand, proved, sessionHeader, sessionOf } from "./guard.js";
import { Refusal } from "./problem.js";
import type { Schema } from "./schema.js";

/** An endpoint, behind the first factor unless it is open. */
export interface Route {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** With `{id}` where a segment is a parameter. */
  path: string;
  /** `operationId` of OpenAPI. */
  name: string;
  summary: string;
  /** For everybody, whoever they are. */
  open?: true;
  body?: Schema;
  /** Parameters of the query. */
  query?: Readonly<Record<string, Schema>>;
  status: 200 | 201 | 204;
  /** The name of the schema of what it answers. */
  answer?: string;
  /** Problems beyond those of every endpoint. */
  problems: readonly string[];
  run(call: Call): Promise<Answer>;
}

/** A request that passed the first factor. */
export interface Call {
  service: Service;
  request: Request;
  /** Empty where the endpoint is open. */
  subject: string;
  /** The parameters of the path. */
  id: string;
  query: Readonly<Record<string, string>>;
  body: Body;
  context: Context;
  /** Of `X-MFA-Token`. */
  code: string | undefined;
}

/** What the schema of the route lets through; which of it is there, too. */
export interface Body extends types.Enrol {
  code: string;
  codes: readonly [string, string];
  factor?: number;
  remember?: boolean;
  credential?: unknown;
  grant?: types.Target;
}

export interface Answer {
  body?: object;
  headers?: Record<string, string>;
}

/** Of what a code buys. */
export const VERIFIES = [
  "code_malformed",
  "code_rejected",
  "code_replayed",
  "code_expired",
  "algorithm_mismatch",
  "locked",
  "disabled",
];
/** Of a code that is to confirm an enrolment, beyond those. */
export const DIAGNOSES = ["clock_drift", "digits_mismatch", "period_mismatch", "previous_secret", "misread"];
/** Of what a second factor guards. */
export const GUARDED = ["verification_required", "session_invalid", ...VERIFIES];
/** Asks the engine; a denial becomes a problem. */
export async function ask(
  { service, subject, context }: Call | Omit<Call, "body">,
  command: types.Command,
): Promise<types.Outcome> {
  return settled(await decide(service, subject, command, context)) as types.Outcome;
}

/** What was done; a denial becomes a problem. */
export function settled<T extends { ok: boolean }>(outcome: T): Exclude<T, { ok: false }> {
  if (outcome.ok) return outcome as Exclude<T, { ok: false }>;
  const { ok: _, ...denied } = outcome as unknown as types.Denied;
  throw new Refusal(denied);
}

/** The second factor. What it proves is what the rest of the call comes with. */
export async function passed(call: Call, demand: Demand) {
  const proof = await proved(call.service, call.subject, demand, call.context, call.code);
  if (proof && "session" in proof) call.context = { ...call.context, session: proof.session };
  return { proof, headers: sessionHeader(proof) };
}

/** A change that the engine takes with a fresh proof only. */
export async function guarded(call: Call, command: types.Command): Promise<Answer> {
  const { headers } = await passed(call, { maxAge: freshness(call) });
  await ask(call, command);
  return { headers };
}

export async function verification(
  call: Omit<Call, "body">,
  command: types.Command,
  remember?: boolean,
): Promise<Answer> {
  const context = remembering(call.context, remember);
  return verified((await ask({ ...call, context }, command)) as types.Verified);
}

/** With the device to be remembered, if it is to be. */
export function remembering(context: Context, remember: boolean | undefined): Context {
  return remember === true ? { ...context, remember: context.userAgent ?? "" } : context;
}

export function verified(outcome: types.Verified): Required<Answer> {
  const { factor, drift, recoveryCodesLeft, recoveryCodes, device } = outcome;
  const body = { factor, drift, recoveryCodesLeft, recoveryCodes, device, session: sessionOf(outcome) };
  return { body, headers: sessionHeader(outcome) };
}

/** With the names of the passkeys' models. */
export async function account({ service, subject, context }: Call): Promise<types.Account> {
  const account = (await decide(service, subject, "inspect", context)) as types.Account;
  for (const { passkey } of account.factors) {
    const model = passkey && modelOf(passkey.aaguid);
    if (model) Object.assign(passkey, { model });
  }
  return account;
}

export const freshness = ({ service }: Call) => service.policyReport.policy.freshness;
export const nothing = (): Answer => ({});
/** What an authenticator may show: a colon would be taken for the end of the issuer. */
export const label = (subject: string) => subject.replaceAll(":", " ").trim();
