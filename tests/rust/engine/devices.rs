//! Remembered devices, and the lane that they have of their own.

use crate::person::{Person, denied, verified};
use edge_mfa::Timestamp;
use edge_mfa::engine::{Denial, EventKind, Notify, Outcome, Policy};

/// Alice, whose laptop is remembered and came along.
fn with_laptop() -> Person {
    let mut alice = Person::enrolled();
    alice.remember = Some("Laptop".into());
    alice.sign_in();
    assert!(alice.device.is_some());
    alice
}

#[test]
fn a_device_is_remembered_when_it_is_asked_for() {
    let mut alice = Person::enrolled();
    assert_eq!(alice.sign_in().device, None);
    alice.remember = Some("Laptop".into());
    let events = alice.events.len();
    let token = alice.sign_in().device.unwrap();
    assert_eq!(token.len(), 32, "160 bits");
    assert_eq!(alice.happened_since(events), [EventKind::Verified { factor: 1 }, EventKind::NewDevice]);
    assert_eq!(alice.events.last().unwrap().notify, Notify::User);
    assert_eq!(alice.sign_in().device, None, "it is known by now");
    let devices = alice.account().devices;
    assert_eq!((devices.len(), devices[0].name.as_str()), (1, "Laptop"));
    assert_eq!((devices[0].first_at.plus_secs(30), devices[0].last_at), (alice.time(), alice.time()));
}

#[test]
fn strangers_do_not_lock_a_known_device_out() {
    let mut alice = with_laptop();
    alice.policy.locks = vec![300];
    let device = alice.device.take();
    for _ in 0..3 {
        alice.fail();
    }
    assert_eq!(alice.fail().reason, Denial::Locked);
    alice.device = device;
    alice.sign_in();
    alice.device = None;
    assert_eq!(alice.fail().reason, Denial::Locked, "the lane of the others stays as it was");
}

#[test]
fn a_known_device_has_its_own_budget_and_no_more() {
    let mut alice = with_laptop();
    for left in [2, 1, 0] {
        assert_eq!(alice.fail().attempts_left, Some(left));
    }
    assert_eq!(alice.fail().reason, Denial::Locked);
    alice.device = None;
    assert_eq!(alice.account().locked_until, None);
    assert_eq!(alice.fail().reason, Denial::Mismatch, "others are not locked by it");
    assert_eq!(alice.account().failures_in_row, 4, "but they count in one row");
}

#[test]
fn a_token_that_is_not_known_is_a_strangers() {
    let mut alice = with_laptop();
    let own = alice.device.take().unwrap();
    alice.fail_three_times();
    for token in ["", "x", &own[1..], &own.to_lowercase(), &format!("{}A", own.as_str())] {
        alice.device = Some(token.into());
        assert_eq!(alice.fail().reason, Denial::Locked, "{token}");
    }
    let mut bob = Person::new("bob");
    bob.enrol();
    bob.fail_three_times();
    bob.device = Some(own);
    assert_eq!(bob.fail().reason, Denial::Locked, "and so is one of another account");
}

#[test]
fn a_device_is_remembered_as_long_as_it_is_used() {
    let mut alice = with_laptop();
    let lifetime = u64::from(alice.policy.device_lifetime);
    let events = alice.events.len();
    alice.wait(lifetime - 60);
    alice.sign_in();
    alice.wait(lifetime - 30);
    assert_eq!(alice.sign_in().device, None, "still the same");
    alice.wait(lifetime);
    let token = alice.sign_in().device;
    assert!(token.is_some(), "a new token");
    assert_eq!(alice.account().devices.len(), 1);
    assert_eq!(alice.happened_since(events).last(), Some(&EventKind::NewDevice));
}

#[test]
fn a_device_that_was_forgotten_is_a_strangers() {
    let mut alice = with_laptop();
    let device = alice.device.clone();
    alice.wait(u64::from(alice.policy.device_lifetime) + 1);
    alice.device = None;
    alice.fail_three_times();
    alice.device = device;
    assert_eq!(alice.fail().reason, Denial::Locked);
}

#[test]
fn one_more_device_forgets_the_one_that_was_not_used_for_longest() {
    let mut alice = Person::new("alice").with(Policy { most_devices: 2, ..Policy::default() });
    alice.enrol();
    let mut tokens = Vec::new();
    for name in ["One", "Two"] {
        (alice.remember, alice.device) = (Some(name.into()), None);
        tokens.push(alice.sign_in().device);
    }
    alice.device = tokens[0].clone();
    alice.sign_in();
    (alice.remember, alice.device) = (Some("Three".into()), None);
    alice.sign_in();
    let mut names: Vec<_> = alice.account().devices.into_iter().map(|device| device.name).collect();
    names.sort();
    assert_eq!(names, ["One", "Three"]);
}

#[test]
fn without_devices_in_the_policy_none_is_remembered() {
    let mut alice = Person::new("alice").with(Policy { most_devices: 0, ..Policy::default() });
    alice.remember = Some("Laptop".into());
    assert_eq!(alice.enrol().device, None);
    assert!(alice.account().devices.is_empty());
}

#[test]
fn a_wrong_code_remembers_nothing() {
    let mut alice = Person::enrolled();
    alice.remember = Some("Laptop".into());
    alice.fail();
    let code = alice.code();
    assert_eq!(denied(&alice.verify(&code)).reason, Denial::Replayed);
    assert!(alice.account().devices.is_empty());
}

#[test]
fn a_locked_address_locks_strangers_and_not_known_devices() {
    let mut alice = with_laptop();
    let until = alice.time().plus_secs(900);
    alice.address_locked = Some(until);
    alice.sign_in();
    alice.device = None;
    alice.wait(30);
    let code = alice.code();
    let no = denied(&alice.verify(&code));
    assert_eq!((no.reason, no.retry_at), (Denial::Locked, Some(until)));
    let recovery = alice.codes[0].clone();
    verified(alice.verify(&recovery));
    alice.address_locked = Some(alice.time());
    alice.sign_in();
}

#[test]
fn of_two_locks_the_later_end_is_told() {
    let mut alice = Person::enrolled();
    alice.fail_three_times();
    for (address, expected) in [(10, 30), (90, 90)] {
        alice.address_locked = Some(alice.time().plus_secs(address));
        assert_eq!(alice.fail().retry_at, Some(alice.time().plus_secs(expected)));
    }
    alice.address_locked = Timestamp::from_millis(1).ok();
    alice.wait(30);
    assert!(matches!(alice.fail().reason, Denial::Mismatch));
    assert!(!matches!(alice.verify("x"), Outcome::Verified(_)));
}
