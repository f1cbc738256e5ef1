// Where a request comes from, as far as somebody trustworthy says so.
import { MfaError } from "../error.js";

/** The client of a request. */
export interface Client {
  /** Its address, without a port. */
  address?: string | undefined;
  /** ISO 3166-1 alpha-2. */
  country?: string | undefined;
  /** Whether it came over TLS; by the URL unless told. */
  secure?: boolean | undefined;
}

/**
 * Who says where a request comes from:
 *
 * - `auto` (default): Cloudflare, where `request.cf` is there, which no client can send; else nobody.
 * - `vercel`, `fly`: the headers of these platforms, which they overwrite. Elsewhere anybody can send them.
 * - `{ proxies }`: so many proxies of yours stand in front, and each adds one entry to `X-Forwarded-For`. The left-most
 *   entry is whatever the client likes. `X-Forwarded-Proto` is read at the same depth: the outermost proxy has to say
 *   `https`, and every other one has to add its own entry. Where they pass a single one on, nobody has said it: then the
 *   URL decides.
 * - a function: what your server knows, as `info.remoteAddr` of Deno.
 */
export type ClientSource = "auto" | "vercel" | "fly" | { proxies: number } | ((request: Request) => Client | undefined);

export function clientOf(request: Request, source: ClientSource = "auto"): Client {
  if (typeof source === "function") return source(request) ?? {};
  const header = (name: string) => request.headers.get(name) ?? undefined;
  if (typeof source === "object") return behind(source.proxies, header);
  if (source === "vercel") return { address: header("x-real-ip"), country: header("x-vercel-ip-country") };
  if (source === "fly") return { address: header("fly-client-ip") };
  const { cf } = request as { cf?: { country?: string } };
  return cf ? { address: header("cf-connecting-ip"), country: cf.country } : {};
}

/** No proxy in front would make the left-most entry count, and a spelling mistake nobody. */
export function checkSource(source: ClientSource = "auto"): void {
  const isProxies = typeof source === "object" && source !== null;
  if (isProxies ? Number.isInteger(source.proxies) && source.proxies > 0 : isKnown(source)) return;
  throw new MfaError(
    "address_invalid",
    "address invalid: client is auto, vercel, fly, { proxies: 1 or more } or a function",
  );
}

/** Whether nobody on the way can have read it, or it never left this machine. */
export function isSecure(request: Request, client: Client): boolean {
  return client.secure ?? isSecureUrl(request.url);
}

/** Most requests come to the same host: the beginning of the last good URL, up to its path, is kept. */
export function isSecureUrl(url: string): boolean {
  if (url.startsWith(secure)) return true;
  const [start] = SECURE.exec(url) ?? [];
  if (start !== undefined) secure = start;
  return start !== undefined;
}

let secure = "https:";

function behind(proxies: number, header: (name: string) => string | undefined): Client {
  const at = (name: string) => header(name)?.split(",").at(-proxies)?.trim();
  const scheme = at("x-forwarded-proto");
  const address = at("x-forwarded-for");
  return { address: address && withoutPort(address), ...(scheme !== undefined && { secure: scheme === "https" }) };
}

/** `1.2.3.4:80` and `[::1]:80` as some proxies write it. */
function withoutPort(address: string): string {
  const bracketed = /^\[(.+)\](?::\d+)?$/.exec(address);
  return bracketed?.[1] ?? address.replace(/^([\d.]+):\d+$/, "$1");
}

function isKnown(source: unknown): boolean {
  return typeof source === "function" || ["auto", "vercel", "fly"].includes(source as string);
}

/** Of a URL as `Request` has it: in lower case up to the path, and without a user. */
const SECURE = /^(https:|http:\/\/(([\w.-]+\.)?localhost|127(\.\d+){3}|\[::1\])(:\d+)?\/)/;
