//! Renaming and removing factors.

use crate::person::{Person, verified, verify};
use edge_mfa::Error;
use edge_mfa::engine::{Command, Denial, Enrol, EventKind, Notify, Outcome};

fn rename(factor: u16, name: &str) -> Command {
    Command::RenameFactor { factor, name: name.into() }
}

#[test]
fn a_factor_is_renamed() {
    let mut alice = Person::enrolled();
    assert_eq!(alice.ask(rename(1, "  Phone, blue \u{1f4f1} ")), Outcome::Done);
    assert_eq!(alice.account().factors[0].name, "Phone, blue \u{1f4f1}");
    assert_eq!(alice.events.last().unwrap().kind, EventKind::FactorRenamed { factor: 1 });
    assert_eq!(alice.denied(rename(2, "Other")), Denial::Unknown);
    for name in ["", "a\u{0}b", "a\u{202e}b", "a\u{61c}b", "a\u{85}b"] {
        assert_eq!(alice.try_ask(rename(1, name)), Err(Error::NameInvalid), "{name:?}");
    }
}

#[test]
fn a_change_of_factors_demands_a_fresh_verification() {
    let commands =
        || [rename(1, "Other"), Command::RemoveFactor { factor: 1 }, Command::Enrol(Enrol::default())].into_iter();
    for command in commands() {
        let mut alice = Person::enrolled();
        alice.wait(300);
        assert!(!matches!(alice.ask(command.clone()), Outcome::Denied(_)), "five minutes are fresh");

        let mut alice = Person::enrolled();
        alice.wait(301);
        assert_eq!(alice.denied(command.clone()), Denial::VerificationRequired);
        alice.sign_in();
        assert!(!matches!(alice.ask(command.clone()), Outcome::Denied(_)));

        let mut alice = Person::enrolled();
        alice.token = None;
        assert_eq!(alice.denied(command), Denial::VerificationRequired);
    }
}

#[test]
fn a_removed_factor_verifies_no_more_and_the_others_still_do() {
    let mut alice = Person::enrolled();
    let first = alice.phone.clone().unwrap();
    alice.wait(30);
    alice.enrol();
    assert_eq!(alice.ask(Command::RemoveFactor { factor: 1 }), Outcome::Done);
    let removed = alice.events.last().unwrap();
    assert_eq!((removed.kind.clone(), removed.notify), (EventKind::FactorRemoved { factor: 1 }, Notify::User));
    assert_eq!(alice.denied(Command::RemoveFactor { factor: 1 }), Denial::Unknown);
    alice.wait(60);
    assert_eq!(alice.denied(verify(&first.generate(alice.time()))), Denial::Mismatch);
    alice.sign_in();
    assert_eq!(alice.account().recovery_codes_left, 10);
}

#[test]
fn with_the_last_factor_go_the_recovery_codes_and_all_sessions() {
    let mut alice = Person::enrolled();
    let epoch = verified(alice.verify(&alice.codes[0].clone())).session.epoch;
    assert_eq!(alice.ask(Command::RemoveFactor { factor: 1 }), Outcome::Done);
    assert_eq!(alice.denied(Command::CheckSession), Denial::Closed);
    let account = alice.account();
    assert_eq!((account.factors.len(), account.recovery_codes_left, account.sessions.len()), (0, 0, 0));
    let code = alice.codes[1].clone();
    assert_eq!(alice.denied(verify(&code)), Denial::NotEnrolled);

    let again = alice.enrol();
    assert_eq!((again.factor, again.session.epoch), (Some(2), epoch + 1));
    assert_eq!(again.recovery_codes_left, 10);
    assert_eq!(alice.denied(verify(&code)), Denial::Mismatch, "of the first set");
}
