// How each client of Redis runs a script.

import { has, refusal } from "./store.js";

/** `redis`: a client, a pool or a cluster, connected. */
export interface NodeRedisClient {
  eval(script: string, options: ScriptOptions): Promise<unknown>;
  evalSha(digest: string, options: ScriptOptions): Promise<unknown>;
}

export interface ScriptOptions {
  keys: string[];
  arguments: string[];
}

/** `ioredis`: a `Redis` or a `Cluster`. */
export interface IoredisClient {
  eval(script: string, keys: number, ...rest: string[]): Promise<unknown>;
  evalsha(digest: string, keys: number, ...rest: string[]): Promise<unknown>;
  defineCommand: unknown;
}

/** `@upstash/redis`. */
export interface UpstashClient {
  eval(script: string, keys: string[], values: string[]): Promise<unknown>;
  evalsha(digest: string, keys: string[], values: string[]): Promise<unknown>;
}

export type RedisClient = NodeRedisClient | IoredisClient | UpstashClient;

/** Runs a script on its keys with its values. */
export type Run = (script: string, keys: string[], values: (string | number)[]) => Promise<unknown>;

type Call = (kind: "eval" | "evalSha", script: string, keys: string[], values: string[]) => Promise<unknown>;

export function running(client: RedisClient): Run {
  const call = calling(client);
  const digests = new Map<string, Promise<string>>();

  return async (script, keys, values) => {
    const digest = digests.get(script) ?? sha1(script);
    digests.set(script, digest);
    const given = values.map(String);
    try {
      return await call("evalSha", await digest, keys, given);
    } catch (error) {
      // A server that was restarted, or took over, does not know it yet. It has done nothing.
      if (!String((error as Error | null)?.message).includes("NOSCRIPT")) throw error;
      return call("eval", script, keys, given);
    }
  };
}

function calling(client: RedisClient): Call {
  if (has(client, "evalSha")) {
    const redis = client as NodeRedisClient;
    return (kind, script, keys, values) => redis[kind](script, { keys, arguments: values });
  }
  if (!has(client, "eval") || !has(client, "evalsha"))
    throw refusal(client, "redisStore takes a client of redis, ioredis or @upstash/redis");
  if (has(client, "defineCommand")) {
    const redis = client as IoredisClient;
    return (kind, script, keys, values) =>
      redis[kind === "eval" ? kind : "evalsha"](script, keys.length, ...keys, ...values);
  }
  const redis = client as UpstashClient;
  return (kind, script, keys, values) => redis[kind === "eval" ? kind : "evalsha"](script, keys, values);
}

async function sha1(script: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(script));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
