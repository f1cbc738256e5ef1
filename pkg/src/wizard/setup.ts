// The set-up of an authenticator, as a pure function: no DOM, no clock, no network. Time comes with the events, and what
// is to be done comes out as effects.
import type { Step } from "../http/progress.js";
import { isOfClocks, lockedUntil, type Trouble } from "./problem.js";

/** What the service answered to `POST /enrol`. */
export interface Enrolment {
  /** Base32, for typing it in. */
  secret: string;
  /** `otpauth://…`, for a QR code and a link. */
  uri: string;
  digits: number;
  /** Seconds. */
  period: number;
  /** When it is over, by the clock of this device. */
  expiresAt: number;
  /** The same by the clock of the service, as `GET /account` tells it. */
  pendingUntil: number;
}

/** What outlives a reload of the page, for as long as it is needed. Recovery codes do not. */
export type Kept = { enrolment: Enrolment; startedAt: number } | { confirmed: "codes" | "passkey"; startedAt: number };

export interface SetupState {
  /** What is to be shown. */
  step:
    | "loading"
    | "scan"
    | "manual"
    | "confirm"
    | "codes"
    | "prove"
    | "passkey"
    | "done"
    | "expired"
    | "failed"
    | "cancelled";
  /** Of an effect that has not been answered yet. */
  busy: boolean;
  enrolment: Enrolment | undefined;
  recoveryCodes: readonly string[];
  /** The place, from 1, of the recovery code that is to be typed. */
  proof: number;
  /** Why the last thing did not work. */
  trouble: Trouble | undefined;
  /** Milliseconds since 1970: until when no code is taken. */
  lockedUntil: number | undefined;
  /** Milliseconds that this device's clock is ahead of the service's, once they were compared. */
  clockOffset: number | undefined;
  /** Typing the key was offered, because nothing happened for {@link HINT_AFTER}. */
  hinted: boolean;
  /** The authenticator is on this very device: a link instead of a QR code. */
  sameDevice: boolean;
  /** The browser and the service can make a passkey. */
  passkeys: boolean;
  /** The account has a passkey now. */
  passkeyAdded: boolean;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** The time of the last event. */
  now: number;
}

export type SetupEvent = { at: number } & (
  | { type: "opened"; sameDevice: boolean; kept?: Kept | undefined }
  | { type: "ticked" }
  /** To another way of the same step, or one step on or back. */
  | { type: "manualChosen" | "scanChosen" | "continued" | "wentBack" }
  | { type: "submitted"; code: string }
  /** The codes were copied, downloaded or printed. */
  | { type: "saved"; how: "copied" | "downloaded" | "printed" }
  | { type: "proved"; code: string }
  | { type: "passkeyChosen" | "passkeySkipped" }
  | { type: "restarted" | "cancelled" }
  /** Answers to effects. */
  | {
      type: "accountRead";
      account: { enrolled: boolean; pendingUntil?: number | undefined; lockedUntil?: number | undefined };
    }
  | { type: "passkeysProbed"; available: boolean }
  | { type: "enrolled"; enrolment: Enrolment }
  | { type: "confirmed"; recoveryCodes?: readonly string[] | undefined }
  | { type: "codesMade"; codes: readonly string[] }
  | { type: "passkeyAdded" }
  | { type: "clockCompared"; offset: number | undefined }
  | { type: "refused"; trouble: Trouble }
);

export type SetupEffect =
  | {
      type:
        | "readAccount"
        | "probePasskeys"
        | "enrol"
        | "makeCodes"
        | "addPasskey"
        | "cancelEnrolment"
        | "compareClocks";
    }
  | { type: "confirm"; code: string }
  /** Keep it over a reload; `undefined`: forget it. */
  | { type: "keep"; kept: Kept | undefined }
  /** Send `ticked` then. */
  | { type: "wake"; at: number }
  /** Tell the service how far the person came. */
  | { type: "report"; step: SetupReport; reason?: string; milliseconds: number };

/** The steps of `POST /enrol/progress`. */
export type SetupReport = Step;

export interface SetupNext {
  state: SetupState;
  effects: readonly SetupEffect[];
}

/** Milliseconds without progress until typing the key is offered. */
export const HINT_AFTER = 30_000;

/** Where every set-up begins. */
export const setupStart: SetupState = {
  ...{ step: "loading", busy: true, enrolment: undefined, recoveryCodes: [], proof: 1, trouble: undefined },
  ...{ lockedUntil: undefined, clockOffset: undefined, hinted: false, sameDevice: false, passkeys: false },
  ...{ passkeyAdded: false, startedAt: 0, now: 0 },
};

