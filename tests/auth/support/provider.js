// A certified OpenID provider on this machine: `oidc-provider`, whose keys can be replaced while it runs.

import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";

export const API = "https://api.example";
const CALLBACK = "http://localhost:1/callback";
const SERVICE = { client_id: "billing-service", client_secret: "a secret of the service" };

/** A key of the provider, also for tokens that it would never issue. */
export async function makeKey(alg = "RS256") {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { alg, kid, privateKey, publicKey, jwk: { ...jwk, kid, alg, use: "sig" } };
}

/**
 * Starts it. The first key signs.
 *
 * @param {import("node:test").TestContext} t
 */
export async function startProvider(t, keys) {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  t.after(stop);
  const issuer = `http://localhost:${server.address().port}`;
  const asked = { keys: 0, discovery: 0 };
  let handle;
  /** As when it is deployed anew with other keys: what it issued stays what it is. */
  const rotate = (next) => {
    handle = new Provider(issuer, configuration(next)).callback();
  };
  rotate(keys);
  server.on("request", (request, response) => {
    if (request.url === "/jwks") asked.keys += 1;
    if (request.url === "/.well-known/openid-configuration") asked.discovery += 1;
    handle(request, response);
  });
  return { issuer, rotate, stop, asked };
}

/** A token for a service, by its client credentials. */
export function tokenOfService({ issuer }, scope = "orders:read") {
  return ask(issuer, { grant_type: "client_credentials", scope }, SERVICE);
}

/** A token for a person: authorization code with PKCE, through the pages of the provider as a browser goes. */
export async function tokenOfPerson({ issuer }, login, scope = "openid orders:read") {
  const verifier = randomBytes(32).toString("base64url");
  const state = randomBytes(16).toString("base64url");
  const begin = new URL("/auth", issuer);
  begin.search = new URLSearchParams({
    client_id: "web",
    response_type: "code",
    redirect_uri: CALLBACK,
    resource: API,
    scope,
    state,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  const back = await signIn(begin, login);
  if (back.searchParams.get("state") !== state) throw new Error(`the provider answered ${back.search}`);
  const code = back.searchParams.get("code");
  const grant = { grant_type: "authorization_code", code, redirect_uri: CALLBACK, code_verifier: verifier };
  return ask(issuer, { ...grant, client_id: "web", resource: API });
}

/** Follows the redirects and fills the forms in, until the provider sends the browser back to the client. */
async function signIn(begin, login) {
  const cookies = new Map();
  let next = { url: begin };
  for (let steps = 0; steps < 20; steps++) {
    const { url, form } = next;
    const response = await fetch(url, {
      redirect: "manual",
      headers: { cookie: [...cookies].map((pair) => pair.join("=")).join("; ") },
      ...(form && { method: "POST", body: new URLSearchParams(form) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      if (value) cookies.set(name, value);
      else cookies.delete(name);
    }
    const page = await response.text();
    const location = response.headers.get("location");
    if (location?.startsWith(CALLBACK)) return new URL(location);
    if (location) next = { url: new URL(location, url) };
    else {
      const [, prompt] = /name="prompt" value="(\w+)"/.exec(page) ?? [];
      if (!prompt) throw new Error(`${response.status} at ${url.pathname}: ${page.replace(/<[^>]*>/g, " ")}`);
      next = { url, form: { prompt, login, password: "any will do" } };
    }
  }
  throw new Error("the provider sends in circles");
}

async function ask(issuer, grant, client) {
  const basic = client && `Basic ${btoa(`${client.client_id}:${encodeURIComponent(client.client_secret)}`)}`;
  const response = await fetch(new URL("/token", issuer), {
    method: "POST",
    body: new URLSearchParams(grant),
    ...(basic && { headers: { authorization: basic } }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(JSON.stringify(answer));
  return answer;
}

function configuration(keys) {
  return {
    jwks: { keys: keys.map(({ jwk }) => jwk) },
    cookies: { keys: ["a key for cookies"] },
    clients: [
      {
        client_id: "web",
        token_endpoint_auth_method: "none",
        redirect_uris: [CALLBACK],
        id_token_signed_response_alg: keys[0].alg,
      },
      { ...SERVICE, grant_types: ["client_credentials"], response_types: [], redirect_uris: [] },
    ],
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    // Longer than the clock of a test is put forward.
    ttl: { AccessToken: 7200, IdToken: 7200, ClientCredentials: 7200, Grant: 7200, Interaction: 600, Session: 600 },
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => API,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          audience: API,
          scope: "orders:read orders:write",
          accessTokenFormat: "jwt",
          accessTokenTTL: 7200,
          jwt: { sign: { alg: keys[0].alg } },
        }),
      },
    },
  };
}
