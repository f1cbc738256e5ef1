//! State and sessions.

use crate::person::{ISSUER, Person, phone, token, verified, verify};
use edge_mfa::engine::{Command, Denial, Enrol, FactorKind, Outcome, Policy, check_offline};
use edge_mfa::protect::session_token::{self, Claims};
use edge_mfa::protect::{Environment, KeyRing, Seeded, thumbprint};

/// What only somebody may do who proved a factor a moment ago.
fn guarded() -> [Command; 4] {
    [
        Command::Enrol(Enrol::default()),
        Command::RegenerateRecoveryCodes,
        Command::RenameFactor { factor: 1, name: "Mine".into() },
        Command::RemoveFactor { factor: 1 },
    ]
}

fn is_shut(person: &mut Person) {
    let body = person.body.clone();
    for command in guarded() {
        assert_eq!(person.denied(command), Denial::VerificationRequired);
    }
    assert_eq!(person.body, body, "nothing is changed by asking");
}

#[test]
fn s1_half_authenticated_is_not_verified() {
    // The password alone.
    let mut alice = Person::enrolled();
    alice.token = None;
    alice.primary = Some("the password was right".into());
    assert_eq!(alice.denied(Command::CheckSession), Denial::NoSession);
    is_shut(&mut alice);
    // And a wrong code, a spent one, nonsense, a lock.
    let spent = alice.code();
    for _ in 0..4 {
        alice.fail();
        alice.verify(&spent);
        alice.verify("nonsense");
        assert_eq!(alice.denied(Command::CheckSession), Denial::NoSession);
        is_shut(&mut alice);
    }
    // An enrolment that was begun, and not confirmed.
    let mut bob = Person::new("bob");
    bob.begin(Enrol::default());
    assert_eq!(bob.denied(Command::CheckSession), Denial::NoSession);
    assert_eq!(bob.denied(Command::RegenerateRecoveryCodes), Denial::NotEnrolled);
    // A device that is remembered is no verification.
    let mut carol = Person::enrolled();
    carol.remember = Some("Laptop".into());
    carol.sign_in();
    carol.token = None;
    assert!(carol.device.is_some());
    is_shut(&mut carol);
}

#[test]
fn s2_a_session_of_somebody_else_is_none() {
    let mut mallory = Person::new("mallory");
    mallory.enrol();
    let mut alice = Person::enrolled();
    alice.token.clone_from(&mallory.token);
    assert_eq!(alice.denied(Command::CheckSession), Denial::WrongSubject);
    is_shut(&mut alice);
    let Outcome::Denied(denied) = check_offline(&alice.context(), &alice.policy) else { panic!("somebody else's") };
    assert_eq!(denied.reason, Denial::WrongSubject);
    assert_eq!(alice.denied(Command::CloseSession { id: None }), Denial::WrongSubject);
    assert!(alice.account().sessions.iter().all(|session| !session.current));
}

#[test]
fn s2_a_session_that_the_record_does_not_know_is_none() {
    // Rightly signed, of the right subject: but of an account that was removed and made anew.
    let old = Person::enrolled();
    let mut alice = Person::new("alice@example.com");
    alice.begin(Enrol::default());
    alice.enrol();
    alice.token.clone_from(&old.token);
    assert_eq!(alice.denied(Command::CheckSession), Denial::Closed);
    is_shut(&mut alice);
}

#[test]
fn s3_only_confirmed_factors_count() {
    let mut alice = Person::new("alice");
    let enrolling = alice.begin(Enrol::default());
    let code = phone(&enrolling).generate(alice.time());
    assert_eq!(alice.denied(verify(&code)), Denial::NotEnrolled);
    assert!(alice.account().factors.is_empty());
    // Whoever begins an enrolment and leaves is not locked out of beginning another one.
    alice.begin(Enrol::default());

    let mut bob = Person::enrolled();
    let pending = phone(&bob.begin(Enrol::default()));
    bob.wait(30);
    assert_eq!(bob.denied(verify(&pending.generate(bob.time()))), Denial::Mismatch);
    assert_eq!(bob.account().factors.len(), 1);
}

