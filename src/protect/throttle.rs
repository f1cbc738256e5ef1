//! Counting failures, and locking for a while.
//!
//! A lock is a value with its end in it; nothing runs while it lasts. What happens under a lock neither counts nor
//! prolongs it, so nobody keeps another one locked out by trying on.

use crate::base::Timestamp;
use crate::base::binary::binary;
use alloc::vec::Vec;

/// How many failures lock, and for how long.
///
/// ```
/// use edge_mfa::protect::Limits;
/// let limits = Limits::default();
/// assert_eq!((limits.failures, limits.within), (3, 300));
/// assert_eq!(limits.locks, [30, 60, 120, 300]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// So many failures lock.
    pub failures: u8,
    /// If they lie within so many seconds.
    pub within: u32,
    /// Seconds of the first lock, of the second and so on; the last one is repeated. A success starts again.
    pub locks: Vec<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { failures: 3, within: 300, locks: Vec::from([30, 60, 120, 300]) }
    }
}

/// The failures of one account, or of one address.
///
/// ```
/// use edge_mfa::{Timestamp, protect::{Limits, Throttle}};
///
/// let (limits, now) = (Limits::default(), Timestamp::from_secs(1_000)?);
/// let mut throttle = Throttle::default();
/// assert_eq!(throttle.fail(now, &limits), None);
/// assert_eq!(throttle.fail(now, &limits), None);
/// assert_eq!(throttle.fail(now, &limits), Some(now.plus_secs(30)));
/// assert_eq!(throttle.locked(now, &limits), Some(now.plus_secs(30)));
/// assert_eq!(throttle.locked(now.plus_secs(30), &limits), None);
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Throttle {
    /// When the last ones were, oldest first; fewer than lock.
    failures: Vec<Timestamp>,
    /// How often it locked since the last success.
    locks: u8,
    until: Option<Timestamp>,
}

binary!(Throttle: failures, locks, until);

impl Throttle {
    /// Until when it is locked; never further away than the longest lock.
    ///
    /// A lock that ends more than an hour after the longest one was made by a clock that was wrong, and is none: nobody is
    /// locked out for years. Replicas whose clocks differ by less agree.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::{Limits, Throttle}};
    /// assert_eq!(Throttle::default().locked(Timestamp::from_secs(0)?, &Limits::default()), None);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn locked(&self, now: Timestamp, limits: &Limits) -> Option<Timestamp> {
        let longest = limits.locks.iter().max().copied().unwrap_or_default();
        let credible = now.plus_secs(longest.saturating_add(CLOCKS));
        let until = self.until.filter(|until| *until > now && *until <= credible)?;
        Some(until.min(now.plus_secs(longest)))
    }

    /// Counts a failure and answers the end of the lock that it caused. Under a lock it counts nothing.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::{Limits, Throttle}};
    /// let limits = Limits { failures: 1, ..Limits::default() };
    /// let now = Timestamp::from_secs(0)?;
    /// assert_eq!(Throttle::default().fail(now, &limits), Some(now.plus_secs(30)));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn fail(&mut self, now: Timestamp, limits: &Limits) -> Option<Timestamp> {
        if self.locked(now, limits).is_some() {
            return None;
        }
        // A failure of the future is one of before the clock went back: it still counts.
        self.failures.retain(|failure| !failure.is_older_than(limits.within, now));
        self.failures.push(now);
        if self.failures.len() < usize::from(limits.failures) {
            return None;
        }
        let lock = limits.locks.get(usize::from(self.locks)).or(limits.locks.last()).copied().unwrap_or_default();
        self.failures.clear();
        self.locks = self.locks.saturating_add(1);
        self.until = Some(now.plus_secs(lock));
        self.until
    }

    /// How many more failures it takes to lock.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::{Limits, Throttle}};
    /// assert_eq!(Throttle::default().left(Timestamp::from_secs(0)?, &Limits::default()), 3);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn left(&self, now: Timestamp, limits: &Limits) -> u8 {
        let counted = self.failures.iter().filter(|failure| !failure.is_older_than(limits.within, now)).count();
        limits.failures.saturating_sub(u8::try_from(counted).unwrap_or(u8::MAX))
    }
}

/// Seconds that clocks may differ, or go back.
const CLOCKS: u32 = 3600;
