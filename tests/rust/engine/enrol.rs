//! Enrolment: pending beside the live factor until one of its codes confirms it.

use crate::person::{Person, denied, phone, token, verified, verify_with};
use edge_mfa::engine::{Command, Denial, Denied, Enrol, EventKind, FactorKind, Outcome, Policy};
use edge_mfa::{Algorithm, Error};

#[test]
fn an_enrolment_shows_a_new_secret_of_the_policy() {
    let mut alice = Person::new("alice");
    let first = alice.begin(Enrol::default());
    assert_eq!((first.kind, first.algorithm, first.digits, first.period), (FactorKind::Totp, Algorithm::Sha1, 6, 30));
    assert_eq!(first.secret.len(), 32, "20 bytes in base32");
    assert_eq!(first.expires, alice.time().plus_secs(600));
    assert!(!first.weak);
    let second = alice.begin(Enrol::default());
    assert_ne!(first.secret, second.secret);

    let mut bob = Person::new("bob").with(Policy {
        algorithm: Algorithm::Sha256,
        digits: 8,
        period: 60,
        secret_bytes: 32,
        pending: 60,
        ..Policy::default()
    });
    let third = bob.begin(Enrol::default());
    assert_eq!((third.algorithm, third.digits, third.period), (Algorithm::Sha256, 8, 60));
    assert_eq!((third.secret.len(), third.expires), (52, bob.time().plus_secs(60)));
}

#[test]
fn the_first_confirmation_brings_a_session_and_recovery_codes() {
    let mut alice = Person::new("alice");
    let brought = alice.enrol();
    assert_eq!((brought.factor, brought.drift), (Some(1), Some(0)));
    assert_eq!((brought.recovery_codes_left, alice.codes.len()), (10, 10));
    assert!(alice.is_signed_in());
    let account = alice.account();
    assert_eq!((account.factors.len(), account.recovery_codes_left, account.pending_until), (1, 10, None));
    assert_eq!((account.factors[0].id, account.factors[0].name.as_str()), (1, "Authenticator"));
    assert_eq!((account.factors[0].confirmed_at, account.factors[0].used_at), (alice.time(), Some(alice.time())));
}

#[test]
fn the_second_confirmation_leaves_the_recovery_codes_as_they_are() {
    let mut alice = Person::enrolled();
    let codes = alice.codes.clone();
    alice.wait(30);
    let brought = alice.enrol();
    assert_eq!((brought.factor, brought.recovery_codes, brought.recovery_codes_left), (Some(2), None, 10));
    assert_eq!(verified(alice.verify(&codes[0])).recovery_codes_left, 9);
}

#[test]
fn a_pending_enrolment_is_no_factor() {
    let mut alice = Person::new("alice");
    let enrolling = alice.begin(Enrol::default());
    alice.phone = Some(phone(&enrolling));
    let code = alice.code();
    assert_eq!(alice.denied(crate::person::verify(&code)), Denial::NotEnrolled);
    let account = alice.account();
    assert_eq!((account.factors.len(), account.pending_until), (0, Some(enrolling.expires)));
    verified(alice.confirm(&code));
}

#[test]
fn a_pending_enrolment_is_confirmed_until_its_ten_minutes_are_over() {
    for (seconds, good) in [(599, true), (600, false), (86_400, false)] {
        let mut alice = Person::new("alice");
        alice.phone = Some(phone(&alice.begin(Enrol::default())));
        alice.wait(seconds);
        let (code, waiting) = (alice.code(), alice.account().pending_until.is_some());
        let outcome = alice.confirm(&code);
        assert_eq!((matches!(outcome, Outcome::Verified(_)), waiting), (good, good), "{seconds} s");
        if !good {
            assert_eq!(denied(&outcome), Denied::of(Denial::EnrolmentExpired));
            assert_eq!(alice.denied(Command::Confirm { code: code.as_str().into() }), Denial::NotPending);
            assert!(alice.account().factors.is_empty());
        }
    }
}

