//! The commands, a file for each group.

pub(super) mod admin;
pub(super) mod enrol;
pub(super) mod factors;
pub(super) mod guard;
mod one_time_code;
pub(super) mod passkey;
pub(super) mod recover;
pub(super) mod session;
mod throttle;
pub(super) mod verify;
