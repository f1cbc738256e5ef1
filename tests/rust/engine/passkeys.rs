//! Passkeys: their challenges, what they are worth, how they end.

use crate::authenticator::{BE, BS, Passkey, UP};
use crate::person::{Person, denied, verified, verify};
use edge_mfa::engine::{
    Attachment, AuthenticationResponse, Command, Demand, Denial, EventKind, NewPasskey, Outcome, Policy,
    RegistrationResponse, Target, Verified, VerifyUser,
};
use edge_mfa::protect::session_token::{Level, Method};

impl Person {
    fn with_passkey(passkey: &mut Passkey) -> Self {
        let mut alice = Self::enrolled();
        verified(alice.register(passkey));
        alice
    }

    fn kinds(&self) -> Vec<EventKind> {
        self.events.iter().map(|event| event.kind.clone()).collect()
    }
}

fn refused(outcome: &Outcome) -> &'static str {
    let denied = denied(outcome);
    assert_eq!(denied.reason, Denial::PasskeyRefused);
    denied.check.unwrap()
}

fn worth(verified: &Verified) -> (Vec<Method>, Level) {
    (verified.session.methods.clone(), verified.session.level)
}

#[test]
fn a_passkey_is_worth_what_its_key_is() {
    let mut bound = Passkey::new(1);
    let mut alice = Person::with_passkey(&mut bound);
    let hardware = (vec![Method::Hwk, Method::User, Method::Mfa], Level::Aal2);
    assert_eq!(worth(&verified(alice.use_passkey(&mut bound))), hardware);
    let mut copied = Passkey::new(2);
    copied.flags |= BE | BS;
    verified(alice.register(&mut copied));
    assert_eq!(worth(&verified(alice.use_passkey(&mut copied))).0, [Method::Swk, Method::User, Method::Mfa]);
}

#[test]
fn a_registration_demands_a_fresh_verification_once_there_is_a_factor() {
    let (mut alice, mut passkey) = (Person::new("alice"), Passkey::new(1));
    let first = verified(alice.register(&mut passkey));
    assert_eq!((first.factor, first.recovery_codes.unwrap().len()), (Some(1), 10));
    alice.wait(301);
    let options = Command::RegistrationOptions(NewPasskey::default());
    assert_eq!(alice.denied(options), Denial::VerificationRequired);
    // And still when the browser has answered.
    verified(alice.use_passkey(&mut passkey));
    let options = alice.registration(NewPasskey::default());
    let response = Passkey::new(2).create(&options);
    alice.token = None;
    assert_eq!(alice.denied(Command::Register { response, name: None }), Denial::VerificationRequired);
}

#[test]
fn w2_w5_a_challenge_is_gone_before_its_answer_is_looked_at() {
    let mut passkey = Passkey::new(1);
    let mut alice = Person::with_passkey(&mut passkey);
    let challenge = alice.options().challenge;
    let nonsense = AuthenticationResponse { id: passkey.id(), ..AuthenticationResponse::default() };
    assert_eq!(refused(&alice.ask_twice(&Command::Authenticate { response: nonsense, grant: None })), "client_data");
    let response = passkey.get(&challenge);
    let again = Command::Authenticate { response, grant: None };
    assert_eq!(denied(&alice.ask_twice(&again)).reason, Denial::NoChallenge);

    // Nor does an answer to a registration pass for one to an assertion, or that of another account.
    let options = alice.registration(NewPasskey::default());
    let mut other = Passkey::new(2);
    other.handle = passkey.handle.clone();
    alice.options();
    let crossed = Command::Authenticate { response: passkey.get(&options.challenge), grant: None };
    assert_eq!(refused(&alice.ask_twice(&crossed)), "challenge");
    let mut bob = Person::new("bob");
    let response = other.create(&options);
    let stolen = Command::Register { response, name: None };
    assert_eq!(denied(&bob.ask_twice(&stolen)).reason, Denial::NoChallenge);
}

#[test]
fn without_the_answer_of_the_platform_nothing_is_verified() {
    let mut passkey = Passkey::new(1);
    let mut alice = Person::with_passkey(&mut passkey);
    let response = passkey.get(&alice.options().challenge);
    let command = Command::Authenticate { response, grant: None };
    alice.signatures = Some(vec![[0; 32]]);
    assert_eq!(refused(&alice.ask(command)), "signature");
    let kinds = alice.kinds();
    assert_eq!(kinds.last(), Some(&EventKind::PasskeyRefused { check: "signature" }));
}

#[test]
fn a_passkey_is_a_way_in_under_the_lock_of_the_codes_and_locks_nobody_out() {
    let mut passkey = Passkey::new(1);
    let mut alice = Person::with_passkey(&mut passkey);
    alice.fail_three_times();
    let code = alice.code();
    assert_eq!(denied(&alice.ask(verify(code.as_str()))).reason, Denial::Locked);
    for _ in 0..200 {
        let mut forged = Passkey::new(3);
        forged.id.clone_from(&passkey.id);
        forged.handle.clone_from(&passkey.handle);
        assert_eq!(refused(&alice.use_passkey(&mut forged)), "signature");
    }
    verified(alice.use_passkey(&mut passkey));
    assert_eq!(denied(&alice.ask(verify(code.as_str()))).reason, Denial::Locked, "its lane is its own");
}

#[test]
fn who_has_only_passkeys_has_no_code() {
    let mut alice = Person::new("alice");
    verified(alice.register(&mut Passkey::new(1)));
    let wrong = alice.ask(verify("123456"));
    assert_eq!((denied(&wrong).reason, denied(&wrong).attempts_left), (Denial::NotEnrolled, Some(2)));
}

