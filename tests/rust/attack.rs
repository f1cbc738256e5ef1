//! The attack pack against the engine: each function is a line of `ATTACKS.md`, named by its id.
//!
//! R3, G8, S5, S8, S10, W, E1, E2, E8, E9 and E10 belong to stores, HTTP, WebAuthn, provisioning and the boundary to
//! JavaScript, and are tested there; G7 of addresses is in `throttle.rs`, S7 of every kind of token in `session_token.rs`.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
// Not every answer in a story is what the story is about.
#![allow(unused_must_use)]

#[path = "engine/authenticator.rs"]
#[allow(dead_code)]
mod authenticator;
#[path = "attack/encoding.rs"]
mod encoding;
#[path = "attack/guessing.rs"]
mod guessing;
#[path = "engine/person.rs"]
#[allow(dead_code)]
mod person;
#[path = "attack/recovery.rs"]
mod recovery;
#[path = "attack/replay.rs"]
mod replay;
#[path = "attack/state.rs"]
mod state;
