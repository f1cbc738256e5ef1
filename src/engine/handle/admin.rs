//! Looking at an account, unlocking it, and starting it anew.

use crate::engine::record::{Kind, Record};
use crate::engine::step::Turn;
use crate::engine::{Account, DeviceState, EventKind, FactorState, Outcome, SessionState};
use crate::protect::Throttle;
use crate::protect::session_token::SessionId;
use alloc::string::ToString;

pub(crate) fn inspect(turn: &Turn<'_>) -> Outcome {
    let Record { factors, pending, recovery, sessions, devices, .. } = &turn.record;
    let now = turn.now();
    let current = turn.session().map(|claims| *claims.id.as_bytes()).ok();
    Outcome::Account(Account {
        ok: true,
        factors: factors
            .iter()
            .map(|factor| FactorState {
                id: factor.id,
                kind: factor.kind.kind(),
                name: factor.name.clone(),
                confirmed_at: factor.confirmed,
                used_at: factor.used,
                weak: factor.kind.is_weak(),
                drift: match &factor.kind {
                    Kind::Totp(totp) => Some(totp.drift),
                    _ => None,
                },
                passkey: match &factor.kind {
                    Kind::Passkey(passkey) => passkey.state(factor.confirmed, turn.policy).ok(),
                    _ => None,
                },
            })
            .collect(),
        pending_until: pending.as_ref().map(|pending| pending.expires).filter(|expires| *expires > now),
        user_handle: turn.record.user_handle_text(),
        recovery_codes_left: recovery.as_ref().map_or(0, crate::engine::record::Recovery::left),
        locked_until: turn.record.strangers.locked(now, &turn.policy.limits()),
        disabled: turn.record.row >= u16::from(turn.policy.failures_in_row),
        failures_in_row: turn.record.row,
        sessions: sessions
            .iter()
            .filter(|session| session.expires > now)
            .map(|session| SessionState {
                id: SessionId::from_bytes(session.id).to_string(),
                name: session.name.clone(),
                opened_at: session.opened,
                expires_at: session.expires,
                current: current == Some(session.id),
            })
            .collect(),
        devices: devices
            .iter()
            .map(|device| DeviceState { name: device.name.clone(), first_at: device.first, last_at: device.last })
            .collect(),
    })
}

pub(crate) fn unlock(turn: &mut Turn<'_>) -> Outcome {
    turn.record.strangers = Throttle::default();
    turn.record.familiar = Throttle::default();
    turn.record.recovering = Throttle::default();
    turn.record.row = 0;
    turn.record.recovery_row = 0;
    turn.happened(EventKind::Unlocked);
    Outcome::Done
}

/// What was counted, and numbers that must not come again, outlive a reset.
pub(crate) fn reset(turn: &mut Turn<'_>) -> Outcome {
    turn.release(None);
    let Record { epoch, next_factor, events, .. } = turn.record;
    turn.record = Record { epoch: epoch.wrapping_add(1), next_factor, events, ..Record::default() };
    turn.happened(EventKind::Reset);
    Outcome::Done
}