#[test]
fn s4_factors_change_only_with_a_fresh_verification() {
    let mut alice = Person::enrolled();
    alice.wait(301);
    assert!(alice.is_signed_in());
    is_shut(&mut alice);
    for command in guarded() {
        let mut alice = Person::enrolled();
        alice.sign_in();
        assert!(!matches!(alice.ask(command), Outcome::Denied(_)));
    }
    // An attacker's own secret beside the live factor, with the password alone.
    let mut victim = Person::enrolled();
    victim.token = None;
    let import = Enrol { secret: Some("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".into()), ..Enrol::default() };
    assert_eq!(victim.denied(Command::Enrol(import)), Denial::VerificationRequired);
    assert_eq!(victim.denied(Command::Confirm { code: "123456".into() }), Denial::NotPending);
}

#[test]
fn s4_an_old_session_is_not_made_fresh_by_using_it() {
    let mut alice = Person::new("alice").with(Policy { session_idle: 60, ..Policy::default() });
    alice.enrol();
    for _ in 0..11 {
        alice.wait(30);
        assert!(alice.is_signed_in(), "renewed every time");
    }
    is_shut(&mut alice);
}

#[test]
fn s4_a_closed_session_changes_nothing_any_more() {
    for close in [Command::CloseSession { id: None }, Command::CloseSessions, Command::Reset] {
        let mut alice = Person::enrolled();
        let session = alice.token.clone();
        alice.ask(close.clone());
        if close == Command::Reset {
            alice.enrol();
        }
        alice.token = session;
        assert_eq!(alice.denied(Command::CheckSession), Denial::Closed);
        is_shut(&mut alice);
    }
}

#[test]
fn s6_a_session_is_bound_to_its_primary_token() {
    let mut alice = Person::new("alice");
    alice.primary = Some("the token of this login".into());
    alice.enrol();
    assert!(alice.is_signed_in());
    for other in [Some("the token of another login"), Some(""), None] {
        alice.primary = other.map(Into::into);
        assert_eq!(alice.denied(Command::CheckSession), Denial::WrongToken, "{other:?}");
        is_shut(&mut alice);
    }
    // And the other way: a session that was opened without one is refused beside one.
    let mut bob = Person::enrolled();
    bob.primary = Some("a token".into());
    assert_eq!(bob.denied(Command::CheckSession), Denial::WrongToken);
    is_shut(&mut bob);
}

#[test]
fn s6_a_renewed_session_stays_bound() {
    let mut alice = Person::new("alice").with(Policy { session_idle: 600, ..Policy::default() });
    alice.primary = Some("the token of this login".into());
    alice.enrol();
    alice.wait(300);
    let before = alice.token.clone();
    assert!(alice.is_signed_in());
    assert_ne!(alice.token, before);
    for other in [Some("another"), None] {
        alice.primary = other.map(Into::into);
        assert_eq!(alice.denied(Command::CheckSession), Denial::WrongToken);
    }
}

#[test]
fn s7_a_token_that_was_tampered_with_is_no_session() {
    let mut alice = Person::enrolled();
    let token = alice.token.clone().unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    let mut other = Person::new("mallory");
    other.enrol();
    let others = other.token.clone().unwrap();
    let others: Vec<&str> = others.split('.').collect();
    let mut forged = vec![
        String::new(),
        "..".into(),
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{}.{}.{}", parts[0], others[1], parts[2]),
        format!("{}.{}.{}", parts[0], parts[1], others[2]),
        format!("{token}=="),
        format!("{token}A"),
        format!("{token}."),
        format!(" {token}"),
        format!("{token}\n"),
        token[..token.len() - 1].into(),
        token[1..].into(),
        token.replace('.', ".."),
    ];
    // Every character, changed to another one of the alphabet: re-encodings of the same bytes among them.
    for at in 0..token.len() {
        for other in ["A", "B", "Q", "_"] {
            let mut changed = token.clone();
            changed.replace_range(at..=at, other);
            forged.push(changed);
        }
    }
    for forged in forged.into_iter().filter(|forged| *forged != token) {
        alice.token = Some(forged.clone());
        let reason = alice.denied(Command::CheckSession);
        assert_eq!(reason, Denial::NoSession, "{forged}");
    }
    alice.token = Some(token);
    assert!(alice.is_signed_in());
}

