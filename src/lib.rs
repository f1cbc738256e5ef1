//! Multi-factor authentication for browsers and edge runtimes.
//!
//! A pure, `no_std` core: no clock, no randomness, no network and no storage inside. Time and entropy
//! are arguments, deadlines and events are values; a refused code is a [`Verdict`] or an
//! [`Outcome`](engine::Outcome), an [`Error`] is malformed input or an option out of range.
//!
//! ```text
//!  your code                       edge-mfa (this crate)
//!  ─────────                       ──────────────────────────────────────────────────
//!  record, command, context ─────► engine     step, policy
//!  store these, then answer ◄─────            → record′, outcome, events
//!  key ring ─────────────────────► protect    sealing, session tokens, throttle
//!                                             → ciphertext, token
//!  issuer, account ──────────────► provision  otpauth, migration, qr
//!                                             → URI, SVG, PNG, text
//!  secret, typed code, time ─────► factor     hotp, totp, recovery
//!                                             → Verdict
//!                                  crypto     HMAC, hashes, AES-GCM (RustCrypto)
//!                                  base       error, time, entropy, secret, decoders
//! ```
//!
//! Imports go down that list only. `wasm` (features `lean` and `full`) binds all of it to JavaScript for the npm
//! package `edge-mfa`.
//!
//! A decision is one call of [`engine::step`]. What it answers must not leave before its record and its events are
//! stored, in one write that fails if somebody else was faster:
//!
//! ```
//! use edge_mfa::engine::{Command, Context, Denial, Enrol, Outcome, Policy, Record, account_key, step};
//! use edge_mfa::protect::{Environment, KeyRing, Purpose, Seeded};
//! use edge_mfa::{Secret, Timestamp, Totp};
//!
//! let policy = Policy::default();
//! let now = Timestamp::from_secs(1_800_000_000)?; // your clock
//! let mut entropy = Seeded::new([7; 32]); // 32 bytes of your platform
//! let ring = KeyRing::generate(Environment::Test, now, &mut entropy)?;
//! let key = account_key("alice")?; // where it is stored, and whom it is sealed for
//!
//! // The seed of a context is 32 random bytes, and never the same twice.
//! let begun = step(Record::default(), Command::Enrol(Enrol::default()), &Context::new("alice", now, [1; 32]), &policy)?;
//! let Outcome::Enrolling(enrolling) = begun.outcome else { panic!("the first factor needs no verification") };
//! let stored = ring.seal(Purpose::Record, &key, &begun.record.unwrap_or_default().to_bytes(), &mut entropy)?;
//!
//! let record = Record::from_bytes(&ring.open(Purpose::Record, &key, &stored)?)?;
//! let phone = Totp::new(Secret::parse(&enrolling.secret)?);
//! let code = phone.generate(now);
//! let confirm = Command::Confirm { code: code.as_str().into() };
//! let confirmed = step(record, confirm, &Context::new("alice", now, [2; 32]), &policy)?;
//! assert!(matches!(confirmed.outcome, Outcome::Verified(_))); // with a session, to be signed
//!
//! // The code is spent.
//! let verify = Command::Verify { code: code.as_str().into(), factor: None, grant: None };
//! let again = step(confirmed.record.unwrap_or_default(), verify, &Context::new("alice", now, [3; 32]), &policy)?;
//! assert!(matches!(again.outcome, Outcome::Denied(denied) if denied.reason == Denial::Replayed));
//! # Ok::<(), edge_mfa::Error>(())
//! ```
//!
//! The factors alone keep nothing: with them, replay protection and the limit of guesses are yours.
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
#[cfg(test)]
extern crate self as edge_mfa;
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
pub use factor::{Diagnosis, webauthn};
pub use factor::{Digits, Hotp, Period, Reason, Totp, TotpMatch, Verdict, Window, recovery};
pub use provision::{migration, otpauth, qr};
