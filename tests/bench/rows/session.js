// Session tokens: HS256 with one key, checked for issuer, type, age and whose it is, on the token alone.

import { createHmac, timingSafeEqual } from "node:crypto";
import { createSigner, createVerifier } from "fast-jwt";
import { jwtVerify, SignJWT } from "jose";
import { core, decideOffline, ISSUER, keys, SUBJECT, TIME, typicalAccount } from "./support.js";

const TYPE = "mfa-session+jwt";
/** Ten minutes after the sign-in: the idle time of an hour begins anew. */
const NOW = TIME + 20 * 60_000;

const { mfa, session } = await typicalAccount({ sessionIdle: 3600 });
const handle = core.configure(keys, { sessionMode: "offline" }, ISSUER);
const idle = core.configure(keys, { sessionMode: "offline", sessionIdle: 3600 }, ISSUER);
const [jwk] = (await mfa.keys.jwks()).keys;
const key = Buffer.from(jwk.k, "base64url");
const header = { alg: "HS256", kid: jwk.kid, typ: TYPE };

const middle = session.length - 20;
const forged = `${session.slice(0, middle)}${session[middle] === "A" ? "B" : "A"}${session.slice(middle + 1)}`;

const expectations = { algorithms: ["HS256"], issuer: ISSUER, typ: TYPE, currentDate: new Date(NOW) };
const fastOptions = { key, algorithms: ["HS256"], allowedIss: ISSUER, allowedSub: SUBJECT, clockTimestamp: NOW };
const fast = createVerifier({ ...fastOptions, checkTyp: TYPE, cache: false });
const fastCached = createVerifier({ ...fastOptions, checkTyp: TYPE, cache: true });
const fastSign = createSigner({ key, algorithm: "HS256", header, noTimestamp: true });

export const sessions = {
  "session verify": {
    answer: SUBJECT,
    own: () => decideOffline(handle, SUBJECT, undefined, { now: NOW, session }).subject,
    peers: {
      "fast-jwt": () => fast(session).sub,
      jose: async () => (await jwtVerify(session, key, expectations)).payload.sub,
    },
    shown: {
      "fast-jwt, cached": () => fastCached(session).sub,
      "node:crypto": () => nodeVerify(session)?.sub,
    },
  },
  "session verify, forged": {
    answer: false,
    own: () => decideOffline(handle, SUBJECT, undefined, { now: NOW, session: forged }).ok,
    peers: {
      "fast-jwt": () => thrown(() => fast(forged)),
      jose: () => jwtVerify(forged, key, expectations).catch(() => false),
    },
    shown: {
      "fast-jwt, cached": () => thrown(() => fastCached(forged)),
      "node:crypto": () => nodeVerify(forged) ?? false,
    },
  },
  "session verify + sign anew": {
    answer: 3,
    size: (token) => token.split(".").length,
    own: () => decideOffline(idle, SUBJECT, undefined, { now: NOW, session }).renewed,
    peers: {
      "fast-jwt": () => fastSign(anew(fast(session))),
      jose: async () => {
        const { payload } = await jwtVerify(session, key, expectations);
        return new SignJWT(anew(payload)).setProtectedHeader(header).sign(key);
      },
    },
    shown: { "node:crypto": () => nodeSign(anew(nodeVerify(session))) },
  },
};

function anew(claims) {
  return { ...claims, iat: NOW / 1000, exp: Math.min(NOW / 1000 + 3600, claims.session_expiry) };
}

function thrown(run) {
  try {
    return run();
  } catch {
    return false;
  }
}

/** What the others do, by hand. */
function nodeVerify(token) {
  const [head, payload, signature] = token.split(".");
  const { alg, typ } = JSON.parse(Buffer.from(head, "base64url").toString());
  if (alg !== "HS256" || typ !== TYPE) return undefined;
  const given = Buffer.from(signature, "base64url");
  const right = createHmac("sha256", key).update(`${head}.${payload}`).digest();
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
  const isGood = claims.iss === ISSUER && claims.sub === SUBJECT && claims.exp * 1000 > NOW;
  return isGood ? claims : undefined;
}

function nodeSign(claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}
