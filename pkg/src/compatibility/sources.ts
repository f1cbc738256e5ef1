// Where the entries of apps.ts come from. All were looked at on the day of LOOKED_AT; a source that is read is named with
// the commit that was read, which need not be the newest.

/** The day on which the sources were looked at. */
export const LOOKED_AT = "2026-11-26";

/** What an entry of an app is about. */
export type About = "sha256" | "sha512" | "sevenDigits" | "eightDigits" | "period" | "steam" | "imports";

/**
 * How an entry was checked: the source of the app was read; its maker documents it; or somebody reported to have tried
 * it, which we did not repeat.
 */
export type Checked = "source read" | "documented" | "reported";

/** Where what an entry says comes from. */
export interface Source {
  readonly about: readonly About[];
  readonly how: Checked;
  readonly url: string;
  /** What else is to be known, and why something stays `unknown` all the same. */
  readonly note?: string;
}

const HASHES = ["sha256", "sha512"] as const;
const PARAMETERS = [...HASHES, "sevenDigits", "eightDigits", "period"] as const;
const AUTHELIA =
  "https://github.com/authelia/authelia/blob/09d87dc3384e6fe0968d2148d46783907bf9fa48/docs/data/support.json";
const HASHES_REPORTED = "https://github.com/samdjstevens/java-totp/issues/30";
const SHA256_TRIED = "https://github.com/BrandonPotter/GoogleAuthenticator/pull/198";
const HASHES_TRIED = "https://github.com/BrandonPotter/GoogleAuthenticator/issues/228";
const AEGIS = "https://github.com/beemdevelopment/Aegis/blob";
const PROTON = "https://github.com/protonpass/proton-pass-common/blob";
const STRATUM = "https://github.com/jamie-mh/AuthenticatorPro/blob";

const read = (about: readonly About[], url: string, note?: string): Source => ({
  ...{ about, how: "source read", url },
  ...(note !== undefined && { note }),
});
const reported = (about: readonly About[], url: string, note?: string): Source => ({
  ...{ about, how: "reported", url },
  ...(note !== undefined && { note }),
});

