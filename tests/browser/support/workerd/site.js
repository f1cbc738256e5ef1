// The site of worker.js in workerd, as a test sees it.

import { totp } from "edge-mfa";
import { clientOf } from "../../../service/support/person.js";
import { startWorkerd } from "../../../service/support/workerd.js";
import { discard, scratch } from "../../../store/support/scratch.js";
import { bundle } from "../wizard-site.js";

export async function startWorkerdSite() {
  const folder = scratch();
  const PAGE = await bundle(folder);
  discard(folder);
  const worker = await startWorkerd(new URL("./worker.js", import.meta.url), { PAGE });
  const url = worker.url.replace("127.0.0.1", "localhost");
  let passed = 0;
  const pass = async (milliseconds) => {
    passed += milliseconds;
    await fetch(`${url}/pass`, { method: "POST", body: String(milliseconds) });
  };
  const code = (secret, ahead = 0) => totp.generate({ secret, time: Date.now() + passed + ahead });
  /** Somebody with an authenticator, whose code that confirmed it is over. */
  const enrolled = async (name) => {
    const { ask } = clientOf(url, `${name}-1`);
    const { secret } = (await ask("POST", "/mfa/enrol", { body: {} })).body;
    const { recoveryCodes } = (await ask("POST", "/mfa/confirm", { body: { code: code(secret) } })).body;
    await pass(30_000);
    return { secret, recoveryCodes, code: () => code(secret), wrong: () => code(secret, -86_400_000) };
  };
  const violations = async () => (await fetch(`${url}/violations`)).json();
  return { url, pass, code, enrolled, violations, stop: worker.stop };
}
