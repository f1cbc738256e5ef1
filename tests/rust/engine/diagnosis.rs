//! What a wrong code was: told where it helps its owner, and nobody who guesses.

use crate::person::{Person, denied, phone, token, verified};
use edge_mfa::engine::{Command, Denial, Denied, Enrol, EventKind, FactorKind, Outcome, Policy};
use edge_mfa::{Algorithm, Diagnosis, Digits, Period, Totp};
use proptest::prelude::*;

fn enrolling(policy: Policy) -> Person {
    let mut alice = Person::new("alice").with(policy);
    alice.phone = Some(phone(&alice.begin(Enrol::default())));
    alice
}

fn confirm(alice: &mut Person, code: &str) -> Denied {
    denied(&alice.ask(Command::Confirm { code: code.into() }))
}

#[test]
fn at_the_enrolment_a_clock_that_is_off_is_told_with_its_way() {
    for steps in [-11, -2, 2, 11] {
        let mut alice = enrolling(Policy::default());
        let code = alice.code_in(30 * steps);
        let told = confirm(&mut alice, &code);
        assert_eq!((told.reason, told.diagnosis, told.drift), (Denial::Mismatch, Some(Diagnosis::Clock), Some(steps)));
        assert_eq!(told.attempts_left, Some(2), "it counts like any other");
        let code = alice.code();
        verified(alice.confirm(&code));
    }
    let mut alice = enrolling(Policy::default());
    let code = alice.code_in(30 * 12);
    assert_eq!(confirm(&mut alice, &code).diagnosis, None);
}

#[test]
fn an_authenticator_that_ignores_the_hash_is_told() {
    let policy = Policy { algorithm: Algorithm::Sha256, ..Policy::default() };
    let mut alice = enrolling(policy);
    let honest = alice.phone.clone().unwrap();
    alice.phone = Some(honest.clone().with_algorithm(Algorithm::Sha1));
    let code = alice.code();
    assert_eq!(confirm(&mut alice, &code).diagnosis, Some(Diagnosis::Algorithm));
    alice.phone = Some(honest.clone());
    let code = alice.code();
    verified(alice.confirm(&code));
    alice.wait(30);
    alice.phone = Some(honest.with_algorithm(Algorithm::Sha1));
    let code = alice.code();
    assert_eq!(denied(&alice.verify(&code)).diagnosis, Some(Diagnosis::Algorithm));
}

#[test]
fn at_the_sign_in_only_codes_that_are_over_are_told() {
    let mut alice = Person::enrolled();
    alice.wait(3_600);
    for (steps, diagnosis) in
        [(-11, Some(Diagnosis::Expired)), (-2, Some(Diagnosis::Expired)), (-12, None), (2, None), (5, None)]
    {
        alice.ask(Command::Unlock);
        let code = alice.code_in(30 * steps);
        let told = denied(&alice.verify(&code));
        assert_eq!((told.reason, told.diagnosis, told.drift), (Denial::Mismatch, diagnosis, None), "{steps}");
    }
    let code = alice.code_in(-60);
    for _ in 0..3 {
        alice.verify(&code);
    }
    assert_eq!(denied(&alice.verify(&code)).reason, Denial::Locked, "a diagnosis has the budget of any other failure");
}

/// The same authenticator, as one that ignores a part of its QR code.
fn ignoring(alice: &Person, change: impl Fn(Totp) -> Totp) -> String {
    change(alice.phone.clone().unwrap()).generate(alice.time())
}

