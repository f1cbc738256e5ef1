//! Sessions: opening, checking, renewing, closing.

use crate::person::{ISSUER, Person, verified};
use edge_mfa::engine::{Command, Denial, Denied, EventKind, GoodSession, Outcome, Policy, check_offline};
use edge_mfa::protect::session_token::{Claims, Level, Method};
use edge_mfa::{Error, engine::Enrol};

fn check(person: &mut Person) -> GoodSession {
    match person.ask(Command::CheckSession) {
        Outcome::Session(session) => session,
        other => panic!("{other:?}"),
    }
}

fn idle(seconds: u32) -> Policy {
    Policy { session_idle: seconds, ..Policy::default() }
}

#[test]
fn a_session_says_who_when_and_how() {
    let mut alice = Person::new("alice@example.com");
    alice.primary = Some("the access token".into());
    let claims = alice.enrol().session;
    let now = alice.time();
    assert_eq!((claims.issuer.as_str(), claims.subject.as_str()), (ISSUER, "alice@example.com"));
    assert_eq!((claims.issued, claims.authenticated), (now, now));
    assert_eq!((claims.expires, claims.limit), (now.plus_secs(43_200), now.plus_secs(43_200)));
    assert_eq!((claims.methods.as_slice(), claims.level), ([Method::Otp, Method::Mfa].as_slice(), Level::Aal2));
    assert!(claims.bound_to.is_some());
    let good = check(&mut alice);
    assert_eq!((good.claims, good.renewed), (claims, None));
}

#[test]
fn a_verification_proves_the_session_that_comes_along_anew() {
    let mut alice = Person::enrolled();
    let before = check(&mut alice).claims;
    let old = alice.token.clone();
    alice.wait(600);
    let after = alice.prove().session;
    assert_eq!((after.id, after.authenticated), (before.id, alice.time()));
    assert_eq!(alice.account().sessions.len(), 1);
    assert_eq!(alice.account().sessions[0].opened_at, before.authenticated, "it was opened when it was");
    alice.token = old;
    assert_eq!(check(&mut alice).claims.authenticated, before.authenticated, "the token of before is not fresher");

    let first = alice.codes[0].clone();
    assert_eq!(verified(alice.verify(&first)).session.methods, [Method::Mfa], "a recovery code is no one-time code");
}

#[test]
fn a_session_of_another_login_is_not_proved_but_left_alone() {
    let mut alice = Person::enrolled();
    let first = check(&mut alice).claims.id;
    alice.primary = Some("another login".into());
    assert_ne!(alice.prove().session.id, first);
    assert_eq!(alice.account().sessions.len(), 2);
}

#[test]
fn a_verification_without_a_session_opens_one() {
    let mut alice = Person::enrolled();
    let first = (alice.token.clone(), check(&mut alice).claims.id);
    alice.agent = Some("Firefox".into());
    alice.sign_in();
    assert_ne!(check(&mut alice).claims.id, first.1);
    let sessions = alice.account().sessions;
    let names: Vec<_> = sessions.iter().map(|session| (session.name.as_str(), session.current)).collect();
    assert_eq!(names, [("", false), ("Firefox", true)]);
    assert_eq!(sessions[0].id, first.1.to_string());
    alice.token = first.0;
    assert!(alice.is_signed_in(), "both are good");
}

#[test]
fn a_session_ends_with_its_lifetime() {
    for lifetime in [43_200, 86_400] {
        let mut alice = Person::new("alice").with(Policy { session_lifetime: lifetime, ..Policy::default() });
        alice.enrol();
        alice.wait(u64::from(lifetime) - 1);
        assert!(alice.is_signed_in());
        assert_eq!(alice.account().sessions.len(), 1);
        alice.wait(1);
        assert_eq!(alice.ask(Command::CheckSession), Outcome::Denied(Denied::of(Denial::Expired)));
        assert_eq!(alice.account().sessions.len(), 0);
    }
}

#[test]
fn a_session_without_use_ends_earlier() {
    let mut alice = Person::new("alice").with(idle(3_600));
    alice.enrol();
    alice.wait(3_599);
    assert!(alice.is_signed_in());
    alice.wait(3_599);
    assert!(alice.is_signed_in(), "the token was renewed by the use");
    alice.wait(3_600);
    assert_eq!(alice.denied(Command::CheckSession), Denial::Expired);
}

#[test]
fn a_token_is_renewed_after_a_quarter_of_the_idle_time_and_keeps_its_age() {
    let mut alice = Person::new("alice").with(idle(3_600));
    let opened = alice.enrol().session;
    alice.wait(900);
    assert_eq!(check(&mut alice).renewed, None);
    alice.wait(1);
    let renewed = check(&mut alice).renewed.unwrap();
    assert_eq!(renewed, Claims { issued: alice.time(), expires: alice.time().plus_secs(3_600), ..opened.clone() });
    for _ in 0..100 {
        alice.wait(1_000);
        if !alice.is_signed_in() {
            break;
        }
    }
    let lasted = alice.now / 1000 - opened.issued.as_millis() / 1000;
    assert!((43_200..44_200).contains(&lasted), "however often, it ends with its lifetime: {lasted}");
    assert_eq!(alice.denied(Command::RegenerateRecoveryCodes), Denial::VerificationRequired, "renewed is not fresh");
}

