// The endpoints as the effects need them: an answer, or a trouble.

import { readProblem } from "../client/problem.js";
import type { Client } from "../client.js";
import type { Trouble } from "./problem.js";

/** What talks to the service. Its `fetch` brings the headers: that of `createClient` does. */
export type WizardClient = Pick<Client, "fetch">;

// biome-ignore lint/suspicious/noExplicitAny: JSON, of the service that this package is of.
export type Answer = { ok: true; body: any; response: Response } | { ok: false; trouble: Trouble };

export class Endpoints {
  readonly #client: WizardClient;
  readonly #path: string;
  #reports = true;

  constructor(client: WizardClient, servicePath: string) {
    this.#client = client;
    this.#path = servicePath.replace(/\/$/, "");
  }

  async ask(method: string, path: string, body?: object, signal?: AbortSignal): Promise<Answer> {
    const json = body && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    try {
      const response = await this.#client.fetch(this.#path + path, { method, ...json, ...(signal && { signal }) });
      const text = await response.clone().text();
      if (response.ok) return { ok: true, body: text ? JSON.parse(text) : undefined, response };
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

  /** Milliseconds that this device's clock is ahead, to the second; `undefined` where the service does not tell the time. */
  async clockOffset(now: () => number): Promise<number | undefined> {
    const sent = now();
    const answer = await this.ask("GET", "/health");
    const date = answer.ok ? Date.parse(answer.response.headers.get("Date") ?? "") : Number.NaN;
    // A date is cut off to its second.
    return Number.isNaN(date) ? undefined : (sent + now()) / 2 - (date + 500);
  }
}
