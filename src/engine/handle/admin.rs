//! Looking at an account, unlocking it, and starting it anew.

use crate::engine::record::{Device, Kind, Record, Recovery};
use crate::engine::step::Turn;
use crate::engine::{Account, DeviceState, EventKind, FactorState, Outcome, SessionState};
use crate::protect::Throttle;
use crate::protect::session_token::SessionId;
use alloc::vec::Vec;

pub(crate) fn inspect(turn: &mut Turn<'_>) {
    let Record { factors, pending, recovery, sessions, devices, .. } = &turn.record;
    let now = turn.now();
    let current = turn.session().ok().map(|claims| &claims.id);
    let mut account = Account {
        ok: true,
        factors: Vec::new(),
        pending_until: pending.as_ref().map(|pending| pending.expires).filter(|expires| *expires > now),
        user_handle: turn.record.user_handle_text(),
        recovery_codes_left: recovery.as_ref().map_or(0, Recovery::left),
        locked_until: turn.record.strangers.locked(now, &turn.limits),
        disabled: turn.record.row >= turn.policy.failures_in_row.into(),
        failures_in_row: turn.record.row,
        sessions: Vec::new(),
        devices: Vec::new(),
    };
    for factor in factors {
        account.factors.push(FactorState {
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
                Kind::Passkey(passkey) => passkey.state(factor.confirmed, turn.policy),
                _ => None,
            },
        });
    }
    for session in sessions.iter().filter(|session| session.expires > now) {
        let id = SessionId::from_bytes(session.id);
        account.sessions.push(SessionState {
            id: id.text(),
            name: session.name.clone(),
            opened_at: session.opened,
            expires_at: session.expires,
            current: current == Some(&id),
        });
    }
    for Device { name, first, last, .. } in devices {
        account.devices.push(DeviceState { name: name.clone(), first_at: *first, last_at: *last });
    }
    turn.outcome = Outcome::Account(account);
}

pub(crate) fn unlock(turn: &mut Turn<'_>) {
    turn.record.strangers = Throttle::default();
    turn.record.familiar = Throttle::default();
    turn.record.recovering = Throttle::default();
    turn.record.row = 0;
    turn.record.recovery_row = 0;
    turn.happened(EventKind::Unlocked);
}

/// What was counted, and numbers that must not come again, outlive a reset.
pub(crate) fn reset(turn: &mut Turn<'_>) {
    turn.release(None);
    let Record { epoch, next_factor, events, .. } = turn.record;
    turn.record = Record { epoch: epoch.wrapping_add(1), next_factor, events, ..Record::default() };
    turn.happened(EventKind::Reset);
}
