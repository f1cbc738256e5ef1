// What a client is made of: the options, each refused here or never.
import { MfaError } from "../error.js";
import { waitFor } from "./abort.js";
import type { Prompt } from "./prompt.js";

export interface ClientOptions {
  /**
   * The access token of the first factor, or what answers it: asked for every request, so let it keep the token that it
   * has. When a token was refused as `invalid_token`, it is asked once more, and is given the refused one.
   */
  token: string | ((refused?: string) => string | undefined | Promise<string | undefined>);
  /**
   * The API: relative addresses are resolved against it, and its origin is the only one that gets the headers. Default
   * the page's own origin. `https:`, or plain HTTP on localhost.
   */
  baseUrl?: string | URL | undefined;
  /** More origins that get the headers, such as `https://files.example.com`. */
  origins?: readonly (string | URL)[] | undefined;
  /** Asks the person for a code. Without it, an answer that demands one is answered as it is. */
  prompt?: Prompt | undefined;
  /** Where the service's own endpoints are, for the prompt's `verify`; default `/mfa`. */
  servicePath?: string | undefined;
  /**
   * Where the session token is kept; default in memory. `sessionStorage` outlives a reload, and can be read by every
   * script of the page.
   */
  storage?: ClientStorage | undefined;
  /** A remembered device, as `verify` answered it. */
  device?: string | undefined;
  /**
   * Milliseconds until the headers of an answer must be there, for each try; default 10,000, at most 30,000. The body may
   * take its time: that is for your `signal`.
   */
  timeout?: number | undefined;
  /** How often a request is sent again after a failure that may pass: 0 to 3; default 3. */
  retry?: number | undefined;
  /** What sends; default the platform's `fetch`. */
  fetch?: typeof fetch | undefined;
  /** The clock, in milliseconds; default `Date.now`. */
  now?: (() => number | Date) | undefined;
  /** From 0 to 1, for the jitter; default `Math.random`. */
  random?: (() => number) | undefined;
  /** Waits so many milliseconds, or until the signal aborts; default a timer. */
  wait?: ((milliseconds: number, signal: AbortSignal) => Promise<void>) | undefined;
}

/** The part of a browser's `Storage` that is needed. It may be asynchronous. */
export interface ClientStorage {
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** The options with everything decided. */
export interface Settings extends Pick<ClientOptions, "prompt" | "storage" | "device"> {
  token: ClientOptions["token"];
  /** What relative addresses are resolved against; `undefined`: the page decides. */
  base: URL | undefined;
  origins: ReadonlySet<string>;
  /** Of the service: the first of the origins. */
  origin: string;
  verifyUrl: string;
  timeout: number;
  retry: number;
  fetch: typeof fetch;
  now(): number;
  random(): number;
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** @throws {@link MfaError} `client_invalid`, with the option's name. */
export function settingsOf(options: ClientOptions): Settings {
  const { token, prompt, storage, device, timeout = 10_000, retry = 3, ...rest } = Object(options) as ClientOptions;
  const { baseUrl, origins = [], servicePath = "/mfa", now = Date.now, random = Math.random, wait = waitFor } = rest;
  const { fetch = (...request) => globalThis.fetch(...request) } = rest;
  if (typeof token !== "function") checkToken(token, "token");
  if (device !== undefined) checkToken(device, "device");
  check(Number.isInteger(timeout) && timeout >= 1 && timeout <= 30_000, "timeout, 1 to 30000 milliseconds");
  check(Number.isInteger(retry) && retry >= 0 && retry <= 3, "retry, 0 to 3");
  for (const [name, given] of Object.entries({ prompt, fetch, now, random, wait }))
    check(typeof given === "function" || (name === "prompt" && given === undefined), `${name}, a function`);
  check(storage === undefined || STORAGE.every((name) => typeof Object(storage)[name] === "function"), "storage");
  check(Array.isArray(origins), "origins, a list");
  check(typeof servicePath === "string", "servicePath");

  const base = baseUrl === undefined ? undefined : secure(baseUrl, "baseUrl");
  const origin = (base ?? secure(globalThis.location?.origin, "baseUrl, which is needed outside a page")).origin;
  return {
    ...{ token, prompt, storage, device, timeout, retry, base, origin },
    origins: new Set([origin, ...origins.map((given) => secure(given, "origins").origin)]),
    verifyUrl: `${new URL(servicePath, base ?? origin).href.replace(/\/$/, "")}/verify`,
    // Called by their bare names: a browser's own functions refuse every `this` but the window.
    fetch: (...request) => fetch(...request),
    now: () => Number(now()),
    random: () => random(),
    wait: (...time) => wait(...time),
  };
}

/** Text that fits into a header; its message must not repeat it, as that of the platform would. */
export function checkToken(given: unknown, name: string): asserts given is string {
  check(isHeaderText(given), name);
}

export function isHeaderText(given: unknown): given is string {
  return typeof given === "string" && /^[\x21-\x7e]+$/.test(given);
}

export function check(good: boolean, what: string): asserts good {
  if (!good) throw new MfaError("client_invalid", `client invalid: ${what}`);
}

/** An address that secrets may be sent to: nobody can read along. */
function secure(given: unknown, name: string): URL {
  let url: URL | undefined;
  try {
    url = new URL(given as string);
  } catch {}
  const { protocol, hostname, username, password } = url ?? new URL("about:blank");
  check(protocol === "https:" || (protocol === "http:" && LOCALHOST.test(hostname)), `${name}: https, or localhost`);
  check(!username && !password, `${name}: without a password`);
  return url as URL;
}

const STORAGE = ["getItem", "setItem", "removeItem"] as const;
/** As it is written in a parsed URL. The loopback addresses, and the names that never leave the machine (RFC 6761). */
const LOCALHOST = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