/**
 * The next state, and what is to be done. An event that makes no sense in a state changes nothing.
 *
 * @example
 * ```js
 * import { setup, setupStart } from "edge-mfa/wizard/state";
 *
 * const enrolment = { secret: "GEZDGNBVGY3TQOJQ", uri: "otpauth://…", digits: 6, period: 30, expiresAt: 600_000, pendingUntil: 600_000 };
 * let next = setup(setupStart, { type: "opened", at: 0, sameDevice: false });
 * assert.deepEqual(next.effects.map(({ type }) => type), ["readAccount", "probePasskeys"]);
 * next = setup(next.state, { type: "accountRead", at: 50, account: { enrolled: false } });
 * next = setup(next.state, { type: "enrolled", at: 90, enrolment });
 * assert.equal(next.state.step, "scan");
 * ```
 */
export function setup(before: SetupState, event: SetupEvent): SetupNext {
  const { effects, ...change } = changeOf(before, event) ?? {};
  return { state: { ...before, ...change, now: event.at }, effects: effects ?? [] };
}

type Change = Partial<SetupState> & { effects?: readonly SetupEffect[] };

function changeOf(state: SetupState, event: SetupEvent): Change | undefined {
  const { at } = event;
  const { step, enrolment } = state;
  const report = (step: SetupReport, reason?: string): SetupEffect => ({
    ...{ type: "report", step, milliseconds: Math.max(0, at - state.startedAt) },
    ...(reason !== undefined && { reason }),
  });
  switch (event.type) {
    case "opened":
      return {
        ...setupStart,
        sameDevice: event.sameDevice,
        startedAt: event.kept?.startedAt ?? at,
        enrolment: event.kept && "enrolment" in event.kept ? event.kept.enrolment : undefined,
        proof: event.kept && "confirmed" in event.kept ? (event.kept.confirmed === "codes" ? CODES : PASSKEY) : 1,
        effects: [{ type: "readAccount" }, { type: "probePasskeys" }],
      };
    case "accountRead": {
      if (step !== "loading") return undefined;
      const { enrolled, pendingUntil, lockedUntil } = event.account;
      // Codes that were not saved before the reload are lost; there is a fresh session, which makes new ones.
      if (enrolled && state.proof === CODES) return { lockedUntil, effects: [{ type: "makeCodes" }] };
      if (enrolled && state.proof === PASSKEY) return { busy: false, step: "passkey", proof: 1 };
      if (enrolment && enrolment.pendingUntil === pendingUntil && enrolment.expiresAt > at)
        return { ...shown(state, enrolment, at), lockedUntil };
      return {
        enrolment: undefined,
        proof: 1,
        lockedUntil,
        effects: [{ type: "keep", kept: undefined }, { type: "enrol" }],
      };
    }
    case "passkeysProbed":
      return { passkeys: event.available };
    case "enrolled": {
      if (step !== "loading") return undefined;
      const kept: Kept = { enrolment: event.enrolment, startedAt: state.startedAt };
      const { effects = [], ...change } = shown(state, event.enrolment, at);
      const first = report(state.sameDevice ? "link_shown" : "qr_shown");
      return { ...change, effects: [{ type: "keep", kept }, ...effects, first] };
    }
    case "ticked": {
      const change: Change = {};
      const effects: SetupEffect[] = [];
      if (state.lockedUntil !== undefined && state.lockedUntil <= at) change.lockedUntil = undefined;
      if (!enrolment || !PENDING.has(step) || state.busy) return change;
      if (enrolment.expiresAt <= at) return { ...change, ...gone, effects: [FORGET, report("expired")] };
      if (step === "scan" && !state.hinted && !state.sameDevice && at - state.startedAt >= HINT_AFTER) {
        change.hinted = true;
        effects.push(report("manual_offered"));
      }
      return { ...change, effects };
    }
    case "manualChosen":
      if (step === "scan") return { step: "manual", trouble: undefined, effects: [report("manual_entry")] };
      return undefined;
    case "scanChosen":
      return step === "manual" ? { step: "scan", trouble: undefined } : undefined;
    case "continued":
      if (step === "scan" || step === "manual") return { step: "confirm", trouble: undefined };
      if (step === "codes") return { step: "prove", proof: placeOf(state, at), trouble: undefined };
      return undefined;
    case "wentBack":
      if (step === "confirm" && !state.busy) return { step: "scan", trouble: undefined };
      if (step === "prove") return { step: "codes", trouble: undefined };
      return undefined;
    case "submitted":
      if (step !== "confirm" || state.busy || (state.lockedUntil ?? 0) > at) return undefined;
      if (event.code.trim() === "") return { trouble: { code: "code_empty" } };
      return { busy: true, trouble: undefined, effects: [{ type: "confirm", code: event.code }] };
    case "confirmed": {
      const codes = event.recoveryCodes ?? [];
      const done = { busy: false, trouble: undefined, enrolment: undefined, lockedUntil: undefined };
      if (codes.length === 0) return { ...done, ...last(state, at, [report("confirmed")]) };
      const kept: Kept = { confirmed: "codes", startedAt: state.startedAt };
      return { ...done, step: "codes", recoveryCodes: codes, effects: [{ type: "keep", kept }, report("confirmed")] };
    }
    case "codesMade":
      return { busy: false, step: "codes", recoveryCodes: event.codes, proof: 1, trouble: undefined };
    case "saved":
      return undefined;
    case "proved": {
      if (step !== "prove") return undefined;
      const wanted = state.recoveryCodes[state.proof - 1] ?? "";
      if (plain(event.code) !== plain(wanted))
        return { trouble: { code: plain(event.code) === "" ? "code_empty" : "proof_wrong" } };
      return { recoveryCodes: [], trouble: undefined, ...last(state, at, [report("codes_saved")]) };
    }
    case "passkeyChosen":
      if (step !== "passkey" || state.busy) return undefined;
      return { busy: true, trouble: undefined, effects: [{ type: "addPasskey" }] };
    case "passkeyAdded":
      return { busy: false, passkeyAdded: true, ...finished([report("passkey_added"), report("finished")]) };
    case "passkeySkipped":
      return step === "passkey" ? finished([report("passkey_skipped"), report("finished")]) : undefined;
    case "clockCompared":
      return { clockOffset: event.offset };
    case "restarted":
      if (step !== "expired" && step !== "failed" && step !== "cancelled" && step !== "done") return undefined;
      return {
        ...{ ...setupStart, sameDevice: state.sameDevice, passkeys: state.passkeys, startedAt: at },
        effects: [{ type: "readAccount" }],
      };
    case "cancelled":
      // From the confirmation on there is nothing to cancel: the authenticator is enrolled.
      if (!CANCELLABLE.has(step)) return undefined;
      return {
        ...gone,
        step: "cancelled",
        effects: [...(enrolment ? [{ type: "cancelEnrolment" } as const] : []), FORGET, report("cancelled")],
      };
    case "refused":
      return refused(state, event.trouble, at, report);
  }
}

