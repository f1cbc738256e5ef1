//! Spending a code.

use super::one_time_code::Checked;
use super::{recover, session};
use crate::engine::record::Kind;
use crate::engine::step::{Stop, Turn};
use crate::engine::{Denial, EventKind};
use crate::factor::recovery;

/// A code of a factor, or a recovery code; or two codes in a row. Every factor is asked, or one. What none of them takes is
/// one failure, however many there are.
pub(crate) fn verify(turn: &mut Turn<'_>, code: &str, next: Option<&str>, only: Option<u16>) -> Result<(), Stop> {
    if only.is_none() && next.is_none() && recovery::is_shaped(code) {
        let nobody = turn.record.factors.is_empty();
        return recover::verify(turn, code).map_err(|stop| if nobody { not_enrolled(stop) } else { stop });
    }
    if only.is_some_and(|id| turn.record.factor(id).is_none_or(|factor| !factor.kind.is_typed())) {
        return Err(Denial::Unknown.into());
    }
    turn.may_try()?;
    let (now, policy) = (turn.now(), turn.policy);
    let window = policy.window(0);
    let diagnose = |kind: &Kind| if next.is_none() { kind.diagnose(code, now, window) } else { Ok(None) };
    if !turn.record.factors.iter().any(|factor| factor.kind.is_typed()) {
        let mut nobodys = Kind::nobodys(turn.policy)?;
        let checked = nobodys.check(code, next, now, window, policy)?;
        diagnose(&nobodys)?;
        return Err(match checked {
            Checked::NoCode => Denial::Malformed.into(),
            _ => not_enrolled(turn.fail(false).into()),
        });
    }
    let (mut right, mut replayed, mut wrong, mut diagnosis) = (None, None, false, None);
    for factor in turn.record.factors.iter_mut().filter(|factor| only.is_none_or(|id| id == factor.id)) {
        match factor.kind.check(code, next, now, window, policy)? {
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
            turn.happened(match next {
                None => EventKind::Verified { factor },
                Some(_) => EventKind::Resynchronised { factor },
            });
            turn.pardon();
            session::open_by_code(turn, Some(factor), drift)
        }
        (None, Some((factor, first))) => {
            if first {
                turn.happened(EventKind::Replayed { factor: Some(factor) });
            }
            Err(Denial::Replayed.into())
        }
        (None, None) if wrong => {
            turn.denied.diagnosis = diagnosis;
            Err(turn.fail(false).into())
        }
        (None, None) => Err(Denial::Malformed.into()),
    }
}

/// The same as a wrong code but for the reason: it costs the same work, counts and locks, so that nobody learns from outside
/// who has a factor.
fn not_enrolled(stop: Stop) -> Stop {
    match stop {
        Stop::Denied(Denial::Mismatch) => Stop::Denied(Denial::NotEnrolled),
        other => other,
    }
}
