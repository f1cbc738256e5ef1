//! Time-based codes: once yes, twice no, however typed and whenever it is.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::cast_possible_truncation)]

use edge_mfa::{
    Algorithm, Digits, Error, Hotp, Period, Reason, Secret, Timestamp, Totp, TotpMatch, Verdict, Window, otpauth,
};
use proptest::prelude::*;

const LAST_MILLIS: u64 = (1 << 53) - 1;

/// What a server keeps of one person: the shared secret and the last accepted step.
struct Person {
    totp: Totp,
    last: Option<u64>,
}

impl Person {
    fn new() -> Self {
        Self { totp: Totp::new(Secret::from_bytes(b"12345678901234567890").unwrap()), last: None }
    }

    fn code(&self, secs: u64) -> String {
        self.totp.generate(at(secs))
    }

    fn submit(&mut self, code: &str, secs: u64) -> Verdict<TotpMatch> {
        let verdict = self.totp.verify(code, at(secs), Window::default(), self.last);
        if let Verdict::Accepted(matched) = verdict {
            self.last = Some(matched.step);
        }
        verdict
    }
}

fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(secs).unwrap()
}

const REPLAYED: Verdict<TotpMatch> = Verdict::Refused(Reason::Replayed);
const MISMATCH: Verdict<TotpMatch> = Verdict::Refused(Reason::Mismatch);
const MALFORMED: Verdict<TotpMatch> = Verdict::Refused(Reason::Malformed);

#[test]
fn a_code_is_good_once() {
    // R1
    let mut person = Person::new();
    let code = person.code(1000);
    assert!(person.submit(&code, 1000).is_accepted());
    for secs in [1000, 1001, 1019, 1020] {
        assert_eq!(person.submit(&code, secs), REPLAYED);
    }
}

#[test]
fn an_older_step_after_a_newer_one_is_replayed() {
    // R2
    let mut person = Person::new();
    let (older, newer) = (person.code(970), person.code(1000));
    assert!(person.submit(&newer, 1000).is_accepted());
    assert_eq!(person.submit(&older, 1000), REPLAYED);
    let next = person.code(1030);
    assert!(person.submit(&next, 1030).is_accepted());
}

#[test]
fn every_spelling_of_a_code_is_the_same_code() {
    // R5: 14050471 at 1111111111, with a leading zero at 1111111109.
    let spellings =
        ["081804", "081 804", "081-804", " 0 8 1 8 0 4 ", "０８１８０４", "٠٨١٨٠٤", "०८१८०४", "081\u{200b}804"];
    for first in spellings {
        let mut person = Person::new();
        assert!(person.submit(first, 1_111_111_109).is_accepted(), "{first}");
        for again in spellings {
            assert_eq!(person.submit(again, 1_111_111_109), REPLAYED, "{again} after {first}");
        }
    }
}

#[test]
fn what_is_no_code_is_malformed() {
    let mut person = Person::new();
    for typed in [
        "",
        " ",
        "81804",
        "0081804",
        "+81804",
        "+081804",
        "081804.",
        "0x1804",
        "08180a",
        "08180=",
        "²²²²²²",
        "①②③④⑤⑥",
        "081804081804",
        "081804\0",
        "½½½½½½",
        "Ⅷ81804",
        "-",
        "081,804",
    ] {
        assert_eq!(person.submit(typed, 1_111_111_109), MALFORMED, "{typed:?}");
    }
    assert_eq!(person.submit(&"1".repeat(1_000_000), 0), MALFORMED);
    assert_eq!(person.last, None);
}

#[test]
fn a_clock_that_goes_back_answers_replayed() {
    // R7
    let mut person = Person::new();
    let code = person.code(100_000);
    assert!(person.submit(&code, 100_000).is_accepted());
    for back in [30, 60, 90, 1_000, 99_999] {
        let earlier = person.code(100_000 - back);
        assert_eq!(person.submit(&earlier, 100_000 - back), REPLAYED, "{back} s back");
    }
    let ahead = person.totp.verify(&code, at(0), Window::new(20, 20).unwrap(), Some(u64::MAX));
    assert!(matches!(ahead, Verdict::Refused(Reason::Mismatch | Reason::Replayed)));
}

#[test]
fn an_accepted_step_far_ahead_spends_all_before_it() {
    let person = Person::new();
    let code = person.code(59);
    assert_eq!(person.totp.verify(&code, at(59), Window::default(), Some(u64::MAX)), REPLAYED);
    assert_eq!(person.totp.verify(&code, at(59), Window::default(), Some(1)), REPLAYED);
    assert!(person.totp.verify(&code, at(59), Window::default(), Some(0)).is_accepted());
}

