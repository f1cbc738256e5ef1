//! Spending codes: TOTP, HOTP, several factors, and two codes in a row.

use crate::person::{Person, denied, phone, resync, token, verified, verify, verify_with};
use edge_mfa::Hotp;
use edge_mfa::engine::{Command, Denial, Denied, Enrol, EventKind, FactorKind, Outcome, Policy};

/// Bob, who has a hardware token that stands at 1.
fn hardware() -> (Person, Hotp) {
    let mut bob = Person::new("bob");
    let token = token(&bob.begin(Enrol { kind: FactorKind::Hotp, ..Enrol::default() }));
    verified(bob.confirm(&token.generate(0)));
    (bob, token)
}

#[test]
fn a_right_code_brings_a_session() {
    let mut alice = Person::enrolled();
    alice.token = None;
    let brought = alice.sign_in();
    assert_eq!((brought.factor, brought.drift, brought.recovery_codes_left), (Some(1), Some(0), 10));
    assert_eq!((brought.recovery_codes, brought.device), (None, None));
    assert!(alice.is_signed_in());
    assert_eq!(alice.account().factors[0].used_at, Some(alice.time()));
    assert_eq!(alice.events.last().unwrap().kind, EventKind::Verified { factor: 1 });
}

#[test]
fn an_account_without_a_factor_is_like_one_whose_codes_are_wrong() {
    let (mut alice, mut bob) = (Person::enrolled(), Person::new("bob"));
    alice.now = bob.now;
    let wrong = alice.wrong();
    let recovery = "0123-4567-89AB-CDEF";
    let commands =
        [verify(&wrong), verify(recovery), verify("1"), resync(&wrong, &wrong), verify(&wrong), verify(&wrong)];
    for command in commands.into_iter().chain((0..9).map(|_| verify(recovery))) {
        let (known, unknown) = (denied(&alice.ask(command.clone())), denied(&bob.ask(command)));
        let same = match unknown.reason {
            Denial::NotEnrolled => Denied { reason: Denial::Mismatch, ..unknown },
            _ => unknown,
        };
        assert_eq!(same, known);
    }
    let kinds =
        |person: &Person| person.events.iter().rev().take(7).map(|event| event.kind.clone()).collect::<Vec<_>>();
    assert_eq!(kinds(&alice), kinds(&bob), "it is counted, and locks");
}

#[test]
fn the_window_is_one_step_each_way() {
    for (step, good) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
        let mut alice = Person::enrolled();
        alice.wait(90);
        let code = alice.code_in(30 * step);
        assert_eq!(matches!(alice.verify(&code), Outcome::Verified(_)), good, "{step}");
    }
}

#[test]
fn what_is_no_code_costs_nothing() {
    let mut alice = Person::enrolled();
    let before = alice.body.clone();
    for typed in ["", "12345", "1234567", "12345678", "+23456", "abcdef", &"1".repeat(10_000), "0123-4567-89AB-CDE"] {
        assert_eq!(alice.verify(typed), Outcome::Denied(Denied::of(Denial::Malformed)), "{typed}");
        assert_eq!(alice.denied(resync(typed, typed)), Denial::Malformed);
    }
    assert_eq!(alice.denied(resync("123456", "12345")), Denial::Malformed);
    assert_eq!(alice.body, before);
}

#[test]
fn a_hardware_token_may_be_ten_codes_ahead() {
    let (mut bob, token) = hardware();
    assert_eq!(bob.denied(verify(&token.generate(12))), Denial::Mismatch);
    verified(bob.verify(&token.generate(11)));
    for spent in [11, 11] {
        assert_eq!(bob.denied(verify(&token.generate(spent))), Denial::Replayed);
    }
    assert_eq!(bob.denied(verify(&token.generate(5))), Denial::Mismatch, "skipped is spent");
    verified(bob.verify(&token.generate(12)));
}

#[test]
fn two_codes_in_a_row_find_a_hardware_token_again() {
    let (mut bob, token) = hardware();
    assert_eq!(bob.denied(resync(&token.generate(102), &token.generate(103))), Denial::Mismatch, "too far");
    assert_eq!(bob.denied(resync(&token.generate(60), &token.generate(62))), Denial::Mismatch, "not in a row");
    verified(bob.resync(&token.generate(101), &token.generate(102)));
    assert_eq!(bob.denied(resync(&token.generate(101), &token.generate(102))), Denial::Replayed, "sent twice");
    assert_eq!(bob.denied(verify(&token.generate(102))), Denial::Replayed);
    verified(bob.verify(&token.generate(103)));
    let since = bob.happened_since(bob.events.len() - 3);
    let expected = [
        EventKind::Resynchronised { factor: 1 },
        EventKind::Replayed { factor: Some(1) },
        EventKind::Verified { factor: 1 },
    ];
    assert_eq!(since, expected, "a replay is told once");
}

