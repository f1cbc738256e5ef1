// A service with HTTP before it and a store in memory, on a clock that the test moves.

import { totp } from "edge-mfa";
import { STEP, service } from "../../js/support/service.js";
import { asker, protect } from "./ask.js";
import { authenticate } from "./authenticate.js";

export const BASE = "https://api.example/mfa";

export function start(options = {}) {
  const errors = [];
  const onError = (error) => errors.push(error);
  const made = service({ authenticate, onError, ...options });
  const { basePath = "/mfa" } = options.http ?? {};
  const ask = asker(made.mfa.fetch, new URL(basePath, BASE).href.replace(/\/$/, ""), { token: "alice-1" });
  /** Asks for something that is protected by this demand. */
  const guard = (demand, given = {}, url = "https://api.example") =>
    asker(protect(made.mfa, demand), url, { token: "alice-1" })("POST", "/transfer", given);
  return { ...made, errors, ask, guard };
}

/** The same, with an account whose authenticator was confirmed a step ago, all of it over HTTP. */
export async function enrolled(options = {}, given = { token: "alice-1" }) {
  const made = start(options);
  return { ...made, ...(await enrol(made, given)) };
}

export async function enrol({ ask, clock }, given = {}) {
  const { secret } = (await ask("POST", "/enrol", { ...given, body: {} })).body;
  const code = (time = clock.now) => totp.generate({ secret, time });
  const { session, body: confirmed } = await ask("POST", "/confirm", { ...given, body: { code: code() } });
  clock.now += STEP;
  /** A code, but of yesterday. */
  const wrong = () => code(clock.now - 86_400_000);
  return { secret, code, wrong, session, confirmed };
}
