//! The decisions: one record and one command in, the next record, an outcome and events out.
//!
//! ```text
//!               command, context, policy
//!                        │
//!  sealed record ─► open ─► step ─► seal ─► commit, with the events ─► only then: outcome
//!                        │
//!                        handle/{enrol, verify, guard, recover, factors, session, admin}
//! ```
//!
//! [`step`] is pure. Whoever calls it writes the record and the events with one compare-and-swap, and lets the outcome
//! out when that was successful: a store that writes without comparing makes replays possible.

pub mod address;
mod command;
mod event;
mod handle;
mod key;
mod outcome;
mod passkeys;
mod policy;
mod record;
mod step;

pub use command::{
    Attachment, AuthenticationResponse, Command, Context, Demand, Enrol, FactorKind, NewPasskey, Origin, Progress,
    RegistrationResponse, Target,
};
pub use event::{Event, EventKind, Notify};
pub use handle::guard::{check_offline, guard_offline};
#[cfg(all(feature = "full", target_family = "wasm"))]
pub(crate) use handle::{guard::by_token, session::renew};
#[cfg(all(feature = "full", target_family = "wasm"))]
pub(crate) use key::CREDENTIAL;
pub use key::{account_key, credential_key};
pub use outcome::{
    Account, AuthenticationOptions, Denial, Denied, Descriptor, DeviceState, Enrolling, FactorState, GoodSession,
    Outcome, PasskeyState, RecoveryCodes, RegistrationOptions, SessionState, Verified,
};
pub use passkeys::Passkeys;
pub use policy::{Policy, PolicySettings, Preset, SessionMode, VerifyUser, Weakness};
pub use record::Record;
#[cfg(all(feature = "full", target_family = "wasm"))]
pub(crate) use step::Turn;
pub use step::{Claim, Step, step};
