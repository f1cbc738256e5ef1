//! Counting, for all commands that take a code.

use crate::base::Timestamp;
use crate::engine::record::{Device, Record};
use crate::engine::step::Turn;
use crate::engine::{Denial, EventKind};
use crate::protect::{Limits, Throttle, thumbprint};

impl Turn<'_> {
    /// Whether a code is looked at now: not under a lock, nor after too many failures in a row.
    pub(super) fn may_try(&mut self) -> Result<(), Denial> {
        if self.record.row >= u16::from(self.policy.failures_in_row) {
            return Err(Denial::Disabled);
        }
        let (now, is_familiar) = (self.now(), self.is_familiar());
        // Who is behind the same address as an attacker still gets in on a device of their own.
        let address = self.context.address_locked.filter(|until| !is_familiar && *until > now);
        let until = self.record.lane(is_familiar).locked(now, &self.limits).max(address);
        self.unlocked(until)
    }

    /// Whether there is no lock that lasts until then.
    pub(super) fn unlocked(&mut self, until: Option<Timestamp>) -> Result<(), Denial> {
        self.denied.retry_at = until;
        if until.is_some() { Err(Denial::Locked) } else { Ok(()) }
    }

    /// Counts a wrong code in the budget that all codes share; a recovery code in its own, too.
    pub(super) fn fail(&mut self, is_recovery: bool) -> Denial {
        let (now, cap) = (self.now(), self.policy.failures_in_row);
        let row = if is_recovery { &mut self.record.recovery_row } else { &mut self.record.row };
        *row = row.saturating_add(1);
        let row = *row;
        self.happened(EventKind::Failed { row });
        if row == u16::from(cap) {
            self.happened(EventKind::Disabled);
        }
        self.counted = true;
        let is_familiar = self.is_familiar();
        let shared = count(&self.limits, self.record.lane(is_familiar), now);
        let (until, left) = if is_recovery { count(&self.limits, &mut self.record.recovering, now) } else { shared };
        // The lock of all codes is told of where there are two; that of recovery codes may come alone, under a lock of the others.
        if let Some(until) = shared.0.or(until) {
            self.happened(EventKind::Locked { until });
        }
        self.denied.retry_at = until;
        self.denied.attempts_left = Some(left.min(cap.saturating_sub(u8::try_from(row).unwrap_or(u8::MAX))));
        Denial::Mismatch
    }

    /// Forgets what was counted against this lane.
    pub(super) fn pardon(&mut self) {
        let is_familiar = self.is_familiar();
        *self.record.lane(is_familiar) = Throttle::default();
        self.record.row = 0;
    }

    /// Whether the device verified before and was remembered.
    fn is_familiar(&self) -> bool {
        self.familiar_device().is_some()
    }

    /// Where it is, if it was.
    pub(super) fn familiar_device(&self) -> Option<usize> {
        let id = half_thumbprint(self.context.device.as_ref()?);
        let lifetime = self.policy.device_lifetime;
        let is_known = |device: &Device| device.has(&id) && !device.last.is_older_than(lifetime, self.now());
        self.record.devices.iter().position(is_known)
    }
}

impl Record {
    /// Where failures are counted, of devices that are known or of all others.
    const fn lane(&mut self, is_familiar: bool) -> &mut Throttle {
        if is_familiar { &mut self.familiar } else { &mut self.strangers }
    }
}

/// The end of the lock that a failure causes, and how many attempts are left.
fn count(limits: &Limits, throttle: &mut Throttle, now: Timestamp) -> (Option<Timestamp>, u8) {
    let until = throttle.fail(now, limits);
    (until, if until.is_some() { 0 } else { throttle.left(now, limits) })
}

/// What is kept of a device's token, and of what a session may do once.
pub(super) fn half_thumbprint(text: &str) -> [u8; 16] {
    thumbprint(text).first_chunk().copied().unwrap_or_default()
}
