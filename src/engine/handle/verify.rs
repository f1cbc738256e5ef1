//! Spending a code.

use super::one_time_code::Checked;
use super::{recover, session};
use crate::base::Error;
use crate::engine::record::Kind;
use crate::engine::step::{Turn, denied};
use crate::engine::{Denial, Denied, EventKind, Outcome};
use crate::factor::{Diagnosis, recovery};

/// A code of a factor, or a recovery code.
pub(crate) fn verify(turn: &mut Turn<'_>, code: &str, only: Option<u16>) -> Result<Outcome, Error> {
    if only.is_none() && recovery::is_shaped(code) {
        let nobody = turn.record.factors.is_empty();
        return recover::verify(turn, code).map(|outcome| if nobody { not_enrolled(outcome) } else { outcome });
    }
    let (now, policy) = (turn.now(), turn.policy);
    let window = policy.window(0);
    let diagnose = |kind: &Kind| kind.diagnose(code, now, window);
    each(turn, only, |kind| kind.check(code, now, window, policy), diagnose, |factor| EventKind::Verified { factor })
}

/// Two codes in a row.
pub(crate) fn resync(turn: &mut Turn<'_>, codes: [&str; 2], only: Option<u16>) -> Result<Outcome, Error> {
    let (now, policy) = (turn.now(), turn.policy);
    each(
        turn,
        only,
        |kind| kind.resync(codes, now, policy),
        |_| Ok(None),
        |factor| EventKind::Resynchronised { factor },
    )
}

/// Asks every factor, or one. What none of them takes is one failure, however many there are.
fn each(
    turn: &mut Turn<'_>,
    only: Option<u16>,
    mut check: impl FnMut(&mut Kind) -> Result<Checked, Error>,
    diagnose: impl Fn(&Kind) -> Result<Option<Diagnosis>, Error>,
    event: impl FnOnce(u16) -> EventKind,
) -> Result<Outcome, Error> {
    if only.is_some_and(|id| turn.record.factor(id).is_none_or(|factor| !factor.kind.is_typed())) {
        return Ok(denied(Denial::Unknown));
    }
    if let Some(refused) = turn.refused() {
        return Ok(refused);
    }
    if !turn.record.factors.iter().any(|factor| factor.kind.is_typed()) {
        let mut nobodys = Kind::nobodys(turn.policy)?;
        let checked = check(&mut nobodys)?;
        diagnose(&nobodys)?;
        return Ok(match checked {
            Checked::NoCode => denied(Denial::Malformed),
            _ => not_enrolled(Outcome::Denied(turn.fail())),
        });
    }
    let (mut right, mut replayed, mut wrong, mut diagnosis) = (None, None, false, None);
    let now = turn.now();
    for factor in turn.record.factors.iter_mut().filter(|factor| only.is_none_or(|id| id == factor.id)) {
        match check(&mut factor.kind)? {
            Checked::Right { drift } => {
                factor.used = Some(now);
                right = right.or(Some((factor.id, drift)));
            }
            Checked::Replayed { first } => replayed = Some((factor.id, first)),
            Checked::Wrong => {
                wrong = true;
                diagnosis = diagnosis.or(diagnose(&factor.kind)?);
            }
            Checked::NoCode => {}
        }
    }
    match (right, replayed) {
        (Some((factor, drift)), _) => {
            turn.happened(event(factor));
            turn.pardon();
            session::open(turn, Some(factor), drift).map(Outcome::Verified)
        }
        (None, Some((factor, first))) => {
            if first {
                turn.happened(EventKind::Replayed { factor: Some(factor) });
            }
            Ok(denied(Denial::Replayed))
        }
        (None, None) if wrong => Ok(Outcome::Denied(Denied { diagnosis, ..turn.fail() })),
        (None, None) => Ok(denied(Denial::Malformed)),
    }
}

/// The same as a wrong code but for the reason: it costs the same work, counts and locks, so that nobody learns from outside
/// who has a factor.
fn not_enrolled(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Denied(denied) if denied.reason == Denial::Mismatch => {
            Outcome::Denied(Denied { reason: Denial::NotEnrolled, ..denied })
        }
        other => other,
    }
}
