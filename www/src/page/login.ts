// The page's side of the stand-in for a login: a bearer token, kept for this browser and renewed in time.

import type { Login } from "../api.js";
import { recorded } from "./wire.js";

/** Who is signed in. The first time, somebody new is. */
export function signedIn(): Promise<Login> {
  current ??= stored() ?? ask();
  return current;
}

/** The token, as a client of edge-mfa asks for it. */
export async function token(refused?: string): Promise<string> {
  const { token, expiresAt } = await signedIn();
  if (token === refused || expiresAt - EARLY < Date.now()) current = ask(token);
  return (await signedIn()).token;
}

/** Becomes nobody: the next one to ask is somebody new. */
export async function forgotten() {
  await recorded("/login", { method: "DELETE", headers: { authorization: `Bearer ${await token()}` } });
  localStorage.removeItem(KEY);
  current = undefined;
}

/** Takes over what somebody got who signed in with a passkey: `demo.PERSON.SIGN-IN.EXPIRES.TAG`. */
export function adopt(token: string) {
  const [, person = "", , expiresAt] = token.split(".");
  const login: Login = { token, person, expiresAt: Number(expiresAt) };
  localStorage.setItem(KEY, JSON.stringify(login));
  current = Promise.resolve(login);
}

let current: Promise<Login> | undefined;

function ask(older?: string): Promise<Login> {
  const asked = answered(older);
  // Next time it is asked again.
  asked.catch(() => {
    current = undefined;
  });
  return asked;
}

async function answered(older?: string): Promise<Login> {
  const headers: Record<string, string> = older === undefined ? {} : { authorization: `Bearer ${older}` };
  const response = await recorded("/login", { method: "POST", headers });
  if (!response.ok) throw new Error("The Worker could not sign you in.");
  const login: Login = await response.json();
  localStorage.setItem(KEY, JSON.stringify(login));
  return login;
}

function stored(): Promise<Login> | undefined {
  const text = localStorage.getItem(KEY);
  return text === null ? undefined : Promise.resolve(JSON.parse(text) as Login);
}

const KEY = "edge-mfa-demo:login";
/** Milliseconds before its end that a token is renewed. */
const EARLY = 30_000;
