//! One decision.

use super::event::ulid;
use super::handle::{admin, enrol, factors, guard, passkey, recover, session, verify};
use super::{Command, Context, Denial, Denied, Event, EventKind, Outcome, Policy, Record, Target};
use crate::base::{Entropy, Error, Sensitive, Timestamp};
use crate::protect::{Limits, Seeded};
use alloc::string::String;
use alloc::vec::Vec;

/// Decides one command: a pure function of its arguments.
///
/// A wrong code is an outcome; it changes the record, too, and that change must be stored before the answer leaves.
///
/// # Errors
/// An [`Error`] is misuse: a name or a secret that cannot be, an imported secret that is none. Nothing has happened then.
///
/// ```
/// use edge_mfa::engine::{Command, Context, Enrol, Outcome, Policy, Record, step};
/// use edge_mfa::{Secret, Timestamp, Totp};
///
/// let policy = Policy::default();
/// let at = |seconds, seed| Ok::<_, edge_mfa::Error>(Context::new("alice", Timestamp::from_secs(seconds)?, [seed; 32]));
/// let begun = step(Record::default(), Command::Enrol(Enrol::default()), &at(1_800_000_000, 1)?, &policy)?;
/// let Outcome::Enrolling(enrolling) = begun.outcome else { panic!("the first factor needs no verification") };
///
/// let phone = Totp::new(Secret::parse(&enrolling.secret)?);
/// let confirm = Command::Confirm { code: phone.generate(Timestamp::from_secs(1_800_000_010)?).as_str().into() };
/// let confirmed = step(begun.record.unwrap_or_default(), confirm, &at(1_800_000_010, 2)?, &policy)?;
/// assert!(matches!(confirmed.outcome, Outcome::Verified(_)));
/// # Ok::<(), edge_mfa::Error>(())
/// ```
pub fn step(record: Record, command: Command, context: &Context, policy: &Policy) -> Result<Step, Error> {
    let before = record.clone();
    let mut turn = Turn::new(record, context, policy);
    let events = turn.decide(&command)?;
    let Turn { record, outcome, counted, claims, .. } = turn;
    Ok(Step { record: (record != before).then_some(record), outcome, events, counted, claims })
}

/// What a command comes to.
///
/// ```
/// # use edge_mfa::{Timestamp, engine::{Command, Context, Policy, Record, step}};
/// let context = Context::new("alice", Timestamp::from_secs(1_800_000_000)?, [7; 32]);
/// let step = step(Record::default(), Command::Inspect, &context, &Policy::default())?;
/// assert!(step.record.is_none() && step.events.is_empty()); // nothing to store
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "what is not stored has not happened"]
pub struct Step {
    /// The record to store; none if it is the same as before.
    pub record: Option<Record>,
    /// The answer, for after that.
    pub outcome: Outcome,
    /// To be stored with the record. There are none without a record.
    pub events: Vec<Event>,
    /// Whether a failure was counted: count it for the address, too.
    pub counted: bool,
    /// Credential ids that became the account's, or no longer are.
    pub claims: Vec<Claim>,
}

/// A credential id (as base64url) is one account's only (Web Authentication, section 7.1). Who keeps the records keeps that, too, under
/// [`credential_key`](super::credential_key).
///
/// ```
/// use edge_mfa::engine::Claim;
/// fn is_kept(claim: &Claim) -> bool {
///     matches!(claim, Claim::Take(_))
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Note the account under the key of this id before the record is stored; where somebody was faster, nothing is.
    Take(String),
    /// Remove the note after that.
    Release(String),
}

/// A decision on its way. Who has the bytes of before to compare takes what it is to store from here: what clones and
/// compares the fields of a record is a kilobyte of the full wasm.
pub(crate) struct Turn<'a> {
    pub(crate) record: Record,
    pub(super) context: &'a Context,
    pub(super) policy: &'a Policy,
    /// Those of the policy.
    pub(super) limits: Limits,
    pub(super) entropy: Seeded,
    /// What it comes to, unless it is denied.
    pub(crate) outcome: Outcome,
    /// New recovery codes, which the verification is to tell.
    pub(super) codes: Option<Sensitive<Vec<String>>>,
    /// What is to be said of a denial beside its reason.
    pub(super) denied: Denied,
    happened: Vec<EventKind>,
    /// Whether a failure was counted.
    pub(crate) counted: bool,
    pub(crate) claims: Vec<Claim>,
}

