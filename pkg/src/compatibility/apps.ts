// Which authenticator apps honour what a QR code asks for. Where each entry comes from is in sources.ts, under the name of
// the app; a test holds both together. What nobody is known to have looked at, and where reports disagree, is `unknown`.

/** `unknown`: not verified, or reports disagree. */
export type Honoured = "yes" | "no" | "unknown";

/** An authenticator app. All of them honour SHA-1, six digits and 30 seconds. */
export interface App {
  readonly name: string;
  readonly sha256: Honoured;
  readonly sha512: Honoured;
  readonly sevenDigits: Honoured;
  readonly eightDigits: Honoured;
  /** Time steps of other lengths than 30 seconds. */
  readonly period: Honoured;
  /** The longest time step in seconds, where there is one. */
  readonly periodMost?: number;
  /** The five characters of Steam. */
  readonly steam: Honoured;
  /** Whose exports it reads, by the name of the app or the format; `undefined` where that is not known. */
  readonly imports?: readonly string[];
}

const app = (name: string, given: Partial<App> = {}): App => ({ name, ...UNKNOWN, ...given });

const UNKNOWN = {
  sha256: "unknown",
  sha512: "unknown",
  sevenDigits: "unknown",
  eightDigits: "unknown",
  period: "unknown",
  steam: "unknown",
} as const;
const HASHES = { sha256: "yes", sha512: "yes" } as const;
const EVERYTHING = { ...HASHES, sevenDigits: "yes", eightDigits: "yes", period: "yes" } as const;
const ONLY_SHA1 = { sha256: "no", sha512: "no" } as const;

/** By name. */
export const apps: readonly App[] = [
  app("1Password", { sha256: "yes", sha512: "no", eightDigits: "no" }),
  app("2FAS", EVERYTHING),
  app("Aegis", {
    ...EVERYTHING,
    steam: "yes",
    imports: [
      "2FAS",
      "andOTP",
      "Authenticator Plus",
      "Authy",
      "Battle.net",
      "Bitwarden",
      "Duo Mobile",
      "Ente Auth",
      "FreeOTP",
      "FreeOTP+",
      "Google Authenticator",
      "Microsoft Authenticator",
      "Proton Authenticator",
      "Proton Pass",
      "Steam",
      "Stratum",
      "TOTP Authenticator",
      "WinAuth",
    ],
  }),
  app("andOTP", { ...EVERYTHING, steam: "yes" }),
  app("Apple Passwords", HASHES),
  app("Authy", ONLY_SHA1),
  app("Bitwarden", { ...EVERYTHING, steam: "yes" }),
  app("Duo Mobile", ONLY_SHA1),
  app("Ente Auth", { ...EVERYTHING, steam: "yes" }),
  app("FreeOTP", { ...EVERYTHING, steam: "yes" }),
  app("FreeOTP+", { ...EVERYTHING, steam: "yes" }),
  app("Google Authenticator"),
  app("KeePassXC", { ...EVERYTHING, periodMost: 60, steam: "yes" }),
  app("LastPass Authenticator", { eightDigits: "yes" }),
  app("Microsoft Authenticator", { ...ONLY_SHA1, eightDigits: "no", period: "no" }),
  app("Okta Verify", { ...ONLY_SHA1, eightDigits: "no" }),
  app("Proton Authenticator", {
    ...EVERYTHING,
    steam: "yes",
    imports: [
      "2FAS",
      "Aegis",
      "Bitwarden",
      "Ente Auth",
      "Google Authenticator",
      "LastPass Authenticator",
      "Proton Pass",
    ],
  }),
  app("Stratum", {
    ...EVERYTHING,
    steam: "yes",
    imports: ["Authy", "Blizzard Authenticator", "Google Authenticator", "Steam"],
  }),
];
