//! The ceremonies of Web Authentication: the vectors of the W3C, one change for each check, and what nobody makes.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "webauthn/platform.rs"]
mod platform;
#[path = "webauthn/vectors.rs"]
mod vectors;
