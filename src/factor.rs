//! One-time codes: making them, reading them as people type them, and deciding.

mod hotp;
pub mod recovery;
mod totp;
mod verdict;

pub use hotp::{Digits, Hotp};
pub use totp::{Period, Totp, TotpMatch, Window};
pub use verdict::{Reason, Verdict};
