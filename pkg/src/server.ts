/**
 * For servers and edge functions: one service over a store of yours.
 *
 * @packageDocumentation
 */
export { type Authenticate, anyOf, type Principal } from "./authenticate.js";
export type {
  Account,
  Algorithm,
  Denial,
  DeviceState,
  Done,
  Enrol,
  Enrolling,
  Event,
  EventKind,
  FactorKind,
  FactorState,
  Notify,
  Origin,
  Policy,
  PolicySettings,
  Preset,
  RecoveryCodes,
  Session,
  SessionMode,
  SessionState,
  Target,
  Verified,
  Weakness,
} from "./core.js";
export { MfaError, type MfaErrorCode } from "./error.js";
export type { KeyInfo, KeyRing } from "./keyring/ring.js";
export * as keyring from "./keyring.js";
export * from "./mfa.js";
