// `<mfa-prompt>`: the prompt for a second factor, as it is seen.
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { PromptRequest } from "../client/prompt.js";
import { createPrompt, type Grant, type PromptMachine } from "./create-prompt.js";
import { WizardElement } from "./element.js";
import * as passkeys from "./passkey.js";
import type { PromptState, Way } from "./prompt.js";

/**
 * Asks for a second factor: a passkey first where there is one, a code, or a recovery code.
 *
 * `ask` is the `prompt` of a client's step-up, and opens a dialog. With the attribute `inline` it stands in the page, and
 * begins as soon as it has its `client`. Events, which bubble: `mfa-verified` and `mfa-cancelled`.
 */
export class MfaPrompt extends WizardElement {
  static override properties = {
    ...WizardElement.properties,
    inline: { type: Boolean, reflect: true },
    grant: { attribute: false },
    offerRemember: { type: Boolean, attribute: "offer-remember" },
    period: { type: Number },
  };

  /** In the page instead of in a dialog. */
  declare inline: boolean;
  /** What the verification is for, and good for once. */
  declare grant: Grant | undefined;
  /** Offers to remember the device. */
  declare offerRemember: boolean;
  /** Seconds of a time step, for saying when the next code comes. */
  declare period: number;

  #machine: PromptMachine | undefined;
  #state: PromptState | undefined;
  #areWaysShown = false;
  #focus = false;
  #sms: AbortController | undefined;
  #before: Element | null = null;

  constructor() {
    super();
    this.inline = false;
    this.offerRemember = false;
    this.period = 30;
  }

  /** What `createClient({ prompt })` takes: `(request) => element.ask(request)`. */
  readonly ask = async (request: PromptRequest): Promise<string | undefined> => {
    this.#machine ??= this.#make();
    return this.#machine.ask(request);
  };

  override connectedCallback(): void {
    super.connectedCallback();
    // Moved to another place of the page, it begins there anew.
    if (this.hasUpdated) this.requestUpdate("client", undefined);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#machine?.send({ type: "cancelled" });
    this.#machine?.stop();
    this.#machine = undefined;
    this.#sms?.abort();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("client")) {
      this.#machine?.stop();
      this.#machine = this.client && this.#make();
      if (this.inline && this.client) this.#machine?.send({ type: "asked", passkeys: passkeys.isSupported() });
    }
    this.count(this.#state?.step === "open");
  }

  #make(): PromptMachine {
    const { client = { fetch: (...request) => fetch(...request) }, servicePath } = this;
    const machine = createPrompt({ client, servicePath, grant: () => this.grant });
    machine.subscribe((state) => this.#show(state));
    return machine;
  }

  #show(state: PromptState): void {
    const before = this.#state;
    this.#state = state;
    if (state.trouble && state.trouble !== before?.trouble) this.shouldSelect = before?.step === "open";
    if (before?.lockedUntil !== undefined && state.lockedUntil === undefined && state.step === "open")
      this.say(this.t.unlocked);
    if (state.step === "open" && (before?.step !== "open" || state.way !== before.way)) {
      this.#areWaysShown = false;
      this.#focus = before?.step === "open" || !this.inline;
      this.#listen(state.way);
    }
    if (state.step !== "open") this.#sms?.abort();
    if (state.step === "done" && before?.step !== "done") {
      const { recoveryCodesLeft } = state;
      this.tell("mfa-verified", { way: state.way, recoveryCodesLeft });
      this.say(state.way === "recovery" && recoveryCodesLeft !== undefined ? this.t.codesLeft(recoveryCodesLeft) : "");
    }
    this.requestUpdate();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const dialog = this.renderRoot.querySelector("dialog");
    if (dialog && !dialog.open) {
      this.#before = document.activeElement;
      dialog.showModal();
    }
    if (!dialog && this.#before) {
      // The dialog was taken out of the page and not closed: the browser does not put the focus back.
      if (this.#before instanceof HTMLElement) this.#before.focus();
      this.#before = null;
    }
    if (!this.#focus || this.#state?.step !== "open") return;
    this.#focus = false;
    this.focusOn(this.#state.way === "passkey" ? ".primary" : "input[name=code]");
  }

  protected override render() {
    const state = this.#state;
    if (!state || state.step === "closed" || (state.step === "done" && !this.inline)) return nothing;
    const content = html`<div class="card" part="card" aria-busy=${state.busy || state.step === "loading"}>
      ${this.#content(state)}${this.regions()}
    </div>`;
    if (this.inline) return html`<section aria-labelledby="title">${content}</section>`;
    return html`<dialog part="dialog" aria-labelledby="title" @cancel=${this.#cancel}>${content}</dialog>`;
  }

  #content(state: PromptState): TemplateResult {
    const { t } = this;
    if (state.step === "loading") return html`<p class="lead" id="title">${t.loading}</p>`;
    if (state.step === "done") return html`<p class="lead" id="title" role="status">✓</p>`;
    const { way } = state;
    const lead = { otp: t.promptText, recovery: t.promptRecovery, passkey: t.promptPasskey }[way];
    return html`
      <div>${this.heading(t.promptTitle)}<p class="lead">${lead}</p></div>
      ${way === "passkey" ? this.#passkey(state) : this.#code(state)}
      ${this.#others(state)}
    `;
  }

  #code(state: PromptState): TemplateResult {
    const { t } = this;
    const isRecovery = state.way === "recovery";
    const lockedUntil = isRecovery ? undefined : state.lockedUntil;
    const submit = (event: Event) =>
      this.#machine?.send({ type: "submitted", code: this.typed(event), remember: this.#isRemembered() });
    const step = this.period * 1000;
    const seconds = Math.ceil((step - (Date.now() % step)) / 1000);
    return html`<form @submit=${submit} @input=${() => this.#sms?.abort()} novalidate>
      ${this.field(isRecovery ? t.recoveryCode : t.code, isRecovery, state.trouble)}
      ${isRecovery ? nothing : html`<p class="small" part="refresh" role="timer" aria-live="off">${t.nextCode(seconds)}</p>`}
      ${this.alert(state.trouble, lockedUntil)}
      ${this.#remember(state)}
      ${this.#actions(state.busy, state.busy ? t.verifying : t.verify, (lockedUntil ?? 0) > Date.now())}
    </form>`;
  }

