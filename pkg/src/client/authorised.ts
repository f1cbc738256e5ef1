// A request with the headers, from its first try to the answer that its caller gets.
import { abortable } from "./abort.js";
import { isDemand, isStepUp } from "./challenge.js";
import { Credentials, type Sent } from "./credentials.js";
import { isHeaderText, type Settings } from "./options.js";
import { discard, Outgoing } from "./outgoing.js";
import { readProblem } from "./problem.js";
import type { Proof, Verification, VerifyOptions } from "./prompt.js";
import { type Outcome, StepUp } from "./step-up.js";
import { tries } from "./tries.js";

export class Authorised {
  readonly credentials: Credentials;
  readonly #settings: Settings;
  readonly #stepUp: StepUp | undefined;

  constructor(settings: Settings) {
    const { prompt } = settings;
    this.#settings = settings;
    this.credentials = new Credentials(settings);
    this.#stepUp = prompt && new StepUp(prompt, (...verify) => this.#verify(...verify));
  }

  /** Sends it until it is not answered by a challenge, or nobody meets that. */
  async fetch(outgoing: Outgoing): Promise<Response> {
    let { answer, sent } = await this.#exchange(outgoing);
    // A code that the caller set is the caller's to replace.
    const stepUp = outgoing.isReplayable && !outgoing.headers.has("X-MFA-Token") ? this.#stepUp : undefined;
    let isAlone = false;
    for (let isFirst = true; stepUp && isStepUp(answer) && isDemand(answer); isFirst = false) {
      // Somebody may have met it while this answer was on its way.
      const session = isFirst ? await this.credentials.session() : sent.session;
      const isBehind = session !== undefined && session !== sent.session;
      const outcome: Outcome = isBehind
        ? "again"
        : await stepUp.join({
            ...{ answer, isAlone, signal: outgoing.signal },
            send: async (code) => (await this.#exchange(outgoing, code)).answer,
          });
      if (outcome === "refused") break;
      await discard(answer.response);
      if (outcome !== "again") return outcome.response;
      ({ answer, sent } = await this.#exchange(outgoing));
      isAlone = !isBehind && answer.problem?.action !== undefined;
    }
    return answer.response;
  }

  /** Sends it with what there is, and once more if the access token had to be replaced. */
  async #exchange(outgoing: Outgoing, code?: string, isSpending = code !== undefined) {
    let sent!: Sent;
    const send = async (fresh?: string) => {
      const answer = await tries(this.#settings, outgoing, async () => {
        sent = await abortable(this.credentials.attach(outgoing.headers, code, fresh), outgoing.signal);
        return sent.headers;
      });
      await this.credentials.receive(answer, sent, isSpending);
      return answer;
    };
    let answer = await send();
    // The first factor is looked at first: with a bad one, no code was spent.
    const fresh = outgoing.isReplayable
      ? await abortable(this.credentials.renew(answer, sent), outgoing.signal)
      : undefined;
    if (fresh !== undefined) {
      await discard(answer.response);
      answer = await send(fresh);
    }
    return { answer, sent };
  }

  async #verify(proof: Proof, options: VerifyOptions = {}, signal: AbortSignal): Promise<Verification> {
    const { verifyUrl } = this.#settings;
    const post = async (path: string, body: object) => {
      const outgoing = new Outgoing(this.#settings, new URL(path, verifyUrl), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
        signal,
      });
      return (await this.#exchange(outgoing, undefined, true)).answer.response;
    };
    const { factor, ...rest } = options;
    const answer = async () => {
      if (typeof proof === "string") return post("", { code: proof, ...options });
      const asked = await post("passkeys/verify/options", {});
      if (!asked.ok) return asked;
      const { publicKey } = Object(await asked.json());
      return post("passkeys/verify", { credential: await proof.passkey(publicKey), ...rest });
    };
    const response = await answer();
    if (!response.ok) return { ok: false, status: response.status, problem: await readProblem(response) };
    const { device, recoveryCodesLeft } = Object(await response.json());
    if (isHeaderText(device)) this.credentials.remember(device);
    return { ok: true, device, recoveryCodesLeft };
  }
}