#[test]
fn s7_a_token_of_another_key_or_another_service_is_no_session() {
    let mut alice = Person::enrolled();
    let claims = session_token::verify(&alice.ring, ISSUER, &alice.token.clone().unwrap(), None, alice.time()).unwrap();
    for environment in [Environment::Test, Environment::Live] {
        let foreign = KeyRing::generate(environment, alice.time(), &mut Seeded::new([99; 32])).unwrap();
        alice.token = Some(claims.sign(&foreign).unwrap());
        assert_eq!(alice.denied(Command::CheckSession), Denial::NoSession);
        is_shut(&mut alice);
    }
    let elsewhere = Claims { issuer: "Elsewhere".into(), ..claims.clone() };
    alice.token = Some(elsewhere.sign(&alice.ring).unwrap());
    assert_eq!(alice.denied(Command::CheckSession), Denial::NoSession);
    let bound = Claims { bound_to: Some(thumbprint("another")), ..claims.clone() };
    alice.token = Some(bound.sign(&alice.ring).unwrap());
    assert_eq!(alice.denied(Command::CheckSession), Denial::WrongToken);
    let tomorrow = Claims { issued: alice.time().plus_secs(86_400), ..claims.clone() };
    alice.token = Some(tomorrow.sign(&alice.ring).unwrap());
    assert_eq!(alice.denied(Command::CheckSession), Denial::NoSession);
    for epoch in [claims.epoch + 1, u32::MAX] {
        alice.token = Some(Claims { epoch, ..claims.clone() }.sign(&alice.ring).unwrap());
        assert_eq!(alice.denied(Command::CheckSession), Denial::Closed);
    }
}

#[test]
fn s9_an_alias_of_an_account_is_let_into_nothing_of_it() {
    // The first factor knows "ALICE@example.com" as well: that account has no factor, so it may enrol one, but the session
    // that it gets is none of alice's.
    let mut alice = Person::enrolled();
    let mut alias = Person::new("ALICE@example.com");
    alias.enrol();
    alice.token.clone_from(&alias.token);
    assert_eq!(alice.denied(Command::CheckSession), Denial::WrongSubject);
    is_shut(&mut alice);
    let code = alias.codes[0].clone();
    assert_eq!(alice.denied(verify(&code)), Denial::Mismatch);
}

#[test]
fn s11_re_enrol_and_close_the_tab_and_the_old_factor_still_works() {
    let mut alice = Person::enrolled();
    for kind in [FactorKind::Totp, FactorKind::Hotp] {
        alice.sign_in();
        alice.begin(Enrol { kind, ..Enrol::default() });
        alice.sign_in();
        alice.wait(601);
        alice.sign_in();
        assert_eq!(alice.account().factors.len(), 1);
    }
    let code = alice.codes[0].clone();
    verified(alice.verify(&code));
    // Not even a confirmation replaces it: the new one stands beside it.
    let old = alice.phone.clone().unwrap();
    alice.wait(30);
    alice.enrol();
    alice.wait(30);
    assert_eq!(verified(alice.verify(&old.generate(alice.time()))).factor, Some(1));
    let hotp = token(&alice.begin(Enrol { kind: FactorKind::Hotp, ..Enrol::default() }));
    verified(alice.confirm(&hotp.generate(0)));
    alice.sign_in();
}
