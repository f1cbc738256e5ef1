// The endpoints: what each takes, does and answers. The router and the OpenAPI document read this one table.
import type * as types from "../core.js";
import { history } from "../mfa/outbox.js";
import type { Service } from "../mfa/service.js";
import { sessionOf } from "./guard.js";
import { passkeyRoutes } from "./passkey-routes.js";
import { Refusal } from "./problem.js";
import {
  account,
  ask,
  DIAGNOSES,
  freshness,
  GUARDED,
  guarded,
  label,
  nothing,
  passed,
  type Route,
  VERIFIES,
  verification,
} from "./route.js";
import type { Schema } from "./schema.js";
import { bodies } from "./schemas.js";

const FACTOR: Schema = { type: "integer", minimum: 1, maximum: 65_535, description: "The number of a factor." };

const everywhere: readonly Route[] = [
  {
    method: "POST",
    path: "/enrol",
    name: "enrol",
    summary: "Begin an enrolment beside the live factors; it waits ten minutes for its confirmation.",
    body: bodies.enrol,
    status: 201,
    answer: "Enrolment",
    problems: [...GUARDED, "too_many_factors", "already_enrolled"],
    run: async (call) => {
      const { headers } = await passed(call, { maxAge: freshness(call), ifEnrolled: true });
      const { ok: _, ...enrolment } = (await ask(call, {
        enrol: { account: label(call.subject), ...(call.body as types.Enrol) },
      })) as types.Enrolling;
      return { body: enrolment, headers };
    },
  },
  {
    method: "DELETE",
    path: "/enrol",
    name: "cancelEnrolment",
    summary: "Drop the pending enrolment.",
    status: 204,
    problems: ["no_pending_enrolment"],
    run: (call) => ask(call, "cancel").then(nothing),
  },
  {
    method: "POST",
    path: "/enrol/progress",
    name: "enrolmentProgress",
    summary:
      "Tell how far somebody came with the last enrolment; what is told after the 50th report of a day is dropped.",
    body: bodies.progress,
    status: 204,
    problems: [],
    run: (call) => ask(call, { progress: call.body as unknown as types.Progress }).then(nothing),
  },
  {
    method: "POST",
    path: "/confirm",
    name: "confirm",
    summary: "Confirm the pending enrolment by a code of the authenticator, which is spent.",
    body: bodies.confirm,
    status: 200,
    answer: "Verification",
    problems: [...VERIFIES, ...DIAGNOSES, "no_pending_enrolment", "enrolment_expired"],
    run: ({ body: { code, remember }, ...call }) => verification(call, { confirm: { code } }, remember),
  },
  {
    method: "POST",
    path: "/verify",
    name: "verify",
    summary:
      "Spend a code, or a recovery code, on a session; and on a grant, where something is to be done that needs one.",
    body: bodies.verify,
    status: 200,
    answer: "Verification",
    problems: [...VERIFIES, "not_found"],
    run: ({ body: { code, factor, remember, grant }, ...call }) =>
      verification(call, { verify: { code, factor, grant } }, remember),
  },
  {
    method: "POST",
    path: "/resync",
    name: "resync",
    summary: "Find an authenticator again whose clock or counter ran away, by two codes in a row.",
    body: bodies.resync,
    status: 200,
    answer: "Verification",
    problems: [...VERIFIES, "not_found"],
    run: ({ body: { codes, factor }, ...call }) => {
      const [first, second] = codes;
      return verification(call, { resync: { first, second, factor } });
    },
  },
  {
    method: "POST",
    path: "/challenge",
    name: "challenge",
    summary: "What the account can prove, and until when it may not.",
    body: bodies.challenge,
    status: 200,
    answer: "Challenge",
    problems: [],
    run: async (call) => {
      const { factors, recoveryCodesLeft, lockedUntil, disabled } = await account(call);
      const isThere = (is: boolean) => factors.some(({ kind }) => (kind === "passkey") === is);
      const methods = [
        ...(isThere(true) ? ["passkey"] : []),
        ...(isThere(false) ? ["otp"] : []),
        ...(recoveryCodesLeft > 0 ? ["mfa"] : []),
      ];
      return { body: { methods, lockedUntil, disabled, grant: call.body } };
    },
  },
  {
    method: "GET",
    path: "/account",
    name: "account",
    summary: "How the account stands; its details where the second factor was proved.",
    status: 200,
    answer: "Account",
    problems: [],
    run: async (call) => {
      const { factors, sessions, devices, recoveryCodesLeft, pendingUntil, lockedUntil, disabled } =
        await account(call);
      const enrolled = factors.length > 0;
      const verified = !enrolled || sessions.some((session) => session.current);
      const details = verified ? { factors, sessions, devices, recoveryCodesLeft } : {};
      return { body: { enrolled, verified, pendingUntil, lockedUntil, disabled, ...details } };
    },
  },
  {
    method: "GET",
    path: "/factors",
    name: "factors",
    summary: "The confirmed factors.",
    status: 200,
    answer: "Factors",
    problems: GUARDED,
    run: async (call) => {
      const { headers } = await passed(call, { ifEnrolled: true });
      return { body: { factors: (await account(call)).factors }, headers };
    },
  },
  {
    method: "PATCH",
    path: "/factors/{id}",
    name: "renameFactor",
    summary: "Give a factor another name.",
    body: bodies.rename,
    status: 204,
    problems: [...GUARDED, "not_found"],
    run: (call) => guarded(call, { renameFactor: { factor: number(call.id), name: call.body.name ?? "" } }),
  },
  {
    method: "DELETE",
    path: "/factors/{id}",
    name: "removeFactor",
    summary: "Remove a factor; with the last one go the recovery codes and all sessions.",
    status: 204,
    problems: [...GUARDED, "not_found"],
    run: (call) => guarded(call, { removeFactor: { factor: number(call.id) } }),
  },
  {
    method: "POST",
    path: "/recovery-codes",
    name: "regenerateRecoveryCodes",
    summary: "Make a new set of recovery codes; the old one ends with it.",
    status: 200,
    answer: "RecoveryCodes",
    problems: [...GUARDED, "not_enrolled"],
    run: async (call) => {
      const { headers } = await passed(call, { maxAge: freshness(call), ifEnrolled: true });
      const { codes } = (await ask(call, "regenerateRecoveryCodes")) as types.RecoveryCodes;
      return { body: { codes }, headers };
    },
  },
  {
    method: "GET",
    path: "/session",
    name: "session",
    summary: "The session that came along.",
    status: 200,
    answer: "Session",
    problems: GUARDED,
    run: async (call) => {
      const { proof, headers } = await passed(call, {});
      return { body: sessionOf(proof as types.Session | types.Verified), headers };
    },
  },
  {
    method: "DELETE",
    path: "/session",
    name: "closeSession",
    summary: "Close the session that came along.",
    status: 204,
    problems: ["session_invalid"],
    run: (call) => ask(call, { closeSession: {} }).then(nothing),
  },
  {
    method: "GET",
    path: "/sessions",
    name: "sessions",
    summary: "The open sessions, oldest first.",
    status: 200,
    answer: "Sessions",
    problems: GUARDED,
    run: async (call) => {
      const { headers } = await passed(call, { ifEnrolled: true });
      return { body: { sessions: (await account(call)).sessions }, headers };
    },
  },
  {
    method: "DELETE",
    path: "/sessions",
    name: "closeSessions",
    summary: "Close every session, this one, too.",
    status: 204,
    problems: GUARDED,
    run: async (call) => {
      await passed(call, { ifEnrolled: true });
      return ask(call, "closeSessions").then(nothing);
    },
  },
  {
    method: "DELETE",
    path: "/sessions/{id}",
    name: "closeOneSession",
    summary: "Close one session.",
    status: 204,
    problems: [...GUARDED, "not_found"],
    run: async (call) => {
      const { headers } = await passed(call, { ifEnrolled: true });
      if (!/^[\w-]{16}$/.test(call.id)) throw new Refusal({ problem: "not_found" });
      await ask(call, { closeSession: { id: call.id } });
      return { headers };
    },
  },
  {
    method: "GET",
    path: "/activity",
    name: "activity",
    summary: "What happened to the account, oldest first.",
    query: {
      after: { type: "string", minLength: 1, maxLength: 40, description: "The id of an event: begin after it." },
      limit: { type: "integer", minimum: 1, maximum: 1000, description: "100 unless told." },
    },
    status: 200,
    answer: "Activity",
    problems: GUARDED,
    run: async (call) => {
      const { headers } = await passed(call, { ifEnrolled: true });
      const { after, limit } = call.query;
      const page = { after, ...(limit !== undefined && { limit: Number(limit) }) };
      return { body: { events: await history(call.service, call.subject, page) }, headers };
    },
  },
];

/** The endpoints of a service: those for passkeys where it takes any. */
export function routesOf(service: Service): readonly Route[] {
  const { passkeys } = service;
  const isThere = ({ open }: Route) => passkeys !== undefined && (open === undefined || passkeys.signIn !== undefined);
  return [...everywhere, ...passkeyRoutes.filter(isThere)];
}

export const parameters: Readonly<Record<string, Schema>> = {
  "/factors/{id}": FACTOR,
  "/sessions/{id}": { type: "string", description: "The id of a session." },
};

function number(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new Refusal({ problem: "not_found" });
}
