// Locks: how long they last, and the notices that count them down.

import { announce, make } from "./tools.js";

/** Which kind of code; each has a lock of its own. */
export type Method = "app" | "recovery";

const ends = { app: 0, recovery: 0 };
const notices: LockNotice[] = [];

/** Takes note of a lock. */
export function lock(method: Method, seconds: number | undefined) {
  if (seconds !== undefined) ends[method] = Date.now() + seconds * 1000;
  tickLocks();
}

/** A right code ends the locks, and so does starting over. */
export function unlock() {
  ends.app = 0;
  ends.recovery = 0;
  for (const notice of notices) notice.clear();
}

/** To be called again and again. */
export function tickLocks() {
  for (const notice of notices) notice.tick();
}

/** A notice, and beside a form its button, which waits for the end of the lock. */
export class LockNotice {
  readonly #element: HTMLElement;
  readonly #button: HTMLButtonElement | undefined;
  readonly #time = make("b", { role: "timer" });
  #method: Method = "app";
  #isLocked = false;

  constructor(element: HTMLElement, button?: HTMLButtonElement) {
    this.#element = element;
    this.#button = button;
    notices.push(this);
  }

  /** Is about the lock of this kind of code from now on. */
  of(method: Method) {
    this.#method = method;
    this.clear();
    this.tick();
  }

  /** Shows the lock if there is one, and once that it is over. */
  tick() {
    const left = ends[this.#method] - Date.now();
    if (left > 0) {
      this.#time.textContent = clock(left);
      if (!this.#isLocked) this.#say("Locked for ", this.#time, REMARKS[this.#method]);
    } else if (this.#isLocked) this.#say("You can try again now.");
    if (this.#button) this.#button.disabled = left > 0;
    this.#isLocked = left > 0;
    this.#element.classList.toggle("over", left <= 0);
  }

  /** Takes the notice away. */
  clear() {
    this.#isLocked = false;
    this.#element.hidden = true;
    if (this.#button) this.#button.disabled = false;
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

const REMARKS: Record<Method, string> = {
  app: "Too many wrong codes: now even the right one is refused. A recovery code still gets through; the next lock lasts longer.",
  recovery: "Too many wrong recovery codes: now none is taken.",
};
