//! Recovery codes.

use super::session;
use crate::base::{Entropy, Error, Sensitive};
use crate::engine::record::{Recovery, RecoveryCode};
use crate::engine::step::{Stop, Turn};
use crate::engine::{Denial, EventKind, Outcome, RecoveryCodes};
use crate::factor::recovery::PackedKey;
use crate::protect::Throttle;
use alloc::{string::String, vec::Vec};

/// Spends one. It is taken under a lock of the other codes, with a budget of its own, and a failure counts in both: 80 bits
/// cannot be guessed, but nothing is without a bound.
pub(super) fn verify(turn: &mut Turn<'_>, code: &str) -> Result<(), Stop> {
    let now = turn.now();
    if turn.record.recovery_row >= turn.policy.failures_in_row.into() {
        return Err(Denial::Disabled.into());
    }
    turn.unlocked(turn.record.recovering.locked(now, &turn.limits))?;
    let mut nobodys = Recovery::nobodys(turn.policy.recovery_codes, now);
    let is_enrolled = turn.record.recovery.is_some();
    let recovery = turn.record.recovery.as_mut().unwrap_or(&mut nobodys);
    let index = PackedKey::new(&recovery.key).verify(code, recovery.codes.iter().map(|code| &code.hash));
    match index.filter(|_| is_enrolled).and_then(|index| recovery.codes.get_mut(index)) {
        Some(code) if code.used.is_none() => {
            code.used = Some(now);
            let left = recovery.left();
            turn.happened(EventKind::RecoveryCodeUsed { left });
            turn.pardon();
            turn.record.strangers = Throttle::default();
            turn.record.recovering = Throttle::default();
            turn.record.recovery_row = 0;
            session::open_by_code(turn, None, None)
        }
        Some(code) => {
            if !core::mem::replace(&mut code.replayed, true) {
                turn.happened(EventKind::Replayed { factor: None });
            }
            Err(Denial::Replayed.into())
        }
        None => Err(turn.fail(true).into()),
    }
}

/// A new set instead of the old one, whose codes all end with it.
pub(crate) fn regenerate(turn: &mut Turn<'_>) -> Result<(), Stop> {
    if turn.record.factors.is_empty() {
        return Err(Denial::NotEnrolled.into());
    }
    turn.verified_lately()?;
    turn.outcome = Outcome::RecoveryCodes(RecoveryCodes { codes: make(turn)? });
    Ok(())
}

/// Makes a set and answers its codes.
pub(super) fn make(turn: &mut Turn<'_>) -> Result<Sensitive<Vec<String>>, Error> {
    let mut key = [0; 32];
    turn.entropy.fill(&mut key)?;
    let mut recovery = Recovery { key: Sensitive::new(key), codes: Vec::new(), made: turn.now() };
    let mut codes = Vec::with_capacity(10);
    PackedKey::new(&recovery.key).generate(&mut turn.entropy, turn.policy.recovery_codes.into(), |code, hash| {
        codes.push(code);
        recovery.codes.push(RecoveryCode { hash, used: None, replayed: false });
    })?;
    turn.record.recovery = Some(recovery);
    turn.record.recovery_row = 0;
    turn.happened(EventKind::RecoveryCodesMade);
    Ok(Sensitive::new(codes))
}
