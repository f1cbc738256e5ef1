//! What is enough for what is about to be done.

use crate::person::{Person, denied, phone, verified, verify};
use edge_mfa::Error;
use edge_mfa::engine::{
    Command, Demand, Denial, Enrol, EventKind, Outcome, Policy, SessionMode, Target, check_offline, guard_offline,
};
use edge_mfa::protect::session_token::Method;

pub(crate) fn transfer(amount: &str) -> Target {
    Target { action: "transfer".into(), resource: Some("DE02 1203".into()), amount: Some(amount.into()) }
}

fn guard(code: Option<&str>, demand: Demand) -> Command {
    Command::Guard { code: code.map(Into::into), demand }
}

fn once(target: Target) -> Demand {
    Demand { target: Some(target), ..Demand::default() }
}

fn fresh(seconds: u32) -> Demand {
    Demand { max_age: Some(seconds), ..Demand::default() }
}

fn of(method: Method) -> Demand {
    Demand { methods: vec![method], ..Demand::default() }
}

fn passes(alice: &mut Person, demand: Demand) -> bool {
    match alice.ask(guard(None, demand)) {
        Outcome::Session(_) => true,
        other => {
            assert_eq!(denied(&other).reason, Denial::VerificationRequired);
            false
        }
    }
}

/// Waits for the next code and spends it on a target.
fn grant(alice: &mut Person, target: Target) {
    alice.wait(30);
    let code = alice.code();
    verified(alice.ask(Command::Verify { code: code.as_str().into(), factor: None, grant: Some(target) }));
}

#[test]
fn a_good_session_passes_and_nothing_is_stored() {
    let mut alice = Person::enrolled();
    let before = alice.body.clone();
    assert!(passes(&mut alice, Demand::default()));
    assert_eq!(alice.body, before);
}

#[test]
fn without_a_session_a_code_passes_once() {
    let mut alice = Person::enrolled();
    alice.token = None;
    alice.wait(30);
    assert_eq!(alice.denied(guard(None, Demand::default())), Denial::VerificationRequired);
    let code = alice.code();
    let brought = verified(alice.ask(guard(Some(&code), Demand::default())));
    assert_eq!(brought.session.methods, [Method::Otp, Method::Mfa]);
    alice.token = None;
    assert_eq!(alice.denied(guard(Some(&code), Demand::default())), Denial::Replayed);
    assert_eq!(alice.denied(verify(&code)), Denial::Replayed, "on every surface");
    let wrong = alice.wrong();
    assert_eq!(alice.denied(guard(Some(&wrong), Demand::default())), Denial::Mismatch);
}

#[test]
fn a_code_beside_a_session_that_is_enough_is_not_spent() {
    let mut alice = Person::enrolled();
    alice.wait(30);
    let code = alice.code();
    assert!(matches!(alice.ask(guard(Some(&code), Demand::default())), Outcome::Session(_)));
    verified(alice.verify(&code));
}

#[test]
fn freshness_is_counted_from_the_last_proof() {
    let mut alice = Person::enrolled();
    alice.wait(60);
    assert!(passes(&mut alice, fresh(60)));
    alice.wait(1);
    assert!(!passes(&mut alice, fresh(60)));
    alice.prove();
    assert!(passes(&mut alice, fresh(60)));
    alice.wait(10);
    assert!(!passes(&mut alice, fresh(0)) && passes(&mut alice, fresh(10)));
}

#[test]
fn s5_freshness_of_a_method_is_not_satisfied_by_another() {
    let mut alice = Person::enrolled();
    assert!(passes(&mut alice, of(Method::Otp)));
    assert!(!passes(&mut alice, of(Method::Hwk)));
    let recovery = alice.codes[0].clone();
    verified(alice.verify(&recovery));
    assert!(passes(&mut alice, of(Method::Mfa)));
    assert!(!passes(&mut alice, of(Method::Otp)), "the session was last proved by a recovery code");

    let other = alice.codes[1].clone();
    for (code, demand) in [(&other, of(Method::Otp)), (&"123456".into(), of(Method::Hwk))] {
        let events = alice.events.len();
        assert_eq!(alice.denied(guard(Some(code), demand)), Denial::VerificationRequired);
        assert_eq!(alice.events.len(), events, "a code that would not do is not spent");
    }
    alice.token = None;
    verified(alice.ask(guard(Some(&other), of(Method::Mfa))));
}

#[test]
fn a_grant_is_good_once_and_for_its_target_only() {
    let mut alice = Person::enrolled();
    assert!(!passes(&mut alice, once(transfer("100 EUR"))), "a session alone is not enough");
    grant(&mut alice, transfer("100 EUR"));
    let others = [
        transfer("100 EUR "),
        Target { resource: Some("DE03".into()), ..transfer("100 EUR") },
        Target { resource: None, ..transfer("100 EUR") },
        Target { amount: None, ..transfer("100 EUR") },
        Target { action: "withdraw".into(), ..transfer("100 EUR") },
    ];
    for other in others {
        assert!(!passes(&mut alice, once(other.clone())), "{other:?}");
    }
    assert!(passes(&mut alice, once(transfer("100 EUR"))));
    assert!(!passes(&mut alice, once(transfer("100 EUR"))));
}

#[test]
fn an_action_alone_needs_a_grant_where_it_says_once() {
    let mut alice = Person::enrolled();
    let target = || Target { action: "close account".into(), resource: None, amount: None };
    let demand = |once| Demand { target: Some(target()), once, ..Demand::default() };
    assert!(passes(&mut alice, demand(false)));
    assert!(!passes(&mut alice, demand(true)));
    grant(&mut alice, target());
    assert!(passes(&mut alice, demand(true)));
    assert!(!passes(&mut alice, demand(true)));
    assert!(!passes(&mut alice, Demand { once: true, ..Demand::default() }), "for nothing there is no grant");
}