#[test]
fn what_an_authenticator_ignores_is_told() {
    let policy = Policy { algorithm: Algorithm::Sha512, digits: 8, period: 60, ..Policy::default() };
    let usual = |totp: Totp| totp.with_digits(Digits::SIX).with_period(Period::from_secs(30).unwrap());
    let cases: [(&dyn Fn(Totp) -> Totp, Diagnosis); 5] = [
        (&|totp| totp.with_algorithm(Algorithm::Sha1), Diagnosis::Algorithm),
        (&|totp| totp.with_digits(Digits::SIX), Diagnosis::Digits),
        (&|totp| totp.with_period(Period::from_secs(30).unwrap()), Diagnosis::Period),
        (&usual, Diagnosis::Digits),
        (&|totp| usual(totp).with_algorithm(Algorithm::Sha1), Diagnosis::Algorithm),
    ];
    for (change, diagnosis) in cases {
        let mut alice = enrolling(policy.clone());
        let code = ignoring(&alice, change);
        let told = confirm(&mut alice, &code);
        assert_eq!((told.reason, told.diagnosis, told.attempts_left), (Denial::Mismatch, Some(diagnosis), Some(2)));
        let code = alice.code();
        verified(alice.confirm(&code));
    }
    // More digits than were asked for, too.
    let mut alice = enrolling(Policy::default());
    let code = ignoring(&alice, |totp| totp.with_digits(Digits::EIGHT));
    assert_eq!(confirm(&mut alice, &code).diagnosis, Some(Diagnosis::Digits));
}

#[test]
fn the_qr_code_before_is_told_until_the_end_of_the_enrolment() {
    let mut alice = enrolling(Policy::default());
    let old = alice.clone_phone();
    alice.phone = Some(phone(&alice.begin(Enrol::default())));
    let code = old(&alice);
    assert_eq!(confirm(&mut alice, &code).diagnosis, Some(Diagnosis::PreviousSecret));
    alice.phone = Some(phone(&alice.begin(Enrol::default())));
    assert_eq!(confirm(&mut alice, &code).diagnosis, None, "one before is remembered, not two");

    // Nothing is left of it where the enrolment ends.
    for end in [Command::Cancel, Command::CloseSessions, Command::Reset] {
        let mut alice = enrolling(Policy::default());
        let old = alice.clone_phone();
        alice.begin(Enrol::default());
        alice.ask(end);
        alice.begin(Enrol::default());
        let code = old(&alice);
        assert_eq!(confirm(&mut alice, &code).diagnosis, None);
    }
    let mut alice = enrolling(Policy::default());
    let old = alice.clone_phone();
    alice.begin(Enrol::default());
    alice.wait(600);
    let code = alice.code();
    assert_eq!(confirm(&mut alice, &code).reason, Denial::EnrolmentExpired);
    alice.begin(Enrol::default());
    let code = old(&alice);
    assert_eq!(confirm(&mut alice, &code).diagnosis, None);
}

#[test]
fn the_entry_of_a_live_factor_is_told_and_its_code_is_spent() {
    let mut alice = Person::enrolled();
    alice.wait(30);
    alice.begin(Enrol::default());
    let code = alice.code();
    let told = confirm(&mut alice, &code);
    assert_eq!((told.reason, told.diagnosis), (Denial::Mismatch, Some(Diagnosis::PreviousSecret)));
    assert_eq!(told.attempts_left, Some(2), "it counts");
    assert_eq!(denied(&alice.verify(&code)).reason, Denial::Replayed, "and it opens nothing any more");
    assert_eq!(confirm(&mut alice, &code).diagnosis, Some(Diagnosis::PreviousSecret));
    // Its codes of other times tell nothing: they may be good later.
    let later = alice.code_in(120);
    assert_eq!(confirm(&mut alice, &later).diagnosis, None);
}

#[test]
fn a_misread_code_is_told() {
    let mut alice = enrolling(Policy::default());
    let swapped = |code: &str| {
        let at = (1..6).find(|at| code[*at - 1..*at] != code[*at..=*at]).unwrap();
        [&code[..at - 1], &code[at..=at], &code[at - 1..at], &code[at + 1..]].concat()
    };
    let code = swapped(&alice.code());
    let told = confirm(&mut alice, &code);
    assert_eq!((told.diagnosis, told.attempts_left), (Some(Diagnosis::Misread), Some(2)));

    // Only the codes that would confirm now.
    alice.ask(Command::Unlock);
    let code = swapped(&alice.code_in(90));
    assert_eq!(confirm(&mut alice, &code).diagnosis, None);

    alice.ask(Command::Unlock);
    while !alice.code().starts_with('0') {
        alice.wait(30);
        if alice.account().pending_until.is_none() {
            alice.phone = Some(phone(&alice.begin(Enrol::default())));
        }
    }
    let code = alice.code()[1..].to_owned();
    let told = confirm(&mut alice, &code);
    assert_eq!((told.diagnosis, told.attempts_left), (Some(Diagnosis::Misread), Some(2)));

    let mut alice = enrolling(Policy { digits: 8, ..Policy::default() });
    let code = alice.code()[..6].to_owned();
    assert_eq!(confirm(&mut alice, &code).diagnosis, Some(Diagnosis::Misread));
}

