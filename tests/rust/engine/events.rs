//! Events: what is told of every command, in which order, and what is never in it (E7).

use crate::person::{Person, phone, token, verified, verify};
use edge_mfa::engine::{Command, Enrol, Event, EventKind, FactorKind, Notify, Outcome, Policy};

/// Everything that can happen to an account, and every secret that was about.
fn everything() -> (Person, Vec<String>) {
    let mut alice = Person::enrolled();
    let mut secrets = vec![alice.code()];
    secrets.extend(alice.codes.clone());
    alice.agent = Some("Firefox".into());
    alice.remember = Some("Laptop".into());
    alice.primary = Some("primary-token-of-the-first-factor".into());
    secrets.extend(alice.sign_in().device.map(|token| token.to_string()));
    secrets.push(alice.code());
    let code = alice.code();
    alice.verify(&code);
    let enrolling = alice.begin(Enrol { kind: FactorKind::Hotp, ..Enrol::default() });
    let token = token(&enrolling);
    secrets.extend([enrolling.secret.to_string(), token.generate(0), token.generate(5), token.generate(6)]);
    verified(alice.confirm(&token.generate(0)));
    verified(alice.resync(&token.generate(5), &token.generate(6)));
    alice.ask(Command::RenameFactor { factor: 2, name: "Key fob".into() });
    alice.ask(Command::RemoveFactor { factor: 2 });
    alice.begin(Enrol::default());
    alice.ask(Command::Cancel);
    let recovery = alice.codes[0].clone();
    verified(alice.verify(&recovery));
    alice.verify(&recovery);
    alice.ask(Command::RegenerateRecoveryCodes);
    secrets.extend(alice.codes.clone());
    alice.ask(Command::CloseSession { id: None });
    alice.ask(Command::CloseSessions);
    alice.policy = Policy { failures_in_row: 4, ..Policy::default() };
    for _ in 0..4 {
        secrets.push(alice.wrong());
        alice.fail();
        alice.wait(30);
    }
    alice.ask(Command::Unlock);
    alice.ask(Command::Reset);
    secrets.extend(alice.token.clone());
    secrets.extend(alice.primary.clone());
    (alice, secrets)
}

#[test]
fn every_command_tells_what_happened() {
    let mut alice = Person::new("alice");
    alice.phone = Some(phone(&alice.begin(Enrol::default())));
    let code = alice.code();
    alice.confirm(&code);
    let expected = [EventKind::EnrolmentStarted, EventKind::FactorAdded { factor: 1 }, EventKind::RecoveryCodesMade];
    assert_eq!(alice.happened_since(0), expected);

    let (alice, _) = everything();
    let until = alice.events.iter().find_map(|event| match event.kind {
        EventKind::Locked { until } => Some(until),
        _ => None,
    });
    let expected = [
        EventKind::Verified { factor: 1 },
        EventKind::NewDevice,
        EventKind::Replayed { factor: Some(1) },
        EventKind::EnrolmentStarted,
        EventKind::FactorAdded { factor: 2 },
        EventKind::Resynchronised { factor: 2 },
        EventKind::FactorRenamed { factor: 2 },
        EventKind::FactorRemoved { factor: 2 },
        EventKind::EnrolmentStarted,
        EventKind::EnrolmentCancelled,
        EventKind::RecoveryCodeUsed { left: 9 },
        EventKind::Replayed { factor: None },
        EventKind::RecoveryCodesMade,
        EventKind::SessionClosed,
        EventKind::SessionsClosed,
        EventKind::Failed { row: 1 },
        EventKind::Failed { row: 2 },
        EventKind::Failed { row: 3 },
        EventKind::Locked { until: until.unwrap() },
        EventKind::Failed { row: 4 },
        EventKind::Disabled,
        EventKind::Unlocked,
        EventKind::Reset,
    ];
    assert_eq!(alice.happened_since(3), expected);
}

#[test]
fn events_are_numbered_without_a_gap_and_their_ids_are_in_order() {
    let (alice, _) = everything();
    let numbers: Vec<u64> = alice.events.iter().map(|event| event.number).collect();
    assert_eq!(numbers, (1..=alice.events.len() as u64).collect::<Vec<_>>());
    for pair in alice.events.windows(2) {
        assert!(pair[0].id < pair[1].id, "{} {}", pair[0].id, pair[1].id);
    }
    for event in &alice.events {
        assert_eq!(event.id.len(), 26);
        assert!(event.id.chars().all(|symbol| "0123456789ABCDEFGHJKMNPQRSTVWXYZ".contains(symbol)), "{}", event.id);
        assert_eq!(event.subject, "alice@example.com");
    }
}

