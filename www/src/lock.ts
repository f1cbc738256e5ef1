// The notice of a lock: how long it lasts, and what still works.

import { announce, make } from "./page.js";

export class LockNotice {
  readonly #element: HTMLElement;
  readonly #button: HTMLButtonElement;
  readonly #time = make("b", { role: "timer" });
  #isLocked = false;

  constructor(element: HTMLElement, button: HTMLButtonElement) {
    this.#element = element;
    this.#button = button;
  }

  /** Shows a lock that ends in so many milliseconds, and once that it is over. To be called again and again. */
  tick(left: number, remark: string) {
    if (left > 0) {
      this.#time.textContent = clock(left);
      if (!this.#isLocked) this.#say("Locked for ", this.#time, remark);
    } else if (this.#isLocked) this.#say("You can try again now.");
    this.#button.disabled = left > 0;
    this.#isLocked = left > 0;
    this.#element.classList.toggle("over", left <= 0);
  }

  /** Takes the notice away. */
  clear() {
    this.#isLocked = false;
    this.#element.hidden = true;
    this.#button.disabled = false;
  }

  #say(title: string, time?: HTMLElement, remark = "") {
    const text = make("p", {}, make("strong", {}, title, time ?? ""), " ", remark);
    this.#element.replaceChildren(text);
    this.#element.hidden = false;
    if (this.#element.checkVisibility()) announce(text.textContent ?? "");
  }
}

/** Milliseconds as minutes and seconds: `0:07`. */
export function clock(left: number): string {
  const seconds = Math.ceil(left / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
