//! Days of the calendar (UTC).

/// The digits `YYYYMMDD` of a day that is counted from 1970. Years begin in March here, so that the day that some of them
/// lack is the last one.
pub(crate) fn digits(days: u64) -> u64 {
    let days = days + EPOCH;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = (era * 400 + year_of_era, if month < 10 { month + 3 } else { month - 9 });
    (year + u64::from(month < 3)) * 10_000 + month * 100 + day
}

/// Days from 1 March of the year 0 to 1 January 1970.
pub(crate) const EPOCH: u64 = 719_468;
