//! What happened. Events are stored with the record that they are about, or not at all.

use super::Origin;
use crate::base::json::{self, Write, named};
use crate::base::{Timestamp, bits::READABLE};
use alloc::string::String;

/// One thing that happened to an account. No code, secret or token is in it, and no address.
///
/// ```
/// use edge_mfa::{Timestamp, engine::{Context, Command, Enrol, EventKind, Policy, Record, step}};
/// let context = Context::new("alice", Timestamp::from_secs(1_800_000_000)?, [7; 32]);
/// let step = step(Record::default(), Command::Enrol(Enrol::default()), &context, &Policy::default())?;
/// assert_eq!(step.events[0].kind, EventKind::EnrolmentStarted);
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
#[must_use = "an event that is not stored did not happen"]
pub struct Event {
    /// A ULID: unique, and in the order of time.
    pub id: String,
    /// Its place among the events of the account, from 1 without a gap.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Whose account.
    pub subject: String,
    /// What.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), serde(flatten))]
    pub kind: EventKind,
    /// Who has to be told.
    pub notify: Notify,
    /// From where.
    pub origin: Origin,
}

/// What happened.
///
/// ```
/// use edge_mfa::engine::{EventKind, Notify};
/// assert_eq!(EventKind::RecoveryCodeUsed { left: 9 }.notify(), Notify::Both);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    all(feature = "full", target_family = "wasm"),
    derive(tsify::Tsify),
    serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")
)]
#[non_exhaustive]
pub enum EventKind {
    /// An enrolment waits for its confirmation.
    EnrolmentStarted,
    /// It was dropped.
    EnrolmentCancelled,
    /// How far its owner came with it, as the page told.
    EnrolmentProgress {
        /// What was done.
        step: String,
        /// Why it went wrong.
        reason: Option<String>,
        /// Since the page began.
        milliseconds: Option<u32>,
    },
    /// It was confirmed: the account has a factor more.
    FactorAdded {
        /// Which one.
        factor: u16,
    },
    /// A factor has another name.
    FactorRenamed {
        /// Which one.
        factor: u16,
    },
    /// A factor is gone.
    FactorRemoved {
        /// Which one.
        factor: u16,
    },
    /// A right code.
    Verified {
        /// Of which factor.
        factor: u16,
    },
    /// An authenticator was found again by two codes in a row.
    Resynchronised {
        /// Which one.
        factor: u16,
    },
    /// A wrong code.
    Failed {
        /// How many in a row.
        row: u16,
    },
    /// A code that was right, but used before.
    Replayed {
        /// Of which factor; none for a recovery code.
        factor: Option<u16>,
    },
    /// Too many wrong codes.
    Locked {
        /// Until when.
        until: Timestamp,
    },
    /// So many wrong codes in a row that no more are taken until somebody recovers or unlocks the account.
    Disabled,
    /// What a browser answered is no good passkey.
    PasskeyRefused {
        /// Which check it did not pass.
        check: &'static str,
    },
    /// A passkey is copied by its password manager now, or no longer.
    PasskeyBackup {
        /// Which one.
        factor: u16,
        /// Whether it is.
        backed_up: bool,
    },
    /// A passkey counted backwards: there may be two of it.
    PasskeyCounter {
        /// Which one.
        factor: u16,
    },
    /// A passkey is soon to be registered anew.
    PasskeyDue {
        /// Which one.
        factor: u16,
        /// From when on it is taken no more.
        due: Timestamp,
    },
    /// A recovery code was used.
    RecoveryCodeUsed {
        /// How many there still are.
        left: u8,
    },
    /// There is a new set of recovery codes, and the old one ended.
    RecoveryCodesMade,
    /// A device that is to be remembered verified for the first time.
    NewDevice,
    /// A session was closed.
    SessionClosed,
    /// All sessions were closed.
    SessionsClosed,
    /// An administrator ended the locks.
    Unlocked,
    /// An administrator removed everything.
    Reset,
}

/// Who has to be told.
///
/// ```
/// use edge_mfa::engine::{EventKind, Notify};
/// assert_eq!(EventKind::EnrolmentStarted.notify(), Notify::Nobody);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub enum Notify {
    /// It is for the log only.
    Nobody,
    /// The owner of the account.
    User,
    /// The administrator.
    Administrator,
    /// Both.
    Both,
}

