// How the elements look: system fonts, no image, all colours and sizes by custom properties.
import { css } from "lit";

export const style = css`
  :host {
    --_accent: var(--edge-mfa-accent, light-dark(#1d4ed8, #8ab4ff));
    --_on-accent: var(--edge-mfa-on-accent, light-dark(#fff, #0b1220));
    --_text: var(--edge-mfa-text, light-dark(#16191f, #eceef2));
    --_muted: var(--edge-mfa-muted, light-dark(#565d6b, #a5adbb));
    --_surface: var(--edge-mfa-surface, light-dark(#fff, #16191f));
    --_raised: var(--edge-mfa-raised, light-dark(#f4f5f8, #22262f));
    --_line: var(--edge-mfa-line, light-dark(#8b93a3, #737c8d));
    --_soft: var(--edge-mfa-soft-line, light-dark(#e0e3ea, #343a46));
    --_danger: var(--edge-mfa-danger, light-dark(#b42318, #ff9b8f));
    --_danger-soft: light-dark(#fdf0ee, #391f1e);
    --_good: var(--edge-mfa-good, light-dark(#137a46, #62d79b));
    --_radius: var(--edge-mfa-radius, 10px);
    display: block;
    max-inline-size: var(--edge-mfa-width, 27rem);
    color-scheme: var(--edge-mfa-color-scheme, light dark);
    color: var(--_text);
    font: 400 1rem/1.5 var(--edge-mfa-font, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif);
    text-align: start;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  ::before {
    box-sizing: border-box;
  }
  .card {
    background: var(--_surface);
    border: 1px solid var(--_soft);
    border-radius: calc(var(--_radius) * 1.6);
    box-shadow: 0 1px 2px rgb(0 0 0 / 4%), 0 8px 28px rgb(0 0 0 / 6%);
    display: grid;
    gap: 1.25rem;
    padding: clamp(1.1rem, 5vw, 2rem);
  }
  .card > * {
    min-inline-size: 0;
  }
  h2 {
    font-size: clamp(1.125rem, 6vw, 1.375rem);
    font-weight: 650;
    letter-spacing: -0.012em;
    line-height: 1.25;
    margin: 0 0 0.4rem;
    overflow-wrap: anywhere;
    text-wrap: balance;
  }
  h2:focus {
    outline: none;
  }
  p {
    margin: 0;
    text-wrap: pretty;
  }
  .lead,
  .small {
    color: var(--_muted);
  }
  .small {
    font-size: 0.875rem;
  }
  summary {
    cursor: pointer;
    inline-size: fit-content;
    padding-block: 0.2rem;
  }
  .progress {
    align-items: center;
    color: var(--_muted);
    display: flex;
    font-size: 0.8125rem;
    gap: 0.75rem;
    justify-content: space-between;
  }
  .dots {
    display: flex;
    gap: 0.35rem;
  }
  .dots i {
    background: var(--_soft);
    block-size: 0.3rem;
    border-radius: 1rem;
    inline-size: 1.5rem;
  }
  .dots i.on {
    background: var(--_accent);
  }
  .qr {
    background: #fff;
    border: 1px solid var(--_soft);
    border-radius: var(--_radius);
    line-height: 0;
    margin-inline: auto;
    max-inline-size: 100%;
    overflow: hidden;
  }
  .qr svg {
    block-size: auto;
    inline-size: 14.5rem;
    max-inline-size: 100%;
  }
  dl {
    display: grid;
    font-size: 0.9375rem;
    gap: 0.25rem 1rem;
    grid-template-columns: auto 1fr;
    margin: 0;
  }
  dt {
    color: var(--_muted);
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
    text-align: end;
  }
  .key {
    background: var(--_raised);
    border-radius: var(--_radius);
    display: grid;
    font: 600 clamp(1rem, 4.6vw, 1.25rem) / 1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
    gap: 0.1rem 0.5ch;
    grid-template-columns: repeat(auto-fit, 6.3ch);
    justify-content: center;
    letter-spacing: 0.06em;
    /* Four groups in a line, or fewer. */
    padding: 1rem max(0.5rem, calc((100% - 27ch) / 2));
    user-select: all;
  }
  form {
    display: grid;
    gap: 1rem;
  }
  label {
    display: grid;
    font-size: 0.9375rem;
    font-weight: 550;
    gap: 0.4rem;
  }
  label.check {
    align-items: center;
    display: flex;
    font-weight: 400;
    gap: 0.6rem;
    min-block-size: 2rem;
  }
  input[type="checkbox"] {
    accent-color: var(--_accent);
    block-size: 1.15rem;
    inline-size: 1.15rem;
    margin: 0;
  }
  input[type="text"] {
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    color: inherit;
    font: 600 1.5rem/1.3 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
    inline-size: 100%;
    letter-spacing: 0.12em;
    min-inline-size: 0;
    padding: 0.65rem 0.9rem;
  }
  input.long {
    font-size: 1.125rem;
    letter-spacing: 0.04em;
  }
  input[aria-invalid="true"] {
    border-color: var(--_danger);
  }
  button,
  a.button {
    align-items: center;
    background: var(--_raised);
    border: 1px solid transparent;
    border-radius: var(--_radius);
    color: inherit;
    cursor: pointer;
    display: inline-flex;
    font: inherit;
    font-weight: 500;
    line-height: 1.3;
    gap: 0.5rem;
    justify-content: center;
    min-block-size: 2.75rem;
    padding: 0.6rem 1.1rem;
    text-align: center;
    text-decoration: none;
  }
  button:hover,
  a.button:hover {
    border-color: var(--_line);
  }
  .primary {
    background: var(--_accent);
    color: var(--_on-accent);
  }
  .primary:hover {
    filter: brightness(1.08);
  }
  .plain {
    background: none;
    color: var(--_accent);
    padding-inline: 0.6rem;
  }
  button[aria-disabled="true"] {
    cursor: default;
    opacity: 0.55;
  }
  :focus-visible {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.6rem;
  }
  .actions > .primary {
    flex: 1 1 9rem;
  }
  .row > * {
    flex: 1 1 6.5rem;
  }
  .stack {
    display: grid;
    gap: 0.5rem;
  }
  .alert {
    background: var(--_danger-soft);
    border-inline-start: 3px solid var(--_danger);
    border-radius: calc(var(--_radius) * 0.6);
    font-size: 0.9375rem;
    padding: 0.7rem 0.9rem;
  }
  /* It is there before something is said in it, and takes no room. */
  #trouble:not(:has(.alert)) {
    position: absolute;
  }
  #key-label {
    margin-block-end: 0.3rem;
  }
  .alert p + p {
    margin-block-start: 0.3rem;
  }
  .note {
    background: var(--_raised);
    border-radius: calc(var(--_radius) * 0.6);
    font-size: 0.9375rem;
    padding: 0.7rem 0.9rem;
  }
  ol {
    background: var(--_raised);
    border-radius: var(--_radius);
    display: grid;
    font: 500 clamp(0.8125rem, 3.6vw, 0.9375rem) / 1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
    gap: 0.35rem 1.5rem;
    grid-template-columns: repeat(auto-fill, minmax(min(11.5rem, 100%), 1fr));
    list-style: none;
    margin: 0;
    padding: 1rem;
  }
  li {
    display: flex;
    gap: 0.7rem;
  }
  li code {
    font: inherit;
    overflow-wrap: anywhere;
  }
  li span {
    color: var(--_muted);
    flex: none;
    inline-size: 1.4em;
    text-align: end;
  }
  .mark {
    block-size: 3rem;
    color: var(--_good);
    inline-size: 3rem;
  }
  .hidden {
    block-size: 1px;
    clip-path: inset(50%);
    inline-size: 1px;
    overflow: hidden;
    position: absolute;
    white-space: nowrap;
  }
  .ltr {
    direction: ltr;
    unicode-bidi: isolate;
  }
  dialog {
    background: none;
    border: 0;
    color: inherit;
    inline-size: min(27rem, 100vw - 1rem);
    max-inline-size: none;
    padding: 0.5rem;
  }
  dialog::backdrop {
    background: rgb(8 11 18 / 55%);
  }
  @media (forced-colors: active) {
    .dots i.on {
      background: Highlight;
    }
    button,
    a.button {
      border-color: ButtonText;
    }
  }
`;
