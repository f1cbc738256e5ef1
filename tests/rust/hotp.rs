//! Counter-based codes: made like an independent implementation's, found ahead, and never behind.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_possible_truncation)]

use edge_mfa::{Algorithm, Digits, Error, Hotp, Reason, Secret, Verdict};
use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;

fn token() -> Hotp {
    Hotp::new(Secret::from_bytes(b"12345678901234567890").unwrap())
}

/// RFC 4226 section 5.3, on the `hmac` crate.
fn oracle(secret: &[u8], counter: u64, algorithm: Algorithm, digits: Digits) -> String {
    fn tag<M: Mac + KeyInit>(secret: &[u8], counter: u64) -> Vec<u8> {
        let mut mac = <M as KeyInit>::new_from_slice(secret).unwrap();
        mac.update(&counter.to_be_bytes());
        mac.finalize().into_bytes().to_vec()
    }
    let tag = match algorithm {
        Algorithm::Sha1 => tag::<Hmac<sha1::Sha1>>(secret, counter),
        Algorithm::Sha256 => tag::<Hmac<sha2::Sha256>>(secret, counter),
        Algorithm::Sha512 => tag::<Hmac<sha2::Sha512>>(secret, counter),
    };
    let offset = usize::from(tag[tag.len() - 1] & 0xf);
    let word = u32::from_be_bytes(tag[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
    let width = usize::from(digits.count());
    format!("{:0width$}", word % 10_u32.pow(width as u32))
}

/// What `verify` must answer: the lowest counter ahead whose code it is.
fn model(token: &Hotp, code: &str, counter: u64, look_ahead: u32) -> Verdict<u64> {
    let last = counter.saturating_add(look_ahead.into());
    match (counter..=last).find(|at| token.generate(*at) == code) {
        Some(at) => Verdict::Accepted(at),
        None => Verdict::Refused(Reason::Mismatch),
    }
}

#[test]
fn a_code_behind_the_counter_is_refused() {
    // R1, R2: the counter after the match is stored, so neither the same code nor an older one is good again.
    assert_eq!(token().verify("359152", 2, 10), Ok(Verdict::Accepted(2)));
    for code in ["755224", "287082", "359152"] {
        assert_eq!(token().verify(code, 3, 10), Ok(Verdict::Refused(Reason::Mismatch)), "{code}");
    }
}

#[test]
fn the_look_ahead_ends_where_it_says() {
    assert_eq!(token().verify("520489", 0, 9), Ok(Verdict::Accepted(9)));
    assert_eq!(token().verify("520489", 0, 8), Ok(Verdict::Refused(Reason::Mismatch)));
    assert_eq!(token().verify("755224", 0, 0), Ok(Verdict::Accepted(0)));
}

#[test]
fn look_aheads_beyond_their_limits_are_refused() {
    assert!(token().verify("755224", 0, 100).is_ok());
    assert_eq!(token().verify("755224", 0, 101), Err(Error::LookAheadInvalid));
    assert_eq!(token().verify("not a code", 0, u32::MAX), Err(Error::LookAheadInvalid));
    assert!(token().resync(["755224", "287082"], 0, 1000).is_ok());
    assert_eq!(token().resync(["755224", "287082"], 0, 1001), Err(Error::LookAheadInvalid));
}

#[test]
fn digits_are_6_to_8() {
    for digits in (0..=u8::MAX).filter(|digits| !(6..=8).contains(digits)) {
        assert_eq!(Digits::new(digits), Err(Error::DigitsInvalid)); // 5 and 11 among them
    }
    assert_eq!([6, 7, 8].map(Digits::new), [Ok(Digits::SIX), Ok(Digits::SEVEN), Ok(Digits::EIGHT)]);
}

#[test]
fn the_last_counters_of_64_bits_work() {
    for counter in [u64::MAX - 1, u64::MAX] {
        let code = token().generate(counter);
        assert_eq!(token().verify(&code, counter, 100), Ok(Verdict::Accepted(counter)));
        assert!(token().resync([&code, &code], counter, 1000).is_ok());
    }
}

#[test]
fn resync_needs_both_codes_in_order() {
    let ahead = [token().generate(500), token().generate(501)];
    assert_eq!(token().resync([&ahead[0], &ahead[1]], 0, 1000), Ok(Verdict::Accepted(501)));
    assert_eq!(token().resync([&ahead[0], &ahead[1]], 500, 0), Ok(Verdict::Accepted(501)));
    for wrong in [[&ahead[1], &ahead[0]], [&ahead[0], &ahead[0]], [&ahead[1], &ahead[1]]] {
        assert_eq!(token().resync([wrong[0], wrong[1]], 0, 1000), Ok(Verdict::Refused(Reason::Mismatch)));
    }
    // Just before and just behind what is searched.
    assert_eq!(token().resync([&ahead[0], &ahead[1]], 0, 499), Ok(Verdict::Refused(Reason::Mismatch)));
    assert_eq!(token().resync([&ahead[0], &ahead[1]], 501, 499), Ok(Verdict::Refused(Reason::Mismatch)));
}

#[test]
fn resync_of_something_that_is_no_code_is_malformed() {
    for codes in [["", "287082"], ["755224", ""], ["755224", "28708"], ["abcdef", "287082"]] {
        assert_eq!(token().resync(codes, 0, 10), Ok(Verdict::Refused(Reason::Malformed)));
    }
}

#[test]
fn of_two_counters_with_one_code_the_lower_is_taken() {
    // Else a code could skip the counters between them.
    let codes: Vec<_> = (0..100_000).map(|counter| token().generate(counter)).collect();
    let twice = |first: &usize| codes[first + 1..].iter().take(100).position(|code| *code == codes[*first]);
    let first = (0..codes.len()).find(|first| twice(first).is_some()).unwrap();
    assert_eq!(token().verify(&codes[first], first as u64, 100), Ok(Verdict::Accepted(first as u64)));
}

fn algorithm() -> impl Strategy<Value = Algorithm> {
    prop_oneof![Just(Algorithm::Sha1), Just(Algorithm::Sha256), Just(Algorithm::Sha512)]
}

fn digits() -> impl Strategy<Value = Digits> {
    prop_oneof![Just(Digits::SIX), Just(Digits::SEVEN), Just(Digits::EIGHT)]
}

proptest! {
    #[test]
    fn codes_are_those_of_an_independent_implementation(
        secret in proptest::collection::vec(any::<u8>(), 1..=512),
        counter: u64,
        algorithm in algorithm(),
        digits in digits(),
    ) {
        let token = Hotp::new(Secret::from_bytes(&secret).unwrap()).with_algorithm(algorithm).with_digits(digits);
        prop_assert_eq!(token.generate(counter), oracle(&secret, counter, algorithm, digits));
    }

    #[test]
    fn verify_finds_the_code_where_it_is_and_nothing_else(
        secret: [u8; 20],
        counter in prop_oneof![any::<u64>(), 0_u64..1000, u64::MAX - 200..=u64::MAX],
        offset in -20_i64..120,
        look_ahead in 0_u32..=100,
        algorithm in algorithm(),
        digits in digits(),
        noise in 0_u32..100_000_000,
    ) {
        let token = Hotp::new(Secret::from_bytes(&secret).unwrap()).with_algorithm(algorithm).with_digits(digits);
        let code = token.generate(counter.saturating_add_signed(offset));
        prop_assert_eq!(token.verify(&code, counter, look_ahead), Ok(model(&token, &code, counter, look_ahead)));
        let width = usize::from(digits.count());
        let other = format!("{:0width$}", noise % 10_u32.pow(width as u32));
        prop_assert_eq!(token.verify(&other, counter, look_ahead), Ok(model(&token, &other, counter, look_ahead)));
    }

    #[test]
    fn resync_finds_the_first_pair(secret: [u8; 20], counter in 0..u64::MAX - 5000, offset in 0_u64..1200) {
        let token = Hotp::new(Secret::from_bytes(&secret).unwrap()).with_digits(Digits::EIGHT);
        let pair = [token.generate(counter + offset), token.generate(counter + offset + 1)];
        let verdict = token.resync([&pair[0], &pair[1]], counter, 1000).unwrap();
        let expected = match offset {
            0..=1000 => Verdict::Accepted(counter + offset + 1),
            _ => Verdict::Refused(Reason::Mismatch),
        };
        prop_assert_eq!(verdict, expected);
    }

    #[test]
    fn no_code_panics(code in ".*", counter: u64, look_ahead: u32) {
        let _ = token().verify(&code, counter, look_ahead % 300);
        let _ = token().resync([&code, "755224"], counter, look_ahead % 300);
    }
}
