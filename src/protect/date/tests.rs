//! The calendar, counted up day by day.
#![allow(clippy::unwrap_used)]

use super::{day, days_between, parse, to_digits};
use crate::base::Timestamp;
use alloc::format;

fn days(year: u64, month: u64) -> u64 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn at(day: u64, millis: u64) -> Timestamp {
    Timestamp::from_millis(day * 86_400_000 + millis).unwrap()
}

#[test]
fn every_day_from_1970_to_9999_is_written_and_read() {
    let mut count = 0;
    for year in 1970..=9999 {
        for month in 1..=12 {
            for date in 1..=days(year, month) {
                let digits = year * 10_000 + month * 100 + date;
                assert_eq!(to_digits(at(count, 0)), digits);
                assert_eq!(parse(&format!("{digits:08}")), Some(at(count, 0)));
                count += 1;
            }
            assert_eq!(parse(&format!("{year}{month:02}{}", days(year, month) + 1)), None);
        }
    }
    assert_eq!(day(at(count - 1, 86_399_999)), Some(at(count - 1, 0)));
    assert_eq!(day(at(count, 0)), None);
}

#[test]
fn what_is_no_day_is_not_read() {
    for text in [
        "",
        "1970010",
        "197001011",
        "19700100",
        "19700001",
        "19701301",
        "19691231",
        "00000101",
        "+1970101",
        "1970-1-1",
        "19700230",
        "2026\u{661}\u{661}",
        "        ",
    ] {
        assert_eq!(parse(text), None, "{text}");
    }
}

#[test]
fn a_day_ends_at_midnight_and_only_whole_days_count() {
    assert_eq!(day(at(3, 86_399_999)), Some(at(3, 0)));
    assert_eq!(day(at(4, 0)), Some(at(4, 0)));
    assert_eq!(days_between(at(3, 0), at(4, 86_399_999)), 1);
    assert_eq!(days_between(at(4, 0), at(3, 0)), 0);
}