#[test]
fn at_the_enrolment_of_a_token_all_is_told_but_its_counter() {
    let hotp =
        || Enrol { kind: FactorKind::Hotp, algorithm: Some(Algorithm::Sha256), digits: Some(8), ..Enrol::default() };
    let mut alice = Person::new("alice");
    let replaced = token(&alice.begin(hotp()));
    let honest = token(&alice.begin(hotp()));
    let code = honest.generate(4);
    let at = (1..8).find(|at| code[*at - 1..*at] != code[*at..=*at]).unwrap();
    let swapped = [&code[..at - 1], &code[at..=at], &code[at - 1..at], &code[at + 1..]].concat();
    for (code, diagnosis) in [
        (honest.clone().with_algorithm(Algorithm::Sha1).generate(0), Some(Diagnosis::Algorithm)),
        (
            honest.clone().with_algorithm(Algorithm::Sha512).with_digits(Digits::SIX).generate(3),
            Some(Diagnosis::Algorithm),
        ),
        (honest.clone().with_digits(Digits::SIX).generate(10), Some(Diagnosis::Digits)),
        (replaced.generate(0), Some(Diagnosis::PreviousSecret)),
        (replaced.with_algorithm(Algorithm::Sha1).generate(2), Some(Diagnosis::PreviousSecret)),
        (swapped, Some(Diagnosis::Misread)),
        (code[..7].to_owned(), Some(Diagnosis::Misread)),
        (honest.generate(11), None),
        (honest.clone().with_digits(Digits::SIX).generate(11), None),
    ] {
        alice.ask(Command::Unlock);
        let told = confirm(&mut alice, &code);
        assert_eq!((told.reason, told.diagnosis, told.drift), (Denial::Mismatch, diagnosis, None), "{code}");
        assert_eq!(told.attempts_left, Some(2), "it counts");
    }
    verified(alice.confirm(&code));
}

#[test]
fn the_code_that_confirmed_is_told_to_be_used_already() {
    let mut alice = Person::new("alice");
    alice.enrol();
    let code = alice.code();
    let events = alice.events.len();
    assert_eq!(confirm(&mut alice, &code), Denied::of(Denial::Replayed));
    let (next, wrong) = (alice.code_in(30), alice.wrong());
    assert_eq!(confirm(&mut alice, &next), Denied::of(Denial::NotPending), "nothing is told of a good one");
    assert_eq!(confirm(&mut alice, &wrong), Denied::of(Denial::NotPending));
    assert_eq!(alice.happened_since(events), []);
    verified(alice.verify(&next));
}

/// Whoever can begin an enrolment has a secret of their own; nobody else is told more than that a code is wrong.
#[test]
fn nothing_is_told_to_those_who_could_not_begin_an_enrolment() {
    let mut alice = Person::enrolled();
    let laptop = alice.token.clone();
    let old = alice.clone_phone();
    alice.begin(Enrol::default());
    alice.phone = Some(phone(&alice.begin(Enrol::default())));
    let swapped: Vec<String> = (1..6)
        .map(|at| {
            let mut code = alice.code().into_bytes();
            code.swap(at - 1, at);
            String::from_utf8(code).unwrap()
        })
        .filter(|code| *code != alice.code())
        .collect();
    let eight = ignoring(&alice, |totp| totp.with_digits(Digits::EIGHT));
    let others = [
        alice.code_in(120),
        alice.code_in(-120),
        old(&alice),
        ignoring(&alice, |totp| totp.with_algorithm(Algorithm::Sha256)),
    ];
    for code in others.iter().chain(&swapped) {
        alice.ask(Command::Unlock);
        alice.token = None;
        let told = confirm(&mut alice, code);
        assert_eq!((told.reason, told.diagnosis, told.drift), (Denial::Mismatch, None, None));
    }
    assert_eq!(confirm(&mut alice, &eight), Denied::of(Denial::Malformed));

    alice.ask(Command::Unlock);
    alice.token = laptop;
    assert_eq!(confirm(&mut alice, &eight).diagnosis, Some(Diagnosis::Digits));
    alice.wait(301);
    alice.ask(Command::Unlock);
    let code = alice.code_in(120);
    assert_eq!(confirm(&mut alice, &code).diagnosis, None, "a stale session cannot begin one either");
}

