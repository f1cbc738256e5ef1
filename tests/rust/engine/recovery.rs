//! Recovery codes: spending, counting, replacing.

use crate::person::{Person, denied, verified, verify};
use edge_mfa::engine::{Command, Denial, Denied, EventKind, Notify, Outcome, Policy};

#[test]
fn every_code_of_the_set_is_good_once() {
    let mut alice = Person::enrolled();
    let codes = alice.codes.clone();
    for (place, code) in codes.iter().enumerate() {
        let brought = verified(alice.verify(code));
        assert_eq!(usize::from(brought.recovery_codes_left), 9 - place);
        assert_eq!(alice.verify(code), Outcome::Denied(Denied::of(Denial::Replayed)));
    }
    assert_eq!(alice.account().recovery_codes_left, 0);
    for code in &codes {
        assert_eq!(alice.denied(verify(code)), Denial::Replayed, "used codes are known for ever");
    }
    alice.sign_in();
}

#[test]
fn a_used_code_is_told_once_and_again_when_it_comes_again() {
    let mut alice = Person::enrolled();
    let code = alice.codes[0].clone();
    verified(alice.verify(&code));
    let used = alice.events.last().unwrap();
    assert_eq!((used.kind.clone(), used.notify), (EventKind::RecoveryCodeUsed { left: 9 }, Notify::Both));
    let events = alice.events.len();
    for _ in 0..3 {
        alice.verify(&code);
    }
    assert_eq!(alice.happened_since(events), [EventKind::Replayed { factor: None }]);
    assert_eq!(alice.account().failures_in_row, 0);
}

#[test]
fn a_set_has_as_many_codes_as_the_policy_says() {
    for count in [8, 9, 10] {
        let mut alice = Person::new("alice").with(Policy { recovery_codes: count, ..Policy::default() });
        assert_eq!(alice.enrol().recovery_codes_left, count);
        assert_eq!(alice.codes.len(), usize::from(count));
    }
}

#[test]
fn a_new_set_ends_the_old_one() {
    let mut alice = Person::enrolled();
    let (old, events) = (alice.codes.clone(), alice.events.len());
    verified(alice.verify(&old[0]));
    assert!(matches!(alice.ask(Command::RegenerateRecoveryCodes), Outcome::RecoveryCodes(_)));
    assert_eq!(alice.account().recovery_codes_left, 10);
    for code in &old[..2] {
        assert_eq!(alice.denied(verify(code)), Denial::Mismatch);
    }
    let new = alice.codes.clone();
    assert!(new.iter().all(|code| !old.contains(code)));
    verified(alice.verify(&new[0]));
    assert_eq!(alice.happened_since(events)[1], EventKind::RecoveryCodesMade);
    assert_eq!(alice.events[events + 1].notify, Notify::User);
}

#[test]
fn a_new_set_demands_a_factor_and_a_fresh_verification() {
    let mut alice = Person::new("alice");
    assert_eq!(alice.denied(Command::RegenerateRecoveryCodes), Denial::NotEnrolled);
    alice.enrol();
    alice.wait(301);
    assert_eq!(alice.denied(Command::RegenerateRecoveryCodes), Denial::VerificationRequired);
    let code = alice.codes[0].clone();
    verified(alice.verify(&code));
    assert!(matches!(alice.ask(Command::RegenerateRecoveryCodes), Outcome::RecoveryCodes(_)));
}

#[test]
fn wrong_recovery_codes_lock_recovery_and_the_other_codes() {
    let mut alice = Person::enrolled();
    for left in [2, 1] {
        assert_eq!(denied(&alice.verify("0000-0000-0000-0000")).attempts_left, Some(left));
    }
    let events = alice.events.len();
    let until = alice.time().plus_secs(30);
    let no = denied(&alice.verify("0000-0000-0000-0000"));
    assert_eq!((no.attempts_left, no.retry_at), (Some(0), Some(until)));
    assert_eq!(alice.happened_since(events), [EventKind::Failed { row: 3 }, EventKind::Locked { until }], "told once");
    let (recovery, code) = (alice.codes[0].clone(), alice.code());
    assert_eq!(denied(&alice.verify(&recovery)).retry_at, Some(until));
    assert_eq!(denied(&alice.verify(&code)).retry_at, Some(until));
    alice.wait(30);
    verified(alice.verify(&recovery));
}

#[test]
fn a_lock_of_recovery_alone_is_told_too() {
    let mut alice = Person::enrolled();
    alice.fail_three_times();
    let events = alice.events.len();
    for _ in 0..3 {
        alice.verify("0000-0000-0000-0000");
    }
    let until = alice.time().plus_secs(30);
    assert_eq!(alice.happened_since(events)[2..], [EventKind::Failed { row: 3 }, EventKind::Locked { until }]);
    let code = alice.codes[0].clone();
    assert_eq!(alice.denied(verify(&code)), Denial::Locked);
}

#[test]
fn recovery_ends_the_locks_and_what_was_counted() {
    let mut alice = Person::enrolled();
    alice.policy = Policy { failures_in_row: 3, ..Policy::default() };
    alice.fail_three_times();
    alice.wait(3600);
    let code = alice.code();
    assert_eq!(alice.denied(verify(&code)), Denial::Disabled);
    assert!(alice.account().disabled);
    let recovery = alice.codes[0].clone();
    verified(alice.verify(&recovery));
    let account = alice.account();
    assert_eq!((account.disabled, account.failures_in_row, account.locked_until), (false, 0, None));
    alice.sign_in();
}

#[test]
fn recovery_is_disabled_by_its_own_failures_in_a_row() {
    let mut alice = Person::enrolled();
    for row in 1..=100 {
        alice.wait(301);
        assert_eq!(alice.denied(verify("0000-0000-0000-0000")), Denial::Mismatch, "{row}");
    }
    let code = alice.codes[0].clone();
    assert_eq!(alice.denied(verify(&code)), Denial::Disabled);
    assert_eq!(alice.events.iter().filter(|event| event.kind == EventKind::Disabled).count(), 1);
    alice.wait(301);
    alice.sign_in();
    assert_eq!(alice.denied(verify(&code)), Denial::Disabled, "the phone says nothing about the codes");
    assert!(matches!(alice.ask(Command::RegenerateRecoveryCodes), Outcome::RecoveryCodes(_)));
    let code = alice.codes[0].clone();
    verified(alice.verify(&code));
}
