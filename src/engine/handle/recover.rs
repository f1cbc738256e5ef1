//! Recovery codes.

use super::session;
use super::throttle::locked;
use crate::base::{Entropy, Error, Sensitive};
use crate::engine::record::{Recovery, RecoveryCode};
use crate::engine::step::{Turn, denied};
use crate::engine::{Denial, Denied, EventKind, Outcome, RecoveryCodes};
use crate::factor::Verdict;
use crate::protect::Throttle;
use alloc::{string::String, vec::Vec};

/// Spends one. It is taken under a lock of the other codes, with a budget of its own, and a failure counts in both: 80 bits
/// cannot be guessed, but nothing is without a bound.
pub(super) fn verify(turn: &mut Turn<'_>, code: &str) -> Result<Outcome, Error> {
    let (now, limits, cap) = (turn.now(), turn.policy.limits(), u16::from(turn.policy.failures_in_row));
    if turn.record.recovery_row >= cap {
        return Ok(denied(Denial::Disabled));
    }
    if let Some(until) = turn.record.recovering.locked(now, &limits) {
        return Ok(locked(until));
    }
    let mut nobodys = Recovery::nobodys(turn.policy.recovery_codes, now);
    let is_enrolled = turn.record.recovery.is_some();
    let recovery = turn.record.recovery.as_mut().unwrap_or(&mut nobodys);
    let key = recovery.hash_key()?;
    let verdict = key.verify_packed(code, recovery.codes.iter().map(|code| &code.hash));
    let matched = match verdict {
        Verdict::Accepted(index) if is_enrolled => recovery.codes.get_mut(index),
        _ => None,
    };
    match matched {
        Some(code) if code.used.is_none() => {
            code.used = Some(now);
            let left = recovery.left();
            turn.happened(EventKind::RecoveryCodeUsed { left });
            turn.pardon();
            turn.record.strangers = Throttle::default();
            turn.record.recovering = Throttle::default();
            turn.record.recovery_row = 0;
            session::open(turn, None, None).map(Outcome::Verified)
        }
        Some(code) => {
            if !core::mem::replace(&mut code.replayed, true) {
                turn.happened(EventKind::Replayed { factor: None });
            }
            Ok(denied(Denial::Replayed))
        }
        None => {
            turn.record.recovery_row = turn.record.recovery_row.saturating_add(1);
            let row = turn.record.recovery_row;
            turn.happened(EventKind::Failed { row });
            if row == cap {
                turn.happened(EventKind::Disabled);
            }
            let until = turn.record.recovering.fail(now, &limits);
            let left = if until.is_some() { 0 } else { turn.record.recovering.left(now, &limits) };
            let left = turn.before_the_cap(row).min(left);
            // The lock of all codes is told of where it is counted; this one may come alone, under a lock of the others.
            if let (Some(until), (None, _)) = (until, turn.charge()) {
                turn.happened(EventKind::Locked { until });
            }
            Ok(Outcome::Denied(Denied { retry_at: until, attempts_left: Some(left), ..Denied::of(Denial::Mismatch) }))
        }
    }
}

/// A new set instead of the old one, whose codes all end with it.
pub(crate) fn regenerate(turn: &mut Turn<'_>) -> Result<Outcome, Error> {
    if turn.record.factors.is_empty() {
        return Ok(denied(Denial::NotEnrolled));
    }
    if let Some(denied) = turn.verification_required() {
        return Ok(denied);
    }
    make(turn).map(|codes| Outcome::RecoveryCodes(RecoveryCodes { codes }))
}

/// Makes a set and answers its codes.
pub(super) fn make(turn: &mut Turn<'_>) -> Result<Sensitive<Vec<String>>, Error> {
    let mut key = [0; 32];
    turn.entropy.fill(&mut key)?;
    let mut recovery = Recovery { key: Sensitive::new(key), codes: Vec::new(), made: turn.now() };
    let key = recovery.hash_key()?;
    let (codes, hashes) = key.generate_packed(&mut turn.entropy, turn.policy.recovery_codes.into())?;
    recovery.codes.extend(hashes.into_iter().map(|hash| RecoveryCode { hash, used: None, replayed: false }));
    turn.record.recovery = Some(recovery);
    turn.record.recovery_row = 0;
    turn.happened(EventKind::RecoveryCodesMade);
    Ok(Sensitive::new(codes))
}