/// Why a command goes no further.
pub(super) enum Stop {
    /// What has happened until then is kept.
    Denied(Denial),
    /// Nothing has happened.
    Misuse(Error),
}

impl From<Denial> for Stop {
    fn from(reason: Denial) -> Self {
        Self::Denied(reason)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Misuse(error)
    }
}

impl<'a> Turn<'a> {
    pub(crate) fn new(record: Record, context: &'a Context, policy: &'a Policy) -> Self {
        Self {
            record,
            context,
            policy,
            limits: policy.limits(),
            entropy: Seeded::new(*context.seed),
            outcome: Outcome::Done,
            codes: None,
            denied: Denied::of(Denial::Mismatch),
            happened: Vec::new(),
            counted: false,
            claims: Vec::new(),
        }
    }

    /// Decides; what has happened.
    pub(crate) fn decide(&mut self, command: &Command) -> Result<Vec<Event>, Error> {
        match self.take(command) {
            Ok(()) => {}
            Err(Stop::Denied(reason)) => {
                self.denied.reason = reason;
                self.outcome = Outcome::Denied(self.denied.clone());
            }
            Err(Stop::Misuse(error)) => return Err(error),
        }
        self.end()
    }

    /// A proof may be for one target only.
    fn take(&mut self, command: &Command) -> Result<(), Stop> {
        let grant = match command {
            Command::Verify { grant, .. } | Command::Authenticate { grant, .. } => grant.as_ref(),
            _ => None,
        };
        let target = Target::digest(grant)?;
        match command {
            Command::Enrol(enrol) => enrol::begin(self, enrol)?,
            Command::Confirm { code } => enrol::confirm(self, code)?,
            Command::Progress(progress) => enrol::progress(self, progress)?,
            Command::Cancel => enrol::cancel(self)?,
            Command::Verify { code, factor, .. } => verify::verify(self, code, None, *factor)?,
            Command::Guard { code, demand } => guard::guard(self, code.as_ref().map(|code| code.as_str()), demand)?,
            Command::Resync { first, second, factor } => verify::verify(self, first, Some(second), *factor)?,
            Command::RegistrationOptions(new) => passkey::registration_options(self, new)?,
            Command::Register { response, name } => passkey::register(self, response, name.as_deref())?,
            Command::AuthenticationOptions => passkey::authentication_options(self)?,
            Command::Authenticate { response, .. } => passkey::authenticate(self, response)?,
            Command::SignIn { response } => passkey::sign_in(self, response)?,
            Command::RegenerateRecoveryCodes => recover::regenerate(self)?,
            Command::RenameFactor { factor, name } => factors::rename(self, *factor, name)?,
            Command::RemoveFactor { factor } => factors::remove(self, *factor)?,
            Command::Inspect => admin::inspect(self),
            Command::CheckSession => guard::check(self)?,
            Command::CloseSession { id } => session::close(self, id.as_deref())?,
            Command::CloseSessions => session::close_all(self),
            Command::Unlock => admin::unlock(self),
            Command::Reset => admin::reset(self),
        }
        self.grant(target);
        Ok(())
    }

    pub(super) const fn now(&self) -> Timestamp {
        self.context.now
    }

    #[inline(never)]
    pub(super) fn happened(&mut self, kind: EventKind) {
        self.happened.push(kind);
    }

    fn end(&mut self) -> Result<Vec<Event>, Error> {
        let mut events = Vec::with_capacity(self.happened.len());
        for kind in core::mem::take(&mut self.happened) {
            let mut random = [0; 6];
            self.entropy.fill(&mut random)?;
            self.record.events += 1;
            events.push(Event {
                id: ulid(self.now(), self.record.events, random),
                number: self.record.events,
                at: self.now(),
                subject: self.context.subject.clone(),
                notify: kind.notify(),
                kind,
                origin: self.context.origin.clone(),
            });
        }
        Ok(events)
    }
}