#[test]
fn without_an_idle_limit_nothing_is_renewed() {
    let mut alice = Person::enrolled();
    alice.wait(43_000);
    assert_eq!(check(&mut alice).renewed, None);
}

#[test]
fn one_more_session_closes_the_oldest() {
    let mut alice = Person::new("alice").with(Policy { most_sessions: 2, ..Policy::default() });
    alice.enrol();
    let first = alice.token.clone();
    alice.sign_in();
    let second = alice.token.clone();
    alice.sign_in();
    assert!(alice.is_signed_in());
    alice.token = second;
    assert!(alice.is_signed_in());
    alice.token = first;
    assert_eq!(alice.denied(Command::CheckSession), Denial::Closed);
}

#[test]
fn a_session_is_closed_by_itself_or_by_its_id() {
    let mut alice = Person::enrolled();
    let first = alice.token.clone();
    alice.sign_in();
    assert_eq!(alice.ask(Command::CloseSession { id: None }), Outcome::Done);
    assert_eq!(alice.events.last().unwrap().kind, EventKind::SessionClosed);
    assert_eq!(alice.denied(Command::CheckSession), Denial::Closed);
    assert_eq!(alice.denied(Command::CloseSession { id: None }), Denial::Closed);

    alice.token = first;
    let id = check(&mut alice).claims.id.to_string();
    let close = |id: &str| Command::CloseSession { id: Some(id.into()) };
    alice.token = None;
    assert_eq!(alice.ask(close(&id)), Outcome::Done, "of another device of theirs");
    assert_eq!(alice.denied(close(&id)), Denial::Unknown);
    assert_eq!(alice.denied(Command::CloseSession { id: None }), Denial::NoSession);
    assert_eq!(alice.try_ask(close("not an id")), Err(Error::CommandInvalid));
}

#[test]
fn all_sessions_are_closed_at_once() {
    let mut alice = Person::enrolled();
    let first = alice.token.clone();
    let epoch = alice.sign_in().session.epoch;
    assert_eq!(alice.ask(Command::CloseSessions), Outcome::Done);
    assert_eq!(alice.events.last().unwrap().kind, EventKind::SessionsClosed);
    for token in [alice.token.clone(), first] {
        alice.token = token;
        assert_eq!(alice.denied(Command::CheckSession), Denial::Closed);
    }
    assert!(alice.account().sessions.is_empty());
    assert_eq!(alice.sign_in().session.epoch, epoch + 1);
}

#[test]
fn with_the_sessions_goes_an_enrolment_that_one_of_them_began() {
    let mut alice = Person::enrolled();
    let thief = crate::person::phone(&alice.begin(Enrol::default()));
    let events = alice.events.len();
    alice.ask(Command::CloseSessions);
    assert_eq!(alice.happened_since(events), [EventKind::SessionsClosed, EventKind::EnrolmentCancelled]);
    let code = thief.generate(alice.time());
    assert_eq!(alice.denied(Command::Confirm { code: code.as_str().into() }), Denial::NotPending);
}

#[test]
fn offline_a_closed_session_is_good_until_it_expires() {
    let mut alice = Person::enrolled();
    alice.ask(Command::CloseSessions);
    assert!(matches!(check_offline(&alice.context(), &alice.policy), Outcome::Session(_)));
    assert_eq!(alice.denied(Command::CheckSession), Denial::Closed);
    alice.wait(43_200);
    let Outcome::Denied(denied) = check_offline(&alice.context(), &alice.policy) else { panic!("over") };
    assert_eq!(denied.reason, Denial::Expired);
}

#[test]
fn the_name_of_a_session_is_fit_to_be_shown() {
    let mut alice = Person::enrolled();
    alice.agent = Some(format!("Fire\u{202e}\n\u{0}fox {}", "x".repeat(1_000)));
    alice.sign_in();
    let name = alice.account().sessions[1].name.clone();
    assert!(name.starts_with("Firefox xxx") && name.chars().count() == 64, "{name}");
}

#[test]
fn a_wrong_or_a_spent_code_opens_nothing() {
    let mut alice = Person::enrolled();
    let code = alice.code();
    alice.fail();
    alice.verify(&code);
    alice.verify("12345");
    assert_eq!(alice.account().sessions.len(), 1);
    alice.wait(30);
    alice.token = None;
    let code = alice.code();
    verified(alice.verify(&code));
    assert_eq!(alice.account().sessions.len(), 2);
}