  #passkey(state: PromptState): TemplateResult {
    const { t } = this;
    const use = (event: Event) => {
      event.preventDefault();
      this.#sms?.abort();
      this.#machine?.send({ type: "passkeyChosen", remember: this.#isRemembered() });
    };
    return html`<form @submit=${use} novalidate>
      ${this.alert(state.trouble, undefined)}
      ${this.#remember(state)}
      ${this.#actions(state.busy, state.busy ? t.loading : t.usePasskey, false)}
    </form>`;
  }

  #actions(isBusy: boolean, label: string, isLocked: boolean): TemplateResult {
    const cancel = html`<button type="button" part="button" @click=${this.#cancel}>${this.t.cancel}</button>`;
    return html`<div class="actions">
      <button class="primary" part="button primary" aria-disabled=${isBusy || isLocked}>${label}</button>
      ${this.inline ? nothing : cancel}
    </div>`;
  }

  /** With an action, the code goes along with the request, and no device. */
  #remember(state: PromptState): TemplateResult | typeof nothing {
    if (!this.offerRemember || (state.action !== undefined && !this.grant && state.way !== "passkey")) return nothing;
    return html`<label class="check"><input type="checkbox" name="remember" />${this.t.remember}</label>`;
  }

  #isRemembered(): boolean {
    return this.renderRoot.querySelector<HTMLInputElement>("input[name=remember]")?.checked ?? false;
  }

  #others({ way, ways, busy }: PromptState): TemplateResult | typeof nothing {
    const { t } = this;
    const others = ways.filter((other) => other !== way);
    if (others.length === 0) return nothing;
    const toggle = () => {
      this.#areWaysShown = !this.#areWaysShown;
      this.requestUpdate();
    };
    const choose = (way: Way) => () => this.#machine?.send({ type: "wayChosen", way });
    return html`<div class="stack">
      <button class="plain" part="link" aria-expanded=${this.#areWaysShown} aria-controls="ways" @click=${toggle}>
        ${t.otherWays}
      </button>
      <div class="stack" id="ways" ?hidden=${!this.#areWaysShown}>
        ${others.map((way) => html`<button part="button" aria-disabled=${busy} @click=${choose(way)}>${t.ways[way]}</button>`)}
      </div>
    </div>`;
  }

  readonly #cancel = (event: Event): void => {
    event.preventDefault();
    this.#machine?.send({ type: "cancelled" });
    this.tell("mfa-cancelled");
  };

  /** Takes the code of a message, where the browser can (WebOTP), unless the person types one first. */
  async #listen(way: Way): Promise<void> {
    this.#sms?.abort();
    if (way !== "otp" || !("OTPCredential" in globalThis)) return;
    this.#sms = new AbortController();
    const { signal } = this.#sms;
    try {
      const request = { otp: { transport: ["sms"] }, signal } as CredentialRequestOptions;
      const { code } = (await navigator.credentials.get(request)) as unknown as { code: string };
      if (signal.aborted) return;
      const field = this.renderRoot.querySelector<HTMLInputElement>("input[name=code]");
      if (!field) return;
      field.value = code;
      field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
    } catch {
      // No message came, or the browser does not want to look: the field is there.
    }
  }
}
