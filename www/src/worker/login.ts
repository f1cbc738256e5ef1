// The first factor of the demo, and a stand-in for yours: whoever comes is somebody new, without a password. What it hands
// out is what a login hands out, a bearer token for a short time, signed with HMAC.

import type { Principal } from "edge-mfa/server";
import type { Login } from "../api.js";

/** Verifies a bearer token, as `createMfa` wants it. */
export async function authenticate(key: string, token: string): Promise<Principal | undefined> {
  const ticket = await read(key, token);
  if (!ticket || ticket.expiresAt <= Date.now()) return undefined;
  // Sessions are bound to the sign-in, which outlives its tokens.
  return { subject: ticket.person, binding: ticket.signIn };
}

/** A token for the person of an older one, if that is not too old, or else for somebody new. */
export async function login(key: string, older: string | undefined): Promise<Login> {
  const known = older === undefined ? undefined : await read(key, older);
  const isRecent = known && known.expiresAt + REMEMBERED > Date.now();
  return issue(key, isRecent ? known : { person: somebody(), signIn: hex(16) });
}

/** A token for somebody who signed in with a passkey. */
export async function loginAs(key: string, person: string): Promise<string> {
  return (await issue(key, { person, signIn: hex(16) })).token;
}

async function issue(key: string, { person, signIn }: Omit<Ticket, "expiresAt">): Promise<Login> {
  const expiresAt = Date.now() + LIFETIME;
  const text = ["demo", person, signIn, expiresAt].join(".");
  const signature = await crypto.subtle.sign("HMAC", await imported(key), bytes(text));
  const tag = [...new Uint8Array(signature)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { token: `${text}.${tag}`, person, expiresAt };
}

interface Ticket {
  person: string;
  signIn: string;
  expiresAt: number;
}

/** What a token says, if it is one of ours. */
async function read(key: string, token: string): Promise<Ticket | undefined> {
  const [, text = "", person = "", signIn = "", expires, tag = ""] = TOKEN.exec(token) ?? [];
  const signature = Uint8Array.from(tag.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  const isOurs = await crypto.subtle.verify("HMAC", await imported(key), signature, bytes(text));
  return isOurs ? { person, signIn, expiresAt: Number(expires) } : undefined;
}

/** 32 random bytes or more, in base64. */
async function imported(key: string): Promise<CryptoKey> {
  const raw = Uint8Array.from(atob(key ?? ""), (letter) => letter.charCodeAt(0));
  if (raw.length < 32) throw new Error("LOGIN_KEY is missing or too short");
  return crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}

function somebody(): string {
  const [random = 0] = crypto.getRandomValues(new Uint8Array(1));
  const animal = ANIMALS[random % ANIMALS.length];
  return `${animal}-${hex(4)}`;
}

function hex(count: number): string {
  const random = crypto.getRandomValues(new Uint8Array(count));
  return [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

const TOKEN = /^(demo\.([a-z]+-[0-9a-f]{8})\.([0-9a-f]{32})\.(\d{13}))\.([0-9a-f]{64})$/;
/** Milliseconds that a token is good. */
const LIFETIME = 10 * 60_000;
/** Milliseconds after which somebody is forgotten. */
const REMEMBERED = 24 * 3600_000;
// biome-ignore format: a list
const ANIMALS = [
  "badger", "beaver", "crane", "dolphin", "falcon", "gecko", "heron", "ibex",
  "lynx", "marten", "otter", "panda", "quail", "raven", "seal", "walrus",
];
