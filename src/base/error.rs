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
    SecretType "secret_type" "secret must be base32 text or a Uint8Array"
    SecretEmpty "secret_empty" "secret is empty"
    SecretTooShort "secret_too_short" "a new secret needs at least 16 bytes (RFC 4226 section 4, R6)"
    SecretTooLong "secret_too_long" "secret is longer than 512 bytes"
    SecretCharacter "secret_character" "secret has a character that base32 (A-Z, 2-7) has not; 0, 1, 8 and 9 may be a misread O, I, B or G"
    SecretLength "secret_length" "secret has a length that base32 cannot have: a character is missing or too many"
    SecretPadding "secret_padding" "secret has '=' before its end"
    AlgorithmInvalid "algorithm_invalid" "algorithm must be SHA1, SHA256 or SHA512"
    TypeInvalid "type_invalid" "type must be totp, hotp or steam"
    DigitsInvalid "digits_invalid" "digits must be 6, 7 or 8 (Steam: 5)"
    PeriodInvalid "period_invalid" "period must be a whole number of seconds from 1 to 2147483647"
    TimeInvalid "time_invalid" "time must be a Date or milliseconds from 0 to 2^53-1"
    WindowInvalid "window_invalid" "window must be steps from 0 to 20, or { past, future } of such"
    AfterInvalid "after_invalid" "after must be the last accepted step, a whole number from 0 to 2^53-1"
    CounterInvalid "counter_invalid" "counter must be a whole number from 0 to 2^53-1"
    LookAheadInvalid "look_ahead_invalid" "lookAhead must be a whole number from 0 to 1000 (verify: 100)"
    UriType "uri_type" "the URI must be well-formed text"
    UriTooLong "uri_too_long" "the URI is longer than 16384 bytes"
    UriScheme "uri_scheme" "the URI must begin with otpauth://totp/ or otpauth://hotp/"
    UriEncoding "uri_encoding" "the URI has a broken percent escape, text that is not UTF-8, or a '#'"
    UriLabel "uri_label" "the URI has no label, or more than one ':' in it"
    UriDuplicate "uri_duplicate" "the URI has a parameter twice"
    UriIssuerMismatch "uri_issuer_mismatch" "the issuer before the account differs from the issuer parameter"
    UriSecretMissing "uri_secret_missing" "the URI has no secret"
    UriCounterMissing "uri_counter_missing" "an otpauth://hotp URI needs a counter"
    IssuerInvalid "issuer_invalid" "issuer must be text without ':' and without a space at either end"
    AccountInvalid "account_invalid" "account must be text, not empty, without ':' and without a space at either end"
    MigrationUri "migration_uri" "not an otpauth-migration://offline?data=… URI"
    MigrationMalformed "migration_malformed" "the export's data is not base64 of a valid protocol buffer"
    MigrationUnsupported "migration_unsupported" "the export format holds SHA1/SHA256/SHA512, 6 or 8 digits and a period of 30 s; this account needs something else"
    MigrationIncomplete "migration_incomplete" "parts of this export are missing"
    MigrationMixed "migration_mixed" "the parts belong to different exports"
    QrText "qr_text" "QR code text must be well-formed text"
    QrTooLong "qr_too_long" "the text is too long for a QR code at this level"
    QrLevel "qr_level" "level must be L, M, Q or H"
    QrSize "qr_size" "size must be a whole number of pixels from 21 to 10000, and a PNG needs one for each module"
    QrMargin "qr_margin" "margin must be a whole number of modules from 0 to 100"
    QrColor "qr_color" "dark and light must be #rgb or #rrggbb"
    QrContrast "qr_contrast" "dark must be much darker than light, or scanners fail"
    QrLabel "qr_label" "title and description must be well-formed text of at most 4096 bytes"
    RecoveryKey "recovery_key" "key must be a Uint8Array of 32 to 1024 bytes"
    RecoveryCount "recovery_count" "count must be 8, 9 or 10"
    RecoveryHash "recovery_hash" "hashes must be an array of at most 64 texts that recovery.generate returned"
    RecoveryKeyMismatch "recovery_key_mismatch" "these recovery hashes were made with another key"
    EntropyUnavailable "entropy_unavailable" "the platform gave no randomness"
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for Error {}
