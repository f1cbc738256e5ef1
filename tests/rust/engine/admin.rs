//! Looking at an account, unlocking it, and starting it anew.

use crate::person::{Person, verified, verify};
use edge_mfa::engine::{Command, Denial, Enrol, EventKind, Notify, Outcome, Policy};

#[test]
fn looking_changes_nothing() {
    let mut nobody = Person::new("nobody");
    let account = nobody.account();
    assert!(account.factors.is_empty() && account.sessions.is_empty() && account.devices.is_empty());
    assert_eq!((account.pending_until, account.locked_until), (None, None));
    assert_eq!((account.recovery_codes_left, account.failures_in_row, account.disabled), (0, 0, false));
    assert_eq!((nobody.body, nobody.events.len()), (None, 0));

    let mut alice = Person::enrolled();
    let (body, events) = (alice.body.clone(), alice.events.len());
    alice.wait(7);
    alice.account();
    assert!(alice.is_signed_in());
    assert_eq!((alice.body, alice.events.len()), (body, events));
}

#[test]
fn an_account_is_unlocked() {
    let mut alice = Person::enrolled();
    alice.policy = Policy { failures_in_row: 6, ..Policy::default() };
    for _ in 0..3 {
        alice.fail();
        alice.verify("0000-0000-0000-0000");
    }
    let account = alice.account();
    assert!(account.locked_until.is_some() && account.failures_in_row > 0);
    assert_eq!(alice.ask(Command::Unlock), Outcome::Done);
    let last = alice.events.last().unwrap();
    assert_eq!((last.kind.clone(), last.notify), (EventKind::Unlocked, Notify::User));
    let account = alice.account();
    assert_eq!((account.locked_until, account.failures_in_row, account.factors.len()), (None, 0, 1));
    let code = alice.codes[0].clone();
    verified(alice.verify(&code));
    alice.sign_in();
}

#[test]
fn a_disabled_account_is_unlocked_in_both_lanes() {
    let mut alice = Person::enrolled();
    alice.remember = Some("Laptop".into());
    alice.sign_in();
    alice.policy = Policy { failures_in_row: 3, ..Policy::default() };
    alice.fail_three_times();
    assert_eq!(alice.fail().reason, Denial::Disabled);
    alice.ask(Command::Unlock);
    alice.sign_in();
}

#[test]
fn after_a_reset_nothing_is_left_but_the_numbers() {
    let mut alice = Person::enrolled();
    alice.remember = Some("Laptop".into());
    let epoch = alice.sign_in().session.epoch;
    alice.begin(Enrol::default());
    alice.fail_three_times();
    let events = alice.events.len() as u64;

    assert_eq!(alice.ask(Command::Reset), Outcome::Done);
    let last = alice.events.last().unwrap();
    assert_eq!((last.kind.clone(), last.notify, last.number), (EventKind::Reset, Notify::Both, events + 1));
    assert_eq!(alice.denied(Command::CheckSession), Denial::Closed);
    let account = alice.account();
    assert_eq!((account.factors.len(), account.devices.len(), account.sessions.len()), (0, 0, 0));
    assert_eq!((account.pending_until, account.locked_until, account.recovery_codes_left), (None, None, 0));
    let code = alice.code_in(30);
    assert_eq!(alice.denied(verify(&code)), Denial::NotEnrolled);

    let again = alice.enrol();
    assert_eq!((again.factor, again.session.epoch), (Some(2), epoch + 1), "no number comes twice");
    assert!(again.recovery_codes.is_some());
}

#[test]
fn a_reset_of_nobody_is_a_reset() {
    let mut nobody = Person::new("nobody");
    assert_eq!(nobody.ask(Command::Reset), Outcome::Done);
    assert_eq!(nobody.happened_since(0), [EventKind::Reset]);
    assert_eq!(nobody.enrol().session.epoch, 1);
}
