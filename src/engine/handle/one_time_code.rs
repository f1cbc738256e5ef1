//! A typed code against one factor: TOTP with its clock, HOTP with its counter.

use crate::base::binary::Binary;
use crate::base::{Error, Secret, Timestamp};
use crate::engine::record::{HotpFactor, Kind, Near, TotpFactor};
use crate::engine::{FactorKind, Policy};
use crate::factor::{Diagnosis, Reason, Totp, Verdict, Window};
use subtle::ConstantTimeEq;

/// What a code was for a factor. The factor has taken note of it: the step is spent, the counter moved, the clock learned.
pub(super) enum Checked {
    /// Right; how many steps the authenticator is ahead, of TOTP.
    Right { drift: Option<i64> },
    /// Right once; whether this is the first time that it came again.
    Replayed { first: bool },
    /// A code, but not a right one.
    Wrong,
    /// No code of this factor.
    NoCode,
}

impl Kind {
    /// One code; or two in a row, which find the authenticator again.
    pub(super) fn check(
        &mut self,
        code: &str,
        next: Option<&str>,
        now: Timestamp,
        window: Window,
        policy: &Policy,
    ) -> Result<Checked, Error> {
        match (self, next) {
            (Self::Totp(totp), None) => totp.check(code, now, window, policy),
            (Self::Totp(totp), Some(next)) => totp.resync([code, next], now, policy),
            (Self::Hotp(hotp), next) => hotp.check(code, next, policy),
            (Self::Passkey(_), _) => Ok(Checked::NoCode),
        }
    }

    /// Why a code that is wrong is wrong, as far as that may be told.
    pub(super) fn diagnose(&self, code: &str, now: Timestamp, window: Window) -> Result<Option<Diagnosis>, Error> {
        let Self::Totp(totp) = self else { return Ok(None) };
        Ok(totp.totp()?.diagnose(code, totp.there(now), window))
    }

    /// The same while it is being enrolled.
    pub(super) fn diagnose_first(
        &self,
        code: &str,
        now: Timestamp,
        window: Window,
        policy: &Policy,
        replaced: Option<&Secret>,
    ) -> Result<Option<(Diagnosis, Option<i64>)>, Error> {
        Ok(match self {
            Self::Totp(totp) => totp.totp()?.diagnose_first(code, now, window, replaced),
            Self::Hotp(hotp) => {
                let found = hotp.hotp()?.diagnose_first(code, hotp.counter, policy.look_ahead, replaced);
                found.map(|diagnosis| (diagnosis, None))
            }
            Self::Passkey(_) => None,
        })
    }

    /// A factor that is nobody's: what a code is held against where there is none. Its verdict means nothing.
    pub(super) fn nobodys(policy: &Policy) -> Result<Self, Error> {
        Ok(Self::Totp(TotpFactor {
            secret: Secret::from_bytes(&[0; 20])?,
            algorithm: policy.algorithm,
            digits: policy.digits,
            period: policy.period,
            ..Binary::start()
        }))
    }

    pub(super) const fn kind(&self) -> FactorKind {
        match self {
            Self::Totp(_) => FactorKind::Totp,
            Self::Hotp(_) => FactorKind::Hotp,
            Self::Passkey(_) => FactorKind::Passkey,
        }
    }

    /// Whether it makes codes to type.
    pub(super) const fn is_typed(&self) -> bool {
        self.secret().is_some()
    }

    pub(super) fn is_weak(&self) -> bool {
        self.secret().is_some_and(Secret::is_weak)
    }

    /// In constant time.
    pub(super) fn has(&self, secret: &Secret) -> bool {
        self.secret().is_some_and(|own| own.as_bytes().ct_eq(secret.as_bytes()).into())
    }

    pub(super) const fn secret(&self) -> Option<&Secret> {
        match self {
            Self::Totp(totp) => Some(&totp.secret),
            Self::Hotp(hotp) => Some(&hotp.secret),
            Self::Passkey(_) => None,
        }
    }
}

impl TotpFactor {
    fn check(&mut self, code: &str, now: Timestamp, window: Window, policy: &Policy) -> Result<Checked, Error> {
        let totp = self.totp()?;
        match totp.verify(code, self.there(now), window, self.after) {
            Verdict::Accepted(matched) => Ok(self.accept(matched.step, now, policy)),
            Verdict::Refused(Reason::Malformed) => Ok(Checked::NoCode),
            Verdict::Refused(Reason::Replayed) => Ok(replay(&mut self.replayed)),
            Verdict::Refused(_) if self.is_last(&totp, code)? => Ok(replay(&mut self.replayed)),
            Verdict::Refused(_) if policy.resync == 0 => Ok(Checked::Wrong),
            Verdict::Refused(_) => match totp.verify(code, self.there(now), policy.window(policy.resync), self.after) {
                Verdict::Accepted(matched) => Ok(self.approach(matched.step, now, policy)),
                Verdict::Refused(_) => Ok(Checked::Wrong),
            },
        }
    }

    /// Whether it is the code of the last accepted step, wherever the clock went since.
    fn is_last(&self, totp: &Totp, code: &str) -> Result<bool, Error> {
        let then = self.after.map(|step| self.begins(step).cast_unsigned());
        let Some(Ok(then)) = then.map(Timestamp::from_millis) else { return Ok(false) };
        Ok(totp.verify(code, then, Window::new(0, 0)?, None).is_accepted())
    }

