// `<mfa-setup>`: the set-up of an authenticator, as it is seen.
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import { apps } from "../compatibility/apps.js";
import { named } from "../compatibility/verdict.js";
import { parse } from "../otpauth.js";
import { svg } from "../qr.js";
import { createSetup, type SetupMachine, type SetupOptions } from "./create-setup.js";
import { WizardElement } from "./element.js";
import * as out from "./recovery-codes.js";
import type { SetupState } from "./setup.js";
import { clockTime } from "./texts.js";

/**
 * Sets an authenticator up: QR code or key, confirmation, recovery codes, a passkey.
 *
 * It begins as soon as it has its `client`. Events, which bubble: `mfa-step` (`detail.step`) with every new step,
 * `mfa-report` with what is told the service, and `mfa-finished` or `mfa-cancelled` at the end.
 */
export class MfaSetup extends WizardElement {
  static override properties = {
    ...WizardElement.properties,
    enrolment: { attribute: false },
    passkey: { attribute: false },
    sameDevice: { type: Boolean, attribute: "same-device" },
  };

  /** What `POST /enrol` takes: the name of the authenticator, what it shows beside the issuer. */
  declare enrolment: SetupOptions["enrolment"];
  /** How the browser's list shows the passkey. */
  declare passkey: SetupOptions["passkey"];
  /** The authenticator is on this very device; default: on a phone. */
  declare sameDevice: boolean | undefined;

  #machine: SetupMachine | undefined;
  #shown: SetupState["step"] | undefined;
  #state: SetupState | undefined;
  #isQrWanted = false;
  #copied = "";
  /** The QR code of a link: drawn once. */
  #drawn: { uri: string; svg: string; issuer: string; account: string; hash: string; apps: string[] } | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#machine?.stop();
    this.#machine = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate("client", undefined);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (this.client && changed.has("client")) this.#begin(this.client);
    this.count(this.#state?.enrolment !== undefined || (this.#state?.lockedUntil ?? 0) > Date.now());
  }

  #begin(client: NonNullable<typeof this.client>): void {
    this.#machine?.stop();
    const { servicePath, enrolment, passkey } = this;
    const machine = createSetup({
      ...{ client, servicePath, enrolment, passkey },
      onReport: ({ type: _, ...report }) => this.tell("mfa-report", report),
    });
    this.#machine = machine;
    machine.subscribe((state) => this.#show(state));
    machine.send({ type: "opened", sameDevice: this.sameDevice ?? isPhone(), kept: machine.kept() });
  }

  #show(state: SetupState): void {
    const before = this.#state;
    this.#state = state;
    if (state.enrolment) this.timeStep = state.enrolment.period * 1000;
    if (state.trouble && state.trouble !== before?.trouble) this.shouldSelect = true;
    if (state.hinted && !before?.hinted) this.say(this.t.manualHint);
    if (before?.lockedUntil !== undefined && state.lockedUntil === undefined) this.say(this.t.unlocked);
    if (before && state.step !== before.step) {
      this.#copied = "";
      this.tell("mfa-step", { step: state.step });
      if (state.step === "done") this.tell("mfa-finished");
      if (state.step === "cancelled") this.tell("mfa-cancelled");
    }
    this.requestUpdate();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const step = this.#state?.step;
    if (step === this.#shown || step === "loading") return;
    // A page that has just been loaded keeps its focus where it is.
    const isFirst = this.#shown === undefined;
    this.#shown = step;
    if (isFirst) return;
    this.focusOn(step === "confirm" || step === "prove" ? "input[name=code]" : "#title");
  }