#[test]
fn two_codes_in_a_row_find_an_authenticator_again() {
    for (ahead, good) in [(-10, true), (-5, true), (2, true), (9, true), (10, true), (-12, false), (12, false)] {
        let mut alice = Person::enrolled();
        alice.wait(3600);
        alice.ahead = 30_000 * ahead;
        let code = alice.code();
        assert_eq!(alice.denied(verify(&code)), Denial::Mismatch);
        let (first, second) = (alice.code_in(-30), alice.code());
        let outcome = alice.resync(&first, &second);
        // The first one lies a step further behind.
        assert_eq!(matches!(outcome, Outcome::Verified(_)), good && ahead > -10, "{ahead}");
        if let Outcome::Verified(brought) = outcome {
            assert_eq!(brought.drift, Some(ahead));
            assert_eq!(alice.denied(resync(&first, &second)), Denial::Replayed, "sent twice");
            assert_eq!(alice.denied(verify(&second)), Denial::Replayed);
            assert_eq!(
                alice.account().factors[0].drift.unwrap().div_euclid(1000),
                30 * ahead + if ahead < 0 { 29 } else { 0 }
            );
            alice.sign_in();
        }
    }
}

#[test]
fn two_codes_that_are_not_in_a_row_are_wrong() {
    let mut alice = Person::enrolled();
    alice.wait(3600);
    let codes: Vec<String> = (-3..=3).map(|step| alice.code_in(30 * step)).collect();
    for (first, second) in [(0, 2), (2, 1), (1, 1)] {
        assert_eq!(alice.denied(resync(&codes[first], &codes[second])), Denial::Mismatch);
        assert_eq!(alice.ask(Command::Unlock), Outcome::Done);
    }
    verified(alice.resync(&codes[1], &codes[2]));
    // One of them spent and the other one right: that must not be told apart from wrong.
    assert_eq!(alice.denied(resync(&codes[2], &codes[3])), Denial::Mismatch);
    assert_eq!(alice.denied(resync(&codes[2], &alice.wrong())), Denial::Mismatch);
}

#[test]
fn every_factor_is_asked_and_the_right_one_is_told() {
    let mut alice = Person::enrolled();
    let first = alice.phone.clone().unwrap();
    alice.wait(30);
    alice.enrol();
    let token = token(&alice.begin(Enrol { kind: FactorKind::Hotp, ..Enrol::default() }));
    verified(alice.confirm(&token.generate(0)));
    alice.wait(60);

    assert_eq!(verified(alice.verify(&first.generate(alice.time()))).factor, Some(1));
    let code = alice.code();
    assert_eq!(verified(alice.verify(&code)).factor, Some(2));
    assert_eq!(verified(alice.verify(&token.generate(1))).factor, Some(3));
    let no = alice.fail();
    assert_eq!((no.reason, no.attempts_left), (Denial::Mismatch, Some(2)), "one failure, not three");
}

#[test]
fn a_named_factor_is_asked_alone() {
    let mut alice = Person::enrolled();
    let first = alice.phone.clone().unwrap();
    alice.wait(30);
    alice.enrol();
    alice.wait(60);
    let (of_first, of_second) = (first.generate(alice.time()), alice.code());
    assert_eq!(alice.denied(verify_with(2, &of_first)), Denial::Mismatch);
    assert_eq!(alice.denied(verify_with(9, &of_first)), Denial::Unknown);
    assert_eq!(verified(alice.ask(verify_with(1, &of_first))).factor, Some(1));
    assert_eq!(verified(alice.ask(verify_with(2, &of_second))).factor, Some(2));
    let code = alice.codes[0].clone();
    assert_eq!(alice.denied(verify_with(1, &code)), Denial::Malformed, "a recovery code is none of it");

    alice.wait(60);
    let (one, two) = (first.generate(alice.time()), alice.code_in(30));
    let named = Command::Resync { first: one.as_str().into(), second: two.as_str().into(), factor: Some(1) };
    assert_eq!(alice.denied(named), Denial::Mismatch, "codes of two factors are no pair");
}

