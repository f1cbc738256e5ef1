/**
 * Access tokens of an OAuth 2.0 or OpenID Connect issuer as the first factor.
 *
 * Signatures and key sets are the work of `jose`, which you install beside this package; here is what is demanded of a
 * token: RFC 9068 and the good practice of RFC 8725.
 *
 * @packageDocumentation
 */
import { errors, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyResult, jwtVerify } from "jose";
import type { Authenticate } from "./authenticate.js";
import { principalOf } from "./jwt/claims.js";
import { isTokensFault, keysOf } from "./jwt/keys.js";
import { checked, type JwtOptions, type Settings } from "./jwt/options.js";

export type { Authenticate, Principal } from "./authenticate.js";
export type { JwtAlgorithm, JwtOptions } from "./jwt/options.js";

/**
 * Makes an `authenticate` for `createMfa`. Nothing is fetched before the first token.
 *
 * It answers `undefined` for every token that is not good, whatever is wrong with it, and rejects where nobody knows,
 * because the issuer cannot be reached. No error carries the token.
 *
 * A token is good if it is signed with a key of the issuer by one of the algorithms, is for this audience, has an end and
 * is within its time. Refused, too: a type (`typ`) of another purpose, and tokens that are bound to a key of the client
 * (`cnf`, RFC 7800), which a bearer does not prove to have.
 *
 * @throws {@link MfaError} `issuer_invalid`, and `policy_invalid` for every other option.
 * @example
 * ```js
 * import { jwt } from "edge-mfa/jwt";
 * import { exportJWK, generateKeyPair, SignJWT } from "jose";
 *
 * // Stands for the issuer; in your code leave `jwks` out, and the keys are found by OpenID Connect Discovery.
 * const { publicKey, privateKey } = await generateKeyPair("ES256");
 * const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "1", alg: "ES256" }] };
 *
 * const authenticate = jwt({ issuer: "https://login.example", audience: "https://api.example", jwks });
 *
 * const token = await new SignJWT({ scope: "orders:read" })
 *   .setProtectedHeader({ alg: "ES256", kid: "1" })
 *   .setIssuer("https://login.example")
 *   .setAudience("https://api.example")
 *   .setSubject("alice")
 *   .setExpirationTime("5m")
 *   .sign(privateKey);
 * assert.deepEqual(await authenticate(token), { subject: "alice", scopes: ["orders:read"] });
 * assert.equal(await authenticate(`${token.slice(0, -4)}AAAA`), undefined);
 * ```
 */
export function jwt(options: JwtOptions): Authenticate {
  const settings = checked(options);
  const keys = keysOf(settings);
  return async (token) => {
    // Three parts of base64url: an API key or an encrypted token is not even parsed, and asks no issuer.
    if (typeof token !== "string" || token.length > LONGEST || !SHAPE.test(token)) return undefined;
    const verified = await verify(token, keys, settings);
    return verified && principalOf(verified.protectedHeader, verified.payload, settings);
  };
}

/** `undefined` where it is the token's fault. */
async function verify(token: string, keys: JWTVerifyGetKey, settings: Settings): Promise<JWTVerifyResult | undefined> {
  let failure: unknown;
  const key: JWTVerifyGetKey = async (...given) => {
    try {
      return await keys(...given);
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  const demands = demandsOf(settings);
  try {
    return await jwtVerify(token, key, demands);
  } catch (error) {
    if (failure instanceof errors.JWKSMultipleMatchingKeys) return oneOf(failure, token, demands);
    if (failure !== undefined && !isTokensFault(failure))
      throw new Error("the keys of the issuer cannot be had", { cause: failure });
    // A key of another kind than the token's algorithm is a TypeError.
    if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Tries every key that could be meant, where the token does not say which. */
async function oneOf(
  candidates: errors.JWKSMultipleMatchingKeys,
  token: string,
  demands: Demands,
): Promise<JWTVerifyResult | undefined> {
  for await (const key of candidates) {
    try {
      return await jwtVerify(token, key, demands);
    } catch (error) {
      if (error instanceof errors.JWSSignatureVerificationFailed) continue;
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
  return undefined;
}

function demandsOf({ issuer, audience, algorithms, clockTolerance, profile, now }: Settings): Demands {
  return {
    issuer,
    audience: [...audience],
    algorithms: [...algorithms],
    clockTolerance,
    currentDate: new Date(Number(now())),
    requiredClaims: profile === "rfc9068" ? ["exp", "sub", "client_id", "iat", "jti"] : ["exp"],
    ...(profile === "rfc9068" && { typ: "at+jwt" }),
  };
}

type Demands = NonNullable<Parameters<typeof jwtVerify>[2]>;

export type { JWTPayload as JwtClaims };

const SHAPE = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** Characters; a server takes no more in a header. */
const LONGEST = 8192;
