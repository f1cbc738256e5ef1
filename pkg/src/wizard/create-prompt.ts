// The prompt with its effects run: by itself against the endpoints, or as the `prompt` of a client's step-up.
import type { PromptRequest, Verification } from "../client/prompt.js";
import { type Clock, clock, type Machine, machine, type Untimed } from "./machine.js";
import * as passkeys from "./passkey.js";
import type { Trouble } from "./problem.js";
import { type PromptEffect, type PromptEvent, type PromptState, prompt, promptStart } from "./prompt.js";
import { Endpoints, type WizardClient } from "./service.js";

export interface PromptOptions {
  /** That of `createClient`, or anything with its `fetch`. */
  client: WizardClient;
  /** Where the service's endpoints are; default `/mfa`. */
  servicePath?: string | undefined;
  /**
   * What the verification is for, and good for once. Where a request demands this action, it is what a passkey is used
   * for: the service does not tell pages what else the demand is bound to. A code needs none: it goes along.
   */
  grant?: Grant | (() => Grant | undefined) | undefined;
  clock?: Clock | undefined;
}

export interface Grant {
  action: string;
  resource?: string | undefined;
  amount?: string | undefined;
}

export interface PromptMachine extends Machine<PromptState, Untimed<PromptEvent>> {
  /** What `createClient({ prompt })` takes. */
  ask(request: PromptRequest): Promise<string | undefined>;
}

/**
 * The prompt. `ask` is the `prompt` of a client; without one, `send({ type: "asked", passkeys: … })` opens it.
 *
 * @example
 * ```js
 * import { createPrompt } from "edge-mfa/wizard/state";
 *
 * // Stands for that of createClient.
 * const client = { fetch: async (url) => Response.json(url.endsWith("challenge") ? { methods: ["otp"] } : { recoveryCodesLeft: 10 }) };
 *
 * const machine = createPrompt({ client });
 * const reached = (step) => new Promise((resolve) => machine.subscribe((state) => state.step === step && resolve()));
 * machine.send({ type: "asked", passkeys: false });
 * await reached("open");
 * machine.send({ type: "submitted", code: "123 456" });
 * await reached("done");
 * machine.stop();
 * ```
 */
export function createPrompt(options: PromptOptions): PromptMachine {
  const { client, servicePath = "/mfa", clock: time = clock } = options;
  const endpoints = new Endpoints(client, servicePath, time.now);
  let asked: { request: PromptRequest; settle(code: string | undefined): void } | undefined;
  let running = new AbortController();

  /** What the page said of this very action; for a prompt of its own, all that it said. */
  const given = (request: PromptRequest | undefined) => {
    const grant = typeof options.grant === "function" ? options.grant() : options.grant;
    return !request || grant?.action === request.action ? grant : undefined;
  };
  const grantOf = (request: PromptRequest | undefined) =>
    given(request) ?? (request?.action === undefined ? undefined : { action: request.action });
  const verified = async (path: string, body: object): Promise<Verification> => {
    const answer = await endpoints.ask("POST", path, body, running.signal);
    if (!answer.ok) return { ok: false, status: 0, problem: answer.trouble as never };
    return { ok: true, device: answer.body.device, recoveryCodesLeft: answer.body.recoveryCodesLeft };
  };

  const made = machine<PromptState, PromptEvent, PromptEffect>(prompt, promptStart, time, async (effect, send) => {
    const settled = (verification: Verification) => {
      if (!verification.ok) return send({ type: "refused", trouble: troubleOf(verification) });
      send({ type: "verified", recoveryCodesLeft: verification.recoveryCodesLeft });
      asked?.settle(undefined);
      asked = undefined;
    };
    const request = asked?.request;
    switch (effect.type) {
      case "readChallenge": {
        const answer = await endpoints.ask("POST", "/challenge", grantOf(request) ?? { action: "verify" });
        if (!answer.ok) return send({ type: "challengeRead", methods: [] });
        const { methods, disabled, lockedUntil } = answer.body;
        return send({ type: "challengeRead", methods, disabled, lockedUntil: answer.local(lockedUntil) });
      }
      case "verify": {
        const { code, remember } = effect;
        // A code for an action goes along with the request: only the service knows what else it is bound to.
        const grant = given(request);
        if (request?.action !== undefined && !grant) return asked?.settle(code);
        const options = { ...(remember && { remember }), ...(grant && { grant }) };
        return settled(
          await (request ? caught(request.verify(code, options)) : verified("/verify", { code, ...options })),
        );
      }
      case "verifyPasskey": {
        running = new AbortController();
        const { signal } = running;
        const grant = grantOf(request);
        const options = { ...(effect.remember && { remember: true }), ...(grant && { grant }) };
        // biome-ignore lint/suspicious/noExplicitAny: the browser's options.
        const passkey = (publicKey: any) => passkeys.authenticate(publicKey, { signal });
        if (request) return settled(await caught(request.verify({ passkey }, options)));
        const asking = await endpoints.ask("POST", "/passkeys/verify/options", {}, signal);
        if (!asking.ok) return send({ type: "refused", trouble: asking.trouble });
        const answering = async () => {
          const credential = await passkey(asking.body.publicKey);
          const answer = await verified("/passkeys/verify", { credential, ...options });
          if (!answer.ok && answer.problem?.code === "passkey_unknown")
            await passkeys.signalUnknown(asking.body.publicKey.rpId, String(credential.id));
          return answer;
        };
        return settled(await caught(answering()));
      }
      case "giveUp":
        running.abort();
        asked?.settle(undefined);
        asked = undefined;
    }
  });

  return Object.assign(made, {
    ask(request: PromptRequest): Promise<string | undefined> {
      return new Promise((settle) => {
        const isFirst = asked === undefined || request.attempt === 1;
        asked = { request, settle };
        if (isFirst) {
          const close = () => {
            if (made.state.step !== "done") made.send({ type: "closed" });
            asked = undefined;
            settle(undefined);
          };
          request.signal.addEventListener("abort", close, { once: true });
        }
        // That a code is needed is no trouble.
        const { code, ...rest } = request.problem ?? { code: "verification_required" };
        const trouble = code === "verification_required" ? undefined : ({ code, ...rest } as Trouble);
        const { action, methods } = request;
        made.send({ type: "asked", action, methods, trouble, passkeys: passkeys.isSupported() });
      });
    },
  });
}

/** What a passkey's ceremony or the network throws is a trouble like others. */
async function caught(verification: Promise<Verification>): Promise<Verification> {
  return verification.catch((error) => {
    const code = error instanceof passkeys.PasskeyError ? error.code : "network";
    return { ok: false, status: 0, problem: { type: "about:blank", status: 0, code } };
  });
}

function troubleOf({ problem }: Verification & { ok: false }): Trouble {
  const { code = "internal", ...rest } = (problem ?? {}) as Partial<Trouble>;
  return { ...rest, code: code || "internal" };
}
