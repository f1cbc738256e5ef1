/**
 * The set-up and the prompt without a look of their own, for React, Vue, Svelte, or none: pure functions from a state and
 * an event to the next state and effects, and machines that run these effects through a client.
 *
 * @packageDocumentation
 */
export { createPrompt, type Grant, type PromptMachine, type PromptOptions } from "./create-prompt.js";
export { createSetup, type SetupMachine, type SetupOptions } from "./create-setup.js";
export type { Clock, Machine, Untimed } from "./machine.js";
export * as passkeys from "./passkey.js";
export { PasskeyError, type PasskeyErrorCode } from "./passkey.js";
export type { Trouble } from "./problem.js";
export {
  type PromptEffect,
  type PromptEvent,
  type PromptNext,
  type PromptState,
  prompt,
  promptStart,
  type Way,
} from "./prompt.js";
export type { WizardClient } from "./service.js";
export {
  type Enrolment,
  HINT_AFTER,
  type Kept,
  type SetupEffect,
  type SetupEvent,
  type SetupNext,
  type SetupReport,
  type SetupState,
  setup,
  setupStart,
} from "./setup.js";
export { de, en, type Texts } from "./texts.js";
