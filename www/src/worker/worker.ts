// The edge Worker: a small bank behind the guard of edge-mfa, the service's endpoints under /mfa, and the page.

import { createMfa, keyring, type Mfa } from "edge-mfa/server";
import { durableObjectStore, type ObjectNamespace } from "edge-mfa/store/durable-object";
import type { Balance, ServiceView, Transfer } from "../api.js";
import type { Bank } from "./bank.js";
import { bodyOf, json, Refusal, secured } from "./http.js";
import { authenticate, login, loginAs } from "./login.js";

export { MfaAccount } from "edge-mfa/store/durable-object";
export { Bank } from "./bank.js";

interface Env {
  MFA: ObjectNamespace;
  BANK: DurableObjectNamespace<Bank>;
  ASSETS: Fetcher;
  /** The key ring of the second factor: a secret. */
  MFA_KEYS: string;
  /** The key of the stand-in for a login: a secret. */
  LOGIN_KEY: string;
}

type Handler = (request: Request, env: Env, mfa: Mfa) => Promise<Response>;

const routes: Record<string, Record<string, Handler>> = {
  "/api/balance": { GET: balance },
  "/api/transfer": { POST: transfer },
  "/api/service": { GET: view },
  "/login": { POST: signIn, DELETE: startOver },
};

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    try {
      return secured(await answer(request, env));
    } catch (error) {
      if (error instanceof Refusal) return secured(error.response());
      // The name says what went wrong; messages and inputs stay out of the log.
      console.error("edge-mfa demo:", Object(error).name);
      return secured(new Refusal(500, "The Worker could not answer").response());
    }
  },
};

async function answer(request: Request, env: Env): Promise<Response> {
  const { pathname, hostname, origin } = new URL(request.url);
  const mfa = createMfa({
    issuer: "edge-mfa demo",
    store: durableObjectStore(env.MFA),
    keys: env.MFA_KEYS,
    authenticate: (token) => authenticate(env.LOGIN_KEY, token),
    passkeys: { rpId: hostname, origins: [origin], signIn: (subject) => loginAs(env.LOGIN_KEY, subject) },
  });
  if (pathname.startsWith("/mfa/")) return mfa.fetch(request);
  if (!Object.hasOwn(routes, pathname)) return env.ASSETS.fetch(request);
  const methods = routes[pathname] ?? {};
  const handler = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
  if (!handler) throw new Refusal(405, "Not this way", { allow: Object.keys(methods).join(", ") });
  return handler(request, env, mfa);
}

// The bank

/** Any session of the second factor will do, or a code. */
async function balance(request: Request, env: Env, mfa: Mfa): Promise<Response> {
  const guarded = await mfa.guard(request);
  if (guarded instanceof Response) return guarded;
  const bank = env.BANK.getByName(guarded.subject);
  return json({ balance: await bank.balance() } satisfies Balance, guarded.headers);
}

/** Every payment takes a code of its own: what it is good for is this payee and this amount. */
async function transfer(request: Request, env: Env, mfa: Mfa): Promise<Response> {
  const { to, amount } = transferOf(await bodyOf(request));
  const guarded = await mfa.guard(request, { action: "transfer", resource: to, amount: `${amount} EUR`, maxAge: 60 });
  if (guarded instanceof Response) return guarded;
  const left = await env.BANK.getByName(guarded.subject).transfer(amount);
  if (left === undefined) throw new Refusal(409, "There is not enough money", guarded.headers);
  return json({ balance: left } satisfies Balance, guarded.headers);
}

function transferOf({ to, amount }: Record<string, unknown>): Transfer {
  if (typeof to !== "string" || !/^[\w ]{1,40}$/.test(to)) throw new Refusal(400, "`to` is the name of a payee");
  if (!Number.isInteger(amount) || Number(amount) < 1 || Number(amount) > 10_000)
    throw new Refusal(400, "`amount` is in whole euros, from 1 to 10,000");
  return { to, amount: Number(amount) };
}

// What an operator sees

async function view(_request: Request, env: Env, mfa: Mfa): Promise<Response> {
  const { keys } = keyring.parse(env.MFA_KEYS);
  const states = keys.map(({ id, createdAt }, at) => ({ id, createdAt, newest: at === 0 }));
  return json({ keys: states, policy: { ...mfa.policy }, weaknesses: mfa.weaknesses } satisfies ServiceView);
}

// The stand-in for a login

async function signIn(request: Request, env: Env): Promise<Response> {
  return json(await login(env.LOGIN_KEY, bearerOf(request)));
}

/** Forgets the person. In a real service the first factor alone must not be able to take the second one away. */
async function startOver(request: Request, env: Env, mfa: Mfa): Promise<Response> {
  const principal = await authenticate(env.LOGIN_KEY, bearerOf(request) ?? "");
  if (!principal) throw new Refusal(401, "There is nobody to forget", { "www-authenticate": "Bearer" });
  await mfa.admin.erase(principal.subject);
  await env.BANK.getByName(principal.subject).close();
  return new Response(undefined, { status: 204 });
}

function bearerOf(request: Request): string | undefined {
  return /^Bearer (\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
}
