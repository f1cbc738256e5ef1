// What a session token says by itself. Every request may ask, so text crosses, and JSON only for what is seldom there.
import * as core from "../core.js";

/**
 * Checks a session, or guards with one where there is a demand; absent where the record has to be read. `more` is there where
 * anything else came along: it does not matter here, but what is none is refused.
 */
export function decideOffline(
  handle: number,
  subject: string,
  demand: core.Demand | undefined,
  { now, session, primary }: core.Input,
  more?: core.Input,
): core.Session | core.Denied | undefined {
  const text = core.decideOffline(handle, subject, session, primary, now, demand, more);
  if (text === undefined) return undefined;
  if (text.startsWith('"')) return { ok: false, reason: text.slice(1, -1) as core.Denial };
  const [id = "", methods = "", level, authenticatedAt, expiresAt, renewed] = text.split(" ");
  const answer: core.Session = {
    ok: true,
    subject,
    id,
    methods: methods.split("+"),
    level: level as core.Session["level"],
    authenticatedAt: Number(authenticatedAt),
    expiresAt: Number(expiresAt),
  };
  if (renewed !== undefined) answer.renewed = renewed;
  return answer;
}