#[test]
fn a_code_of_two_steps_of_the_window_spends_both() {
    let person = Person::new();
    let codes: Vec<_> = (0..100_000).map(|step| person.code(30 * step)).collect();
    let twice = |first: &usize| codes[first + 1..].iter().take(40).position(|code| *code == codes[*first]);
    let first = (0..codes.len()).find(|first| twice(first).is_some()).unwrap();
    let second = (first + 1 + twice(&first).unwrap()) as u64;
    let (now, window) = (at(30 * (first as u64 + 20)), Window::new(20, 20).unwrap());
    let Verdict::Accepted(matched) = person.totp.verify(&codes[first], now, window, None) else { panic!("right") };
    assert_eq!(matched.step, second);
    assert_eq!(person.totp.verify(&codes[first], now, window, Some(second)), REPLAYED);
    let between = person.totp.verify(&codes[first], now, window, Some(first as u64));
    assert!(between.is_accepted(), "the later step is not spent yet");
}

#[test]
fn drift_is_the_step_of_the_code_less_that_of_now() {
    let person = Person::new();
    let window = Window::new(20, 20).unwrap();
    for drift in -22_i64..=22 {
        let code = person.code(30_000_u64.saturating_add_signed(30 * drift));
        let expected = match drift {
            -20..=20 => Verdict::Accepted(TotpMatch { step: 1000_u64.saturating_add_signed(drift), drift }),
            _ => MISMATCH,
        };
        assert_eq!(person.totp.verify(&code, at(30_000), window, None), expected);
    }
}

#[test]
fn the_window_is_as_wide_as_it_says_on_each_side() {
    let person = Person::new();
    let window = Window::new(2, 0).unwrap();
    assert!(person.totp.verify(&person.code(940), at(1000), window, None).is_accepted());
    assert_eq!(person.totp.verify(&person.code(910), at(1000), window, None), MISMATCH);
    assert_eq!(person.totp.verify(&person.code(1030), at(1000), window, None), MISMATCH);
}

#[test]
fn the_first_steps_have_no_past_and_the_last_have_a_future() {
    let totp = Person::new().totp.with_period(Period::from_secs(1).unwrap());
    let window = Window::new(20, 20).unwrap();
    for time in [Timestamp::from_millis(0).unwrap(), Timestamp::from_millis(LAST_MILLIS).unwrap()] {
        let accepted = Verdict::Accepted(TotpMatch { step: totp.step(time), drift: 0 });
        assert_eq!(totp.verify(&totp.generate(time), time, window, None), accepted);
    }
}

#[test]
fn options_out_of_range_are_refused() {
    assert_eq!(Period::from_secs(0), Err(Error::PeriodInvalid));
    assert_eq!(Period::from_secs(1 << 31), Err(Error::PeriodInvalid));
    assert_eq!(Period::from_secs((1 << 31) - 1).map(Period::as_secs), Ok((1 << 31) - 1));
    assert_eq!(Timestamp::from_millis(LAST_MILLIS).map(Timestamp::as_millis), Ok(LAST_MILLIS));
    assert_eq!(Timestamp::from_millis(LAST_MILLIS + 1), Err(Error::TimeInvalid));
    assert_eq!(Timestamp::from_secs(LAST_MILLIS / 1000 + 1), Err(Error::TimeInvalid));
    assert_eq!(Timestamp::from_secs(u64::MAX), Err(Error::TimeInvalid));
    for (past, future) in [(21, 0), (0, 21), (255, 255)] {
        assert_eq!(Window::new(past, future), Err(Error::WindowInvalid));
    }
    assert!(Window::new(20, 20).is_ok());
}

#[test]
fn steam_codes_are_read_in_any_case() {
    let steam = Totp::steam(Secret::from_bytes(b"12345678901234567890").unwrap());
    let code = steam.generate(at(59));
    assert_eq!(code, "PV9M4");
    for typed in ["PV9M4", "pv9m4", "PV9-M4", "ｐｖ９ｍ４"] {
        assert!(steam.verify(typed, at(59), Window::default(), None).is_accepted(), "{typed}");
    }
    for typed in ["PV9M", "PV9M44", "PV9MA", "PV9M0", "PV9M=", "287082"] {
        assert_eq!(steam.verify(typed, at(59), Window::default(), None), MALFORMED, "{typed}");
    }
}

fn algorithm() -> impl Strategy<Value = Algorithm> {
    prop_oneof![Just(Algorithm::Sha1), Just(Algorithm::Sha256), Just(Algorithm::Sha512)]
}

fn digits() -> impl Strategy<Value = Digits> {
    prop_oneof![Just(Digits::SIX), Just(Digits::SEVEN), Just(Digits::EIGHT)]
}

fn period() -> impl Strategy<Value = u32> {
    prop_oneof![Just(30), Just(60), 1_u32..=300, 1..=0x7fff_ffff_u32]
}

