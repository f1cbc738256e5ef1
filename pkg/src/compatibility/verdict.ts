// Whether an app works with what is asked of it.
import { type App, apps, type Honoured } from "./apps.js";

/** What a QR code asks for; what is left out is what every app honours. */
export interface Asked {
  /** `SHA1`, `SHA256` or `SHA512`. */
  algorithm?: string | undefined;
  /** 6, 7 or 8. */
  digits?: number | undefined;
  /** Seconds. */
  period?: number | undefined;
}

/** `no` where one of the parameters is not honoured, `unknown` where that is not known of one. */
export function worksWith(app: App, { algorithm = "SHA1", digits = 6, period = 30 }: Asked): Honoured {
  const parts = [hash(app, algorithm), length(app, digits), step(app, period)];
  return parts.find((part) => part === "no") ?? parts.find((part) => part === "unknown") ?? "yes";
}

/** The names of the apps of which this is so. */
export function named(asked: Asked, works: Honoured): string[] {
  return apps.filter((app) => worksWith(app, asked) === works).map(({ name }) => name);
}

function hash(app: App, algorithm: string): Honoured {
  if (algorithm === "SHA1") return "yes";
  if (algorithm === "SHA256") return app.sha256;
  return algorithm === "SHA512" ? app.sha512 : "no";
}

function length(app: App, digits: number): Honoured {
  if (digits === 6) return "yes";
  if (digits === 7) return app.sevenDigits;
  return digits === 8 ? app.eightDigits : "no";
}

function step(app: App, period: number): Honoured {
  if (period === 30) return "yes";
  return period > (app.periodMost ?? Number.POSITIVE_INFINITY) ? "no" : app.period;
}
