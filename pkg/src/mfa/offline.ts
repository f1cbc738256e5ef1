// What a session token says by itself. Every request may ask, so text crosses, and JSON only for what is seldom there.
import type * as types from "../core.js";
import { core } from "../core.js";

/**
 * Checks a session, or guards with one where there is a demand; absent where the record has to be read. `more` is there where
 * anything else came along: it does not matter here, but what is none is refused.
 */
export function decideOffline(
  handle: number,
  subject: string,
  demand: types.Demand | undefined,
  { now, session, primary }: types.Input,
  more?: types.Input,
): types.Session | types.Denied | undefined {
  const text = core.decideOffline(handle, subject, session, primary, now, demand, more);
  if (text === undefined) return undefined;
  if (text.startsWith('"')) return { ok: false, reason: text.slice(1, -1) as types.Denial };
  const [id = "", methods = "", level, authenticatedAt, expiresAt, renewed] = text.split(" ");
  const answer: types.Session = {
    ok: true,
    subject,
    id,
    methods: methods.split("+"),
    level: level as types.Session["level"],
    authenticatedAt: Number(authenticatedAt),
    expiresAt: Number(expiresAt),
  };
  if (renewed !== undefined) answer.renewed = renewed;
  return answer;
}
