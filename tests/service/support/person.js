// Somebody with an authenticator, before a server with the service and the API of app.js.

import { totp } from "edge-mfa";
import { Agent } from "undici";
import { asker } from "./ask.js";

// workerd hangs up after a refusal that did not read the body, maybe while the next request is on its way there.
const dispatcher = new Agent({ pipelining: 0 });
const send = (request) => fetch(request, { dispatcher });

/** @param {string} url of the server */
export function clientOf(url, token) {
  const ask = asker(send, url, { token });
  return {
    ask,
    mfa: (method, path, given) => ask(method, `/mfa${path}`, given),
    get: (path, given) => ask("GET", path, given),
  };
}

/** Moves the clock of the server; answers its time. */
export async function clockAt(url, by = 0) {
  return (await asker(send, url)("POST", "/clock", { body: `${by}` })).body;
}

/** Enrols over HTTP. The step of the code that confirmed is over afterwards. */
export async function enrolledAt(url, token) {
  const client = clientOf(url, token);
  const { secret, uri } = (await client.mfa("POST", "/enrol", { body: {} })).body;
  /** The code of so many steps from now. */
  const code = async (steps = 0) => totp.generate({ secret, time: (await clockAt(url)) + steps * 30_000 });
  const { session, body } = await client.mfa("POST", "/confirm", { body: { code: await code() } });
  await clockAt(url, 30_000);
  return { ...client, token, secret, uri, session, confirmed: body, code, wrong: () => code(-2880) };
}