#[test]
fn a_recovery_code_is_known_by_its_shape() {
    let mut alice = Person::enrolled();
    let code = alice.codes[3].to_lowercase().replace('-', " ");
    let brought = verified(alice.verify(&code));
    assert_eq!((brought.factor, brought.drift, brought.recovery_codes_left), (None, None, 9));
    assert_eq!(alice.events.last().unwrap().kind, EventKind::RecoveryCodeUsed { left: 9 });
}

#[test]
fn replays_cost_nothing_and_are_told_once() {
    let mut alice = Person::enrolled();
    let code = alice.code();
    let events = alice.events.len();
    assert_eq!(alice.verify(&code), Outcome::Denied(Denied::of(Denial::Replayed)));
    let body = alice.body.clone();
    for _ in 0..50 {
        assert_eq!(alice.verify(&code), Outcome::Denied(Denied::of(Denial::Replayed)));
    }
    assert_eq!(alice.body, body);
    assert_eq!(alice.happened_since(events), [EventKind::Replayed { factor: Some(1) }]);
    let account = alice.account();
    assert_eq!((account.failures_in_row, account.locked_until), (0, None));

    alice.sign_in();
    let code = alice.code();
    alice.verify(&code);
    assert_eq!(alice.events.last().unwrap().kind, EventKind::Replayed { factor: Some(1) }, "of the next one again");
}

#[test]
fn three_failures_lock_longer_and_longer_until_a_success() {
    let mut alice = Person::enrolled();
    for lock in [30, 60, 120, 300, 300] {
        alice.wait(301);
        for left in [2, 1] {
            let no = alice.fail();
            assert_eq!((no.reason, no.attempts_left, no.retry_at), (Denial::Mismatch, Some(left), None));
        }
        let no = alice.fail();
        let until = alice.time().plus_secs(lock);
        assert_eq!((no.reason, no.attempts_left, no.retry_at), (Denial::Mismatch, Some(0), Some(until)));
        assert_eq!(alice.account().locked_until, Some(until));
        alice.wait(u64::from(lock) - 1);
        let code = alice.code();
        let no = denied(&alice.verify(&code));
        assert_eq!((no.reason, no.retry_at, no.attempts_left), (Denial::Locked, Some(until), None));
        alice.wait(1);
    }
    alice.sign_in();
    for _ in 0..2 {
        alice.fail();
    }
    assert_eq!(alice.fail().retry_at, Some(alice.time().plus_secs(30)), "from the beginning");
}

#[test]
fn failures_that_lie_further_apart_do_not_lock() {
    let mut alice = Person::enrolled();
    for _ in 0..20 {
        assert_eq!(alice.fail().retry_at, None);
        alice.wait(151);
    }
    assert_eq!(alice.account().failures_in_row, 20);
}

#[test]
fn the_third_failure_of_exactly_five_minutes_locks() {
    for (seconds, locks) in [(300, true), (301, false)] {
        let mut alice = Person::enrolled();
        alice.fail();
        alice.fail();
        alice.wait(seconds);
        assert_eq!(alice.fail().retry_at.is_some(), locks, "{seconds}");
    }
}

#[test]
fn attempts_that_are_left_end_with_the_cap() {
    let mut alice = Person::enrolled();
    alice.policy = Policy { failures: 10, failures_in_row: 3, ..Policy::default() };
    let left: Vec<_> = (0..3).map(|_| alice.fail().attempts_left).collect();
    assert_eq!(left, [Some(2), Some(1), Some(0)]);
    assert_eq!(alice.fail().reason, Denial::Disabled);
    let mut bob = Person::enrolled();
    bob.policy = alice.policy.clone();
    let wrong = "0000-0000-0000-0000";
    let left: Vec<_> = (0..3).map(|_| denied(&bob.verify(wrong)).attempts_left).collect();
    assert_eq!(left, [Some(2), Some(1), Some(0)]);
}

#[test]
fn a_second_phone_with_another_clock_is_followed_on_its_own() {
    let mut alice = Person::enrolled();
    alice.wait(30);
    let second = phone(&alice.begin(Enrol::default()));
    verified(alice.confirm(&second.generate(alice.time().plus_secs(30))));
    let drifts: Vec<_> = alice.account().factors.iter().map(|factor| factor.drift).collect();
    assert_eq!(drifts, [Some(0), Some(30_000)]);
}
