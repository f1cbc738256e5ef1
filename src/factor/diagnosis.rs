//! Why a code did not match: what its owner can do about it. A diagnosis never accepts a code.

use super::{Totp, Window};
use crate::base::Timestamp;
use crate::base::json::named;
use crate::crypto::Algorithm;

/// What a wrong code was, and what its owner can do.
///
/// ```
/// use edge_mfa::Diagnosis;
/// assert_ne!(Diagnosis::Expired, Diagnosis::Clock);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Diagnosis {
    /// The right one of a time step that is over: wait for the next one.
    Expired,
    /// The right one of another time: set the authenticator's clock.
    Clock,
    /// The right one under another hash: this authenticator ignores the one that was asked for.
    Algorithm,
}

impl Totp {
    /// What a code beyond the window was. It says nothing that helps to guess: only codes that are over, and those that
    /// will never be right, are told from wrong ones.
    pub(crate) fn diagnose(&self, code: &str, time: Timestamp, window: Window) -> Option<Diagnosis> {
        let earlier = window.wider(FAR, 0);
        if self.verify(code, time, earlier, None).is_accepted() {
            return Some(Diagnosis::Expired);
        }
        self.under_another_hash(code, time, window)
    }

    /// The same for a factor that is being enrolled, of which nothing is known yet: its clock, too, may be anywhere near.
    /// Answers the steps that it is ahead.
    pub(crate) fn diagnose_first(
        &self,
        code: &str,
        time: Timestamp,
        window: Window,
    ) -> Option<(Diagnosis, Option<i64>)> {
        match self.verify(code, time, window.wider(FAR, FAR), None) {
            super::Verdict::Accepted(matched) => Some((Diagnosis::Clock, Some(matched.drift))),
            super::Verdict::Refused(_) => self.under_another_hash(code, time, window).map(|found| (found, None)),
        }
    }

    fn under_another_hash(&self, code: &str, time: Timestamp, window: Window) -> Option<Diagnosis> {
        [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512]
            .into_iter()
            .any(|algorithm| self.clone().with_algorithm(algorithm).verify(code, time, window, None).is_accepted())
            .then_some(Diagnosis::Algorithm)
    }
}

/// Steps beyond the window: five minutes.
const FAR: u8 = 10;

named!(Diagnosis, Snake: Expired, Clock, Algorithm);
