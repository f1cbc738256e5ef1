/**
 * For Node: connections that are kept, and how many there may be.
 *
 * @packageDocumentation
 */
import { MfaError } from "../error.js";
import { type Connect, type Connection, Gate } from "./gate.js";

/** The module `undici`, 7.11 or newer: `import * as undici from "undici"`. */
export interface Undici<Dispatcher> {
  Agent: new (options: never) => Dispatcher;
  Pool: new (url: never, options: never) => object;
  Client: new (url: never, options: never) => object;
  buildConnector: (options: never) => unknown;
  fetch: (input: never, init: never) => Promise<unknown>;
}

export interface AgentOptions {
  /** Connections to one host; default 100. */
  connections?: number | undefined;
  /** Connections in all; default 1,000. One that is needed elsewhere is taken from a host that does not use it. */
  total?: number | undefined;
  /** Milliseconds that an idle connection is kept; default 60,000, at most 300,000. A server may ask for another time. */
  keepAlive?: number | undefined;
  /** Options of `tls.connect`, such as a `ca`, or a client's `cert` and `key`. */
  connect?: object | undefined;
}

export interface PooledAgent<Dispatcher> {
  /** For `createClient`. It is undici's, because the one that Node has built in may be of another version. */
  readonly fetch: typeof fetch;
  /** undici's `Agent`. */
  readonly dispatcher: Dispatcher;
  /** Closes the connections when the requests on them are done. */
  close(): Promise<void>;
}

/**
 * Makes an `undici` agent with a bounded pool of connections. A request that finds none free waits for one, within its
 * own timeout.
 *
 * @throws {@link MfaError} `client_invalid`, with the option's name.
 * @example
 * ```js
 * import * as undici from "undici";
 * import { createClient } from "edge-mfa/client";
 * import { agent } from "edge-mfa/client/node";
 *
 * const pool = agent(undici, { connections: 20 });
 * const client = createClient({ token: "access-token", baseUrl: "https://api.example.com", fetch: pool.fetch });
 *
 * await pool.close();
 * ```
 */
export function agent<Dispatcher extends object>(
  undici: Undici<Dispatcher>,
  options: AgentOptions = {},
): PooledAgent<Dispatcher> {
  const { Agent, Pool, Client, buildConnector, fetch } = Object(undici) as Parts<Dispatcher>;
  const { connections = 100, total = 1000, keepAlive = 60_000, connect } = Object(options) as AgentOptions;
  if (typeof Agent !== "function" || !("stats" in Object(Client?.prototype))) throw invalid("undici, 7.11 or newer");
  if (!isCount(connections)) throw invalid("connections, 1 or more");
  if (!isCount(total)) throw invalid("total, 1 or more");
  if (!isCount(keepAlive) || keepAlive > LONGEST) throw invalid(`keepAlive, 1 to ${LONGEST} milliseconds`);

  const gate = new Gate(total, connections, buildConnector({ ...connect }));
  const dispatcher = new Agent({
    ...{ connections, keepAliveTimeout: keepAlive, keepAliveMaxTimeout: LONGEST },
    factory: (origin, settings) =>
      new Pool(origin, {
        ...settings,
        factory: (url, rest) => gate.add(String(url), (through) => new Client(url, { ...rest, connect: through })),
      }),
  });
  return {
    dispatcher,
    fetch: (input, init) => fetch(...plain(input, { ...init, dispatcher })),
    close: () => dispatcher.close(),
  };
}

/** undici takes no `Request` but its own, so one of the platform is taken apart. */
function plain(input: RequestInfo | URL, init: Init): [string | URL, Init] {
  if (typeof input !== "object" || !("headers" in input)) return [input, init];
  const { url, method, headers, body, signal, redirect, integrity, keepalive, referrerPolicy } = input;
  return [
    url,
    { method, headers, body, signal, redirect, integrity, keepalive, referrerPolicy, duplex: "half", ...init },
  ];
}

function isCount(given: unknown): given is number {
  return Number.isSafeInteger(given) && Number(given) >= 1;
}

function invalid(what: string): MfaError {
  return new MfaError("client_invalid", `client invalid: ${what}`);
}

type Init = RequestInit & { dispatcher: object; duplex?: "half" };
type Factory = (url: string | URL, options: object) => object;

/** What is used of undici. Its own types need those of Node, which a page does not have. */
interface Parts<Dispatcher> {
  Agent: new (options: { factory: Factory } & Record<string, unknown>) => Dispatcher & { close(): Promise<void> };
  Pool: new (url: string | URL, options: { factory: Factory }) => object;
  Client: new (url: string | URL, options: { connect: Connect }) => Connection;
  buildConnector(options: object): Connect;
  fetch(input: string | URL, init: Init): Promise<Response>;
}

/** Milliseconds. */
const LONGEST = 300_000;