    /// A right code beyond the window is wrong; but the next one that fits to it shows where the clock is
    /// (RFC 6238 section 6; RFC 4226 section 7.4 does the same with counters).
    fn approach(&mut self, step: u64, now: Timestamp, policy: &Policy) -> Checked {
        let before = self.near.replace(Near { step, at: now });
        match before {
            Some(near)
                if near.step < step
                    && !near.at.is_older_than(NEAR, now)
                    && (self.ahead(near.step, near.at) - self.ahead(step, now)).abs() < self.period_millis()
                    && self.is_reachable(step, now, policy) =>
            {
                self.accept(step, now, policy)
            }
            _ => Checked::Wrong,
        }
    }

    fn resync(&mut self, codes: [&str; 2], now: Timestamp, policy: &Policy) -> Result<Checked, Error> {
        let totp = self.totp()?;
        let window = Window::new(RESYNC, RESYNC)?;
        let [first, second] = codes.map(|code| totp.verify(code, self.there(now), window, self.after));
        Ok(match (first, second) {
            (Verdict::Accepted(first), Verdict::Accepted(second))
                if first.step + 1 == second.step && self.is_reachable(second.step, now, policy) =>
            {
                self.accept(second.step, now, policy)
            }
            // Both, or the answer would tell of a guess beside a spent code whether it is right.
            (Verdict::Refused(Reason::Replayed), Verdict::Refused(Reason::Replayed)) => replay(&mut self.replayed),
            (Verdict::Refused(Reason::Malformed), _) | (_, Verdict::Refused(Reason::Malformed)) => Checked::NoCode,
            _ => Checked::Wrong,
        })
    }

    /// Spends the step, and moves the learned clock as little as it takes for the step to be the present one.
    fn accept(&mut self, step: u64, now: Timestamp, policy: &Policy) -> Checked {
        self.drift = self.learned(step, now, policy);
        self.after = Some(step);
        self.replayed = false;
        self.near = None;
        let period = self.period_millis();
        Checked::Right { drift: Some(step.cast_signed() - now.as_millis().cast_signed() / period) }
    }

    /// Where the learned clock moves to by a step, at most as far as the policy lets it.
    fn learned(&self, step: u64, now: Timestamp, policy: &Policy) -> i64 {
        let least = self.ahead(step, now);
        let most = i64::from(policy.drift) * 1000;
        self.drift.clamp(least, least + self.period_millis() - 1).clamp(-most, most)
    }

    /// Whether the learned clock gets so near to a step that the window holds it: two codes in a row lead no further.
    fn is_reachable(&self, step: u64, now: Timestamp, policy: &Policy) -> bool {
        let there = now.as_millis().saturating_add_signed(self.learned(step, now, policy));
        let shown = there / self.period_millis().cast_unsigned();
        shown.abs_diff(step) <= policy.window.into()
    }

    /// The least that the authenticator's clock is ahead while it shows a step now, in milliseconds.
    fn ahead(&self, step: u64, now: Timestamp) -> i64 {
        self.begins(step) - now.as_millis().cast_signed()
    }

    /// When a step begins, in milliseconds since 1970. It is bounded without a product of 128 bits.
    fn begins(&self, step: u64) -> i64 {
        let period = self.period_millis().cast_unsigned();
        (step.min(i64::MAX.cast_unsigned() / period) * period).cast_signed()
    }

    /// Now, as the authenticator's clock has it.
    fn there(&self, now: Timestamp) -> Timestamp {
        Timestamp::from_millis(now.as_millis().saturating_add_signed(self.drift)).unwrap_or(now)
    }

    fn period_millis(&self) -> i64 {
        i64::from(self.period.max(1)) * 1000
    }
}

impl HotpFactor {
    fn check(&mut self, code: &str, next: Option<&str>, policy: &Policy) -> Result<Checked, Error> {
        let hotp = self.hotp()?;
        let look = |counter, ahead| match next {
            None => hotp.verify(code, counter, ahead),
            Some(next) => hotp.resync([code, next], counter, ahead),
        };
        let (ahead, spent) = if next.is_none() { (policy.look_ahead, 1) } else { (policy.look_ahead_resync, 2) };
        Ok(match look(self.counter, ahead)? {
            Verdict::Accepted(counter) => self.accept(counter),
            Verdict::Refused(Reason::Malformed) => Checked::NoCode,
            Verdict::Refused(_) => match self.counter.checked_sub(spent) {
                Some(last) if look(last, 0)?.is_accepted() => replay(&mut self.replayed),
                _ => Checked::Wrong,
            },
        })
    }

    fn accept(&mut self, counter: u64) -> Checked {
        self.counter = counter.saturating_add(1);
        self.replayed = false;
        Checked::Right { drift: None }
    }
}

/// Whether it is the first time is noted.
const fn replay(replayed: &mut bool) -> Checked {
    Checked::Replayed { first: !core::mem::replace(replayed, true) }
}

/// Seconds in which the next code has to follow one beyond the window.
const NEAR: u32 = 300;
/// Steps each way in which two codes that were sent together are looked for: five minutes.
const RESYNC: u8 = 10;
