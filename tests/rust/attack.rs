//! The attack pack against the engine: each function is a line of `ATTACKS.md`, named by its id.
//!
//! R3, G8, S5, S8, S10, E1, E2, E8, E9 and E10 belong to stores, HTTP, provisioning and the boundary to
//! JavaScript, and are tested there; G7 of addresses is in `throttle.rs`, S7 of every kind of token in `session_token.rs`.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
// Not every answer in a story is what the story is about.
#![allow(unused_must_use)]

#[path = "engine/authenticator.rs"]
#[allow(dead_code)]
mod authenticator;
#[path = "support/certificate.rs"]
#[allow(dead_code)]
mod certificate;
#[path = "support/encode.rs"]
#[allow(dead_code)]
mod encode;
#[path = "attack/encoding.rs"]
mod encoding;
#[path = "attack/guessing.rs"]
mod guessing;
#[path = "support/key.rs"]
#[allow(dead_code)]
mod key;
#[path = "attack/passkey.rs"]
mod passkey;
#[path = "engine/person.rs"]
#[allow(dead_code)]
mod person;
#[path = "attack/recovery.rs"]
mod recovery;
#[path = "attack/replay.rs"]
mod replay;
#[path = "attack/state.rs"]
mod state;
