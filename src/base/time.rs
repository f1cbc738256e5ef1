//! Points in time, always an argument.

use super::Error;

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, at most 2^53 − 1 (the year 287,396).
///
/// The core has no clock: whoever calls it says when "now" is.
///
/// ```
/// use edge_mfa::Timestamp;
/// assert_eq!(Timestamp::from_secs(59)?, Timestamp::from_millis(59_000)?);
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    #[cfg(not(all(feature = "lean", target_family = "wasm")))]
    pub(crate) const EPOCH: Self = Self(0);

    /// From milliseconds since the epoch.
    ///
    /// # Errors
    /// [`Error::TimeInvalid`] beyond 2^53 − 1, which JavaScript could not count exactly.
    ///
    /// ```
    /// use edge_mfa::{Error, Timestamp};
    /// assert_eq!(Timestamp::from_millis(u64::MAX), Err(Error::TimeInvalid));
    /// ```
    pub const fn from_millis(millis: u64) -> Result<Self, Error> {
        if millis > MAX_SAFE_INTEGER {
            return Err(Error::TimeInvalid);
        }
        Ok(Self(millis))
    }

    /// From seconds since the epoch, the unit of RFC 6238.
    ///
    /// # Errors
    /// [`Error::TimeInvalid`] where the milliseconds would pass 2^53 − 1.
    ///
    /// ```
    /// let now = edge_mfa::Timestamp::from_secs(1_111_111_109)?;
    /// assert_eq!(now.as_millis(), 1_111_111_109_000);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub const fn from_secs(seconds: u64) -> Result<Self, Error> {
        // A product that saturates has 128 bits in wasm.
        if seconds > MAX_SAFE_INTEGER { Err(Error::TimeInvalid) } else { Self::from_millis(seconds * 1000) }
    }

    /// Milliseconds since the epoch.
    ///
    /// ```
    /// assert_eq!(edge_mfa::Timestamp::from_millis(7)?.as_millis(), 7);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// So many seconds later, at most the last point in time that there is.
    ///
    /// ```
    /// use edge_mfa::Timestamp;
    /// assert_eq!(Timestamp::from_secs(30)?.plus_secs(60), Timestamp::from_secs(90)?);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub const fn plus_secs(self, seconds: u32) -> Self {
        let later = self.0 + seconds as u64 * 1000;
        if later > MAX_SAFE_INTEGER { Self(MAX_SAFE_INTEGER) } else { Self(later) }
    }

    /// Whether `seconds` have passed since. A clock that went back has not moved.
    ///
    /// ```
    /// use edge_mfa::Timestamp;
    /// let then = Timestamp::from_secs(100)?;
    /// assert!(then.is_older_than(60, Timestamp::from_secs(161)?));
    /// assert!(!then.is_older_than(60, Timestamp::from_secs(10)?));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub const fn is_older_than(self, seconds: u32, now: Self) -> bool {
        now.0.saturating_sub(self.0) > seconds as u64 * 1000
    }
}

/// 2^53 − 1: the greatest integer that a JavaScript number counts exactly.
pub(crate) const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;
