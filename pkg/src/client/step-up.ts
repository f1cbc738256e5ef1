// One prompt for all requests that wait for the same thing.
import { MfaError } from "../error.js";
import { abortable } from "./abort.js";
import { type Answer, challengeOf, isWrongCode } from "./challenge.js";
import { discard } from "./outgoing.js";
import type { Prompt, PromptRequest, Proof, Verification, VerifyOptions } from "./prompt.js";

/** A request that was answered by a challenge. */
export interface Challenged {
  answer: Answer;
  signal: AbortSignal | undefined;
  /** A session did not satisfy it: it needs a code of its own, as an action that is bound to an amount does. */
  isAlone: boolean;
  send(code: string): Promise<Answer>;
}

/** What became of it: the answer to a code, `again` for a new try with the new session, `refused` if there was none. */
export type Outcome = Answer | "again" | "refused";

export type Verify = (proof: Proof, options: VerifyOptions | undefined, signal: AbortSignal) => Promise<Verification>;

interface Waiting extends Challenged {
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

export class StepUp {
  readonly #prompt: Prompt;
  readonly #verify: Verify;
  #waiting: Waiting[] = [];
  #current: { leader: Waiting; closing: AbortController } | undefined;

  constructor(prompt: Prompt, verify: Verify) {
    this.#prompt = prompt;
    this.#verify = verify;
  }

  /** Waits for a code, or for the session that the code of another one brings. */
  join(challenged: Challenged): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const { signal } = challenged;
      const leave = () => waiting.reject(signal?.reason);
      const end = () => {
        signal?.removeEventListener("abort", leave);
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        this.#closeIfLeft();
      };
      const waiting: Waiting = {
        ...challenged,
        resolve: (outcome) => resolve(outcome) ?? end(),
        reject: (error) => reject(error) ?? end(),
      };
      signal?.addEventListener("abort", leave);
      this.#waiting.push(waiting);
      if (signal?.aborted) leave();
      else if (!this.#current) this.#run();
    });
  }

  /** Prompts until nobody waits. */
  async #run(): Promise<void> {
    for (let [leader] = this.#waiting; leader; [leader] = this.#waiting) {
      this.#current = { leader, closing: new AbortController() };
      try {
        await this.#flight(leader, this.#current.closing);
      } catch (error) {
        // The prompt itself failed, or answered what is no code.
        for (const waiting of this.#with(leader)) waiting.reject(error);
      }
      this.#current = undefined;
    }
  }

  /** Prompts until a code is accepted, the person gives up, or the account is locked. */
  async #flight(leader: Waiting, closing: AbortController): Promise<void> {
    let { answer } = leader;
    for (let attempt = 1; this.#with(leader).length > 0; attempt++) {
      const code = await this.#ask(answer, attempt, closing);
      const [first] = this.#with(leader);
      if (!first) return;
      if (code === VERIFIED) return this.#again();
      if (code === undefined) return this.#refuse(leader);
      const result = await this.#spend(first, code);
      if (result === undefined) return this.#again();
      if (!isWrongCode(result)) {
        first.resolve(result);
        return result.response.status === 429 ? this.#refuse(leader) : this.#again();
      }
      await discard(result.response);
      answer = result;
    }
  }

  /** One call of the prompt: a code, `undefined`, or that it has verified one by itself. */
  async #ask(answer: Answer, attempt: number, closing: AbortController): Promise<string | undefined | typeof VERIFIED> {
    const { problem } = answer;
    let isVerified = false;
    const request: PromptRequest = {
      ...{ problem, attempt, signal: closing.signal },
      action: problem?.action,
      methods: problem?.methods,
      maxAge: problem?.maxAge ?? (Number(challengeOf(answer)?.max_age) || undefined),
      retryAfter: problem?.retryAfter,
      verify: async (proof, options) => {
        const verification = await this.#verify(proof, options, closing.signal);
        isVerified ||= verification.ok;
        return verification;
      },
    };
    // Nobody waits for a prompt that overlooks its signal.
    const asked = abortable((async () => this.#prompt(request))(), closing.signal);
    const code = await asked.catch((error) => {
      if (!closing.signal.aborted && !isVerified) throw error;
      return undefined;
    });
    if (isVerified) return VERIFIED;
    return code === undefined || code === null ? undefined : headerText(code);
  }

  /** Sends the code with the first request; `undefined` where it is not known what became of it. */
  async #spend(first: Waiting, code: string): Promise<Answer | undefined> {
    try {
      return await first.send(code);
    } catch (error) {
      first.reject(error);
      return undefined;
    }
  }

  /** Those who wait for the same code as this one, in their order. */
  #with(leader: Waiting): Waiting[] {
    if (leader.isAlone) return this.#waiting.filter((waiting) => waiting === leader);
    const { problem } = leader.answer;
    return this.#waiting.filter(({ isAlone, answer }) => !isAlone && answer.problem?.action === problem?.action);
  }

  #again(): void {
    for (const waiting of this.#waiting)
      if (!waiting.isAlone || waiting === this.#current?.leader) waiting.resolve("again");
  }

  #refuse(leader: Waiting): void {
    for (const waiting of this.#with(leader)) waiting.resolve("refused");
  }

  #closeIfLeft(): void {
    if (this.#current && this.#with(this.#current.leader).length === 0) this.#current.closing.abort();
  }
}

/** A code as a header can carry it. What it is worth is for the server to say: it refuses what is no code. */
function headerText(code: unknown): string {
  if (typeof code !== "string") throw new MfaError("client_invalid", "client invalid: prompt, which answers text");
  const plain = code
    .normalize("NFKC")
    .trim()
    .replace(/\p{Nd}/gu, digit);
  return plain.replace(/[^\x20-\x7e]/g, "?").slice(0, 256) || "?";
}

/** The digits of a script stand together, in their order, from its zero on. */
function digit(letter: string): string {
  const point = letter.codePointAt(0) as number;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(point - value - 1))) value++;
  return String(value);
}

const VERIFIED: unique symbol = Symbol("verified");
