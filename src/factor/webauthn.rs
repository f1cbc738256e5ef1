//! Passkeys, security keys and biometrics: the ceremonies of Web Authentication Level 3, sections 7.1 and 7.2.
//!
//! ```text
//!  what the browser answered ─► register / authenticate ─► Pending ─► answer ─► Registration / Assertion
//!  challenge, relying party  ─►   every check but              │         ▲
//!                                 the signatures               ▼         │
//!                                                       SignatureCheck ─► the platform: is it good?
//! ```
//!
//! Signatures are not checked here: the platform has that, faster and in constant time. What they have to be is a list of
//! [`SignatureCheck`]s in a [`Pending`], which gives its value away for the answers to all of them and for nothing else.
//! Sections in this module without another name are those of Web Authentication Level 3.

mod assertion;
mod attestation;
mod authenticator_data;
mod certificate;
mod client_data;
mod cose;
mod credential;
mod refusal;
mod registration;
mod relying_party;
mod signature;
mod tpm;

pub use assertion::{Assertion, AuthenticationResponse, authenticate};
pub use client_data::challenge_of;
pub use cose::ALGORITHMS;
pub use credential::{Credential, Trust};
pub use refusal::Refusal;
pub use registration::{Registration, RegistrationResponse, register};
pub use relying_party::{AttestationPolicy, Ceremony, RelyingParty, UserVerification};
pub use signature::{Pending, SignatureAlgorithm, SignatureCheck};