#[test]
fn a_new_enrolment_replaces_the_pending_one() {
    let mut alice = Person::new("alice");
    let old = phone(&alice.begin(Enrol::default()));
    alice.wait(300);
    let new = phone(&alice.begin(Enrol { name: Some("New".into()), ..Enrol::default() }));
    let wrong = old.generate(alice.time());
    assert_eq!(denied(&alice.confirm(&wrong)).reason, Denial::Mismatch);
    alice.wait(599);
    verified(alice.confirm(&new.generate(alice.time())));
    assert_eq!(alice.account().factors[0].name, "New");
}

#[test]
fn a_cancelled_enrolment_cannot_be_confirmed() {
    let mut alice = Person::new("alice");
    assert_eq!(alice.denied(Command::Cancel), Denial::NotPending);
    alice.phone = Some(phone(&alice.begin(Enrol::default())));
    assert_eq!(alice.ask(Command::Cancel), Outcome::Done);
    let code = alice.code();
    assert_eq!(denied(&alice.confirm(&code)), Denied::of(Denial::NotPending));
    assert_eq!(alice.happened_since(0), [EventKind::EnrolmentStarted, EventKind::EnrolmentCancelled]);
}

#[test]
fn a_wrong_confirmation_leaves_the_enrolment_and_costs_an_attempt() {
    let mut alice = Person::new("alice");
    alice.phone = Some(phone(&alice.begin(Enrol::default())));
    let wrong = alice.wrong();
    let no = denied(&alice.confirm(&wrong));
    assert_eq!((no.reason, no.attempts_left), (Denial::Mismatch, Some(2)));
    assert_eq!(denied(&alice.confirm("1234")), Denied::of(Denial::Malformed));
    let code = alice.code();
    verified(alice.confirm(&code));
    assert_eq!(alice.account().failures_in_row, 0);
}

#[test]
fn a_confirmation_without_a_window_has_one_all_the_same_and_learns_the_clock() {
    let mut alice = Person::new("alice").with(Policy { window: 0, ..Policy::default() });
    alice.ahead = 30_000;
    assert_eq!(alice.enrol().drift, Some(1));
    assert_eq!(alice.account().factors[0].drift, Some(30_000));
    assert_eq!(alice.sign_in().drift, Some(1), "at window 0");
}