#[test]
fn the_id_of_an_event_begins_with_its_time() {
    let mut alice = Person::new("alice");
    alice.now = 1_469_918_176_385; // the example of the ULID specification: 01ARYZ6S41…
    alice.begin(Enrol::default());
    assert!(alice.events[0].id.starts_with("01ARYZ6S41"), "{}", alice.events[0].id);
    assert!(alice.events[0].id[10..].starts_with("000000"), "and goes on with its number");
    let mut bob = Person::new("bob");
    bob.now = alice.now;
    bob.begin(Enrol::default());
    assert_ne!(alice.events[0].id, bob.events[0].id);
}

#[test]
fn who_is_told_depends_on_what_happened() {
    let (alice, _) = everything();
    for Event { kind, notify, .. } in &alice.events {
        let expected = match kind {
            EventKind::RecoveryCodeUsed { .. } | EventKind::Disabled | EventKind::Reset => Notify::Both,
            EventKind::FactorAdded { .. }
            | EventKind::FactorRemoved { .. }
            | EventKind::RecoveryCodesMade
            | EventKind::NewDevice
            | EventKind::Locked { .. }
            | EventKind::Unlocked => Notify::User,
            _ => Notify::Nobody,
        };
        assert_eq!(*notify, expected, "{kind:?}");
    }
}

#[test]
fn an_event_says_from_where_as_the_context_has_it() {
    let mut alice = Person::new("alice");
    alice.agent = Some("Firefox".into());
    alice.begin(Enrol::default());
    assert_eq!(alice.events[0].origin.agent.as_deref(), Some("Firefox"));
    assert_eq!(alice.events[0].at, alice.time());
}

#[test]
fn an_event_is_flat_json_with_the_names_of_javascript() {
    let (alice, _) = everything();
    let json = |event: &Event| serde_json::from_str::<serde_json::Value>(&event.to_json()).unwrap();
    let used = alice.events.iter().find(|event| matches!(event.kind, EventKind::RecoveryCodeUsed { .. })).unwrap();
    let expected = serde_json::json!({
        "id": used.id,
        "number": used.number,
        "at": used.at.as_millis(),
        "subject": "alice@example.com",
        "type": "recoveryCodeUsed",
        "left": 9,
        "notify": "both",
        "origin": { "agent": "Firefox" },
    });
    assert_eq!(json(used), expected);
    for event in &alice.events {
        let object = json(event);
        assert!(object["type"].is_string() && object["number"].is_u64(), "{object}");
    }
}

#[test]
fn no_event_outcome_error_or_record_shows_a_secret() {
    let (alice, secrets) = everything();
    for event in &alice.events {
        let texts = [format!("{event:?}"), event.to_json()];
        for secret in &secrets {
            assert!(!texts.iter().any(|text| text.contains(secret.as_str())), "{secret} in {texts:?}");
        }
    }

    let mut alice = Person::new("alice");
    alice.remember = Some("Laptop".into());
    let begun = alice.decide(Command::Enrol(Enrol::default())).unwrap();
    assert!(alice.commit(0, &begun));
    let Outcome::Enrolling(enrolling) = &begun.outcome else { panic!() };
    alice.phone = Some(phone(enrolling));
    let code = alice.code();
    let confirm = Command::Confirm { code: code.as_str().into() };
    let texts = [
        format!("{begun:?}"),
        format!("{confirm:?} {:?}", alice.context()),
        format!("{:?}", alice.record()),
        format!("{:?}", crate::person::resync(&code, &code)),
        format!("{:?}", verify(&code)),
        format!("{:?}", Enrol { secret: Some(enrolling.secret.clone()), ..Enrol::default() }),
    ];
    let confirmed = alice.decide(confirm).unwrap();
    let Outcome::Verified(verified) = &confirmed.outcome else { panic!() };
    let mut secrets = vec![enrolling.secret.to_string(), code];
    secrets.extend(verified.recovery_codes.iter().flat_map(|codes| codes.iter().cloned()));
    secrets.extend(verified.device.iter().map(|token| token.to_string()));
    assert_eq!(secrets.len(), 13);
    let texts = [texts.as_slice(), &[format!("{confirmed:?}")]].concat();
    for secret in &secrets {
        assert!(!texts.iter().any(|text| text.contains(secret.as_str())), "{secret} in {texts:?}");
    }
}