#[test]
fn a_grant_belongs_to_its_session_and_ends_with_it() {
    let mut alice = Person::enrolled();
    grant(&mut alice, transfer("1"));
    let token = alice.token.clone();
    alice.sign_in();
    assert!(!passes(&mut alice, once(transfer("1"))), "another session of theirs");
    alice.token = token;
    alice.ask(Command::CloseSession { id: None });
    assert_eq!(alice.denied(guard(None, once(transfer("1")))), Denial::Closed);
    alice.sign_in();
    grant(&mut alice, transfer("2"));
    alice.ask(Command::CloseSessions);
    alice.sign_in();
    assert!(!passes(&mut alice, once(transfer("2"))));
}

#[test]
fn a_grant_is_over_with_its_freshness_and_there_are_ten_at_most() {
    let mut alice = Person::enrolled();
    for (wait, good) in [(300, true), (301, false)] {
        grant(&mut alice, transfer("1"));
        alice.wait(wait - 1);
        alice.wait(1);
        assert_eq!(passes(&mut alice, once(transfer("1"))), good && wait < 300, "{wait}");
        grant(&mut alice, transfer("1"));
        alice.wait(299);
        assert!(passes(&mut alice, once(transfer("1"))));
    }
    alice.policy.freshness = 3_600;
    for amount in 0..11 {
        grant(&mut alice, transfer(&amount.to_string()));
    }
    let kept: Vec<_> = (0..11).filter(|amount| passes(&mut alice, once(transfer(&amount.to_string())))).collect();
    assert_eq!(kept, (1..11).collect::<Vec<_>>());
}

#[test]
fn a_code_on_the_request_itself_needs_no_grant() {
    let mut alice = Person::enrolled();
    alice.wait(30);
    let code = alice.code();
    verified(alice.ask(guard(Some(&code), once(transfer("100 EUR")))));
    assert!(!passes(&mut alice, once(transfer("100 EUR"))), "and leaves none behind");
}

#[test]
fn a_target_that_cannot_be_is_refused_before_anything_is_spent() {
    let mut alice = Person::enrolled();
    alice.wait(30);
    let code = alice.code();
    let long = "x".repeat(257);
    for part in ["", "a\nb", "\u{0}", long.as_str()] {
        for target in [
            Target { action: part.into(), resource: None, amount: None },
            Target { resource: Some(part.into()), ..transfer("1") },
            transfer(part),
        ] {
            assert_eq!(alice.try_ask(guard(Some(&code), once(target.clone()))), Err(Error::DemandInvalid));
            let verify = Command::Verify { code: code.as_str().into(), factor: None, grant: Some(target) };
            assert_eq!(alice.try_ask(verify), Err(Error::DemandInvalid));
        }
    }
    verified(alice.verify(&code));
}

#[test]
fn who_has_no_confirmed_factor_passes_only_where_that_is_said() {
    let mut bob = Person::new("bob");
    assert_eq!(bob.denied(guard(None, Demand::default())), Denial::VerificationRequired);
    let lenient = || Demand { if_enrolled: true, ..Demand::default() };
    assert_eq!(bob.ask(guard(None, lenient())), Outcome::Done);
    bob.phone = Some(phone(&bob.begin(Enrol::default())));
    assert_eq!(bob.ask(guard(None, lenient())), Outcome::Done, "an enrolment that waits is no factor");
    let code = bob.code();
    verified(bob.confirm(&code));
    bob.token = None;
    assert_eq!(bob.denied(guard(None, lenient())), Denial::VerificationRequired);
}

#[test]
fn the_reason_tells_of_a_session_that_is_no_good() {
    let mut alice = Person::enrolled();
    alice.primary = Some("another login".into());
    assert_eq!(alice.denied(guard(None, Demand::default())), Denial::WrongToken);
    alice.primary = None;
    let token = alice.token.clone();
    alice.ask(Command::CloseSession { id: None });
    assert_eq!(alice.denied(guard(None, Demand::default())), Denial::Closed);
    let mut bob = Person::new("bob");
    std::mem::swap(&mut bob.ring, &mut alice.ring);
    bob.token = token;
    assert_eq!(bob.denied(guard(None, Demand::default())), Denial::WrongSubject, "S2");
    std::mem::swap(&mut bob.ring, &mut alice.ring);
    alice.wait(30);
    let code = alice.code();
    verified(alice.ask(guard(Some(&code), Demand::default())));
}

#[test]
fn offline_a_session_passes_by_its_token_and_the_rest_reads_the_record() {
    let policy = Policy { session_mode: SessionMode::Offline, ..Policy::default() };
    let mut alice = Person::new("alice").with(policy);
    alice.enrol();
    alice.wait(60);
    let at_once = |alice: &Person, demand: &Demand| guard_offline(&alice.context(), demand, &alice.policy);
    assert_eq!(at_once(&alice, &Demand::default()), Some(check_offline(&alice.context(), &alice.policy)));
    assert!(matches!(at_once(&alice, &fresh(60)), Some(Outcome::Session(_))));
    for demand in [fresh(59), of(Method::Hwk), once(transfer("1"))] {
        assert_eq!(at_once(&alice, &demand), None);
    }
    alice.token = None;
    assert_eq!(at_once(&alice, &Demand::default()), None);
}

#[test]
fn a_guard_that_spends_a_code_says_so_in_the_events() {
    let mut alice = Person::enrolled();
    (alice.token, alice.now) = (None, alice.now + 30_000);
    let (code, events) = (alice.code(), alice.events.len());
    verified(alice.ask(guard(Some(&code), Demand::default())));
    assert_eq!(alice.happened_since(events), [EventKind::Verified { factor: 1 }]);
}