impl EventKind {
    /// Who has to be told of it.
    ///
    /// ```
    /// use edge_mfa::engine::{EventKind, Notify};
    /// assert_eq!(EventKind::NewDevice.notify(), Notify::User);
    /// ```
    #[must_use]
    pub const fn notify(&self) -> Notify {
        match self {
            Self::FactorAdded { .. }
            | Self::FactorRemoved { .. }
            | Self::RecoveryCodesMade
            | Self::NewDevice
            | Self::Locked { .. }
            | Self::PasskeyBackup { .. }
            | Self::PasskeyDue { .. }
            | Self::Unlocked => Notify::User,
            Self::RecoveryCodeUsed { .. } | Self::PasskeyCounter { .. } | Self::Disabled | Self::Reset => Notify::Both,
            _ => Notify::Nobody,
        }
    }
}

impl Event {
    /// As JSON, which is how events are sealed and told.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, engine::{Context, Command, Enrol, Policy, Record, step}};
    /// # let context = Context::new("alice", Timestamp::from_secs(1_800_000_000)?, [7; 32]);
    /// # let step = step(Record::default(), Command::Enrol(Enrol::default()), &context, &Policy::default())?;
    /// assert!(step.events[0].to_json().contains(r#""type":"enrolmentStarted""#));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        json::write(self)
    }
}

impl Write for Event {
    fn write(&self, to: &mut String) {
        to.push('{');
        json::members(to, "id number at subject", &[&self.id, &self.number, &self.at, &self.subject]);
        self.kind.write(to);
        json::members(to, "notify origin", &[&self.notify, &self.origin]);
        to.push('}');
    }
}

impl EventKind {
    /// What it is called, and what there is to say of it.
    fn write(&self, to: &mut String) {
        let mut say = |kind: &str, names: &str, values: &[&dyn Write]| {
            json::members(to, "type", &[&kind]);
            json::members(to, names, values);
        };
        match self {
            Self::EnrolmentStarted => say("enrolmentStarted", "", &[]),
            Self::EnrolmentCancelled => say("enrolmentCancelled", "", &[]),
            Self::EnrolmentProgress { step, reason, milliseconds } => {
                say("enrolmentProgress", "step reason milliseconds", &[step, reason, milliseconds]);
            }
            Self::FactorAdded { factor } => say("factorAdded", "factor", &[factor]),
            Self::FactorRenamed { factor } => say("factorRenamed", "factor", &[factor]),
            Self::FactorRemoved { factor } => say("factorRemoved", "factor", &[factor]),
            Self::Verified { factor } => say("verified", "factor", &[factor]),
            Self::Resynchronised { factor } => say("resynchronised", "factor", &[factor]),
            Self::Failed { row } => say("failed", "row", &[row]),
            Self::Replayed { factor } => say("replayed", "factor", &[factor]),
            Self::Locked { until } => say("locked", "until", &[until]),
            Self::Disabled => say("disabled", "", &[]),
            Self::PasskeyRefused { check } => say("passkeyRefused", "check", &[check]),
            Self::PasskeyBackup { factor, backed_up } => say("passkeyBackup", "factor backed_up", &[factor, backed_up]),
            Self::PasskeyCounter { factor } => say("passkeyCounter", "factor", &[factor]),
            Self::PasskeyDue { factor, due } => say("passkeyDue", "factor due", &[factor, due]),
            Self::RecoveryCodeUsed { left } => say("recoveryCodeUsed", "left", &[left]),
            Self::RecoveryCodesMade => say("recoveryCodesMade", "", &[]),
            Self::NewDevice => say("newDevice", "", &[]),
            Self::SessionClosed => say("sessionClosed", "", &[]),
            Self::SessionsClosed => say("sessionsClosed", "", &[]),
            Self::Unlocked => say("unlocked", "", &[]),
            Self::Reset => say("reset", "", &[]),
        }
    }
}

named!(Notify, Camel: Nobody, User, Administrator, Both);

/// A ULID: 48 bits of time, 26 symbols. Of the 80 random bits the first 32 are the number of the event, so that those of one
/// millisecond are in order, too.
pub(super) fn ulid(at: Timestamp, number: u64, random: [u8; 6]) -> String {
    // Two zero bits stand in front of the 48, so that ten symbols of five bits hold them.
    let mut text = String::with_capacity(32);
    READABLE.encode(&mut text, &(at.as_millis() << 16 >> 2).to_be_bytes());
    text.truncate(10);
    let [_, _, _, _, number @ ..] = number.to_be_bytes();
    READABLE.encode(&mut text, &[&number[..], &random[..]].concat());
    text
}
