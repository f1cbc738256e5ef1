// The prompt for a second factor, as a pure function: no DOM, no clock, no network.
import { lockedUntil, type Trouble } from "./problem.js";

/** A code of an authenticator, a recovery code, or a passkey. */
export type Way = "otp" | "recovery" | "passkey";

export interface PromptState {
  step: "closed" | "loading" | "open" | "done";
  /** What is shown; the others are behind a button. */
  way: Way;
  /** What the account can prove, best first. */
  ways: readonly Way[];
  /** Of an effect that has not been answered yet. */
  busy: boolean;
  /** Why the last thing did not work. */
  trouble: Trouble | undefined;
  /** Milliseconds since 1970: until when no code is taken. Recovery codes and passkeys are. */
  lockedUntil: number | undefined;
  /** What is to be done with it. */
  action: string | undefined;
  recoveryCodesLeft: number | undefined;
  /** The browser can use a passkey. */
  passkeys: boolean;
  /** The time of the last event. */
  now: number;
}

export type PromptEvent = { at: number } & (
  | {
      type: "asked";
      action?: string | undefined;
      /** The methods that would do (RFC 8176). */
      methods?: readonly string[] | undefined;
      /** Why it is asked again. */
      trouble?: Trouble | undefined;
      /** The browser can use a passkey. */
      passkeys: boolean;
    }
  | {
      type: "challengeRead";
      methods: readonly string[];
      lockedUntil?: number | undefined;
      disabled?: boolean | undefined;
    }
  | { type: "wayChosen"; way: Way }
  | { type: "submitted"; code: string; remember?: boolean | undefined }
  | { type: "passkeyChosen"; remember?: boolean | undefined }
  | { type: "ticked" }
  | { type: "cancelled" }
  /** Answers to effects. */
  | { type: "verified"; recoveryCodesLeft?: number | undefined }
  | { type: "refused"; trouble: Trouble }
  /** Nobody waits for it any more. */
  | { type: "closed" }
);

export type PromptEffect =
  | { type: "readChallenge" }
  | { type: "verify"; code: string; remember: boolean }
  | { type: "verifyPasskey"; remember: boolean }
  /** The person gave up, or it is over: whatever still runs is to be stopped. */
  | { type: "giveUp" }
  /** Send `ticked` then. */
  | { type: "wake"; at: number };

export interface PromptNext {
  state: PromptState;
  effects: readonly PromptEffect[];
}

/** Where every prompt begins. */
export const promptStart: PromptState = {
  ...{ step: "closed", way: "otp", ways: ["otp"], busy: false, trouble: undefined, lockedUntil: undefined },
  ...{ action: undefined, recoveryCodesLeft: undefined, passkeys: false, now: 0 },
};

/**
 * The next state, and what is to be done. An event that makes no sense in a state changes nothing.
 *
 * @example
 * ```js
 * import { prompt, promptStart } from "edge-mfa/wizard/state";
 *
 * let { state } = prompt(promptStart, { type: "asked", at: 0, passkeys: false });
 * ({ state } = prompt(state, { type: "challengeRead", at: 40, methods: ["otp", "mfa"] }));
 * assert.deepEqual(state.ways, ["otp", "recovery"]);
 * const { effects } = prompt(state, { type: "submitted", at: 900, code: "123 456" });
 * assert.deepEqual(effects, [{ type: "verify", code: "123 456", remember: false }]);
 * ```
 */
export function prompt(before: PromptState, event: PromptEvent): PromptNext {
  const { effects, ...change } = changeOf(before, event) ?? {};
  return { state: { ...before, ...change, now: event.at }, effects: effects ?? [] };
}

type Change = Partial<PromptState> & { effects?: readonly PromptEffect[] };

function changeOf(state: PromptState, event: PromptEvent): Change | undefined {
  const { at } = event;
  switch (event.type) {
    case "asked": {
      // A code that was refused: the same prompt goes on.
      if (state.step === "open" && event.trouble) return refused(state, event.trouble, at);
      const fresh: Change = { ...promptStart, step: "loading", action: event.action, passkeys: event.passkeys };
      return { ...fresh, trouble: event.trouble, effects: [{ type: "readChallenge" }] };
    }
    case "challengeRead": {
      if (state.step !== "loading") return undefined;
      const ways = waysOf(event.methods, state.passkeys);
      const until = event.lockedUntil !== undefined && event.lockedUntil > at ? event.lockedUntil : undefined;
      const trouble = event.disabled ? { code: "disabled" } : state.trouble;
      const effects: PromptEffect[] = until === undefined ? [] : [{ type: "wake", at: until }];
      return { step: "open", ways, way: ways[0] ?? "otp", lockedUntil: until, trouble, effects };
    }
    case "wayChosen":
      if (state.step !== "open" || state.busy || !state.ways.includes(event.way)) return undefined;
      return { way: event.way, trouble: undefined };
    case "submitted": {
      if (state.step !== "open" || state.busy) return undefined;
      const { code } = event;
      if (code.trim() === "") return { trouble: { code: "code_empty" } };
      // Recovery codes have a lock of their own: what looks like one is sent also while codes are not taken.
      if ((state.lockedUntil ?? 0) > at && !isRecovery(code)) return undefined;
      return { busy: true, trouble: undefined, effects: [{ type: "verify", code, remember: event.remember ?? false }] };
    }
    case "passkeyChosen":
      if (state.step !== "open" || state.busy || !state.ways.includes("passkey")) return undefined;
      return {
        busy: true,
        trouble: undefined,
        effects: [{ type: "verifyPasskey", remember: event.remember ?? false }],
      };
    case "ticked":
      return state.lockedUntil !== undefined && state.lockedUntil <= at ? { lockedUntil: undefined } : undefined;
    case "verified":
      return { step: "done", busy: false, trouble: undefined, recoveryCodesLeft: event.recoveryCodesLeft };
    case "refused":
      if (state.step === "loading") return { step: "open", ...refused(state, event.trouble, at) };
      return state.step === "open" ? refused(state, event.trouble, at) : undefined;
    case "cancelled":
    case "closed":
      if (state.step === "closed") return undefined;
      return { ...promptStart, effects: event.type === "cancelled" || state.busy ? [{ type: "giveUp" }] : [] };
  }
}

function refused(state: PromptState, trouble: Trouble, at: number): Change {
  const until = lockedUntil(trouble, at);
  return {
    ...{ busy: false, trouble, lockedUntil: until ?? state.lockedUntil },
    effects: until === undefined ? [] : [{ type: "wake", at: until }],
  };
}

/** From the names of `POST /challenge`. Without any, or if it could not be read, a code can be tried all the same. */
function waysOf(methods: readonly string[], passkeys: boolean): readonly Way[] {
  const ways: Way[] = [];
  if (methods.includes("passkey") && passkeys) ways.push("passkey");
  if (methods.includes("otp")) ways.push("otp");
  if (methods.includes("mfa")) ways.push("recovery");
  return ways.length > 0 ? ways : ["otp"];
}

/** Longer than a code of digits. What it is worth, and what it is, is for the service to say. */
const isRecovery = (code: string) => code.replace(/[\s-]/g, "").length > 8;
