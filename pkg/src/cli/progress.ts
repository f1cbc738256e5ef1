// How far it is: a bar on a terminal, and otherwise a line now and then.
import { counted, shown } from "./text.js";

/** What there is to write to: standard error. */
export interface Screen {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export class Progress {
  readonly #screen: Screen;
  readonly #title: string;
  readonly #total: number;
  readonly #now: () => number;
  readonly #begun: number;
  readonly #start: number;
  #lineAt: number;
  #tenth: number;

  /** Of `total` records, `start` of which are done already. */
  constructor(screen: Screen, title: string, total: number, start = 0, now = Date.now) {
    this.#screen = screen;
    this.#title = title;
    this.#total = total;
    this.#start = start;
    this.#now = now;
    this.#begun = now();
    this.#lineAt = this.#begun;
    this.#tenth = Math.floor(10 * this.#share(start));
    if (screen.isTTY) this.show(start);
  }

  /** `seen` records are done. */
  show(seen: number): void {
    if (this.#screen.isTTY) this.#screen.write(`\r\x1b[2K${this.#bar(seen)}`);
    else this.#line(seen);
  }

  /** Leaves an empty line behind. */
  end(): void {
    if (this.#screen.isTTY) this.#screen.write("\r\x1b[2K");
  }

  #bar(seen: number): string {
    const full = Math.floor(WIDTH * this.#share(seen));
    const bar = "█".repeat(full) + "░".repeat(WIDTH - full);
    const percent = `${Math.floor(100 * this.#share(seen))}`.padStart(3);
    const text = `${this.#title}  ${bar} ${percent} %  ${shown(seen)} of ${shown(this.#total)}${this.#left(seen)}`;
    return text.slice(0, (this.#screen.columns || 80) - 1);
  }

  /** Every tenth, and every ten seconds. */
  #line(seen: number): void {
    const tenth = Math.floor(10 * this.#share(seen));
    if (tenth === this.#tenth && this.#now() - this.#lineAt < 10_000) return;
    this.#tenth = tenth;
    this.#lineAt = this.#now();
    this.#screen.write(`${this.#title}  ${shown(seen)} of ${counted(this.#total, "record")}\n`);
  }

  #left(seen: number): string {
    const done = seen - this.#start;
    const passed = this.#now() - this.#begun;
    if (done <= 0 || passed < 1000 || seen >= this.#total) return "";
    const seconds = Math.ceil(((this.#total - seen) * passed) / done / 1000);
    return seconds < 120 ? `  ${seconds} s left` : `  ${Math.ceil(seconds / 60)} min left`;
  }

  /** Between 0 and 1: accounts that come meanwhile are not in the total. */
  #share(seen: number): number {
    return this.#total > 0 ? Math.min(seen / this.#total, 1) : 1;
  }
}

const WIDTH = 24;