/// Up to 2^53 − 1 ms, and near 2038 and both ends.
fn millis() -> impl Strategy<Value = u64> {
    let year_2038 = 0x8000_0000_u64 * 1000;
    prop_oneof![
        0..=LAST_MILLIS,
        year_2038 - 100_000..year_2038 + 100_000,
        2 * year_2038 - 100_000..2 * year_2038 + 100_000,
        LAST_MILLIS - 100_000..=LAST_MILLIS,
        0_u64..100_000,
    ]
}

/// What `verify` must answer: the last step of the window whose code it is, unless one as late is spent.
fn model(codes: &Hotp, code: &str, now: u64, (past, future): (u8, u8), after: Option<u64>) -> Verdict<TotpMatch> {
    let mut steps = now.saturating_sub(past.into())..=now + u64::from(future);
    match steps.rfind(|step| codes.generate(*step) == code) {
        None => MISMATCH,
        Some(step) if after.is_some_and(|last| step <= last) => REPLAYED,
        Some(step) => Verdict::Accepted(TotpMatch { step, drift: step.cast_signed() - now.cast_signed() }),
    }
}

proptest! {
    #[test]
    fn verify_answers_as_the_definition_says(
        secret in proptest::collection::vec(any::<u8>(), 1..=128),
        algorithm in algorithm(),
        digits in digits(),
        period in period(),
        millis in millis(),
        window in (0_u8..=20, 0_u8..=20),
        offset in -22_i64..=22,
        after in proptest::option::of(-22_i64..=22),
        noise in 0_u32..100_000_000,
    ) {
        let secret = Secret::from_bytes(&secret).unwrap();
        let codes = Hotp::new(secret.clone()).with_algorithm(algorithm).with_digits(digits);
        let totp = Totp::new(secret)
            .with_algorithm(algorithm)
            .with_digits(digits)
            .with_period(Period::from_secs(period).unwrap());
        let time = Timestamp::from_millis(millis).unwrap();
        let now = totp.step(time);
        prop_assert_eq!(now, millis / (u64::from(period) * 1000));
        prop_assert_eq!(totp.generate(time), codes.generate(now));

        let width = usize::from(digits.count());
        let after = after.map(|offset| now.saturating_add_signed(offset));
        let right = codes.generate(now.saturating_add_signed(offset));
        let other = format!("{:0width$}", noise % 10_u32.pow(width as u32));
        for code in [right, other] {
            let verdict = totp.verify(&code, time, Window::new(window.0, window.1).unwrap(), after);
            prop_assert_eq!(verdict, model(&codes, &code, now, window, after));
        }
    }

    #[test]
    fn what_is_generated_is_accepted_once(
        bytes in proptest::collection::vec(any::<u8>(), 16..=64), steam: bool, millis in millis(),
    ) {
        let secret = Secret::from_bytes(&bytes).unwrap();
        let totp = if steam { Totp::steam(secret) } else { Totp::new(secret) };
        let time = Timestamp::from_millis(millis).unwrap();
        let code = totp.generate(time);
        let exact = Window::new(0, 0).unwrap();
        let verdict = totp.verify(&code, time, exact, None);
        prop_assert_eq!(verdict, Verdict::Accepted(TotpMatch { step: totp.step(time), drift: 0 }));
        prop_assert_eq!(totp.verify(&code, time, exact, Some(totp.step(time))), REPLAYED);
    }

    #[test]
    fn every_decimal_digit_of_unicode_is_a_digit(typed in "\\p{Nd}{6}", separated in "\\p{Nd}{3}[ \\u{a0}-]\\p{Nd}{3}") {
        for typed in [typed, separated] {
            prop_assert_ne!(Person::new().submit(&typed, 59), MALFORMED);
        }
    }

    #[test]
    fn nothing_else_is_a_digit(typed in "[0-9]{5}[^\\p{Nd}\\p{Z}\\p{C}\\p{Pd}]") {
        let mark = typed.chars().last();
        prop_assume!(!matches!(mark, Some('\u{2212}'))); // the minus sign is a hyphen here, and no dash to Unicode
        prop_assert_eq!(Person::new().submit(&typed, 59), MALFORMED);
    }

    #[test]
    fn no_code_panics(code in ".*", millis in millis(), after: Option<u64>) {
        let time = Timestamp::from_millis(millis).unwrap();
        let _ = Person::new().totp.verify(&code, time, Window::default(), after);
        let steam = otpauth::Account::parse("otpauth://totp/Steam:a?secret=GEZDGNBVGY3TQOJQ&encoder=steam");
        let _ = steam.unwrap().account.totp().unwrap().verify(&code, time, Window::default(), after);
    }
}
