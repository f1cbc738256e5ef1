// What an answer demands in its `WWW-Authenticate` (RFC 9110, section 11.6.1; RFC 6750, section 3; RFC 9470).
import type { Problem } from "./problem.js";

/** The parameters of a `Bearer` challenge. */
export type Challenge = Record<string, string>;

/** An answer with what was read of it. */
export interface Answer {
  response: Response;
  problem: Problem | undefined;
}

/** The first `Bearer` challenge that gives an error; none where there is no 401. */
export function challengeOf({ response: { status, headers } }: Answer): Challenge | undefined {
  const header = status === 401 && headers.get("WWW-Authenticate");
  return header ? challenges(header).find(({ error }) => error) : undefined;
}

/** Whether a second factor is demanded (RFC 9470, section 3). */
export function isStepUp(answer: Answer): boolean {
  return challengeOf(answer)?.error === "insufficient_user_authentication";
}

/** Whether it is demanded of the request. Without a code beside it, one that is refused was in its body, as of `/confirm`. */
export function isDemand({ problem }: Answer): boolean {
  return !/^(code|passkey|clock|previous)_|_mismatch|misread/.test(problem?.code ?? "");
}

/** Whether the code that went along has to be another one. */
export function isWrongCode(answer: Answer): boolean {
  return isStepUp(answer) || answer.problem?.code === "code_malformed";
}

/** All `Bearer` challenges of a header, in which those of other schemes may stand, too. */
function challenges(header: string): Challenge[] {
  const found: Challenge[] = [];
  let current: Challenge = {};
  for (const [, name = "", quoted, token] of header.matchAll(WORD)) {
    const value = quoted?.replace(/\\(.)/g, "$1") ?? token;
    if (value !== undefined) current[name.toLowerCase()] ??= value;
    else {
      // A name without a value is the scheme of the next challenge.
      current = Object.create(null);
      if (/^bearer$/i.test(name)) found.push(current);
    }
  }
  return found;
}

/** A name, and its value if it has one. Sticky: what follows a syntax error is not guessed at. */
const WORD = /[\s,]*([^\s,="]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/gy;
