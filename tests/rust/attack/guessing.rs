//! Guessing: no path without a cap, one budget for all of them, and nobody locks somebody else out.

use crate::person::{Person, denied, phone, resync, verified, verify, verify_with};
use edge_mfa::engine::{Command, Denial, Enrol, EventKind, Outcome, Policy, account_key};
use edge_mfa::protect::{Network, Purpose};
use edge_mfa::{Error, Sensitive};

/// Every way to hand in a wrong code.
fn surfaces(wrong: &str) -> Vec<(&'static str, Command)> {
    vec![
        ("verify", verify(wrong)),
        ("verify a named factor", verify_with(1, wrong)),
        ("resync", resync(wrong, wrong)),
        ("confirm", Command::Confirm { code: wrong.into() }),
        ("recovery", verify("0000-0000-0000-0000")),
    ]
}

/// Alice with a pending enrolment beside her phone.
fn re_enrolling() -> Person {
    let mut alice = Person::enrolled();
    alice.policy.pending = 3_600;
    alice.begin(Enrol::default());
    alice
}

#[test]
fn g1_no_path_is_without_a_cap() {
    let wrong = re_enrolling().wrong();
    for (surface, command) in surfaces(&wrong) {
        let (mut alice, mut looked_at) = (re_enrolling(), 0);
        alice.policy.locks = vec![1];
        // As patient as one can be, and much longer than a hundred codes take.
        for _ in 0..500 {
            alice.wait(2);
            match denied(&alice.ask(command.clone())).reason {
                Denial::Mismatch => looked_at += 1,
                Denial::Locked | Denial::Disabled => {}
                other => panic!("{surface}: {other:?}"),
            }
        }
        assert_eq!(looked_at, 100, "{surface}");
        alice.wait(86_400);
        let right = if surface == "recovery" { alice.codes[0].clone() } else { alice.code() };
        assert_eq!(alice.denied(verify(&right)), Denial::Disabled, "{surface}");
    }
}

#[test]
fn g1_three_attempts_whatever_the_path() {
    let wrong = re_enrolling().wrong();
    for (surface, command) in surfaces(&wrong) {
        let mut alice = re_enrolling();
        let reasons: Vec<_> = (0..6).map(|_| denied(&alice.ask(command.clone())).reason).collect();
        let (mismatch, locked) = (Denial::Mismatch, Denial::Locked);
        assert_eq!(reasons, [mismatch, mismatch, mismatch, locked, locked, locked], "{surface}");
    }
}

#[test]
fn g2_nothing_but_a_success_refills_the_budget() {
    let renewals: [fn(&mut Person); 14] = [
        |alice| drop(alice.begin(Enrol::default())),
        |alice| drop(alice.ask(Command::Cancel)),
        |alice| drop(alice.ask(Command::Inspect)),
        |alice| drop(alice.ask(Command::CheckSession)),
        |alice| drop(alice.ask(Command::RegenerateRecoveryCodes)),
        |alice| drop(alice.ask(Command::RenameFactor { factor: 1, name: "Other".into() })),
        |alice| drop(alice.ask(Command::CloseSessions)),
        |alice| drop(alice.ask(Command::CloseSession { id: None })),
        |alice| alice.token = None,
        |alice| alice.primary = Some("a new login".into()),
        |alice| alice.device = Some(Sensitive::from("an invented device")),
        |alice| alice.agent = Some("another browser".into()),
        |alice| drop(alice.verify("no code")),
        |alice| {
            let spent = alice.code();
            alice.verify(&spent);
        },
    ];
    for (place, renewal) in renewals.into_iter().enumerate() {
        let mut alice = Person::enrolled();
        for left in [2, 1, 0] {
            assert_eq!(alice.fail().attempts_left, Some(left), "{place}");
            renewal(&mut alice);
        }
        assert_eq!(alice.fail().reason, Denial::Locked, "{place}");
    }
}

