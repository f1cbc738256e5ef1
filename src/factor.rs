//! One-time codes: making them, reading them as people type them, and deciding. Passkeys: reading what a browser answers.

#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) mod diagnosis;
mod hotp;
pub mod recovery;
mod totp;
mod verdict;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub mod webauthn;

#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub use diagnosis::Diagnosis;
pub use hotp::{Digits, Hotp};
pub use totp::{Period, Totp, TotpMatch, Window};
pub use verdict::{Reason, Verdict};
