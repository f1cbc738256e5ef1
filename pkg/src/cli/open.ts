// A store by its URL, with the driver that the user's project has installed.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { type PgClient, type PostgresJs, postgresStore } from "../store/postgres.js";
import { type IoredisClient, type NodeRedisClient, redisStore } from "../store/redis.js";
import { type LibsqlClient, type SqliteDatabase, sqliteStore } from "../store/sqlite.js";
import type { Store } from "../store/store.js";
import { UsageError } from "./arguments.js";
import { Failure } from "./text.js";

export interface OpenStore {
  store: Store;
  /** Which one it is, the same however it is spelled, and without a password. */
  name: string;
  close(): unknown;
}

export async function openStore(url: string): Promise<OpenStore> {
  const [, scheme = "", rest = ""] = /^([a-z]+):(.*)$/s.exec(url) ?? [];
  switch (scheme) {
    case "sqlite":
      return openSqlite(rest.replace(/^\/\/(?=\/|\.)/, ""));
    case "redis":
    case "rediss":
      return { ...(await openRedis(url)), name: nameOf(url) };
    case "postgres":
    case "postgresql":
      return { ...(await openPostgres(url)), name: nameOf(url) };
    default:
      throw new UsageError("a store is sqlite:path, redis://…, rediss://… or postgres://…");
  }
}

async function openSqlite(path: string): Promise<OpenStore> {
  const file = resolve(path);
  // A driver would make an empty one of a typo.
  if (!path || !existsSync(file)) throw new Failure("there is no such SQLite file");
  const { name, module } = await driver("sqlite", [
    "better-sqlite3",
    "libsql",
    "@libsql/client",
    "bun:sqlite",
    "node:sqlite",
  ]);
  const opened = (database: Closable & (SqliteDatabase | LibsqlClient)): OpenStore => ({
    store: sqliteStore(database),
    name: `sqlite:${file}`,
    close: () => database.close(),
  });
  if (name === "@libsql/client") {
    const { createClient } = module as { createClient: (options: object) => LibsqlClient & Closable };
    return opened(createClient({ url: pathToFileURL(file).href }));
  }
  const {
    DatabaseSync,
    Database,
    default: Default,
  } = module as Record<string, new (path: string) => SqliteDatabase & Closable>;
  const Opener = DatabaseSync ?? Database ?? Default;
  if (!Opener) throw new Failure(`this ${name} has no database`);
  return opened(new Opener(file));
}

async function openRedis(url: string): Promise<Omit<OpenStore, "name">> {
  const { name, module } = await driver("redis", ["redis", "ioredis"]);
  if (name === "redis") {
    const { createClient } = module as { createClient: (options: object) => NodeRedisClient & NodeRedis };
    // A connection that is lost ends the command: it can be resumed.
    const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: PATIENCE } });
    client.on("error", () => {});
    await client.connect();
    return { store: redisStore(client), close: () => client.close() };
  }
  const { Redis } = module as { Redis: new (url: string, options: object) => IoredisClient & Ioredis };
  const client = new Redis(url, { lazyConnect: true, retryStrategy: null, connectTimeout: PATIENCE });
  client.on("error", () => {});
  await client.connect();
  return { store: redisStore(client), close: () => client.quit() };
}

async function openPostgres(url: string): Promise<Omit<OpenStore, "name">> {
  const { name, module } = await driver("postgres", ["pg", "postgres"]);
  const own = module.default ?? module;
  if (name === "pg") {
    const { Pool } = own as { Pool: new (options: object) => PgClient & Pool };
    const pool = new Pool({ connectionString: url, max: 2, connectionTimeoutMillis: PATIENCE });
    pool.on("error", () => {});
    return { store: postgresStore(pool), close: () => pool.end() };
  }
  const sql = (own as (url: string, options: object) => PostgresJs & { end(): unknown })(url, { max: 2 });
  return { store: postgresStore(sql), close: () => sql.end() };
}

interface Driver {
  name: string;
  module: Record<string, unknown>;
}

/** The first that is installed: beside the user's code, or else beside this. */
async function driver(store: string, names: string[]): Promise<Driver> {
  const require = createRequire(join(process.cwd(), "package.json"));
  for (const name of names) {
    const module = await installed(name, () => pathToFileURL(require.resolve(name)).href);
    if (module) return { name, module };
  }
  throw new Failure(
    `a ${store} store needs a driver in your project: npm install ${names[0]} (or ${names.slice(1).join(", ")})`,
  );
}

async function installed(name: string, locate: () => string): Promise<Driver["module"] | undefined> {
  let place = name;
  try {
    if (!name.includes(":")) place = locate();
  } catch {
    // Not from there, or only for `import`.
  }
  try {
    return await import(place);
  } catch (error) {
    if (ABSENT.includes(String((error as NodeJS.ErrnoException).code))) return undefined;
    throw new Failure(`${name} is installed, but does not load`, { cause: error });
  }
}

/** Where it is, without who and how. */
function nameOf(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname}`;
  } catch {
    throw new UsageError("this store is no URL");
  }
}

interface Closable {
  close(): unknown;
}

interface NodeRedis extends Closable {
  on(event: "error", listener: () => void): unknown;
  connect(): Promise<unknown>;
}

interface Ioredis {
  on(event: "error", listener: () => void): unknown;
  connect(): Promise<unknown>;
  quit(): unknown;
}

interface Pool {
  on(event: "error", listener: () => void): unknown;
  end(): unknown;
}

/** Of an import that found nothing; the last is what Bun and Deno say. */
const ABSENT = [
  "ERR_MODULE_NOT_FOUND",
  "MODULE_NOT_FOUND",
  "ERR_UNKNOWN_BUILTIN_MODULE",
  "ERR_UNSUPPORTED_ESM_URL_SCHEME",
];
/** Milliseconds to wait for a connection. */
const PATIENCE = 5000;