function refused(
  state: SetupState,
  trouble: Trouble,
  at: number,
  report: (step: "failed", reason: string) => SetupEffect,
) {
  const effects: SetupEffect[] = [report("failed", trouble.code)];
  const { step } = state;
  if (step === "confirm" && GONE.has(trouble.code)) return { ...gone, effects: [FORGET, ...effects] };
  if (step === "passkey" && trouble.code === "not_found") return { busy: false, ...finished(effects) };
  const until = lockedUntil(trouble, at);
  if (step === "confirm" && isOfClocks(trouble)) effects.push({ type: "compareClocks" });
  if (until !== undefined) effects.push({ type: "wake", at: until });
  const change: Change = { busy: false, trouble, lockedUntil: until ?? state.lockedUntil, effects };
  return step === "loading" ? { ...change, step: "failed" as const } : change;
}

/** The QR code, or the link, and the times at which something happens by itself. */
function shown(state: SetupState, enrolment: Enrolment, at: number): Change {
  const hint = Math.max(at, state.startedAt + HINT_AFTER);
  const wakes = [...(state.sameDevice ? [] : [hint]), enrolment.expiresAt];
  return {
    step: "scan",
    busy: false,
    enrolment,
    trouble: undefined,
    effects: wakes.map((at) => ({ type: "wake", at })),
  };
}

/** After the codes: a passkey, where one can be made, or the end. */
function last(state: SetupState, _at: number, reports: readonly SetupEffect[]): Change {
  if (!state.passkeys) {
    const [report] = reports;
    const done = report?.type === "report" ? [{ ...report, step: "finished" as const }] : [];
    return finished([...reports, ...done]);
  }
  const kept: Kept = { confirmed: "passkey", startedAt: state.startedAt };
  return { step: "passkey", effects: [{ type: "keep", kept }, ...reports] };
}

const finished = (reports: readonly SetupEffect[]): Change => ({
  step: "done",
  trouble: undefined,
  effects: [FORGET, ...reports],
});

/** Which code is to be typed: another one every time, so that the list has to be looked at. */
const placeOf = ({ recoveryCodes, startedAt }: SetupState, at: number) =>
  1 + (Math.abs(at - startedAt) % Math.max(1, recoveryCodes.length));

/** As the service reads a recovery code: letter case, spaces and hyphens do not matter. */
const plain = (code: string) =>
  code
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, "");

const FORGET: SetupEffect = { type: "keep", kept: undefined };
const gone: Change = { step: "expired", busy: false, enrolment: undefined, trouble: undefined };
/** Of `proof`, until the account was read: what is to be taken up again. */
const CODES = -1;
const PASSKEY = -2;
const PENDING = new Set(["scan", "manual", "confirm"]);
const CANCELLABLE = new Set(["loading", "scan", "manual", "confirm", "expired", "failed"]);
const GONE = new Set(["no_pending_enrolment", "enrolment_expired"]);
