// What is printed: readable, without control characters, and without secrets.

/** A failure that has been explained already, and how the program ends. */
export class Failure extends Error {
  readonly exitCode: number;

  constructor(message: string, { exitCode = 1, cause }: { exitCode?: number; cause?: unknown } = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.exitCode = exitCode;
  }
}

/** An error and what caused it, a line each. Drivers have been seen to repeat what they were given. */
export function explain(error: unknown): string {
  const lines: string[] = [];
  for (let next = error; next !== undefined && next !== null && lines.length < 5; next = (next as Error).cause) {
    const { message, code, errors } = Object(next);
    // Node tries several addresses, and says nothing of it all in the message.
    const said = message || errors?.[0]?.message || code || next;
    lines.push(`${lines.length ? "  because: " : ""}${harmless(secretless(String(said)))}`);
  }
  return lines.join("\n");
}

/** Text from a record or a driver, for a terminal: nothing in it moves the cursor, colours, or turns the line around. */
export function harmless(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** Text without keys and without the passwords of URLs. */
export function secretless(text: string): string {
  return text.replace(/mfa[kw][_\d]\S*/g, "…").replace(/:\/\/[^\s@]*@/g, "://…@");
}

/** Columns under their titles, numbers to the right. */
export function table(titles: string[], rows: (string | number)[][]): string {
  const width = (column: number) => Math.max(...[titles, ...rows].map((row) => shown(row[column]).length));
  const widths = titles.map((_, column) => width(column));
  const line = (row: (string | number)[]) =>
    row
      .map((cell, at) =>
        typeof cell === "number" ? shown(cell).padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
      )
      .join("  ")
      .trimEnd();
  return [titles, ...rows].map((row) => `${line(row)}\n`).join("");
}

/** The keys of records that do not open; nothing where there are none. */
export function unopened(keys: string[]): string {
  if (keys.length === 0) return "";
  const lines = keys.slice(0, LISTED).map((key) => `  ${harmless(key)}\n`);
  const more = keys.length > LISTED ? `  and ${shown(keys.length - LISTED)} more: --json lists them all\n` : "";
  return `${counted(keys.length, "record does", "records do")} not open with any key of the ring:\n${lines.join("")}${more}`;
}

/** `1,234 records`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${shown(count)} ${count === 1 ? one : many}`;
}

export function shown(value: string | number | undefined): string {
  return typeof value === "number" ? value.toLocaleString("en") : (value ?? "");
}

/** `2027-01-15 08:00:10 UTC`. */
export function moment(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** `2027-01-15`. */
export function day(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

const LISTED = 20;
