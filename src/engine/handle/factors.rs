//! Renaming and removing factors.

use super::enrol::name;
use crate::base::Error;
use crate::engine::step::{Turn, denied};
use crate::engine::{Denial, EventKind, Outcome};

pub(crate) fn rename(turn: &mut Turn<'_>, factor: u16, text: &str) -> Result<Outcome, Error> {
    let name = name(text)?;
    if let Some(denied) = turn.verification_required() {
        return Ok(denied);
    }
    let Some(known) = turn.record.factor(factor) else {
        return Ok(denied(Denial::Unknown));
    };
    known.name = name;
    turn.happened(EventKind::FactorRenamed { factor });
    Ok(Outcome::Done)
}

pub(crate) fn remove(turn: &mut Turn<'_>, factor: u16) -> Outcome {
    if let Some(denied) = turn.verification_required() {
        return denied;
    }
    if turn.record.factor(factor).is_none() {
        return denied(Denial::Unknown);
    }
    turn.release(Some(factor));
    turn.record.factors.retain(|known| known.id != factor);
    turn.happened(EventKind::FactorRemoved { factor });
    if turn.record.factors.is_empty() {
        turn.record.recovery = None;
        turn.record.close_sessions();
    }
    Outcome::Done
}
