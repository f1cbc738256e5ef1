// Who a token that is verified says that somebody is.
import type { JWTHeaderParameters, JWTPayload } from "jose";
import type { Principal } from "../authenticate.js";
import type { Settings } from "./options.js";

/** `undefined` where the token is of another purpose, or says too little. */
export function principalOf(
  header: JWTHeaderParameters,
  claims: JWTPayload,
  { subject, service, scopes: needed, binding }: Settings,
): Principal | undefined {
  // A logout token or a session of ours has a type of its own (RFC 8725 section 3.11).
  if (header.typ !== undefined && !/^(application\/)?(at\+)?jwt$/i.test(String(header.typ))) return undefined;
  // Bound to a key that a bearer need not have (RFC 9449 section 7.2, RFC 8705 section 3).
  if (claims.cnf !== undefined) return undefined;
  const name = typeof subject === "function" ? subject(claims) : claims[subject];
  const scopes = scopesOf(claims);
  if (!isSubject(name) || !needed.every((scope) => scopes.includes(scope))) return undefined;
  const login = binding === undefined ? undefined : claims[binding];
  return {
    subject: name,
    scopes,
    ...(service(claims) === true && { service: true }),
    ...(typeof login === "string" && login !== "" && { binding: login }),
  };
}

/** `scope` (RFC 8693 section 4.2), or `scp` as others write it: a text, or a list. */
function scopesOf({ scope, scp }: JWTPayload): string[] {
  const given = scope ?? scp;
  const scopes = Array.isArray(given) ? given : typeof given === "string" ? given.split(" ") : [];
  return [...new Set(scopes.filter((one) => typeof one === "string" && one !== ""))];
}

/** What can be the name of an account: one spelling, and nothing that cannot be seen. */
function isSubject(name: unknown): name is string {
  return (
    typeof name === "string" &&
    /^[^\p{Cc}\p{Surrogate}]+$/u.test(name) &&
    name.trim() === name &&
    new TextEncoder().encode(name).length <= 256
  );
}
