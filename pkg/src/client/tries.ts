// Sending, and sending again what failed for a while.
import { MfaError } from "../error.js";
import { either } from "./abort.js";
import type { Answer } from "./challenge.js";
import type { Settings } from "./options.js";
import { discard, type Outgoing } from "./outgoing.js";
import { readProblem } from "./problem.js";

/** Sends until there is an answer that stands. The headers are asked for before every try. */
export async function tries(
  settings: Settings,
  outgoing: Outgoing,
  headersOf: () => Promise<Headers>,
): Promise<Answer> {
  for (;;) {
    const headers = await headersOf();
    const mayRetry = outgoing.mayRetry(headers);
    let delay: number | undefined;
    try {
      const answer = await once(settings, outgoing, headers);
      delay = mayRetry ? delayAfter(settings, outgoing.retries, answer.response) : undefined;
      if (delay === undefined) return answer;
      await discard(answer.response);
    } catch (error) {
      // Whatever a platform's `fetch` rejects with is a network error: not all have a TypeError for it.
      if (outgoing.signal?.aborted || !mayRetry || error instanceof MfaError) throw error;
      delay = backoff(settings, outgoing.retries);
    }
    outgoing.retries++;
    await settings.wait(delay, outgoing.signal ?? new AbortController().signal);
    outgoing.signal?.throwIfAborted();
  }
}

/** One try, which has its time until the headers are there, or the whole of a problem. */
async function once(settings: Settings, outgoing: Outgoing, headers: Headers): Promise<Answer> {
  const timeout = new AbortController();
  const answered = new AbortController();
  const expire = () => {
    const late = new DOMException(`no answer in ${settings.timeout} ms`, "TimeoutError");
    if (!answered.signal.aborted) timeout.abort(late);
  };
  settings.wait(settings.timeout, answered.signal).then(expire, () => {});
  try {
    const response = await outgoing.send(headers, either(outgoing.signal, timeout));
    const problem = response.status === 400 || response.status === 401 ? await readProblem(response) : undefined;
    return { response, problem };
  } finally {
    answered.abort();
  }
}

/** Milliseconds until the next try, never before the time that the answer asks for; `undefined`: the answer stands. */
function delayAfter(settings: Settings, retries: number, { status, headers }: Response): number | undefined {
  if (!TRANSIENT.has(status)) return undefined;
  const asked = retryAfter(headers.get("Retry-After"), settings.now());
  if (asked === undefined) return status === 429 ? undefined : backoff(settings, retries);
  return asked <= LONGEST ? Math.max(asked, backoff(settings, retries)) : undefined;
}

/** 1, 2 and 4 seconds, each half a second more or less. */
function backoff(settings: Settings, retries: number): number {
  return INITIAL * FACTOR ** retries + (2 * settings.random() - 1) * JITTER;
}

/** Milliseconds; `undefined` for what is neither seconds nor a date (RFC 9110, section 10.2.3). */
function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const date = / GMT$/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

const TRANSIENT = new Set([408, 425, 429, 502, 503, 504]);
/** Milliseconds. */
const INITIAL = 1000;
const FACTOR = 2;
const JITTER = 500;
const LONGEST = 30_000;
