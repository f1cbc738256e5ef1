//! The ceremonies of Web Authentication: the vectors of the W3C, one change for each check, and what nobody makes.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]

#[path = "webauthn/attestation.rs"]
mod attestation;
#[path = "webauthn/authentication.rs"]
mod authentication;
#[path = "support/authenticator.rs"]
#[allow(dead_code)]
mod authenticator;
#[path = "support/certificate.rs"]
#[allow(dead_code)]
mod certificate;
#[path = "webauthn/chain.rs"]
mod chain;
#[path = "support/encode.rs"]
#[allow(dead_code)]
mod encode;
#[path = "support/key.rs"]
#[allow(dead_code)]
mod key;
#[path = "webauthn/keys.rs"]
mod keys;
#[path = "webauthn/platform.rs"]
mod platform;
#[path = "webauthn/properties.rs"]
mod properties;
#[path = "webauthn/registration.rs"]
mod registration;
#[path = "support/relying_party.rs"]
mod relying_party;
#[path = "webauthn/vectors.rs"]
mod vectors;