#[test]
fn a_passkey_ends_after_its_lifetime_and_its_owner_is_told_before() {
    let mut passkey = Passkey::new(1);
    let mut alice = Person::with_passkey(&mut passkey);
    let lifetime = alice.policy.passkey_lifetime;
    let at = alice.account().factors[1].passkey.clone().unwrap().expires_at;
    assert_eq!(at, alice.time().plus_secs(lifetime));
    alice.wait(u64::from(lifetime) - 30 * 86_400 - 1);
    verified(alice.use_passkey(&mut passkey));
    let due = |alice: &Person| alice.kinds().contains(&EventKind::PasskeyDue { factor: 2, due: at });
    assert!(!due(&alice));
    alice.wait(1);
    verified(alice.use_passkey(&mut passkey));
    assert!(due(&alice));
    alice.wait(30 * 86_400);
    assert_eq!(denied(&alice.use_passkey(&mut passkey)).reason, Denial::PasskeyExpired);
    // A security key lasts twice as long.
    let mut bob = Person::new("bob");
    assert_eq!((lifetime, bob.policy.security_key_lifetime), (31_536_000, 63_072_000));
    let mut key = Passkey::new(2);
    let options = bob.registration(NewPasskey { attachment: Some(Attachment::CrossPlatform), ..NewPasskey::default() });
    assert!(!options.user_verification);
    let response = RegistrationResponse { attachment: None, transports: vec!["usb".into()], ..key.create(&options) };
    verified(bob.ask_twice(&Command::Register { response, name: None }));
    let at = bob.time().plus_secs(63_072_000);
    bob.wait(63_072_000 - 30 * 86_400 - 1);
    verified(bob.use_passkey(&mut key));
    assert!(!bob.kinds().contains(&EventKind::PasskeyDue { factor: 1, due: at }));
    bob.wait(30 * 86_400);
    assert_eq!(verified(bob.use_passkey(&mut key)).factor, Some(1));
    assert!(bob.kinds().contains(&EventKind::PasskeyDue { factor: 1, due: at }));
    bob.wait(1);
    assert_eq!(denied(&bob.use_passkey(&mut key)).reason, Denial::PasskeyExpired);
}

#[test]
fn the_policy_says_whose_person_has_to_be_verified() {
    for (verify_user, is_refused) in
        [(VerifyUser::Platform, true), (VerifyUser::Always, true), (VerifyUser::Never, false)]
    {
        let mut passkey = Passkey::new(1);
        let mut alice = Person::new("alice").with(Policy { verify_user, ..Policy::default() });
        verified(alice.register(&mut passkey));
        passkey.flags = UP;
        let outcome = alice.use_passkey(&mut passkey);
        assert_eq!(matches!(outcome, Outcome::Denied(_)), is_refused, "{verify_user:?}");
    }
}

#[test]
fn what_changes_about_a_passkey_is_told() {
    let mut passkey = Passkey::new(1);
    passkey.flags |= BE;
    let mut alice = Person::with_passkey(&mut passkey);
    passkey.flags |= BS;
    verified(alice.use_passkey(&mut passkey));
    verified(alice.use_passkey(&mut passkey));
    passkey.flags &= !BS;
    verified(alice.use_passkey(&mut passkey));
    let changes = alice.kinds().into_iter().filter(|kind| matches!(kind, EventKind::PasskeyBackup { .. }));
    let change = |backed_up| EventKind::PasskeyBackup { factor: 2, backed_up };
    assert!(changes.eq([change(true), change(false)]));
    passkey.count = 0;
    verified(alice.use_passkey(&mut passkey));
    assert!(alice.kinds().contains(&EventKind::PasskeyCounter { factor: 2 }));
}

#[test]
fn a_credential_id_is_taken_once_and_given_back() {
    let mut passkey = Passkey::new(1);
    let mut alice = Person::with_passkey(&mut passkey);
    assert_eq!(alice.owners.get(&passkey.id()).map(String::as_str), Some("alice@example.com"));
    assert_eq!(denied(&alice.register(&mut passkey)).reason, Denial::AlreadyEnrolled);
    alice.ask(Command::RemoveFactor { factor: 2 });
    assert!(alice.owners.is_empty());
    verified(alice.register(&mut passkey));
    alice.ask(Command::Reset);
    assert!(alice.owners.is_empty());
}

#[test]
fn an_assertion_may_be_for_one_thing_alone() {
    let mut passkey = Passkey::new(1);
    let mut alice = Person::with_passkey(&mut passkey);
    let target = Target { action: "pay".into(), resource: None, amount: Some("100 EUR".into()) };
    let response = passkey.get(&alice.options().challenge);
    verified(alice.ask_twice(&Command::Authenticate { response, grant: Some(target.clone()) }));
    let demand = Demand { target: Some(target), methods: vec![Method::Hwk], ..Demand::default() };
    let guard = Command::Guard { code: None, demand };
    assert!(matches!(alice.ask(guard.clone()), Outcome::Session(_)));
    assert_eq!(alice.denied(guard), Denial::VerificationRequired);
}

#[test]
fn who_signs_in_with_a_passkey_alone_is_verified_and_says_who_it_is() {
    let mut passkey = Passkey::new(1);
    let mut alice = Person::with_passkey(&mut passkey);
    let response = passkey.get("AAAA");
    assert_eq!(alice.denied(Command::SignIn { response }), Denial::NoChallenge);
}
