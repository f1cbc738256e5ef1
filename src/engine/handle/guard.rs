//! The guard: whether what came along is enough for what is about to be done.

use super::enrol::is_line;
use super::session::{Presented, came_along, methods, presented, renew};
use super::throttle::half_thumbprint;
use super::verify::verify as spend;
use crate::base::{Error, Timestamp};
use crate::engine::record::{Grant, Record};
use crate::engine::step::{Stop, Turn};
use crate::engine::{Context, Demand, Denial, Denied, GoodSession, Outcome, Policy, Target};
use crate::factor::recovery;
use crate::protect::session_token::{Claims, SessionId};
use alloc::string::String;
use alloc::vec::Vec;

/// A session that meets the demand, else a code: it is fresh, and what it is spent on is what is about to be done.
pub(crate) fn guard(turn: &mut Turn<'_>, code: Option<&str>, demand: &Demand) -> Result<(), Stop> {
    let target = Target::digest(demand.target.as_ref())?;
    if demand.if_enrolled && turn.record.factors.is_empty() {
        return Ok(());
    }
    let lacking = match turn.session() {
        Ok(claims) if demand.is_met(claims, turn.now()) => {
            if !demand.is_once() || target.is_some_and(|target| turn.redeem(&claims.id, target)) {
                turn.outcome = good(claims, turn.now(), turn.policy);
                return Ok(());
            }
            Denial::VerificationRequired
        }
        Ok(_) => Denial::VerificationRequired,
        Err(_) if turn.context.session.is_none() => Denial::VerificationRequired,
        Err(reason) => reason,
    };
    match code {
        None => Err(lacking.into()),
        // It would be spent for nothing.
        Some(code) if !demand.takes(code) => Err(Denial::VerificationRequired.into()),
        Some(code) => spend(turn, code, None, None),
    }
}

pub(crate) fn check(turn: &mut Turn<'_>) -> Result<(), Stop> {
    turn.outcome = good(turn.session()?, turn.now(), turn.policy);
    Ok(())
}

/// By the token alone: a session that was closed is good until it expires.
///
/// ```
/// use edge_mfa::{Timestamp, engine::{Context, Denial, Outcome, Policy, check_offline}};
/// let context = Context::new("alice", Timestamp::from_secs(1_800_000_000)?, [7; 32]);
/// let Outcome::Denied(denied) = check_offline(&context, &Policy::default()) else { panic!("no session came along") };
/// assert_eq!(denied.reason, Denial::NoSession);
/// # Ok::<(), edge_mfa::Error>(())
/// ```
pub fn check_offline(context: &Context, policy: &Policy) -> Outcome {
    match presented(came_along(context), &context.subject) {
        Ok(claims) => good(claims, context.now, policy),
        Err(reason) => Outcome::Denied(Denied::of(reason)),
    }
}

/// The guard by the token alone; none where the record has to be read.
///
/// ```
/// use edge_mfa::{Timestamp, engine::{Context, Demand, Policy, guard_offline}};
/// let context = Context::new("alice", Timestamp::from_secs(1_800_000_000)?, [7; 32]);
/// assert_eq!(guard_offline(&context, &Demand::default(), &Policy::default()), None); // no session came along
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[must_use]
pub fn guard_offline(context: &Context, demand: &Demand, policy: &Policy) -> Option<Outcome> {
    let claims = by_token(came_along(context), &context.subject, context.now, Some(demand))?.ok()?;
    Some(good(claims, context.now, policy))
}

/// Both, for every request: nothing is copied.
pub(crate) fn by_token<'a>(
    session: Presented<'a>,
    subject: &str,
    now: Timestamp,
    demand: Option<&Demand>,
) -> Option<Result<&'a Claims, Denial>> {
    let presented = presented(session, subject);
    let Some(demand) = demand else { return Some(presented) };
    let is_enough = |claims: &&Claims| demand.is_met(claims, now) && !demand.is_once();
    presented.ok().filter(is_enough).map(Ok)
}

fn good(claims: &Claims, now: Timestamp, policy: &Policy) -> Outcome {
    Outcome::Session(GoodSession { claims: claims.clone(), renewed: renew(claims, now, policy.session_idle) })
}

impl Demand {
    /// Whether the session is fresh enough, and was proved in a way that will do.
    fn is_met(&self, claims: &Claims, now: Timestamp) -> bool {
        let is_fresh = self.max_age.is_none_or(|most| !claims.authenticated.is_older_than(most, now));
        is_fresh && (self.methods.is_empty() || claims.methods.iter().any(|method| self.methods.contains(method)))
    }

    /// Whether a code of this shape would meet it.
    fn takes(&self, code: &str) -> bool {
        let proved = methods(!recovery::is_shaped(code));
        self.methods.is_empty() || proved.iter().any(|method| self.methods.contains(method))
    }

    fn is_once(&self) -> bool {
        let bound = self.target.as_ref().is_some_and(|target| target.resource.is_some() || target.amount.is_some());
        self.once || bound
    }
}

impl Target {
    /// What is kept of one, if there is one. A line for each part, so that none can pass for two.
    pub(crate) fn digest(target: Option<&Self>) -> Result<Option<[u8; 16]>, Error> {
        let Some(Self { action, resource, amount }) = target else { return Ok(None) };
        let mut text = String::new();
        for part in [Some(action), resource.as_ref(), amount.as_ref()] {
            text.push('\n');
            let Some(part) = part else { continue };
            if !is_line(part, PART_LONGEST, char::is_control) {
                return Err(Error::DemandInvalid);
            }
            text.push_str(part);
        }
        Ok(Some(half_thumbprint(&text)))
    }
}

impl Turn<'_> {
    /// Lets a session that was just opened be used once for the target, if there is one.
    pub(crate) fn grant(&mut self, target: Option<[u8; 16]>) {
        let (Outcome::Verified(verified), Some(target)) = (&self.outcome, target) else { return };
        let session = *verified.session.id.as_bytes();
        let expires = self.now().plus_secs(self.policy.freshness);
        let grants = self.grants();
        while grants.len() >= MOST {
            grants.remove(0);
        }
        grants.push(Grant { session, target, expires });
    }

    /// Whether there was such a grant; it is gone now.
    fn redeem(&mut self, session: &SessionId, target: [u8; 16]) -> bool {
        let grants = self.grants();
        let wanted = |grant: &Grant| grant.session == *session.as_bytes() && grant.target == target;
        let found = grants.iter().position(wanted);
        found.map(|at| grants.remove(at)).is_some()
    }

    /// Those that are not over.
    fn grants(&mut self) -> &mut Vec<Grant> {
        let now = self.now();
        self.record.keep_grants(&|grant| grant.expires > now);
        &mut self.record.grants
    }
}

impl Record {
    /// Drops the other grants.
    #[inline(never)]
    pub(super) fn keep_grants(&mut self, which: &dyn Fn(&Grant) -> bool) {
        self.grants.retain(which);
    }
}

/// Characters.
const PART_LONGEST: usize = 256;
/// Grants of an account; one more ends the oldest.
const MOST: usize = 10;
