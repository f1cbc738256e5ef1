//! What every command does, told as what happens to one person.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
// Not every answer in a story is what the story is about.
#![allow(unused_must_use)]

#[path = "engine/admin.rs"]
mod admin;
#[path = "engine/authenticator.rs"]
#[allow(dead_code)]
mod authenticator;
#[path = "engine/devices.rs"]
mod devices;
#[path = "engine/diagnosis.rs"]
mod diagnosis;
#[path = "engine/drift.rs"]
mod drift;
#[path = "engine/enrol.rs"]
mod enrol;
#[path = "engine/events.rs"]
mod events;
#[path = "engine/factors.rs"]
mod factors;
#[path = "engine/guard.rs"]
mod guard;
#[path = "engine/passkeys.rs"]
mod passkeys;
#[path = "engine/person.rs"]
#[allow(dead_code)]
mod person;
#[path = "engine/policy.rs"]
mod policy;
#[path = "engine/progress.rs"]
mod progress;
#[path = "engine/properties.rs"]
mod properties;
#[path = "engine/record.rs"]
mod record;
#[path = "engine/recovery.rs"]
mod recovery;
#[path = "engine/sessions.rs"]
mod sessions;
#[path = "engine/verify.rs"]
mod verify;
