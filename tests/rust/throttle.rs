//! Counting failures and locking for a while, of accounts and of addresses (G4, G7).
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use edge_mfa::engine::{Policy, address};
use edge_mfa::protect::{Limits, Network, Throttle};
use edge_mfa::{Error, Timestamp};
use proptest::prelude::*;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_secs(1_800_000_000 + seconds).unwrap()
}

fn locked_at(seconds: u64) -> Throttle {
    let mut throttle = Throttle::default();
    for _ in 0..3 {
        throttle.fail(at(seconds), &Limits::default());
    }
    throttle
}

#[test]
fn the_third_failure_in_five_minutes_locks() {
    let limits = Limits::default();
    for (seconds, locks) in [(0, true), (300, true), (301, false)] {
        let mut throttle = Throttle::default();
        assert_eq!((throttle.fail(at(0), &limits), throttle.left(at(0), &limits)), (None, 2));
        assert_eq!((throttle.fail(at(0), &limits), throttle.left(at(0), &limits)), (None, 1));
        assert_eq!(throttle.fail(at(seconds), &limits), locks.then(|| at(seconds + 30)), "{seconds}");
    }
}

#[test]
fn a_lock_lasts_to_the_millisecond() {
    let (throttle, limits) = (locked_at(0), Limits::default());
    let last = Timestamp::from_millis(at(30).as_millis() - 1).unwrap();
    assert_eq!(throttle.locked(last, &limits), Some(at(30)));
    assert_eq!(throttle.locked(at(30), &limits), None);
}

#[test]
fn locks_grow_and_the_last_one_is_repeated() {
    let limits = Limits { locks: vec![30, 60], ..Limits::default() };
    let (mut throttle, mut now) = (Throttle::default(), 0);
    for lock in [30, 60, 60, 60] {
        now += 1_000;
        let ends: Vec<_> = (0..3).map(|_| throttle.fail(at(now), &limits)).collect();
        assert_eq!(ends, [None, None, Some(at(now + lock))]);
    }
}

#[test]
fn under_a_lock_nothing_counts_and_nothing_prolongs_it() {
    let (mut throttle, limits) = (locked_at(0), Limits::default());
    let before = throttle.clone();
    for seconds in 0..30 {
        assert_eq!(throttle.fail(at(seconds), &limits), None);
    }
    assert_eq!(throttle, before);
    assert_eq!(throttle.left(at(30), &limits), 3, "and then there is a whole budget again");
}

#[test]
fn a_clock_that_goes_back_a_little_opens_no_lock() {
    let (throttle, limits) = (locked_at(10_000), Limits::default());
    for back in [1, 29, 31, 300, 3_000, 3_600] {
        let until = throttle.locked(at(10_000 - back), &limits).unwrap();
        assert!(until <= at(10_000 - back + 300), "and it is told to end after the longest lock at the latest");
    }
}

#[test]
fn a_lock_of_a_clock_that_was_wrong_is_none() {
    let (mut throttle, limits) = (locked_at(365 * 86_400), Limits::default());
    assert_eq!(throttle.locked(at(0), &limits), None);
    assert_eq!(throttle.fail(at(0), &limits), None);
    assert_eq!(throttle.fail(at(0), &limits), None);
    assert_eq!(throttle.fail(at(0), &limits), Some(at(60)), "it counts again");
    assert_eq!(throttle.locked(at(0), &limits), Some(at(60)));
}

#[test]
fn failures_of_before_the_clock_went_back_still_count() {
    let (mut throttle, limits) = (Throttle::default(), Limits::default());
    throttle.fail(at(1_000), &limits);
    throttle.fail(at(1_000), &limits);
    assert_eq!(throttle.left(at(0), &limits), 1);
    assert_eq!(throttle.fail(at(0), &limits), Some(at(30)));
}

#[test]
fn g7_one_network_is_counted_under_all_its_spellings() {
    let same: [&[&str]; 4] = [
        &["192.0.2.1", "::ffff:192.0.2.1", "::FFFF:c000:0201", "0:0:0:0:0:ffff:192.0.2.1", "::ffff:192.0.2.1%eth0"],
        &["2001:db8::1", "2001:0DB8::ffff:ffff:ffff:ffff", "2001:db8:0:0:8000::", "2001:db8::192.0.2.1%1"],
        &["2001:db8:0:1::", "2001:db8:0:1:ffff::"],
        &["::1", "::", "::192.0.2.1"],
    ];
    for (place, spellings) in same.iter().enumerate() {
        for spelling in *spellings {
            for (other, others) in same.iter().enumerate() {
                for network in *others {
                    let equal = Network::parse(spelling).unwrap() == Network::parse(network).unwrap();
                    assert_eq!(equal, place == other, "{spelling} {network}");
                }
            }
        }
    }
    assert_ne!(Network::parse("192.0.2.1"), Network::parse("192.0.2.2"));
    assert_ne!(Network::parse("4.0.0.0").unwrap().as_bytes(), Network::parse("::").unwrap().as_bytes());
}

