// The two clients of the page: what they send is noted in the panel.

import { createClient, type Problem, readProblem } from "edge-mfa/client";
import type { MfaPrompt } from "edge-mfa/wizard";
import { token } from "./login.js";
import { find } from "./tools.js";
import { recorded } from "./wire.js";

const settings = { token, storage: sessionStorage, fetch: recorded };

/** The element that asks for a second factor. */
export const prompt = find<MfaPrompt>("prompt");

/** For the bank, and for what changes the account: an answer that demands a second factor asks the person for one. */
export const bank = createClient({ ...settings, prompt: (request) => prompt.ask(request) });

/** For the service's own endpoints: what they refuse is shown where it was typed. */
export const service = createClient(settings);
prompt.client = service;

/** Why it was refused. */
export async function problemOf(response: Response): Promise<Problem> {
  return (await readProblem(response)) ?? { type: "about:blank", code: "", status: response.status };
}
