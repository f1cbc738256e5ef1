// The edge Worker: serves the page, and answers /api for the one account of the demo. What a code is worth is decided by
// the engine of edge-mfa; the account is a Durable Object.
//
// The demo has no first factor, so nothing here asks who is calling: in a real service all of this belongs behind a
// sign-in, and `reset` with an administrator.

import { type Context, createMfa, type Denied, type Mfa, MfaError } from "edge-mfa/server";
import { durableObjectStore, type ObjectNamespace } from "edge-mfa/store/durable-object";
import type { Enrolment, Refused, State, Verified } from "./api.js";
import { json, parseBody, Refusal, readText, secured } from "./http.js";

export { MfaAccount } from "edge-mfa/store/durable-object";

interface Env {
  MFA: ObjectNamespace;
  /** The key ring: a secret. */
  MFA_KEYS: string;
  ASSETS: Fetcher;
}

interface Asked {
  mfa: Mfa;
  context: Context;
  body: Record<string, unknown>;
}

interface Route {
  method: "GET" | "POST";
  run(asked: Asked): Promise<unknown>;
}

const SUBJECT = "demo";

const routes: Record<string, Route> = {
  "/api/state": { method: "GET", run: state },
  "/api/enrol": { method: "POST", run: enrol },
  "/api/confirm": {
    method: "POST",
    run: ({ mfa, context, body }) => verified(mfa.confirm(SUBJECT, codeOf(body), context)),
  },
  "/api/sign-in": {
    method: "POST",
    run: ({ mfa, context, body }) => verified(mfa.verify(SUBJECT, codeOf(body), context)),
  },
  "/api/reset": { method: "POST", run: reset },
};

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    return secured(pathname.startsWith("/api/") ? await api(request, pathname, env) : await env.ASSETS.fetch(request));
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
    return answer(await route.run({ mfa: service(env), context: contextOf(request), body }));
  } catch (error) {
    if (error instanceof Refusal) return error.response();
    // The code says what went wrong; messages and inputs stay out of the log.
    console.error("edge-mfa demo:", pathname, error instanceof MfaError ? error.code : Object(error).name);
    const isBusy = error instanceof MfaError && error.code.startsWith("store_");
    if (isBusy)
      return new Refusal(503, "unavailable", "The account cannot be reached just now.", {
        "retry-after": "1",
      }).response();
    return new Refusal(500, "internal", "The Worker could not answer.").response();
  }
}

function service(env: Env): Mfa {
  return createMfa({ issuer: "edge-mfa demo", store: durableObjectStore(env.MFA), keys: env.MFA_KEYS });
}

// The commands

async function state({ mfa, context }: Asked): Promise<State> {
  const { factors, lockedUntil } = await mfa.account(SUBJECT, context);
  return { enrolled: factors.length > 0, ...(lockedUntil && { retryAfter: secondsTo(lockedUntil) }) };
}

async function enrol({ mfa, context }: Asked): Promise<Enrolment | Refused> {
  const enrolling = await mfa.enrol(SUBJECT, { account: "you@example.com" }, context);
  if (!enrolling.ok) return refused(enrolling);
  return { ok: true, uri: enrolling.uri ?? "", expiresIn: secondsTo(enrolling.expiresAt) };
}

/** The session that a code buys stays here: nothing in the demo asks for it yet. */
async function verified(verifying: ReturnType<Mfa["verify"]>): Promise<Verified | Refused> {
  const outcome = await verifying;
  if (!outcome.ok) return refused(outcome);
  const { ok, drift, recoveryCodesLeft, recoveryCodes } = outcome;
  return { ok, recoveryCodesLeft, ...(drift !== undefined && { drift }), ...(recoveryCodes && { recoveryCodes }) };
}

async function reset({ mfa }: Asked) {
  await mfa.admin.erase(SUBJECT);
  return { ok: true };
}

function refused({ reason, attemptsLeft, retryAt }: Denied): Refused {
  return {
    ok: false,
    reason,
    ...(attemptsLeft !== undefined && { attemptsLeft }),
    ...(retryAt !== undefined && { retryAfter: secondsTo(retryAt) }),
  };
}

function answer(body: unknown): Response {
  const { ok, reason, retryAfter } = body as Partial<Refused>;
  if (ok !== false || (retryAfter === undefined && reason !== "disabled")) return json(200, body);
  return json(429, body, retryAfter === undefined ? {} : { "retry-after": String(retryAfter) });
}

function contextOf({ headers, cf }: Request): Context {
  return {
    address: headers.get("cf-connecting-ip"),
    country: cf?.country,
    userAgent: headers.get("user-agent"),
  };
}

function codeOf({ code }: Record<string, unknown>): string {
  if (typeof code !== "string") throw new Refusal(400, "malformed", "`code` must be a string.");
  return code;
}

function secondsTo(time: number): number {
  return Math.max(1, Math.ceil((time - Date.now()) / 1000));
}