#[test]
fn what_is_no_address_is_refused() {
    for text in [
        "",
        " ",
        "192.0.2.1 ",
        "192.0.2",
        "192.0.2.256",
        "192.0.2.01",
        "0xc0.0.2.1",
        "3221225985",
        "192.0.2.1:443",
        "[2001:db8::1]",
        "2001:db8::1::",
        "2001:db8::12345",
        "192.0.2.1, 198.51.100.7",
        "unknown",
        "%",
        "%192.0.2.1",
    ] {
        assert_eq!(Network::parse(text), Err(Error::AddressInvalid), "{text}");
    }
}

#[test]
fn g7_rotating_inside_a_64_shares_the_budget_of_the_address() {
    let policy = Policy::default();
    let mut store = std::collections::HashMap::new();
    for host in 0..30 {
        let network = Network::parse(&format!("2001:db8::{host:x}:{host:x}")).unwrap();
        let record = store.get(network.as_bytes()).cloned();
        assert_eq!(address::locked(record.as_deref(), at(host), &policy), Ok(None));
        let (record, forgotten) = address::charge(record.as_deref(), at(host), &policy).unwrap();
        assert_eq!(forgotten, at(host + 1_800), "when nothing in it matters any more");
        store.insert(network.as_bytes().to_vec(), record);
    }
    assert_eq!(store.len(), 1);
    let record = store.values().next().unwrap();
    assert_eq!(address::locked(Some(record), at(30), &policy), Ok(Some(at(29 + 900))));
    assert_eq!(address::locked(Some(record), at(929), &policy), Ok(None));
}

#[test]
fn a_record_of_an_address_is_read_with_care() {
    let policy = Policy::default();
    let (record, _) = address::charge(None, at(0), &policy).unwrap();
    for length in 0..record.len() {
        assert_eq!(address::locked(Some(&record[..length]), at(0), &policy), Err(Error::RecordMalformed));
    }
    let more = [&record[..], &[0]].concat();
    assert_eq!(address::charge(Some(&more), at(0), &policy), Err(Error::RecordMalformed));
    let newer = [&[2], &record[1..]].concat();
    assert_eq!(address::charge(Some(&newer), at(0), &policy), Err(Error::RecordVersion));
}

proptest! {
    /// However the attempts lie, there are never more of them in any five minutes than the limits allow.
    #[test]
    fn no_timing_gets_more_attempts_than_the_limits(waits in proptest::collection::vec(0_u64..400, 1..200)) {
        let limits = Limits::default();
        let (mut throttle, mut now, mut locks) = (Throttle::default(), 0, 0);
        let (mut tried, mut late) = (Vec::new(), Vec::new());
        for wait in waits {
            now += wait;
            if throttle.locked(at(now), &limits).is_none() {
                tried.push(now);
                if locks >= 4 {
                    late.push(now);
                }
                locks += u32::from(throttle.fail(at(now), &limits).is_some());
            }
        }
        for (place, first) in tried.iter().enumerate() {
            let within = tried[place..].iter().take_while(|other| **other < first + 300).count();
            // Three, a lock of 30 s, three, one of 60 s, three, one of 120 s, three; afterwards three in five minutes.
            prop_assert!(within <= 12, "{within}");
        }
        for four in late.windows(4) {
            prop_assert!(four[3] - four[0] >= 300, "{four:?}");
        }
    }

    #[test]
    fn a_clock_that_jumps_never_panics_and_locks_nobody_for_long(
        times in proptest::collection::vec(0_u64..=(1 << 53) - 1, 1..50),
    ) {
        let limits = Limits::default();
        let mut throttle = Throttle::default();
        for millis in times {
            let now = Timestamp::from_millis(millis).unwrap();
            throttle.fail(now, &limits);
            prop_assert!(throttle.left(now, &limits) <= 3);
            prop_assert!(throttle.locked(now, &limits).is_none_or(|until| until <= now.plus_secs(300)));
            prop_assert!(throttle.locked(now.plus_secs(3_901), &limits).is_none());
        }
    }

    #[test]
    fn any_text_is_a_network_or_refused(text in ".*") {
        let _ = Network::parse(&text);
    }

    #[test]
    fn every_address_of_a_64_is_one_network(high: u64, low: u64, other: u64) {
        let text = |low: u64| std::net::Ipv6Addr::from(u128::from(high) << 64 | u128::from(low)).to_string();
        prop_assume!(high != 0);
        prop_assert_eq!(Network::parse(&text(low)), Network::parse(&text(other)));
    }
}
