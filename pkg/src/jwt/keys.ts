// The keys of an issuer: where they are, and when they are asked for again.
import { createLocalJWKSet, createRemoteJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { isSafe, type Settings } from "./options.js";

export function keysOf(settings: Settings): JWTVerifyGetKey {
  const { jwks } = settings;
  if (typeof jwks === "function") return jwks;
  if (typeof jwks === "string" || jwks instanceof URL) return remote(new URL(jwks), settings);
  return jwks === undefined ? discovered(settings) : createLocalJWKSet(jwks as JSONWebKeySet);
}

/** Whether it is the token that no key was found for, and not that keys could not be had. */
export function isTokensFault(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JOSENotSupported;
}

/**
 * The keys behind a URL. For a key id that is not among them they are asked for at once, so that an issuer may sign with a
 * key that it made a moment ago; but not for a while after that was in vain, so that nobody can make us ask by made-up ids.
 */
function remote(url: URL, { timeout, cacheMaxAge, cooldown }: Settings): JWTVerifyGetKey {
  // `jose` counts from the last time that it asked; we ask ourselves.
  const set = createRemoteJWKSet(url, {
    timeoutDuration: timeout,
    cacheMaxAge,
    cooldownDuration: Number.POSITIVE_INFINITY,
  });
  let inVain = Number.NEGATIVE_INFINITY;
  return async (...token) => {
    try {
      return await set(...token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || Date.now() - inVain < cooldown) throw error;
    }
    await set.reload();
    try {
      return await set(...token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) inVain = Date.now();
      throw error;
    }
  };
}

/** The keys where the issuer says that they are. It is asked with the first token, and until it has answered. */
function discovered(settings: Settings): JWTVerifyGetKey {
  let keys: JWTVerifyGetKey | undefined;
  let asking: Promise<JWTVerifyGetKey> | undefined;
  return async (...token) => {
    if (!keys) {
      // A Worker must not wait for what another request fetches: that one may be cancelled.
      if (!asking || IN_WORKER) {
        const asked = discover(settings).then((url) => remote(url, settings));
        asking = asked;
        const over = () => {
          if (asking === asked) asking = undefined;
        };
        asked.then(over, over);
      }
      const found = await asking;
      keys ??= found;
    }
    return keys(...token);
  };
}

/** OpenID Connect Discovery 1.0 sections 4.1 and 4.3. */
async function discover({ issuer, timeout }: Settings): Promise<URL> {
  const response = await fetch(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`, {
    headers: { accept: "application/json" },
    redirect: "manual",
    signal: AbortSignal.timeout(timeout),
  });
  if (response.status !== 200) throw new Error(`discovery was answered with ${response.status}`);
  const metadata = Object(await response.json());
  if (metadata.issuer !== issuer) throw new Error("discovery told of another issuer");
  if (typeof metadata.jwks_uri !== "string" || !isSafe(metadata.jwks_uri))
    throw new Error("discovery told of no https URL of keys");
  return new URL(metadata.jwks_uri);
}

const IN_WORKER = globalThis.navigator?.userAgent === "Cloudflare-Workers";
