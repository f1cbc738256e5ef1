//! The one error type. A refused code is not an error: it is a verdict.

use super::ascii;
use core::fmt;

/// What a function answers that can refuse its input.
///
/// ```
/// fn short_of(bytes: usize) -> edge_mfa::Result<usize> {
///     16_usize.checked_sub(bytes).ok_or(edge_mfa::Error::SecretTooLong)
/// }
/// assert_eq!(short_of(10), Ok(6));
/// ```
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub type Result<T> = core::result::Result<T, Error>;

/// In the lean wasm a refusal leaves by a JavaScript exception where it is found, so that nothing is handed upwards: a
/// result is as good as its value, and `?` is no code at all. `wasm/lean/exchange.rs` throws when an [`Error`] is converted.
#[cfg(all(feature = "lean", target_family = "wasm"))]
pub type Result<T> = core::result::Result<T, Thrown>;

/// What is left of a refusal in the lean wasm: nothing.
#[cfg(all(feature = "lean", target_family = "wasm"))]
#[derive(Debug)]
pub enum Thrown {}

/// Refuses the input.
#[allow(clippy::useless_conversion, unreachable_code)] // In the lean wasm it is no identity: it throws.
pub(crate) fn refuse<T>(error: Error) -> Result<T> {
    Err(error.into())
}

/// Refuses the input unless it is good.
#[inline(always)]
pub(crate) fn ensure(good: bool, error: Error) -> Result<()> {
    if good { Ok(()) } else { refuse(error) }
}

/// The lines of a part of the table.
#[cfg(not(all(any(feature = "lean", feature = "full"), target_family = "wasm")))]
macro_rules! lines {
    ($part:ident $($code:literal $message:literal)+) => { concat!($($code, " ", $message, "\n"),+) };
}

/// The lean wasm has nothing that could refuse with the others, which stand at the end.
#[cfg(all(feature = "lean", target_family = "wasm"))]
macro_rules! lines {
    (server $($code:literal $message:literal)+) => { "" };
    (script $($code:literal $message:literal)+) => { "" };
    ($part:ident $($code:literal $message:literal)+) => { concat!($($code, " ", $message, "\n"),+) };
}

/// The full wasm has nothing that could refuse with those of the lean one; only their lines count.
#[cfg(all(feature = "full", target_family = "wasm"))]
macro_rules! lines {
    (empty $code:literal) => { "\n" };
    (lean $($code:literal $message:literal)+) => { concat!($(lines!(empty $code)),+) };
    (script $($code:literal $message:literal)+) => { "" };
    ($part:ident $($code:literal $message:literal)+) => { concat!($($code, " ", $message, "\n"),+) };
}

/// Declares the enum, its codes and its texts from one table, so that they cannot drift apart. Its parts tell what refuses
/// with them: the core, the lean wasm or the full one alone, or JavaScript.
macro_rules! errors {
    ($($part:ident { $($variant:ident $code:literal $message:literal)+ })+) => {
        /// Input that is malformed or an option that is out of range.
        ///
        /// Neither the text nor the code ever repeats the input: it may be a secret. The codes are stable.
        ///
        /// ```
        /// use edge_mfa::{Error, Secret};
        /// let error = Secret::parse("").unwrap_err();
        /// assert_eq!(error, Error::SecretEmpty);
        /// assert_eq!(error.code(), "secret_empty");
        /// assert_eq!(Error::DigitsInvalid.to_string(), "digits invalid: 6, 7 or 8");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        // As wide as the pointer that stands in its place in a result: of bytes that may be either, LLVM makes a word anew.
        #[cfg_attr(all(feature = "full", target_family = "wasm"), repr(u32))]
        pub enum Error {
            $($(#[doc = concat!("`", $code, "`: ", $message)] $variant,)+)+
        }

        impl Error {
            /// Every error, in the order of the table in the documentation.
            ///
            /// ```
            /// assert!(edge_mfa::Error::ALL.iter().any(|error| error.code() == "qr_too_long"));
            /// ```
            pub const ALL: &'static [Self] = &[$($(Self::$variant,)+)+];

            /// The stable identifier, the `code` of a JavaScript `MfaError`.
            ///
            /// ```
            /// assert_eq!(edge_mfa::Error::PeriodInvalid.code(), "period_invalid");
            /// ```
            #[must_use]
            pub fn code(self) -> &'static str {
                ascii::split(self.line(), b' ').0
            }

            /// The code, a space, and what a developer needs to know beyond it. The words of the code are not repeated,
            /// and one text for all is much smaller in the wasm than tables of pointers.
            pub(crate) fn line(self) -> &'static str {
                const LINES: &str = concat!($(lines!($part $($code $message)+)),+);
                let from_here = (0..self as usize).fold(LINES, |lines, _| ascii::split(lines, b'\n').1);
                ascii::split(from_here, b'\n').0
            }
        }
    };
}

