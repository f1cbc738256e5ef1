/**
 * For servers and edge functions: one service over a store of yours.
 *
 * @packageDocumentation
 */
export { type Authenticate, anyOf, type Principal } from "./authenticate.js";
export type {
  Account,
  Algorithm,
  Attachment,
  Denial,
  Descriptor,
  DeviceState,
  Done,
  Enrol,
  Enrolling,
  Event,
  EventKind,
  FactorKind,
  FactorState,
  NewPasskey,
  Notify,
  Origin,
  PasskeySettings,
  PasskeyState,
  Policy,
  PolicySettings,
  Preset,
  Progress,
  RecoveryCodes,
  Session,
  SessionMode,
  SessionState,
  Target,
  Verified,
  VerifyUser,
} from "./core.js";
export { MfaError, type MfaErrorCode } from "./error.js";
export type { KeyInfo, KeyRing } from "./keyring/ring.js";
export * as keyring from "./keyring.js";
export { modelOf } from "./mfa/models.js";
export * from "./mfa.js";
