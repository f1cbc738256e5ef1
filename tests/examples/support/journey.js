// What every protected server has to answer, asked over HTTP as a client in another language would.

import assert from "node:assert/strict";
import { request } from "node:http";
import { totp } from "edge-mfa";
import { keyring } from "edge-mfa/server";
import { API, makeKey, startProvider, tokenOfPerson } from "../../auth/support/provider.js";

/** An issuer, alice's token of it, and what an example is configured with. */
export async function startIssuer(t) {
  const provider = await startProvider(t, [await makeKey("ES256")]);
  const { access_token: token } = await tokenOfPerson(provider, "alice");
  const settings = { ISSUER: provider.issuer, AUDIENCE: API, MFA_KEYS: keyring.generate({ environment: "test" }) };
  return { token, settings };
}

/** Enrols by the endpoints. Answers the secret; the code of now is spent. */
export async function enrol(base, token) {
  const post = (path, body) => ask(`${base}/mfa${path}`, { bearer: token, body });
  const { secret } = (await post("/enrol", {})).json;
  const confirmed = await post("/confirm", { code: totp.generate({ secret }) });
  assert.equal(confirmed.status, 200);
  assert.equal(confirmed.json.recoveryCodes.length, 10);
  return secret;
}

/** Asks a protected URL in every way there is. Alice is enrolled with this secret, and her code of now may be spent. */
export async function journey(url, token, secret) {
  const nobody = await ask(url, {});
  assert.deepEqual([nobody.status, nobody.json.code], [401, "authentication_required"]);
  assert.match(nobody.headers["www-authenticate"], /^Bearer realm="Example"$/);
  assert.equal((await ask(url, { bearer: "guessed" })).json.code, "invalid_token");

  const stepUp = await ask(url, { bearer: token });
  assert.deepEqual([stepUp.status, stepUp.json.code], [401, "verification_required"]);
  assert.match(stepUp.headers["www-authenticate"], /error="insufficient_user_authentication"/);

  const code = totp.generate({ secret, time: Date.now() + 30_000 });
  const twice = await ask(url, { bearer: [token, token], more: { "X-MFA-Token": code } });
  assert.deepEqual([twice.status, twice.json.code], [400, "invalid_request"]);
  assert.equal((await ask(url, { bearer: token, more: { "X-MFA-Token": [code, code] } })).status, 400);

  const first = await ask(url, { bearer: token, more: { "X-MFA-Token": code } });
  assert.equal(first.status, 200);
  assert.match(first.text, /alice/);
  const session = first.headers["x-session-token"];
  const again = await ask(url, { bearer: token, more: { "X-MFA-Token": code } });
  assert.deepEqual([again.status, again.json.code], [401, "code_replayed"]);
  const known = await ask(url, { bearer: token, more: { "X-Session-Token": session } });
  assert.deepEqual([known.status, known.text], [200, first.text]);

  const wrong = totp.generate({ secret, time: Date.now() - 86_400_000 });
  const guess = () => ask(url, { bearer: token, more: { "X-MFA-Token": wrong } });
  for (const attemptsLeft of [2, 1]) assert.equal((await guess()).json.attemptsLeft, attemptsLeft);
  await guess();
  const locked = await guess();
  assert.deepEqual([locked.status, locked.json.code], [429, "locked"]);
  const seconds = Number(locked.headers["retry-after"]);
  assert.ok(seconds > 0 && seconds <= 30, `Retry-After: ${seconds}`);
  assert.equal((await ask(url, { bearer: token, more: { "X-Session-Token": session } })).status, 200);
}

/** By `node:http`, which sends a header twice where it is told a list. */
export function ask(url, { method, bearer, body, more = {} }) {
  const headers = { ...more };
  if (bearer !== undefined) headers.Authorization = [bearer].flat().map((token) => `Bearer ${token}`);
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: method ?? (body === undefined ? "GET" : "POST"), headers },
      async (response) => {
        let text = "";
        for await (const part of response.setEncoding("utf8")) text += part;
        const json = text.startsWith("{") ? JSON.parse(text) : undefined;
        resolve({ status: response.statusCode, headers: response.headers, text, json });
      },
    );
    sent.once("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