/** By the name of the app. */
export const sources: Readonly<Record<string, readonly Source[]>> = {
  "1Password": [reported(["sha256", "sha512", "eightDigits"], AUTHELIA)],
  "2FAS": [
    read(
      PARAMETERS,
      "https://github.com/twofas/2fas-android/blob/2c2d02ff4ab294f7ab57208a998f6fecd2d65d93/data/services/src/main/java/com/twofasapp/data/services/otp/ServiceParser.kt",
      "The app for Android. In 2021 it was reported to know SHA-1 only.",
    ),
  ],
  Aegis: [
    read(
      [...PARAMETERS, "steam"],
      `${AEGIS}/0c7b41747e21ce9a3ed7ced9c8a3efe78929bfb4/app/src/main/java/com/beemdevelopment/aegis/otp/GoogleAuthInfo.java`,
    ),
    read(
      ["imports"],
      "https://github.com/beemdevelopment/Aegis/tree/master/app/src/main/java/com/beemdevelopment/aegis/importers",
      "By the names of the files.",
    ),
  ],
  andOTP: [
    read(
      [...PARAMETERS, "steam"],
      "https://github.com/andOTP/andOTP/blob/00110d2f02d5b10d1313f94941e751b7b954aa38/app/src/main/java/org/shadowice/flocke/andotp/Database/Entry.java",
    ),
  ],
  "Apple Passwords": [
    reported(HASHES, "https://github.com/kspearrin/Otp.NET/issues/62"),
    {
      about: ["eightDigits", "period"],
      how: "documented",
      url: "https://developer.apple.com/documentation/authenticationservices/asimportablecredential/totp",
      note: "The system's type for one-time codes that are imported has digits, a period and the three hashes. Whether a QR code is read so is not documented.",
    },
  ],
  Authy: [
    reported(HASHES, HASHES_TRIED),
    reported(["sha256"], "https://github.com/RobThree/TwoFactorAuth/issues/54"),
    reported(["eightDigits"], "https://github.com/sec51/twofactor/issues/11", "Not with SHA-512 and eight digits."),
    reported(["eightDigits"], AUTHELIA, "With eight digits, and not with six: it contradicts other reports."),
  ],
  Bitwarden: [
    read(
      [...PARAMETERS, "steam"],
      "https://github.com/bitwarden/sdk-internal/blob/023e6c03ac7f55207738ab5927d40df45bf8c23f/crates/bitwarden-vault/src/totp.rs",
      "Steam as steam://SECRET.",
    ),
    reported(["sha256", "sha512", "eightDigits"], AUTHELIA),
  ],
  "Duo Mobile": [
    reported(HASHES, HASHES_REPORTED),
    reported(["sha256"], "https://github.com/google/google-authenticator-android/issues/29"),
  ],
  "Ente Auth": [
    read(
      [...PARAMETERS, "steam"],
      "https://github.com/ente-io/ente/blob/19a9d7fd16e42aa226ab9d0adbfc7ab0457a2d65/mobile/apps/auth/lib/models/code.dart",
    ),
  ],
  FreeOTP: [
    read(
      [...PARAMETERS, "steam"],
      "https://github.com/freeotp/freeotp-android/blob/017678c21a3e3cbc3700a5df7041168f833054c5/mobile/src/main/java/org/fedorahosted/freeotp/Token.java",
      "The app for Android. Six to nine digits, a period from 5 seconds; Steam by the issuer of that name.",
    ),
  ],
  "FreeOTP+": [
    read(
      [...PARAMETERS, "steam"],
      "https://github.com/helloworld1/FreeOTPPlus/blob/424001ea12cfa48b7db6545b13857fc82bd4cb10/app/src/main/java/org/fedorahosted/freeotp/token/Token.java",
      "Steam by the issuer of that name.",
    ),
  ],
  "Google Authenticator": [
    {
      about: HASHES,
      how: "documented",
      url: "https://github.com/google/google-authenticator/wiki/Key-Uri-Format",
      note: "Of 2018, archived: the algorithm is ignored.",
    },
    reported(
      ["sha256", "sha512", "eightDigits", "period"],
      "https://github.com/keycloak/keycloak/pull/27351",
      "Of 2024: the three hashes and eight digits work; Keycloak offers it for 30 seconds only.",
    ),
    reported(
      ["sha256", "eightDigits", "period"],
      "https://github.com/andry08/ArubaOTP-seed-extractor/issues/21",
      "Of 2023: eight digits work, SHA-256 does not; of the period there are two opinions.",
    ),
    reported(["sha256", "sha512", "eightDigits"], AUTHELIA, "None of them works."),
    reported(HASHES, "https://github.com/privacyidea/privacyidea/issues/3311", "Of 2022: SHA-512 does not work."),
  ],
  KeePassXC: [
    read(
      [...PARAMETERS, "steam"],
      "https://github.com/keepassxreboot/keepassxc/blob/04983ce4cd3ca3e835e05b627907859ac97db5d3/src/totp/totp.cpp",
      "A period of more than 60 seconds is taken as 60; Steam by the parameter encoder=steam.",
    ),
  ],
  "LastPass Authenticator": [
    reported(["sha256"], SHA256_TRIED, "SHA-256 works."),
    reported(["sha512", "eightDigits"], "https://github.com/sec51/twofactor/issues/11", "Of 2018: both work."),
    reported(HASHES, HASHES_REPORTED, "Of 2020: neither hash works."),
    reported(["sha256", "period"], "https://github.com/RobThree/TwoFactorAuth/issues/54", "SHA-256 works."),
  ],
  "Microsoft Authenticator": [
    reported(HASHES, HASHES_TRIED),
    reported(["sha512"], "https://github.com/kspearrin/Otp.NET/issues/54"),
    reported(
      ["sha256", "sha512", "eightDigits", "period"],
      "https://github.com/keycloak/keycloak/blob/8de96c23c3d759e6c1017609a87712a1f20cdae0/services/src/main/java/org/keycloak/authentication/otp/MicrosoftAuthenticatorOTPProvider.java",
      "Keycloak offers it for SHA-1, six digits and 30 seconds only; tried anew in 2024 (pull request 27351).",
    ),
  ],
  "Okta Verify": [
    reported(["sha256", "sha512", "eightDigits"], AUTHELIA),
    reported(["sha256", "sha512", "eightDigits"], "https://github.com/authelia/authelia/pull/7504"),
  ],
  "Proton Authenticator": [
    read(PARAMETERS, `${PROTON}/01c6907059ffbdf7bf58eaff589042d142a1d48d/proton-pass-totp/src/totp.rs`),
    read(
      ["steam", "imports"],
      "https://github.com/protonpass/proton-pass-common/tree/main/proton-authenticator/src",
      "By the names of the files.",
    ),
  ],
  Stratum: [
    read(
      [...PARAMETERS, "steam"],
      `${STRATUM}/e26a5946b4419f8d0972db6944246231c17032a1/Stratum.Core/src/UriParser.cs`,
      "Formerly Authenticator Pro. Six to ten digits; Steam by the issuer of that name, or the parameter steam.",
    ),
    {
      about: ["imports"],
      how: "documented",
      url: `${STRATUM}/088650d390cf931fc441bc5b1ae8c59a56e8a500/README.md`,
    },
  ],
};
