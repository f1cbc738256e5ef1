//! What a page tells of an enrolment: kept for the figures, bounded, and good for nothing else.

use crate::person::{Person, phone, verified};
use edge_mfa::Error;
use edge_mfa::engine::{Command, Enrol, EventKind, Notify, Outcome, Progress};

fn told(step: &str, reason: Option<&str>, milliseconds: Option<u32>) -> Progress {
    Progress { step: step.into(), reason: reason.map(Into::into), milliseconds }
}

fn tell(alice: &mut Person, progress: &Progress) {
    assert_eq!(alice.ask(Command::Progress(progress.clone())), Outcome::Done);
}

fn count(alice: &Person) -> usize {
    alice.events.iter().filter(|event| matches!(event.kind, EventKind::EnrolmentProgress { .. })).count()
}

#[test]
fn what_is_told_is_an_event_for_nobody() {
    let mut alice = Person::new("alice");
    alice.phone = Some(phone(&alice.begin(Enrol::default())));
    tell(&mut alice, &told("failed", Some("clock_drift"), Some(4_200)));
    tell(&mut alice, &told("qr_shown", None, None));
    let code = alice.code();
    verified(alice.confirm(&code));
    tell(&mut alice, &told("codes_saved", None, Some(60_000)));

    let event = &alice.events[1];
    assert_eq!((event.notify, event.number), (Notify::Nobody, 2));
    let json = event.to_json();
    let said = r#""type":"enrolmentProgress","step":"failed","reason":"clock_drift","milliseconds":4200,"#;
    assert!(json.contains(said), "{json}");
    let json = alice.events[2].to_json();
    assert!(json.contains(r#""type":"enrolmentProgress","step":"qr_shown","notify""#), "{json}");
    assert_eq!(count(&alice), 3, "also what comes after the confirmation");
}

#[test]
fn there_are_fifty_a_day_and_none_without_an_enrolment() {
    let mut alice = Person::new("alice");
    let progress = told("qr_shown", None, None);
    let tell_60 = |alice: &mut Person| (0..60).for_each(|_| tell(alice, &progress));
    tell(&mut alice, &progress);
    assert_eq!((count(&alice), alice.body.is_some()), (0, false), "nothing is stored");
    alice.begin(Enrol::default());
    tell_60(&mut alice);
    assert_eq!(count(&alice), 50);
    let (revision, events) = (alice.revision, alice.events.len());
    tell(&mut alice, &progress);
    assert_eq!((alice.revision, alice.events.len()), (revision, events));
    alice.wait(86_400);
    tell(&mut alice, &progress);
    assert_eq!(count(&alice), 50, "of an enrolment of the day before");
    alice.begin(Enrol::default());
    tell_60(&mut alice);
    assert_eq!(count(&alice), 100);
    alice.begin(Enrol::default());
    alice.ask(Command::Reset);
    tell(&mut alice, &progress);
    assert_eq!(count(&alice), 100);
}

#[test]
fn to_begin_anew_gives_no_more() {
    let mut alice = Person::new("alice");
    let tell_20 = |alice: &mut Person| (0..20).for_each(|_| tell(alice, &told("qr_shown", None, None)));
    alice.begin(Enrol::default());
    tell_20(&mut alice);
    alice.begin(Enrol::default());
    tell_20(&mut alice);
    assert_eq!(alice.ask(Command::Cancel), Outcome::Done);
    alice.enrol();
    tell_20(&mut alice);
    assert_eq!(count(&alice), 50);
    alice.begin(Enrol::default());
    tell_20(&mut alice);
    assert_eq!(count(&alice), 50, "also after one that was confirmed");
}

#[test]
fn only_words_are_kept() {
    let mut alice = Person::new("alice");
    alice.begin(Enrol::default());
    let long = "a".repeat(33);
    for word in ["", "QR", "qr shown", "qr-shown", "\u{e9}", "a1", "\"", &long] {
        for progress in [told(word, None, None), told("qr_shown", Some(word), None)] {
            assert_eq!(alice.try_ask(Command::Progress(progress)), Err(Error::CommandInvalid), "{word}");
        }
    }
    tell(&mut alice, &told(&long[..32], Some("a"), Some(u32::MAX)));
    assert_eq!(count(&alice), 1);
}
