//! Days of the calendar (UTC) as `YYYYMMDD`, the basic format of ISO 8601.

use crate::base::calendar::{EPOCH, digits};
use crate::base::{Timestamp, decimal};

/// The beginning of the day that a point in time lies in; `None` after the year 9999.
pub(super) fn day(time: Timestamp) -> Option<Timestamp> {
    let days = time.as_millis() / DAY;
    Timestamp::from_millis(days * DAY).ok().filter(|_| days <= LAST)
}

/// Whole days from one point in time to a later one, else 0.
pub(super) fn days_between(from: Timestamp, to: Timestamp) -> u64 {
    to.as_millis().saturating_sub(from.as_millis()) / DAY
}

/// The eight digits of a day.
pub(super) fn to_digits(day: Timestamp) -> u64 {
    digits(day.as_millis() / DAY)
}

/// Reads eight digits; `None` for a day that no calendar has, and before 1970.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let number = decimal::parse(text).filter(|_| text.len() == 8)?;
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    if year < 1970 || !(1..=12).contains(&month) {
        return None;
    }
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    let days = days.checked_sub(EPOCH).filter(|days| digits(*days) == number)?;
    Timestamp::from_millis(days * DAY).ok()
}

/// Milliseconds.
const DAY: u64 = 86_400_000;
/// 31 December 9999, in days since 1970.
const LAST: u64 = 2_932_896;

#[cfg(test)]
mod tests;
