//! Renaming and removing factors.

use super::enrol::name;
use crate::engine::step::{Stop, Turn};
use crate::engine::{Denial, EventKind};

pub(crate) fn rename(turn: &mut Turn<'_>, factor: u16, text: &str) -> Result<(), Stop> {
    let name = name(text)?;
    turn.verified_lately()?;
    turn.record.factor(factor).ok_or(Denial::Unknown)?.name = name;
    turn.happened(EventKind::FactorRenamed { factor });
    Ok(())
}

pub(crate) fn remove(turn: &mut Turn<'_>, factor: u16) -> Result<(), Stop> {
    turn.verified_lately()?;
    turn.record.factor(factor).ok_or(Denial::Unknown)?;
    turn.release(Some(factor));
    turn.record.factors.retain(|known| known.id != factor);
    turn.happened(EventKind::FactorRemoved { factor });
    if turn.record.factors.is_empty() {
        turn.record.recovery = None;
        turn.record.close_sessions();
    }
    Ok(())
}