#[test]
fn a_code_of_another_length_counts_as_one_that_is_wrong() {
    for (code, counts) in
        [("1234", false), ("12345", true), ("1234567", true), ("12345678", true), ("123456789", false)]
    {
        let mut alice = enrolling(Policy::default());
        let told = confirm(&mut alice, code);
        let reason = if counts { Denial::Mismatch } else { Denial::Malformed };
        assert_eq!((told.reason, told.attempts_left), (reason, counts.then_some(2)), "{code}");
        assert_eq!(alice.events.iter().any(|event| event.kind == EventKind::Failed { row: 1 }), counts, "{code}");
    }
    let mut alice = enrolling(Policy::default());
    let eight = ignoring(&alice, |totp| totp.with_digits(Digits::EIGHT));
    for _ in 0..3 {
        assert_eq!(confirm(&mut alice, &eight).diagnosis, Some(Diagnosis::Digits));
    }
    assert_eq!(confirm(&mut alice, &eight).reason, Denial::Locked, "a diagnosis has the budget of any other failure");
    assert_eq!(alice.account().factors, []);
}

/// What the holder of an account may type into the confirmation.
fn typed() -> impl Strategy<Value = (i64, u8, usize, u8, u8)> {
    (-30_i64..=30, 0_u8..3, 0_usize..8, 0_u8..6, 0_u8..3)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// With whatever else it is told: the code is refused, it counts, and nothing is enrolled by it.
    #[test]
    fn a_diagnosis_never_accepts(
        digits in 6_u8..=8,
        period in prop_oneof![Just(30_u32), Just(60), Just(45)],
        resync in 0_u8..=2,
        tries in proptest::collection::vec(typed(), 1..20),
    ) {
        let policy = Policy { digits, period, resync, failures: 10, ..Policy::default() };
        let mut alice = enrolling(policy);
        let old = alice.clone_phone();
        alice.phone = Some(phone(&alice.begin(Enrol::default())));
        for (steps, algorithm, place, change, entry) in tries {
            let algorithm = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512][usize::from(algorithm)];
            let totp = alice.phone.clone().unwrap().with_algorithm(algorithm);
            let at = alice.now.saturating_add_signed(30_000 * steps);
            let mut code = match entry {
                0 => old(&alice),
                _ => totp.generate(edge_mfa::Timestamp::from_millis(at).unwrap()),
            }
            .into_bytes();
            let place = place % (code.len() - 1);
            match change {
                0 => code.swap(place, place + 1),
                1 => code.truncate(6),
                2 => drop(code.remove(0)),
                3 => code.extend(b"0"),
                _ => {}
            }
            let code = String::from_utf8(code).unwrap();
            let step = alice.decide(Command::Confirm { code: code.as_str().into() }).unwrap();
            if let Outcome::Denied(told) = &step.outcome {
                prop_assert_eq!(told.diagnosis.is_some() && told.reason != Denial::Mismatch, false);
                prop_assert_eq!(step.counted, told.reason == Denial::Mismatch);
                alice.finish(&step);
                prop_assert!(alice.account().factors.is_empty());
                continue;
            }
            // What confirms is the code of the very factor, and near.
            let now = alice.time();
            let near = edge_mfa::Window::new(resync + 1, resync + 1).unwrap();
            prop_assert!(alice.phone.as_ref().unwrap().verify(&code, now, near, None).is_accepted());
            break;
        }
    }
}

impl Person {
    /// What the present phone shows, also when there is another one.
    fn clone_phone(&self) -> impl Fn(&Person) -> String + use<> {
        let old = self.phone.clone().unwrap();
        move |alice| old.generate(alice.time())
    }
}
