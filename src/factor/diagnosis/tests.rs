//! How much work a diagnosis is, and what a misreading is.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::{Diagnosis, Digits, digits, is_misread};
use crate::crypto::Algorithm;
use crate::crypto::hmac::tests::tags_of;
use crate::{Period, Secret, Timestamp, Totp, Window};
use alloc::{format, string::String, vec::Vec};
use proptest::prelude::*;

fn work(totp: &Totp, code: &str, window: Window, replaced: Option<&Secret>) -> (usize, Option<Diagnosis>) {
    let mut found = None;
    let time = Timestamp::from_secs(1_800_000_000).unwrap();
    let tags = tags_of(|| found = totp.diagnose_first(code, time, window, replaced));
    (tags, found.map(|(diagnosis, _)| diagnosis))
}

#[test]
fn a_code_that_is_nothing_takes_the_most_work_and_that_is_bounded() {
    let (secret, other) = (Secret::from_bytes(&[7; 20]).unwrap(), Secret::from_bytes(&[8; 20]).unwrap());
    let usual = Totp::new(secret);
    let unusual = usual.clone().with_period(Period::from_secs(45).unwrap());
    let most = Window::new(10, 10).unwrap();
    for (totp, window, replaced, tags) in [
        (&usual, Window::default(), None, 2 * 3 * 23 + 3),
        (&usual, Window::default(), Some(&other), 2 * (2 * 3 * 23) + 3),
        (&unusual, Window::default(), Some(&other), 2 * (3 * 3 * 23) + 3),
        (&unusual, most, Some(&other), 2 * (3 * 3 * 41) + 21),
    ] {
        assert_eq!(work(totp, "741852", window, replaced), (tags, None));
    }
}

#[test]
fn what_is_no_code_takes_no_work() {
    let totp = Totp::new(Secret::from_bytes(&[7; 20]).unwrap());
    for code in ["", "1234", "123456789", "12345a", "D1WA-71GY-T90N-WPM1", "+23456"] {
        assert_eq!(work(&totp, code, Window::default(), None), (0, None), "{code}");
        assert_eq!(digits(code), None, "{code}");
    }
    assert_eq!(digits(" 123-45\u{ff16} ").as_deref(), Some("123456"));
}

proptest! {
    #[test]
    fn no_code_and_no_factor_takes_more_work_than_that(
        code in "[0-9]{0,10}",
        bytes in proptest::collection::vec(any::<u8>(), 16..64),
        algorithm in prop_oneof![Just(Algorithm::Sha1), Just(Algorithm::Sha256), Just(Algorithm::Sha512)],
        count in 6_u8..=8,
        period in 15_u32..=300,
        steps in 1_u8..=10,
    ) {
        let secret = Secret::from_bytes(&bytes).unwrap();
        let totp = Totp::new(secret.clone()).with_algorithm(algorithm);
        let totp = totp.with_digits(Digits::new(count).unwrap()).with_period(Period::from_secs(period).unwrap());
        let (tags, _) = work(&totp, &code, Window::new(steps, steps).unwrap(), Some(&secret));
        prop_assert!(tags <= 759, "{tags}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn a_misreading_is_one_of_few_codes(right in "[0-9]{6}") {
        let others = (0..1_000_000).map(|code| format!("{code:06}"));
        let misread: Vec<String> = others.filter(|code| is_misread(right.as_bytes(), code.as_bytes())).collect();
        prop_assert!(misread.len() <= 5, "{misread:?}");
        prop_assert!(!misread.contains(&right));
    }
}

#[test]
fn misreadings_are_swapped_neighbours_and_digits_left_out() {
    for (right, typed, is) in [
        ("123456", "213456", true),
        ("123456", "123465", true),
        ("123456", "321456", false),
        ("123456", "214356", false),
        ("123456", "123457", false),
        ("123456", "12345", false),
        ("123456", "23456", false),
        ("012345", "12345", true),
        ("001234", "1234", false),
        ("01234567", "1234567", true),
        ("12345678", "123456", true),
        ("12345678", "1234567", true),
        ("12345678", "12345", false),
        ("12345678", "345678", false),
        ("123456", "12345678", false),
    ] {
        assert_eq!(is_misread(right.as_bytes(), typed.as_bytes()), is, "{right} {typed}");
    }
}