#[test]
fn g3_a_failure_and_its_lock_are_stored_before_they_are_answered() {
    let wrong = re_enrolling().wrong();
    for (surface, command) in surfaces(&wrong) {
        let mut alice = re_enrolling();
        for failures in 1..=3 {
            // The server dies after the commit: nobody hears the answer.
            let step = alice.decide(command.clone()).unwrap();
            assert!(step.counted && step.record.is_some(), "{surface}");
            assert!(alice.commit(alice.revision, &step));
            let told = alice.events.iter().any(|event| matches!(event.kind, EventKind::Locked { .. }));
            assert_eq!(told, failures == 3, "{surface}");
        }
        let code = alice.code_in(30);
        assert_eq!(alice.denied(verify(&code)), Denial::Locked, "{surface}");
    }
    // An answer that is only computed is no answer: without the commit nothing has happened.
    let mut alice = Person::enrolled();
    let step = alice.decide(verify(&wrong)).unwrap();
    assert_eq!(denied(&step.outcome).reason, Denial::Mismatch);
    assert_eq!(alice.account().failures_in_row, 0);
}

#[test]
fn g4_parallel_wrong_guesses_all_count() {
    let mut alice = Person::enrolled();
    let wrong = verify(&alice.wrong());
    for count in 1..=3_u16 {
        // Two requests read the same revision; the second one loses, and must decide again.
        let revision = alice.revision;
        let (first, second) = (alice.decide(wrong.clone()).unwrap(), alice.decide(wrong.clone()).unwrap());
        assert!(alice.commit(revision, &first));
        assert!(!alice.commit(revision, &second));
        assert_eq!(alice.account().failures_in_row, count);
    }
    assert_eq!(alice.fail().reason, Denial::Locked);
    // Nor does a success that lost a race against a failure wipe it away.
    let mut alice = Person::enrolled();
    alice.wait(30);
    let (revision, code) = (alice.revision, alice.code());
    let (right, wrong) = (alice.decide(verify(&code)).unwrap(), alice.decide(wrong).unwrap());
    assert!(alice.commit(revision, &wrong));
    assert!(!alice.commit(revision, &right));
    assert_eq!(alice.account().failures_in_row, 1);
}

#[test]
fn g5_step_up_enrolment_and_recovery_share_the_budget() {
    let wrong = re_enrolling().wrong();
    let all = surfaces(&wrong);
    for first in 0..all.len() {
        for second in 0..all.len() {
            let mut alice = re_enrolling();
            for (_, command) in [&all[first], &all[second], &all[first]] {
                assert_eq!(alice.denied(command.clone()), Denial::Mismatch);
            }
            let code = alice.code_in(30);
            assert_eq!(alice.denied(verify(&code)), Denial::Locked, "{} and {}", all[first].0, all[second].0);
            assert_eq!(alice.denied(resync(&code, &code)), Denial::Locked);
            assert_eq!(alice.denied(Command::Confirm { code: code.as_str().into() }), Denial::Locked);
        }
    }
}

#[test]
fn g6_an_alias_is_another_account_without_a_factor_and_opens_nothing() {
    let mut alice = Person::enrolled();
    alice.fail();
    let owner = alice.owner();
    for alias in
        ["Alice@example.com", "alice@EXAMPLE.com", "a.lice@example.com", "alice@example.com.", "ａlice@example.com"]
    {
        let mut other = Person::new(alias);
        assert_ne!(other.owner(), owner, "{alias}");
        assert_eq!(other.denied(verify("123456")), Denial::NotEnrolled);
        other.body.clone_from(&alice.body);
        let body = other.body.as_ref().unwrap();
        assert_eq!(other.ring.open(Purpose::Record, &other.owner(), body), Err(Error::SealBroken), "{alias}");
    }
    assert_ne!(account_key("e\u{301}"), account_key("\u{e9}"), "Unicode forms are told apart, not mixed up");
    for none in ["", " alice@example.com", "alice@example.com\n", "alice\0@example.com", &"a".repeat(257)] {
        assert_eq!(account_key(none), Err(Error::SubjectInvalid), "{none:?}");
    }
}

#[test]
fn g7_addresses_are_counted_by_network() {
    let network = |text: &str| Network::parse(text).unwrap();
    assert_eq!(network("2001:db8::1"), network("2001:DB8:0:0:dead:beef:1:2"));
    assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
    assert_eq!(network("::ffff:203.0.113.7"), network("203.0.113.7"));
}

