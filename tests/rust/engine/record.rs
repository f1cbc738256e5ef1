//! The record as bytes: small, versioned, and never trusted.

use crate::authenticator::Passkey;
use crate::guard::transfer;
use crate::person::{Person, denied, token, verified};
use edge_mfa::engine::{Command, Denial, Enrol, FactorKind, NewPasskey, Outcome, Policy, Progress, Record};
use edge_mfa::protect::{Purpose, Seeded};
use edge_mfa::{Error, Hotp, Secret};
use proptest::prelude::*;
use std::path::PathBuf;

/// The secret of RFC 6238 and RFC 4226, and another one.
const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const OTHER: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
/// Of the set in the fixtures: the first one is used, the second is not.
const RECOVERY: [&str; 2] = ["D1WA-71GY-T90N-WPM1", "WH93-T1Q8-WJ39-JMF0"];

/// Somebody to whom everything happened that a record tells of.
fn well_travelled() -> Person {
    let mut alice = Person::new("alice@example.com");
    let enrol = |kind, secret: &str| Enrol { kind, secret: Some(secret.into()), ..Enrol::default() };
    alice.enrol_as(enrol(FactorKind::Totp, SECRET));
    alice.remember = Some("Laptop".into());
    alice.ahead = 30_000;
    alice.token = None;
    alice.wait(30);
    alice.ask(Command::Verify { code: alice.code().as_str().into(), factor: None, grant: Some(transfer("100 EUR")) });
    let hotp = token(&alice.begin(enrol(FactorKind::Hotp, OTHER)));
    verified(alice.confirm(&hotp.generate(7)));
    let used = alice.codes[0].clone();
    verified(alice.verify(&used));
    verified(alice.register(&mut passkey()));
    alice.registration(NewPasskey::default());
    alice.begin(Enrol { name: Some("Old tablet".into()), ..Enrol::default() });
    alice.begin(Enrol { name: Some("Tablet".into()), ..Enrol::default() });
    alice.ask(Command::Progress(Progress { step: "qr_shown".into(), ..Progress::default() }));
    alice.fail();
    alice.device = None;
    alice.fail_three_times();
    alice.verify("0000-0000-0000-0000");
    alice
}

/// The passkey of the fixtures.
fn passkey() -> Passkey {
    Passkey::new(7)
}

fn fixture(version: u8) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/rust/record/v{version}.bin"))
}

/// The version that is written now.
fn current() -> u8 {
    Record::default().to_bytes()[0]
}

/// Makes the fixture of the version that is written now, once, before it is released:
/// `cargo test --test engine make_fixture -- --ignored --nocapture`, and put the codes that it prints into `RECOVERY`.
#[test]
#[ignore = "writes into the source tree"]
fn make_fixture() {
    let alice = well_travelled();
    std::fs::write(fixture(current()), &*alice.record().to_bytes()).unwrap();
    println!("{:?}", &alice.codes[..2]);
}

#[test]
fn records_of_every_version_open_and_go_on() {
    for version in 1..=current() {
        let bytes = std::fs::read(fixture(version)).unwrap();
        assert_eq!(bytes[0], version);
        let record = Record::from_bytes(&bytes).unwrap();
        if version == current() {
            assert_eq!(*record.to_bytes(), bytes, "another schema is another version");
        }

        let mut alice = Person::new("alice@example.com");
        alice.body = Some(alice.ring.seal(Purpose::Record, &alice.owner(), &bytes, &mut Seeded::new([9; 32])).unwrap());
        alice.wait(30);
        let account = alice.account();
        let factors: Vec<_> = account.factors.iter().map(|factor| (factor.id, factor.kind, factor.drift)).collect();
        let all = [(1, FactorKind::Totp, Some(30_000)), (2, FactorKind::Hotp, None), (3, FactorKind::Passkey, None)];
        assert_eq!(factors, if version < 3 { &all[..2] } else { &all[..] });
        // Before version 2 every verification opened a session of its own.
        let sessions = if version < 2 { 4 } else { 2 };
        assert_eq!((account.recovery_codes_left, account.failures_in_row, account.sessions.len()), (9, 4, sessions));
        assert_eq!((account.devices[0].name.as_str(), account.pending_until.is_some()), ("Laptop", true));
        assert_eq!(account.locked_until, Some(alice.time().plus_secs(30)));
        assert_eq!(denied(&alice.verify(RECOVERY[0])).reason, Denial::Replayed);
        assert_eq!(verified(alice.verify(RECOVERY[1])).recovery_codes_left, 8);
        let hotp = Hotp::new(Secret::parse(OTHER).unwrap());
        assert_eq!(denied(&alice.verify(&hotp.generate(7))).reason, Denial::Replayed);
        assert_eq!(verified(alice.verify(&hotp.generate(8))).factor, Some(2));
        alice.phone = Some(edge_mfa::Totp::new(Secret::parse(SECRET).unwrap()));
        alice.ahead = 30_000;
        assert_eq!(alice.sign_in().factor, Some(1));
        if version > 2 {
            let mut passkey = passkey();
            passkey.handle = account.user_handle;
            assert_eq!(verified(alice.use_passkey(&mut passkey)).factor, Some(3));
        }
    }
}

