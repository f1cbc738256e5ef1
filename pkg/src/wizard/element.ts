// What both elements have in common: the client, the language, the field for a code, and what is said aloud.
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { isOfClocks, type Trouble } from "./problem.js";
import type { WizardClient } from "./service.js";
import { style } from "./style.js";
import { clockTime, duration, type Texts, textsFor } from "./texts.js";

export abstract class WizardElement extends LitElement {
  static override styles = style;
  static override properties = {
    client: { attribute: false },
    servicePath: { attribute: "service-path" },
    texts: { attribute: false },
    locale: {},
  };

  /** What talks to the service: `createClient` makes it. Until it is there, nothing is shown. */
  declare client: WizardClient | undefined;
  /** Where the service's endpoints are; default `/mfa`. */
  declare servicePath: string;
  /** Texts of one's own, in place of some of those of the language. */
  declare texts: Partial<Texts> | undefined;
  /** A language tag; default the one of the page. */
  declare locale: string | undefined;

  #said = "";
  #second: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.servicePath = "/mfa";
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#second);
    this.#second = undefined;
  }

  /** The texts of the language, and one's own over them. */
  protected get t(): Texts {
    const language = this.locale || this.closest("[lang]")?.getAttribute("lang") || "en";
    return { ...textsFor(language), ...this.texts };
  }

  /** Draws again every second while something counts down. */
  protected count(isCounting: boolean): void {
    if (isCounting && this.#second === undefined) this.#second = setInterval(() => this.requestUpdate(), 1000);
    if (isCounting) return;
    clearInterval(this.#second);
    this.#second = undefined;
  }

  protected tell(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  /** To a screen reader, without moving the focus. */
  protected say(text: string): void {
    this.#said = text;
    this.requestUpdate();
  }

  /** The regions have to be there before something is said in them. */
  protected regions(): TemplateResult {
    return html`<div class="hidden" role="status">${this.#said}</div>`;
  }

  protected heading(text: string): TemplateResult {
    return html`<h2 id="title" part="title" tabindex="-1">${text}</h2>`;
  }

  protected focusOn(selector: string): void {
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus();
  }

  /** Why it did not work, and what to do about it. */
  protected alert(trouble: Trouble | undefined, lockedUntil: number | undefined, clockOffset?: number): TemplateResult {
    const { t } = this;
    const lines = trouble ? [this.#worded(trouble)] : [];
    const { attemptsLeft } = trouble ?? {};
    if (attemptsLeft) lines.push(t.attemptsLeft(attemptsLeft));
    if (trouble && isOfClocks(trouble) && clockOffset !== undefined && Math.abs(clockOffset) > CLOCK_OFF)
      lines.push((clockOffset > 0 ? t.clockAhead : t.clockBehind)(duration(t, clockOffset)));
    const left = (lockedUntil ?? 0) - Date.now();
    // The seconds are for the eyes: read aloud, they would be all that is heard.
    const lock = left > 0 ? html`<p aria-hidden="true">${t.locked(clockTime(left))}</p>` : nothing;
    const isShown = lines.length > 0 || left > 0;
    return html`<div id="trouble" role="alert">
      ${isShown ? html`<div class="alert" part="alert">${lines.map((line) => html`<p>${line}</p>`)}${lock}</div>` : nothing}
    </div>`;
  }

  #worded({ code, drift, detail }: Trouble): string {
    const { t } = this;
    if (code === "clock_drift" && drift)
      return (drift > 0 ? t.phoneAhead : t.phoneBehind)(duration(t, drift * this.timeStep));
    return t.problems[code] ?? detail ?? (t.problems.internal as string);
  }

  /** One field for the digits of an app, as `123 456`, or a recovery code. */
  protected field(label: string, isRecovery: boolean, trouble: Trouble | undefined): TemplateResult {
    return html`<label part="label">
      ${label}
      <input
        part="input"
        class=${isRecovery ? "long ltr" : "ltr"}
        type="text"
        name="code"
        autocomplete=${isRecovery ? "off" : "one-time-code"}
        inputmode=${isRecovery ? "text" : "numeric"}
        autocapitalize="characters"
        spellcheck="false"
        maxlength="64"
        enterkeyhint="done"
        aria-describedby="trouble"
        aria-invalid=${trouble ? "true" : "false"}
        @input=${grouped}
        @paste=${pasted}
      />
    </label>`;
  }

  protected typed(event?: Event): string {
    event?.preventDefault();
    return this.renderRoot.querySelector<HTMLInputElement>("input[name=code]")?.value ?? "";
  }

  /** A field that was refused is to be typed again; one that was accepted is gone. */
  protected override updated(_: PropertyValues): void {
    const field = this.renderRoot.querySelector<HTMLInputElement>("input[name=code]");
    if (field && this.shouldSelect) {
      field.focus();
      field.select();
    }
    this.shouldSelect = false;
  }

  protected shouldSelect = false;
  /** Milliseconds, for saying about how far a clock is off. */
  protected timeStep = 30_000;
}

/** Puts a space into the middle of six digits, and makes those of other scripts and widths plain ones. */
function grouped(event: Event): void {
  const field = event.target as HTMLInputElement;
  // Whoever writes in the middle keeps the caret there.
  if (field.selectionStart !== field.value.length || (event as InputEvent).isComposing) return;
  const digits = field.value.normalize("NFKC").replace(/\s/g, "");
  if (!/^\d{4,6}$/.test(digits)) return;
  const isDeleting = (event as InputEvent).inputType?.startsWith("delete");
  if (!isDeleting) field.value = `${digits.slice(0, 3)} ${digits.slice(3)}`;
}

/** Of a whole message, the code alone. */
function pasted(event: ClipboardEvent): void {
  const text = event.clipboardData?.getData("text").normalize("NFKC") ?? "";
  const [found, ...more] = text.match(/(?<![\w-])\d{3}[ -]?\d{3}(?![\w-])/g) ?? [];
  if (found === undefined || more.length > 0 || text.trim() === found) return;
  event.preventDefault();
  const field = event.target as HTMLInputElement;
  field.value = found.replace(/\D/g, "");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
}

/** Milliseconds: from where on the clocks differ enough to refuse a code. */
const CLOCK_OFF = 20_000;
