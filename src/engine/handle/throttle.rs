//! Counting, for all commands that take a code.

use crate::base::{Sensitive, Timestamp};
use crate::engine::step::Turn;
use crate::engine::{Denial, Denied, EventKind, Outcome};
use crate::protect::{Throttle, thumbprint};

impl Turn<'_> {
    /// Why no code is even looked at now: a lock, or too many failures in a row.
    pub(super) fn refused(&self) -> Option<Outcome> {
        if self.record.row >= u16::from(self.policy.failures_in_row) {
            return Some(Outcome::Denied(Denied::of(Denial::Disabled)));
        }
        let limits = self.policy.limits();
        let (lane, address) = if self.is_familiar() {
            (&self.record.familiar, None)
        } else {
            // Who is behind the same address as an attacker still gets in on a device of their own.
            (&self.record.strangers, self.context.address_locked.filter(|until| *until > self.now()))
        };
        lane.locked(self.now(), &limits).max(address).map(locked)
    }

    /// Counts a wrong code.
    pub(super) fn fail(&mut self) -> Denied {
        self.record.row = self.record.row.saturating_add(1);
        self.happened(EventKind::Failed { row: self.record.row });
        if self.record.row == u16::from(self.policy.failures_in_row) {
            self.happened(EventKind::Disabled);
        }
        let (until, left) = self.charge();
        let left = self.before_the_cap(self.record.row).min(left);
        Denied { retry_at: until, attempts_left: Some(left), ..Denied::of(Denial::Mismatch) }
    }

    /// Takes one attempt from the budget that all codes share. Answers the end of the lock that this caused, and how many
    /// attempts are left.
    pub(super) fn charge(&mut self) -> (Option<Timestamp>, u8) {
        let (now, limits) = (self.now(), self.policy.limits());
        self.counted = true;
        let lane = self.lane();
        let until = lane.fail(now, &limits);
        let left = if until.is_some() { 0 } else { lane.left(now, &limits) };
        if let Some(until) = until {
            self.happened(EventKind::Locked { until });
        }
        (until, left)
    }

    /// How many more wrong codes disable after so many in a row.
    pub(super) fn before_the_cap(&self, row: u16) -> u8 {
        self.policy.failures_in_row.saturating_sub(u8::try_from(row).unwrap_or(u8::MAX))
    }

    /// Forgets what was counted against this lane.
    pub(super) fn pardon(&mut self) {
        *self.lane() = Throttle::default();
        self.record.row = 0;
    }

    fn lane(&mut self) -> &mut Throttle {
        if self.is_familiar() { &mut self.record.familiar } else { &mut self.record.strangers }
    }

    /// Whether the device verified before and was remembered.
    pub(super) fn is_familiar(&self) -> bool {
        let Some(token) = &self.context.device else { return false };
        let id = device_id(token);
        let lifetime = self.policy.device_lifetime;
        self.record.devices.iter().any(|device| device.has(&id) && !device.last.is_older_than(lifetime, self.now()))
    }
}

pub(super) fn locked(until: Timestamp) -> Outcome {
    Outcome::Denied(Denied { retry_at: Some(until), ..Denied::of(Denial::Locked) })
}

/// What is kept of a device's token.
pub(super) fn device_id(token: &Sensitive<alloc::string::String>) -> [u8; 16] {
    thumbprint(token).first_chunk().copied().unwrap_or_default()
}
