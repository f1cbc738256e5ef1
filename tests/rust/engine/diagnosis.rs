//! What a wrong code was: told where it helps its owner, and nobody who guesses.

use crate::person::{Person, denied, phone, verified};
use edge_mfa::engine::{Command, Denial, Denied, Enrol, Policy};
use edge_mfa::{Algorithm, Diagnosis};

fn enrolling(policy: Policy) -> Person {
    let mut alice = Person::new("alice").with(policy);
    alice.phone = Some(phone(&alice.begin(Enrol::default())));
    alice
}

fn confirm(alice: &mut Person, code: &str) -> Denied {
    denied(&alice.ask(Command::Confirm { code: code.into() }))
}

#[test]
fn at_the_enrolment_a_clock_that_is_off_is_told_with_its_way() {
    for steps in [-11, -2, 2, 11] {
        let mut alice = enrolling(Policy::default());
        let code = alice.code_in(30 * steps);
        let told = confirm(&mut alice, &code);
        assert_eq!((told.reason, told.diagnosis, told.drift), (Denial::Mismatch, Some(Diagnosis::Clock), Some(steps)));
        assert_eq!(told.attempts_left, Some(2), "it counts like any other");
        let code = alice.code();
        verified(alice.confirm(&code));
    }
    let mut alice = enrolling(Policy::default());
    let code = alice.code_in(30 * 12);
    assert_eq!(confirm(&mut alice, &code).diagnosis, None);
}

#[test]
fn an_authenticator_that_ignores_the_hash_is_told() {
    let policy = Policy { algorithm: Algorithm::Sha256, ..Policy::default() };
    let mut alice = enrolling(policy);
    let honest = alice.phone.clone().unwrap();
    alice.phone = Some(honest.clone().with_algorithm(Algorithm::Sha1));
    let code = alice.code();
    assert_eq!(confirm(&mut alice, &code).diagnosis, Some(Diagnosis::Algorithm));
    alice.phone = Some(honest.clone());
    let code = alice.code();
    verified(alice.confirm(&code));
    alice.wait(30);
    alice.phone = Some(honest.with_algorithm(Algorithm::Sha1));
    let code = alice.code();
    assert_eq!(denied(&alice.verify(&code)).diagnosis, Some(Diagnosis::Algorithm));
}

#[test]
fn at_the_sign_in_only_codes_that_are_over_are_told() {
    let mut alice = Person::enrolled();
    alice.wait(3_600);
    for (steps, diagnosis) in
        [(-11, Some(Diagnosis::Expired)), (-2, Some(Diagnosis::Expired)), (-12, None), (2, None), (5, None)]
    {
        alice.ask(Command::Unlock);
        let code = alice.code_in(30 * steps);
        let told = denied(&alice.verify(&code));
        assert_eq!((told.reason, told.diagnosis, told.drift), (Denial::Mismatch, diagnosis, None), "{steps}");
    }
    let code = alice.code_in(-60);
    for _ in 0..3 {
        alice.verify(&code);
    }
    assert_eq!(denied(&alice.verify(&code)).reason, Denial::Locked, "a diagnosis has the budget of any other failure");
}
