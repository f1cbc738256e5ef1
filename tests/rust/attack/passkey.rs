//! W: passkeys. Each check of a ceremony has its test in `tests/rust/webauthn`; here the engine stands behind them.

use crate::authenticator::{BE, BS, Passkey, UP, UV};
use crate::certificate::Certificate;
use crate::key::Key;
use crate::person::{Person, denied, verified};
use edge_mfa::engine::{AuthenticationResponse, Command, Denial, NewPasskey, Outcome, Passkeys};
use edge_mfa::webauthn::{AttestationPolicy, Refusal, RelyingParty};
use std::sync::Arc;

fn with_passkey(subject: &str, seed: u8) -> (Person, Passkey) {
    let (mut person, mut passkey) = (Person::new(subject), Passkey::new(seed));
    verified(person.register(&mut passkey));
    (person, passkey)
}

fn sign_in(person: &mut Person, response: AuthenticationResponse) -> Outcome {
    person.ask_twice(&Command::Authenticate { response, grant: None })
}

fn check(outcome: &Outcome) -> Option<&'static str> {
    assert_eq!(denied(outcome).reason, Denial::PasskeyRefused);
    denied(outcome).check
}

/// CVE-2026-30964: scheme, host and port, each of them whole.
#[test]
fn w1_an_origin_is_compared_whole() {
    let (mut alice, mut passkey) = with_passkey("alice", 1);
    for origin in [
        "http://example.com",
        "https://example.com:444",
        "https://example.com/",
        "https://example.com.evil.example",
        "https://evilexample.com",
        "https://sub.example.com",
        "https://EXAMPLE.com",
        "https://example.co",
        "null",
    ] {
        passkey.origin = origin;
        let response = passkey.get(&alice.options().challenge);
        assert_eq!(check(&sign_in(&mut alice, response)), Some(Refusal::Origin.name()), "{origin}");
    }
    passkey.origin = "https://example.com";
    verified(alice.use_passkey(&mut passkey));
}

/// CVE-2022-42731: single-use, gone before anything is parsed, of this account and of this ceremony.
#[test]
fn w2_a_challenge_is_good_once_for_one_account_and_one_ceremony() {
    let (mut alice, mut passkey) = with_passkey("alice", 1);
    let (mut bob, mut other) = with_passkey("bob", 2);
    let challenge = alice.options().challenge;
    let nonsense = AuthenticationResponse { id: passkey.id(), ..AuthenticationResponse::default() };
    assert_eq!(check(&sign_in(&mut alice, nonsense)), Some(Refusal::ClientData.name()));
    let late = passkey.get(&challenge);
    assert_eq!(denied(&sign_in(&mut alice, late)).reason, Denial::NoChallenge);

    let challenge = alice.options().challenge;
    bob.options();
    let of_alice = other.get(&challenge);
    assert_eq!(check(&sign_in(&mut bob, of_alice)), Some(Refusal::Challenge.name()));

    let registration = alice.registration(NewPasskey::default());
    alice.options();
    let crossed = passkey.get(&registration.challenge);
    assert_eq!(check(&sign_in(&mut alice, crossed)), Some(Refusal::Challenge.name()));
}

/// Where an authority is trusted, an authenticator without its word is none.
#[test]
fn w3_nobody_vouches_for_himself() {
    let mut alice = Person::new("alice");
    let (key, name) = (Key::p384(21), vec![(10, "Maker"), (3, "Root")]);
    let anchor = Certificate::new(name.clone(), &key, name, &key).authority(None).to_der();
    let relying_party = RelyingParty::new("example.com".into(), vec!["https://example.com".into()], vec![]).unwrap();
    let attestation = AttestationPolicy::new(vec![anchor], vec![]).unwrap();
    alice.passkeys = Arc::new(Passkeys { relying_party, attestation });
    let refused = alice.register(&mut Passkey::new(1));
    assert_eq!(check(&refused), Some(Refusal::Untrusted.name()));
    assert!(alice.account().factors.is_empty());
}

/// What is tested in `tests/rust/webauthn` one by one, here with its account.
#[test]
fn w4_an_answer_that_fails_one_check_is_refused_by_its_name() {
    let (mut alice, mut passkey) = with_passkey("alice", 1);
    let mut try_with = |refusal: Refusal, change: &dyn Fn(&mut Passkey)| {
        let mut changed = passkey.clone();
        change(&mut changed);
        let response = changed.get(&alice.options().challenge);
        assert_eq!(check(&sign_in(&mut alice, response)), Some(refusal.name()));
    };
    try_with(Refusal::UserPresence, &|passkey| passkey.flags = UV);
    try_with(Refusal::UserVerification, &|passkey| passkey.flags = UP);
    try_with(Refusal::BackupState, &|passkey| passkey.flags |= BS);
    try_with(Refusal::BackupEligibility, &|passkey| passkey.flags |= BE);
    try_with(Refusal::UserHandle, &|passkey| passkey.handle = Some("Ym9i".into()));
    verified(alice.use_passkey(&mut passkey));

    // A credential id that somebody else has.
    let mut bob = Person::new("bob");
    bob.owners.insert(passkey.id(), "alice".into());
    assert_eq!(denied(&bob.register(&mut Passkey::new(1))).reason, Denial::PasskeyTaken);
    // And one that this account does not have.
    let mut unknown = Passkey::new(9);
    assert_eq!(denied(&alice.use_passkey(&mut unknown)).reason, Denial::PasskeyUnknown);
}

/// The same request again, and the record of before with it.
#[test]
fn w5_a_ceremony_is_not_played_twice() {
    let (mut alice, mut passkey) = with_passkey("alice", 1);
    let response = passkey.get(&alice.options().challenge);
    verified(sign_in(&mut alice, response.clone()));
    assert_eq!(denied(&sign_in(&mut alice, response)).reason, Denial::NoChallenge);

    let options = alice.registration(NewPasskey::default());
    let created = Passkey::new(3).create(&options);
    let command = Command::Register { response: created, name: None };
    verified(alice.ask_twice(&command));
    assert_eq!(denied(&alice.ask_twice(&command)).reason, Denial::NoChallenge);

    let late = passkey.get(&alice.options().challenge);
    alice.wait(u64::from(alice.policy.challenge) + 1);
    assert_eq!(denied(&sign_in(&mut alice, late)).reason, Denial::NoChallenge);
}
