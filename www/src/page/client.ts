// The two clients of the page: what they send is noted in the panel.

import { createClient, type Problem, readProblem } from "edge-mfa/client";
import { token } from "./login.js";
import { prompt } from "./prompt.js";
import { recorded } from "./wire.js";

const settings = { token, storage: sessionStorage, fetch: recorded };

/** For the bank: an answer that demands a code asks the person for one. */
export const bank = createClient({ ...settings, prompt });

/** For the service's own endpoints: what they refuse is shown where it was typed. */
export const service = createClient(settings);

/** A request to the service with a JSON body. */
export function send(path: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return service.fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/** Why it was refused. */
export async function problemOf(response: Response): Promise<Problem> {
  return (await readProblem(response)) ?? { type: "about:blank", code: "", status: response.status };
}
