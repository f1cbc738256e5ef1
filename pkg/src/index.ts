/**
 * One-time codes, their provisioning and recovery codes: synchronous, typed, nothing to initialise.
 *
 * @packageDocumentation
 */
export { MfaError, type MfaErrorCode } from "./error.js";
export * as hotp from "./hotp.js";
export * as otpauth from "./otpauth.js";
export * as qr from "./qr.js";
export * as recovery from "./recovery.js";
export * as secret from "./secret.js";
export * as totp from "./totp.js";