#[test]
fn g9_a_success_of_the_first_factor_clears_no_failure_of_the_second() {
    let mut alice = Person::enrolled();
    for attempt in 0..3 {
        // The password again: a new primary token, a new browser, no session.
        alice.primary = Some(format!("login {attempt}"));
        alice.token = None;
        assert_eq!(alice.denied(Command::CheckSession), Denial::NoSession);
        assert_eq!(alice.account().failures_in_row, attempt);
        alice.fail();
    }
    alice.primary = Some("login again".into());
    assert_eq!(alice.fail().reason, Denial::Locked);
}

#[test]
fn g10_failures_under_a_lock_do_not_extend_it() {
    let mut alice = Person::enrolled();
    alice.fail_three_times();
    let (until, body) = (alice.time().plus_secs(30), alice.body.clone());
    for _ in 0..29 {
        alice.wait(1);
        assert_eq!(alice.fail().retry_at, Some(until));
    }
    assert_eq!(alice.body, body, "nothing of it is even stored");
    alice.verify("0000-0000-0000-0000");
    assert_eq!(alice.account().locked_until, Some(until), "nor do wrong recovery codes");
    alice.wait(1);
    let code = alice.code();
    verified(alice.verify(&code));
}

#[test]
fn g10_others_lock_neither_a_known_device_nor_another_account_nor_recovery() {
    let mut alice = Person::enrolled();
    alice.policy.locks = vec![300];
    alice.remember = Some("Laptop".into());
    alice.sign_in();
    let laptop = alice.device.take();
    alice.remember = None;
    for _ in 0..20 {
        alice.fail_three_times();
        alice.wait(301);
    }
    alice.fail_three_times();
    assert_eq!(alice.fail().reason, Denial::Locked);
    let code = alice.codes[0].clone();
    verified(alice.verify(&code));

    alice.fail_three_times();
    alice.device = laptop;
    alice.sign_in();
    let mut bob = Person::new("bob");
    bob.enrol();
    bob.sign_in();
}

#[test]
fn g10_a_locked_account_still_shows_and_closes_its_sessions() {
    let mut alice = Person::enrolled();
    alice.fail_three_times();
    assert!(alice.is_signed_in(), "who is inside stays inside");
    assert_eq!(alice.ask(Command::CloseSessions), Outcome::Done);
}

#[test]
fn g11_a_hundred_failures_in_a_row_disable_the_codes() {
    let mut alice = Person::enrolled();
    alice.remember = Some("Laptop".into());
    alice.sign_in();
    let laptop = alice.device.clone();
    for count in 0..100_u16 {
        // Both lanes, replays and nonsense in between, and all the time in the world.
        alice.device = if count % 2 == 0 { laptop.clone() } else { None };
        alice.wait(301);
        assert_eq!(alice.account().failures_in_row, count);
        assert_eq!(alice.fail().reason, Denial::Mismatch, "{count}");
        alice.verify("nonsense");
    }
    assert!(alice.account().disabled);
    assert_eq!(alice.events.iter().filter(|event| event.kind == EventKind::Disabled).count(), 1);
    alice.wait(10_000_000);
    for device in [laptop, None] {
        alice.device = device;
        let (code, next) = (alice.code(), alice.code_in(30));
        for command in [verify(&code), verify_with(1, &code), resync(&code, &next)] {
            assert_eq!(alice.denied(command), Denial::Disabled);
        }
    }
    assert_eq!(alice.account().failures_in_row, 100, "and it is not more than that");
    let code = alice.codes[0].clone();
    verified(alice.verify(&code));
    alice.sign_in();
}

#[test]
fn g11_an_enrolment_is_confirmed_no_more_either() {
    let mut alice = re_enrolling();
    alice.policy = Policy { failures_in_row: 3, pending: 3_600, ..Policy::default() };
    let second = phone(&alice.begin(Enrol::default()));
    alice.fail_three_times();
    alice.wait(301);
    let code = second.generate(alice.time());
    assert_eq!(alice.denied(Command::Confirm { code: code.as_str().into() }), Denial::Disabled);
}
