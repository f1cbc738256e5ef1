//! The one error type. A refused code is not an error: it is a verdict.

use super::ascii;
use core::fmt;

/// Declares the enum, its codes and its texts from one table, so that they cannot drift apart.
macro_rules! errors {
    ($($variant:ident $code:literal $message:literal)+) => {
        /// Input that is malformed or an option that is out of range.
        ///
        /// Neither the text nor the code ever repeats the input: it may be a secret. The codes are stable.
        ///
        /// ```
        /// use edge_mfa::{Error, Secret};
        /// let error = Secret::parse("").unwrap_err();
        /// assert_eq!(error, Error::SecretEmpty);
        /// assert_eq!(error.code(), "secret_empty");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Error {
            $(#[doc = $message] $variant,)+
        }

        impl Error {
            /// Every error, in the order of the table in the documentation.
            ///
            /// ```
            /// assert!(edge_mfa::Error::ALL.iter().any(|error| error.code() == "qr_too_long"));
            /// ```
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable identifier, the `code` of a JavaScript `MfaError`.
            ///
            /// ```
            /// assert_eq!(edge_mfa::Error::PeriodInvalid.code(), "period_invalid");
            /// ```
            #[must_use]
            pub fn code(self) -> &'static str {
                ascii::split(self.line(), b' ').0
            }

            /// The text for a developer; it names the option and says what it takes.
            ///
            /// ```
            /// assert!(edge_mfa::Error::DigitsInvalid.message().contains("6, 7 or 8"));
            /// ```
            #[must_use]
            pub fn message(self) -> &'static str {
                ascii::split(self.line(), b' ').1
            }

            /// Code, space and text. One text for all of them is much smaller in the wasm than two tables of pointers.
            pub(crate) fn line(self) -> &'static str {
                const LINES: &str = concat!($($code, " ", $message, "\n",)+);
                let from_here = (0..self as usize).fold(LINES, |lines, _| ascii::split(lines, b'\n').1);
                ascii::split(from_here, b'\n').0
            }
        }
    };
}

errors! {
    SecretType "secret_type" "secret: base32 text or a Uint8Array"
    SecretEmpty "secret_empty" "secret is empty"
    SecretTooShort "secret_too_short" "a new secret needs 16 bytes or more"
    SecretTooLong "secret_too_long" "secret: at most 512 bytes"
    SecretCharacter "secret_character" "secret is not base32 (A-Z, 2-7): is a 0, 1 or 8 a misread O, I or B?"
    SecretLength "secret_length" "secret lacks a character, or has one too many"
    SecretPadding "secret_padding" "secret has = before its end"
    AlgorithmInvalid "algorithm_invalid" "algorithm: SHA1, SHA256 or SHA512"
    TypeInvalid "type_invalid" "type: totp, hotp or steam"
    DigitsInvalid "digits_invalid" "digits: 6, 7 or 8"
    PeriodInvalid "period_invalid" "period: whole seconds, 1 to 2^31-1"
    TimeInvalid "time_invalid" "time: a Date or milliseconds, 0 to 2^53-1"
    WindowInvalid "window_invalid" "window: 0 to 20 steps, or { past, future }"
    AfterInvalid "after_invalid" "after: the last accepted step"
    CounterInvalid "counter_invalid" "counter: a whole number, 0 to 2^53-1"
    LookAheadInvalid "look_ahead_invalid" "lookAhead: at most 100, in resync 1000"
    UriType "uri_type" "uri: text, or a list of at most 100"
    UriTooLong "uri_too_long" "uri: at most 16384 bytes"
    UriScheme "uri_scheme" "uri: otpauth://totp/ or otpauth://hotp/"
    UriEncoding "uri_encoding" "uri has a broken % escape or a #"
    UriLabel "uri_label" "uri has no label, or a second : in it"
    UriDuplicate "uri_duplicate" "uri has a parameter twice"
    UriIssuerMismatch "uri_issuer_mismatch" "uri has two issuers that differ"
    UriSecretMissing "uri_secret_missing" "uri has no secret"
    UriCounterMissing "uri_counter_missing" "uri has no counter"
    IssuerInvalid "issuer_invalid" "issuer: text without : and outer spaces"
    AccountInvalid "account_invalid" "account: text without : and outer spaces, not empty"
    MigrationUri "migration_uri" "uri: otpauth-migration://offline?data="
    MigrationMalformed "migration_malformed" "uri has broken data"
    MigrationUnsupported "migration_unsupported" "accounts: exports hold 6 or 8 digits, 30 s, no Steam, no MD5; at most 1000"
    MigrationIncomplete "migration_incomplete" "a part of the export is missing"
    MigrationMixed "migration_mixed" "uri list has parts of other exports"
    QrText "qr_text" "text: well-formed text"
    QrTooLong "qr_too_long" "text is too long for a QR code"
    QrLevel "qr_level" "level: L, M, Q or H"
    QrSize "qr_size" "size: 21 to 10000 pixels, in a PNG one for each module"
    QrMargin "qr_margin" "margin: 0 to 100 modules"
    QrColor "qr_color" "dark, light: #rgb or #rrggbb"
    QrContrast "qr_contrast" "dark must be much darker than light"
    QrLabel "qr_label" "title, description: text, at most 4096 bytes"
    RecoveryKey "recovery_key" "key: a Uint8Array of 32 to 1024 bytes"
    RecoveryCount "recovery_count" "count: 8, 9 or 10"
    RecoveryHash "recovery_hash" "hashes: at most 64, as recovery.generate made them"
    RecoveryKeyMismatch "recovery_key_mismatch" "hashes were made with another key"
    EntropyUnavailable "entropy_unavailable" "no randomness here"
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for Error {}