  protected override render() {
    const state = this.#state;
    if (!state || !this.#machine) return nothing;
    return html`<section class="card" part="card" aria-labelledby="title" aria-busy=${state.busy}>
      ${this.#progress(state)}${this.#step(state)}${this.regions()}
    </section>`;
  }

  #step(state: SetupState): TemplateResult {
    switch (state.step) {
      case "loading":
        return html`<p class="lead" id="title">${this.t.loading}</p>`;
      case "scan":
        return state.sameDevice && !this.#isQrWanted ? this.#link(state) : this.#scan(state);
      case "manual":
        return this.#manual(state);
      case "confirm":
        return this.#confirm(state);
      case "codes":
        return this.#codes(state);
      case "prove":
        return this.#prove(state);
      case "passkey":
        return this.#passkey(state);
      default:
        return this.#end(state);
    }
  }

  #progress({ step, passkeys }: SetupState): TemplateResult | typeof nothing {
    const at = PLACES[step];
    if (at === undefined) return nothing;
    const of = passkeys || step === "passkey" ? 4 : 3;
    return html`<div class="progress" part="progress">
      <span>${this.t.step(at, of)}</span>
      <span class="dots" aria-hidden="true">
        ${Array.from({ length: of }, (_, index) => html`<i class=${index < at ? "on" : ""}></i>`)}
      </span>
    </div>`;
  }

  #scan(state: SetupState): TemplateResult {
    const { t } = this;
    const { svg, issuer, account } = this.#drawing(state);
    return html`
      <div>${this.heading(t.scanTitle)}<p class="lead">${t.scanText}</p></div>
      <div class="qr" part="qr">${unsafeHTML(svg)}</div>
      ${this.#whose(issuer, account)} ${this.#apps(state)}
      ${state.hinted ? html`<p class="note">${t.manualHint}</p>` : nothing}
      ${this.#onwards(state, html`<button class="plain" part="link" @click=${this.#does("manualChosen")}>${t.manual}</button>`)}
    `;
  }

  #link(state: SetupState): TemplateResult {
    const { t } = this;
    const { issuer, account } = this.#drawing(state);
    const key = state.enrolment?.secret ?? "";
    const showQr = () => {
      this.#isQrWanted = true;
      this.requestUpdate();
    };
    return html`
      <div>${this.heading(t.linkTitle)}<p class="lead">${t.linkText}</p></div>
      ${this.#whose(issuer, account)} ${this.#apps(state)}
      <div class="stack">
        <a class="button" part="button" href=${state.enrolment?.uri ?? nothing}>${t.openApp}</a>
        ${this.#copyButton(key, t.copy)}
      </div>
      ${this.#onwards(
        state,
        html`<button class="plain" part="link" @click=${this.#does("manualChosen")}>${t.manual}</button>
          <button class="plain" part="link" @click=${showQr}>${t.scanInstead}</button>`,
      )}
    `;
  }

  #manual(state: SetupState): TemplateResult {
    const { t } = this;
    const { secret = "", digits = 6, period = 30 } = state.enrolment ?? {};
    const { issuer, account, hash } = this.#drawing(state);
    return html`
      <div>${this.heading(t.manualTitle)}<p class="lead">${t.manualText}</p></div>
      <div>
        <p class="small" id="key-label">${t.key}</p>
        <div class="key ltr" part="key" role="group" aria-labelledby="key-label">
          ${secret.match(/.{1,4}/g)?.map((group) => html`<span>${group}</span> `)}
        </div>
      </div>
      ${this.#whose(issuer, account)}
      <p class="small">${t.keyDetails(digits, period, hash)}</p>
      ${this.#apps(state)}
      ${this.#copyButton(secret, t.copy)}
      ${this.#onwards(state, html`<button class="plain" part="link" @click=${this.#does("scanChosen")}>${t.scanInstead}</button>`)}
    `;
  }

  #confirm(state: SetupState): TemplateResult {
    const { t } = this;
    const submit = (event: Event) => this.#machine?.send({ type: "submitted", code: this.typed(event) });
    const isWaiting = state.busy || (state.lockedUntil ?? 0) > Date.now();
    return html`
      <div>${this.heading(t.confirmTitle)}<p class="lead">${t.confirmText(state.enrolment?.digits ?? 6)}</p></div>
      <form @submit=${submit} novalidate>
        ${this.field(t.code, false, state.trouble)}
        ${this.alert(state.trouble, state.lockedUntil, state.clockOffset)}
        ${IGNORED.has(state.trouble?.code ?? "") ? this.#apps(state) : nothing}
        <div class="actions">
          <button class="primary" part="button primary" aria-disabled=${isWaiting}>${state.busy ? t.verifying : t.confirm}</button>
          <button type="button" part="button" @click=${this.#does("wentBack")}>${t.back}</button>
        </div>
      </form>
      ${this.#expiry(state)}
    `;
  }

  #codes({ recoveryCodes }: SetupState): TemplateResult {
    const { t } = this;
    const text = () => out.listOf(recoveryCodes, t.codesList);
    const saved = (how: "copied" | "downloaded" | "printed", said: string) => {
      this.#machine?.send({ type: "saved", how });
      this.say(said);
    };
    const copy = async () => {
      if (await out.copy(text())) saved("copied", t.copied);
      else this.#select("ol");
    };
    const download = () => {
      out.download(text(), t.fileName);
      saved("downloaded", t.downloaded);
    };
    const print = () => {
      out.print(text());
      saved("printed", "");
    };
    return html`
      <div>${this.heading(t.codesTitle)}<p class="lead">${t.codesText}</p></div>
      <ol part="codes" aria-label=${t.codesList}>
        ${recoveryCodes.map((code, index) => html`<li><span aria-hidden="true">${index + 1}</span><code class="ltr">${code}</code></li>`)}
      </ol>
      <div class="actions row">
        <button part="button" @click=${copy}>${t.copyCodes}</button>
        <button part="button" @click=${download}>${t.download}</button>
        <button part="button" @click=${print}>${t.print}</button>
      </div>
      <div class="actions">
        <button class="primary" part="button primary" @click=${this.#does("continued")}>${t.codesNext}</button>
      </div>
    `;
  }

  #prove(state: SetupState): TemplateResult {
    const { t } = this;
    const submit = (event: Event) => this.#machine?.send({ type: "proved", code: this.typed(event) });
    return html`
      <div>${this.heading(t.proveTitle)}<p class="lead">${t.proveText(state.proof)}</p></div>
      <form @submit=${submit} novalidate>
        ${this.field(t.proveLabel(state.proof), true, state.trouble)} ${this.alert(state.trouble, undefined)}
        <div class="actions">
          <button class="primary" part="button primary">${t.prove}</button>
          <button type="button" part="button" @click=${this.#does("wentBack")}>${t.back}</button>
        </div>
      </form>
    `;
  }

  #passkey(state: SetupState): TemplateResult {
    const { t } = this;
    return html`
      <div>${this.heading(t.passkeyTitle)}<p class="lead">${t.passkeyText}</p></div>
      ${this.alert(state.trouble, undefined)}
      <div class="actions">
        <button class="primary" part="button primary" aria-disabled=${state.busy} @click=${this.#does("passkeyChosen")}>
          ${state.busy ? t.loading : t.passkeyAdd}
        </button>
        <button part="button" @click=${this.#does("passkeySkipped")}>${t.passkeySkip}</button>
      </div>
    `;
  }

  /** Done, or over in another way. */
  #end(state: SetupState): TemplateResult {
    const { t } = this;
    const { step, passkeyAdded } = state;
    const again = (text: string) => html`<div class="actions">
      <button class="primary" part="button primary" @click=${this.#does("restarted")}>${text}</button>
    </div>`;
    const said = (title: string, text: string) => html`<div>${this.heading(title)}<p class="lead">${text}</p></div>`;
    if (step === "done") return html`${CHECK}${said(t.doneTitle, passkeyAdded ? t.donePasskey : t.doneText)}`;
    if (step === "expired") return html`${said(t.expiredTitle, t.expiredText)}${again(t.newCode)}`;
    if (step === "cancelled") return html`${said(t.cancelledTitle, t.cancelledText)}${again(t.again)}`;
    return html`<div>${this.heading(t.failedTitle)}</div>${this.alert(state.trouble, state.lockedUntil)}${again(t.again)}`;
  }

  #whose(issuer: string, account: string): TemplateResult {
    const { t } = this;
    return html`<dl part="details">
      ${issuer ? html`<dt>${t.issuer}</dt><dd><bdi>${issuer}</bdi></dd>` : nothing}
      <dt>${t.account}</dt>
      <dd><bdi>${account}</bdi></dd>
    </dl>`;
  }

  /** Those that compute the codes which the link asks for: on request where all do, else at once. */
  #apps(state: SetupState): TemplateResult {
    const { t } = this;
    const names = this.#drawing(state).apps;
    const list = names.join(", ");
    if (names.length < apps.length) return html`<p class="note" part="apps">${t.appsSome(list)}</p>`;
    return html`<details class="small" part="apps"><summary>${t.apps}</summary><p>${t.appsAll(list)}</p></details>`;
  }

  #onwards(state: SetupState, other: TemplateResult): TemplateResult {
    const { t } = this;
    return html`
      <div class="stack">
        <div class="actions">
          <button class="primary" part="button primary" @click=${this.#does("continued")}>${t.next}</button>
          <button part="button" @click=${this.#does("cancelled")}>${t.cancel}</button>
        </div>
        ${other}
      </div>
      ${this.#expiry(state)}
    `;
  }

  #expiry({ enrolment }: SetupState): TemplateResult | typeof nothing {
    if (!enrolment) return nothing;
    // Full seconds that are left: not one more than the service gives.
    const left = clockTime(enrolment.expiresAt - Date.now() - 999);
    return html`<p class="small" part="expiry" role="timer" aria-live="off">${this.t.expires(left)}</p>`;
  }

  #copyButton(text: string, label: string): TemplateResult {
    const copy = async () => {
      if (!(await out.copy(text))) return this.#select(".key");
      this.#copied = text;
      this.say(this.t.copied);
    };
    return html`<button part="button" @click=${copy}>${this.#copied === text ? this.t.copied : label}</button>`;
  }

  /** For copying by hand, where the browser does not let the page. */
  #select(selector: string): void {
    const element = this.renderRoot.querySelector(selector);
    if (element) getSelection()?.selectAllChildren(element);
  }

  #drawing({ enrolment }: SetupState) {
    const uri = enrolment?.uri ?? "";
    if (this.#drawn?.uri !== uri) {
      const { issuer, account, algorithm } = parse(uri);
      const hash = algorithm === "SHA1" ? "" : algorithm.replace("SHA", "SHA-");
      const apps = named({ algorithm, digits: enrolment?.digits, period: enrolment?.period }, "yes");
      this.#drawn = { uri, issuer, account, hash, apps, svg: svg(uri, { title: this.t.qrLabel, size: 232 }) };
    }
    return this.#drawn;
  }

  #does(
    type:
      | "manualChosen"
      | "scanChosen"
      | "continued"
      | "wentBack"
      | "cancelled"
      | "restarted"
      | "passkeyChosen"
      | "passkeySkipped",
  ) {
    return () => this.#machine?.send({ type });
  }
}

/** A phone: a coarse pointer, and little room. */
const isPhone = () => globalThis.matchMedia?.("(pointer: coarse) and (max-width: 50rem)").matches ?? false;

/** An app that does not do all that it was asked for. */
const IGNORED = new Set(["algorithm_mismatch", "digits_mismatch", "period_mismatch"]);
const PLACES: Partial<Record<SetupState["step"], number>> = {
  scan: 1,
  manual: 1,
  confirm: 2,
  codes: 3,
  prove: 3,
  passkey: 4,
};
const CHECK = html`<svg class="mark" viewBox="0 0 48 48" fill="none" stroke="currentColor" stroke-width="3" aria-hidden="true">
  <circle cx="24" cy="24" r="21" opacity="0.35"></circle>
  <path d="m15 25 6.5 6.5L34 18" stroke-linecap="round" stroke-linejoin="round"></path>
</svg>`;
