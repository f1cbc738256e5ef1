//! Multi-factor authentication for browsers and edge runtimes.
//!
//! A pure, `no_std` core: no clock, no randomness, no network and no storage inside. Time and entropy
//! are arguments; a refused code is a [`Verdict`], an [`Error`] is malformed input or an option out of range.
//!
//! ```text
//!  your code                     edge-mfa (this crate)
//!  ─────────                     ───────────────────────────────────────────
//!  secret, time ───────────────► factor     hotp, totp, recovery
//!  typed code   ───────────────►            → Verdict
//!  issuer, account ────────────► provision  otpauth, migration, qr
//!                                           → URI, SVG, PNG, text
//!                                crypto     HMAC, hashes (RustCrypto)
//!                                base       error, time, entropy, secret, decoders
//! ```
//!
//! Imports go down that list only. `wasm` (feature `lean`) binds all of it to JavaScript for the npm
//! package `edge-mfa`.
//!
//! ```
//! use edge_mfa::{Secret, Timestamp, Totp, Verdict, Window};
//!
//! let secret = Secret::parse("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ")?;
//! let totp = Totp::new(secret);
//! let now = Timestamp::from_secs(59)?;
//!
//! let code = totp.generate(now);
//! assert_eq!(code, "287082");
//!
//! // Once yes; with the accepted step remembered, never again.
//! let Verdict::Accepted(first) = totp.verify("287 082", now, Window::default(), None) else { panic!() };
//! assert!(!totp.verify("287082", now, Window::default(), Some(first.step)).is_accepted());
//! # Ok::<(), edge_mfa::Error>(())
//! ```
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
// `derive(tsify::Tsify)` and what it writes: see src/wasm/full/tsify.rs.
#[cfg(all(feature = "full", target_family = "wasm"))]
extern crate self as tsify;
#[cfg(all(feature = "full", target_family = "wasm"))]
#[doc(hidden)]
pub use wasm::{SerializationConfig, Ts, Tsify};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod base;
mod crypto;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub mod engine;
mod factor;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub mod http;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub mod protect;
mod provision;
#[cfg(all(any(feature = "lean", feature = "full"), target_family = "wasm"))]
mod wasm;

#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub use base::Sensitive;
pub use base::{Entropy, Error, Result, Secret, Timestamp};
pub use crypto::Algorithm;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub use factor::Diagnosis;
pub use factor::{Digits, Hotp, Period, Reason, Totp, TotpMatch, Verdict, Window, recovery};
pub use provision::{migration, otpauth, qr};
