/**
 * Two elements for pages: `<mfa-setup>` sets an authenticator up, `<mfa-prompt>` asks for a second factor. To import this
 * is to define them. What they decide is in `edge-mfa/wizard/state`, for other looks. They need `lit`.
 *
 * @packageDocumentation
 */
import { MfaPrompt } from "./wizard/mfa-prompt.js";
import { MfaSetup } from "./wizard/mfa-setup.js";

export * as passkeys from "./wizard/passkey.js";
export { PasskeyError, type PasskeyErrorCode } from "./wizard/passkey.js";
export type { WizardClient } from "./wizard/service.js";
export { de, en, type Texts } from "./wizard/texts.js";
export { MfaPrompt, MfaSetup };

for (const [name, element] of [
  ["mfa-setup", MfaSetup],
  ["mfa-prompt", MfaPrompt],
] as const) {
  // Two copies of the package in a page: the first one stays.
  if (globalThis.customElements && !customElements.get(name)) customElements.define(name, element);
}

declare global {
  interface HTMLElementTagNameMap {
    "mfa-setup": MfaSetup;
    "mfa-prompt": MfaPrompt;
  }
}
