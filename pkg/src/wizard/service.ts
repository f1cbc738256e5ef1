// The endpoints as the effects need them: an answer, or a trouble.

import { readProblem } from "../client/problem.js";
import type { Client } from "../client.js";
import type { Trouble } from "./problem.js";

/** What talks to the service. Its `fetch` brings the headers: that of `createClient` does. */
export type WizardClient = Pick<Client, "fetch">;

// biome-ignore lint/suspicious/noExplicitAny: JSON, of the service that this package is of.
export type Answer = { ok: true; body: any; ahead: number | undefined; local: Local } | { ok: false; trouble: Trouble };

/** A time of the service's clock by that of this device, which may be another one. */
type Local = <T extends number | undefined>(time: T) => T;

export class Endpoints {
  readonly #client: WizardClient;
  readonly #path: string;
  readonly #now: () => number;
  #reports = true;

  constructor(client: WizardClient, servicePath: string, now: () => number) {
    this.#client = client;
    this.#now = now;
    this.#path = servicePath.replace(/\/$/, "");
  }

  async ask(method: string, path: string, body?: object, signal?: AbortSignal): Promise<Answer> {
    const json = body && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const sent = this.#now();
    try {
      const response = await this.#client.fetch(this.#path + path, { method, ...json, ...(signal && { signal }) });
      const text = await response.clone().text();
      if (response.ok) {
        const ahead = aheadOf(response, sent, this.#now());
        const local: Local = (time) => (time === undefined ? time : time + (ahead ?? 0)) as typeof time;
        return { ok: true, body: text ? JSON.parse(text) : undefined, ahead, local };
      }
      const problem = await readProblem(response);
      if (!problem) return { ok: false, trouble: { code: response.status === 404 ? "not_found" : "internal" } };
      const { code, attemptsLeft, drift, retryAfter, detail } = problem;
      return { ok: false, trouble: { code, attemptsLeft, drift, retryAfter, detail } };
    } catch {
      return { ok: false, trouble: { code: "network" } };
    }
  }

  /** How far the person came. Best effort: nobody waits for it, and a service that takes none is not asked again. */
  async report(body: object): Promise<void> {
    if (!this.#reports) return;
    const answer = await this.ask("POST", "/enrol/progress", body);
    if (!answer.ok && answer.trouble.code === "not_found") this.#reports = false;
  }

  /** Milliseconds that this device's clock is ahead; `undefined` where the service does not tell the time. */
  async clockOffset(): Promise<number | undefined> {
    const answer = await this.ask("GET", "/health");
    return answer.ok ? answer.ahead : undefined;
  }
}

/** By the `Date` of an answer (RFC 9110, section 6.6.1), which is cut off to its second. */
function aheadOf({ headers }: Response, sent: number, received: number): number | undefined {
  const date = Date.parse(headers.get("Date") ?? "");
  return Number.isNaN(date) ? undefined : (sent + received) / 2 - (date + 500);
}