errors! {
    everywhere {
        SecretType "secret_type" "base32 text or a Uint8Array"
        SecretEmpty "secret_empty" ""
        SecretTooShort "secret_too_short" "16 bytes or more"
        SecretTooLong "secret_too_long" "512 bytes at most"
        SecretCharacter "secret_character" "A-Z and 2-7 only; a 0, 1 or 8 may be O, I or B"
        SecretLength "secret_length" "a character is missing"
        SecretPadding "secret_padding" "= before the end"
        AlgorithmInvalid "algorithm_invalid" "SHA1, SHA256 or SHA512"
        TypeInvalid "type_invalid" "totp, hotp or steam"
        DigitsInvalid "digits_invalid" "6, 7 or 8"
        PeriodInvalid "period_invalid" "seconds from 1 to 2^31-1"
        TimeInvalid "time_invalid" "a Date or milliseconds from 0 to 2^53-1"
        WindowInvalid "window_invalid" "0 to 20"
        AfterInvalid "after_invalid" "the last accepted step"
        CounterInvalid "counter_invalid" "0 to 2^53-1"
        LookAheadInvalid "look_ahead_invalid" "lookAhead, 0 to 100, in resync 1000"
        UriType "uri_type" "text, or a list of 100 at most"
        UriTooLong "uri_too_long" ""
    }
    lean {
        UriScheme "uri_scheme" "otpauth://totp/ or otpauth://hotp/"
        UriEncoding "uri_encoding" "a bad % or a #"
        UriLabel "uri_label" "none, or a second :"
        UriDuplicate "uri_duplicate" "a parameter"
        UriIssuerMismatch "uri_issuer_mismatch" ""
        UriSecretMissing "uri_secret_missing" ""
        UriCounterMissing "uri_counter_missing" ""
    }
    everywhere {
        IssuerInvalid "issuer_invalid" "text without : and outer spaces"
        AccountInvalid "account_invalid" "text without : and outer spaces, not empty"
    }
    lean {
        MigrationUri "migration_uri" "otpauth-migration://offline?data="
        MigrationMalformed "migration_malformed" "uri data"
        MigrationUnsupported "migration_unsupported" "accounts have 6 or 8 digits, 30 s, no Steam, no MD5, 1000 at most"
        MigrationIncomplete "migration_incomplete" "a part"
        MigrationMixed "migration_mixed" "uri of another export"
        QrText "qr_text" "well-formed"
        QrTooLong "qr_too_long" "text"
        QrLevel "qr_level" "L, M, Q or H"
        QrSize "qr_size" "21 to 10000, a PNG 4000 and one for each module"
        QrMargin "qr_margin" "0 to 100"
        QrColor "qr_color" "dark, light, #rgb or #rrggbb"
        QrContrast "qr_contrast" "dark must be much darker than light"
        QrLabel "qr_label" "title, description, 4096 bytes at most"
    }
    everywhere {
        RecoveryKey "recovery_key" "32 to 1024 bytes"
        RecoveryCount "recovery_count" "8 to 10"
        RecoveryHash "recovery_hash" "hashes, 64 at most"
        RecoveryKeyMismatch "recovery_key_mismatch" "hashes of another"
        EntropyUnavailable "entropy_unavailable" ""
    }
    server {
        KeyRingMalformed "key_ring_malformed" "mfak_live_ID_DATE_KEY or mfak_test_ID_DATE_KEY, separated by spaces"
        KeyRingMixed "key_ring_mixed" "test keys beside live ones"
        KeyRingDuplicate "key_ring_duplicate" "a key id"
        KeyRingEmpty "key_ring_empty" "one key or more, 32 at most"
        KeyUnknown "key_unknown" "no key of the ring has this id"
        KeyEnvironment "key_environment" "a test record under live keys, or a live one under test keys"
        SealMalformed "seal_malformed" ""
        SealBroken "seal_broken" "another owner, another key or a changed byte"
        RecordVersion "record_version" "written by a newer edge-mfa"
        RecordMalformed "record_malformed" ""
        SubjectInvalid "subject_invalid" "1 to 256 bytes, no control characters, no outer spaces"
        NameInvalid "name_invalid" "1 to 64 characters on one line"
        AddressInvalid "address_invalid" "an IPv4 or IPv6 address"
        CommandInvalid "command_invalid" ""
        ContextInvalid "context_invalid" ""
        DemandInvalid "demand_invalid" "action, resource, amount, 1 to 256 characters on one line; maxAge, methods"
        RelyingPartyInvalid "relying_party_invalid" "passkeys: rpId, a domain, and origins below it"
        PolicyInvalid "policy_invalid" "a setting that is unknown or out of its bounds"
        EngineForgotten "engine_forgotten" "configure it again"
    }
    script {
        KeyRingSealed "key_ring_sealed" "the unwrapping key does not open it"
        StoreRefused "store_refused" ""
        StoreUnavailable "store_unavailable" "it failed or did not answer; nothing was decided"
        StoreConflict "store_conflict" "others kept writing the same record; nothing was decided"
        ClientInvalid "client_invalid" ""
        ClientRedirect "client_redirect" "it would take the session along"
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, detail) = ascii::split(self.line(), b' ');
        for (place, word) in code.split('_').enumerate() {
            f.write_str(if place > 0 { " " } else { "" })?;
            f.write_str(word)?;
        }
        f.write_str(if detail.is_empty() { "" } else { ": " })?;
        f.write_str(detail)
    }
}

impl core::error::Error for Error {}