#[test]
fn an_imported_legacy_secret_is_taken_and_flagged() {
    let mut alice = Person::new("alice");
    let enrol = |secret: &str| Enrol { secret: Some(secret.into()), ..Enrol::default() };
    assert!(alice.begin(enrol("JBSW Y3DP EHPK 3PXP")).weak);
    let long = alice.begin(enrol("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
    assert_eq!((&**long.secret, long.weak), ("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", false));
    alice.enrol_as(enrol("JBSWY3DPEHPK3PXP"));
    assert!(alice.account().factors[0].weak, "and is still");
}

#[test]
fn a_hardware_token_is_imported_where_it_stands() {
    let mut alice = Person::new("alice");
    let enrol = Enrol { kind: FactorKind::Hotp, counter: Some(41), digits: Some(8), ..Enrol::default() };
    let enrolling = alice.begin(enrol);
    assert_eq!((enrolling.kind, enrolling.counter, enrolling.digits), (FactorKind::Hotp, 41, 8));
    let token = token(&enrolling);
    assert_eq!(denied(&alice.confirm(&token.generate(52))).reason, Denial::Mismatch, "beyond the look-ahead");
    verified(alice.confirm(&token.generate(51)));
    assert_eq!(denied(&alice.verify(&token.generate(51))).reason, Denial::Replayed);
    verified(alice.verify(&token.generate(52)));
    let factor = &alice.account().factors[0];
    assert_eq!((factor.kind, factor.drift), (FactorKind::Hotp, None));
}

#[test]
fn a_hardware_token_is_sha1_unless_told_whatever_the_policy_makes_of_totp() {
    let mut alice = Person::new("alice").with(Policy { algorithm: Algorithm::Sha512, ..Policy::default() });
    let hotp = Enrol { kind: FactorKind::Hotp, ..Enrol::default() };
    assert_eq!(alice.begin(hotp.clone()).algorithm, Algorithm::Sha1);
    assert_eq!(alice.begin(Enrol { algorithm: Some(Algorithm::Sha256), ..hotp }).algorithm, Algorithm::Sha256);
    assert_eq!(alice.begin(Enrol::default()).algorithm, Algorithm::Sha512);
}

#[test]
fn an_account_has_so_many_factors_and_no_more() {
    let mut alice = Person::enrolled();
    for _ in 1..5 {
        alice.enrol();
    }
    assert_eq!(alice.account().factors.len(), 5);
    assert_eq!(alice.denied(Command::Enrol(Enrol::default())), Denial::TooManyFactors);
    assert_eq!(alice.ask(Command::RemoveFactor { factor: 3 }), Outcome::Done);
    assert_eq!(alice.enrol().factor, Some(6));
}

#[test]
fn a_secret_that_the_account_has_already_is_not_taken_again() {
    // Else one code would be good once for each of the two factors.
    let mut alice = Person::new("alice");
    let secret = alice.begin(Enrol::default()).secret.clone();
    let again = |kind| Command::Enrol(Enrol { kind, secret: Some(secret.clone()), ..Enrol::default() });
    alice.enrol_as(Enrol { secret: Some(secret.clone()), ..Enrol::default() });
    assert_eq!(alice.denied(again(FactorKind::Totp)), Denial::AlreadyEnrolled);
    assert_eq!(alice.denied(again(FactorKind::Hotp)), Denial::AlreadyEnrolled);
    alice.ask(Command::RemoveFactor { factor: 1 });
    assert!(matches!(alice.ask(again(FactorKind::Hotp)), Outcome::Enrolling(_)));
}

#[test]
fn what_cannot_be_enrolled_is_an_error_and_changes_nothing() {
    let mut alice = Person::new("alice");
    alice.begin(Enrol::default());
    let (before, events) = (alice.body.clone(), alice.events.len());
    let secret = |text: &str| Enrol { secret: Some(text.into()), ..Enrol::default() };
    let name = |text: &str| Enrol { name: Some(text.into()), ..Enrol::default() };
    for (enrol, error) in [
        (secret(""), Error::SecretEmpty),
        (secret("GEZ"), Error::SecretLength),
        (secret("GEZDGNB1"), Error::SecretCharacter),
        (secret("MZXW6"), Error::SecretTooShort),
        (name(""), Error::NameInvalid),
        (name("  "), Error::NameInvalid),
        (name("two\nlines"), Error::NameInvalid),
        (name("\u{202e}enohp"), Error::NameInvalid),
        (name(&"x".repeat(65)), Error::NameInvalid),
        (Enrol { digits: Some(5), ..Enrol::default() }, Error::DigitsInvalid),
        (Enrol { period: Some(0), ..Enrol::default() }, Error::PeriodInvalid),
        (Enrol { counter: Some(1 << 53), ..Enrol::default() }, Error::CounterInvalid),
    ] {
        assert_eq!(alice.try_ask(Command::Enrol(enrol)), Err(error));
    }
    assert_eq!((&alice.body, alice.events.len()), (&before, events));
    alice.begin(name(&"ü".repeat(64)));
}

#[test]
fn a_counter_at_the_end_of_the_numbers_moves_on() {
    let mut alice = Person::new("alice");
    let end = (1_u64 << 53) - 1;
    let token = token(&alice.begin(Enrol { kind: FactorKind::Hotp, counter: Some(end), ..Enrol::default() }));
    verified(alice.confirm(&token.generate(end)));
    verified(alice.verify(&token.generate(end + 1)));
    assert_eq!(denied(&alice.verify(&token.generate(end + 1))).reason, Denial::Replayed);
}

#[test]
fn codes_of_every_kind_of_authenticator_confirm_and_verify() {
    for algorithm in [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512] {
        for (digits, period) in [(6, 30), (7, 60), (8, 15)] {
            let mut alice = Person::new("alice");
            alice.enrol_as(Enrol {
                algorithm: Some(algorithm),
                digits: Some(digits),
                period: Some(period),
                ..Enrol::default()
            });
            alice.wait(30);
            assert_eq!(alice.sign_in().factor, Some(1), "{algorithm:?} {digits} {period}");
        }
    }
}

#[test]
fn the_first_and_the_last_day_of_time_are_days() {
    for now in [0, (1 << 53) - 86_400_000] {
        let mut alice = Person::new("alice");
        alice.now = now;
        alice.enrol();
        let code = alice.code();
        assert_eq!(alice.denied(verify_with(1, &code)), Denial::Replayed);
        alice.sign_in();
    }
}