#[test]
fn a_usual_record_is_at_most_900_bytes_sealed() {
    let mut alice = Person::new("alice@example.com");
    alice.agent = Some("Firefox 152 on Linux".into());
    alice.enrol();
    let fresh = alice.body.as_ref().unwrap().len();
    for name in ["Firefox on my laptop", "Chrome on the office PC", "Safari on the telephone"] {
        (alice.device, alice.remember) = (None, Some(name.into()));
        alice.sign_in();
    }
    let account = alice.account();
    assert_eq!((account.recovery_codes_left, account.devices.len(), account.sessions.len()), (10, 3, 4));
    let usual = alice.body.as_ref().unwrap().len();
    println!("sealed: {fresh} bytes after the enrolment, {usual} with three devices and four open sessions");
    assert!(usual <= 900, "{usual}");
}

#[test]
fn the_fullest_record_opens_too() {
    let policy = Policy { most_factors: 10, most_sessions: 100, most_devices: 20, ..Policy::default() };
    let mut alice = Person::new("alice").with(policy);
    alice.remember = Some("\u{1f4f1}".repeat(64));
    alice.enrol();
    for _ in 1..10 {
        let name = Some("\u{1f4f1}".repeat(64));
        alice.enrol_as(Enrol { name, secret: None, ..Enrol::default() });
    }
    for _ in 0..100 {
        alice.device = None;
        alice.sign_in();
    }
    let account = alice.account();
    assert_eq!((account.factors.len(), account.sessions.len(), account.devices.len()), (10, 100, 20));
    let size = alice.body.as_ref().unwrap().len();
    println!("sealed: {size} bytes at most");
    assert!(size < 64_000, "{size}");
}

#[test]
fn a_newer_version_is_told_from_a_broken_record() {
    let bytes = well_travelled().record().to_bytes().to_vec();
    for version in current() + 1..=255 {
        let newer = [&[version], &bytes[1..]].concat();
        assert_eq!(Record::from_bytes(&newer), Err(Error::RecordVersion));
    }
    assert_eq!(Record::from_bytes(&[]), Err(Error::RecordMalformed));
    assert_eq!(Record::from_bytes(&[&[0], &bytes[1..]].concat()), Err(Error::RecordMalformed));
}

#[test]
fn a_record_is_whole_and_has_no_byte_too_many() {
    let bytes = well_travelled().record().to_bytes().to_vec();
    for length in 1..bytes.len() {
        assert_eq!(Record::from_bytes(&bytes[..length]), Err(Error::RecordMalformed), "{length}");
    }
    for more in [&[0][..], &[1, 2, 3], &bytes] {
        assert_eq!(Record::from_bytes(&[&bytes, more].concat()), Err(Error::RecordMalformed));
    }
}

#[test]
fn a_length_that_is_not_there_reserves_no_memory() {
    let bytes = well_travelled().record().to_bytes().to_vec();
    let before = peak_kilobytes();
    // 2^32 − 1 and 2^64 − 1 in place of every byte: some of them are lengths.
    for length in [&[0xff, 0xff, 0xff, 0xff, 0x0f][..], &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]] {
        for at in 1..bytes.len() {
            let _ = Record::from_bytes(&[&bytes[..at], length, &bytes[at + 1..]].concat());
            let _ = Record::from_bytes(&[&bytes[..at], length].concat());
        }
    }
    let grown = peak_kilobytes() - before;
    assert!(grown < 1_000_000, "{grown} kB more");
}

/// Address space at its widest; reserved memory counts, whether it was touched or not.
fn peak_kilobytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmPeak:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse().ok()).unwrap_or(0)
}

#[test]
fn a_factor_after_the_last_number_is_refused() {
    // Number of the last factor, events, grants, the three of passkeys, the secret before, the two of progress: its end.
    let mut bytes = Record::default().to_bytes().to_vec();
    assert_eq!(bytes.split_off(bytes.len() - 9), [0; 9]);
    for (last, varint, good) in [(65_534, [0xfe, 0xff, 0x03], true), (65_535, [0xff, 0xff, 0x03], false)] {
        let record = [&bytes, &varint[..], &[0; 8]].concat();
        let mut alice = Person::new("alice");
        alice.body =
            Some(alice.ring.seal(Purpose::Record, &alice.owner(), &record, &mut Seeded::new([9; 32])).unwrap());
        match alice.ask(Command::Enrol(Enrol::default())) {
            Outcome::Enrolling(_) => assert!(good, "{last}"),
            other => assert_eq!((denied(&other).reason, good), (Denial::TooManyFactors, false)),
        }
    }
}

/// A record that reads is one that writes the same again, and every command on it ends.
fn survives(bytes: &[u8]) {
    let Ok(record) = Record::from_bytes(bytes) else { return };
    let again = record.to_bytes();
    assert_eq!(Record::from_bytes(&again), Ok(record.clone()));
    let person = Person::new("alice");
    for command in [
        crate::person::verify("123456"),
        crate::person::verify("0000-0000-0000-0000"),
        crate::person::resync("123456", "654321"),
        Command::Confirm { code: "123456".into() },
        Command::Inspect,
        Command::CloseSessions,
        Command::Reset,
    ] {
        let _ = edge_mfa::engine::step(record.clone(), command, &person.context(), &person.policy);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_bytes_are_a_record_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        survives(&bytes);
        survives(&[&[current()], bytes.as_slice()].concat());
    }
}

#[test]
fn any_change_of_a_record_is_a_record_or_refused() {
    let bytes = well_travelled().record().to_bytes().to_vec();
    for at in 0..bytes.len() {
        for change in [0x01, 0x02, 0x40, 0x80, 0xff] {
            let mut bytes = bytes.clone();
            bytes[at] ^= change;
            survives(&bytes);
        }
    }
}
