//! Recovery codes.

use crate::person::{Person, denied, verified, verify};
use edge_mfa::engine::{Command, Denial, EventKind, Outcome};
use std::time::{Duration, Instant};

#[test]
fn c1_of_two_uses_of_one_code_at_a_time_one_wins() {
    let mut alice = Person::enrolled();
    let (revision, code) = (alice.revision, alice.codes[0].clone());
    let (first, second) = (alice.decide(verify(&code)).unwrap(), alice.decide(verify(&code)).unwrap());
    let won = [alice.commit(revision, &first), alice.commit(revision, &second)];
    assert_eq!(won, [true, false]);
    assert_eq!(denied(&alice.verify(&code)).reason, Denial::Replayed, "decided again");
    assert_eq!(alice.account().recovery_codes_left, 9);
    let used = alice.events.iter().filter(|event| matches!(event.kind, EventKind::RecoveryCodeUsed { .. })).count();
    assert_eq!(used, 1, "the events of the one that lost are not stored either");
}

#[test]
fn c1_of_two_uses_of_one_time_code_at_a_time_one_wins() {
    let mut alice = Person::enrolled();
    alice.wait(30);
    let (revision, code) = (alice.revision, alice.code());
    let (first, second) = (alice.decide(verify(&code)).unwrap(), alice.decide(verify(&code)).unwrap());
    assert_eq!([alice.commit(revision, &first), alice.commit(revision, &second)], [true, false]);
    assert_eq!(alice.denied(verify(&code)), Denial::Replayed);
}

#[test]
fn c2_a_code_of_another_account_is_wrong() {
    let (mut alice, mut bob) = (Person::enrolled(), Person::new("bob"));
    bob.enrol();
    for code in bob.codes.clone() {
        assert_eq!(alice.denied(verify(&code)), Denial::Mismatch);
        alice.ask(Command::Unlock);
    }
    let code = bob.codes[0].clone();
    verified(bob.verify(&code));
}

#[test]
fn c3_neither_a_dump_nor_an_opened_record_reveals_a_code() {
    let mut alice = Person::enrolled();
    let code = alice.codes[9].clone();
    verified(alice.verify(&code));
    let dumps = [alice.body.clone().unwrap(), alice.record().to_bytes().to_vec()];
    let holds = |dump: &[u8], part: &[u8]| dump.windows(part.len()).any(|window| window == part);
    for code in &alice.codes {
        let plain = code.replace('-', "");
        for dump in &dumps {
            for part in [code.as_bytes(), plain.as_bytes(), plain.to_lowercase().as_bytes(), &bits(&plain)] {
                assert!(!holds(dump, part), "{code}");
            }
        }
    }
    // What the database holds is ciphertext: not even the secret of the phone is in it.
    let secret = alice.phone.as_ref().unwrap();
    assert!(!format!("{secret:?}").contains("Secret([")); // nor does Debug tell
    let device = Person::enrolled().sign_in().device;
    assert!(device.is_none());
}

#[test]
fn c3_a_dump_reveals_neither_secrets_nor_device_tokens() {
    let mut alice = Person::new("alice");
    let secret = b"12345678901234567890";
    alice.enrol_as(edge_mfa::engine::Enrol {
        secret: Some("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".into()),
        ..Default::default()
    });
    alice.remember = Some("A name of a laptop".into());
    let device = alice.sign_in().device.unwrap();
    let (sealed, opened) = (alice.body.clone().unwrap(), alice.record().to_bytes().to_vec());
    let holds = |dump: &[u8], part: &[u8]| dump.windows(part.len()).any(|window| window == part);
    assert!(holds(&opened, secret) && holds(&opened, b"A name of a laptop"), "this test would see it");
    for part in [&secret[..], b"A name of a laptop", b"alice", device.as_bytes()] {
        assert!(!holds(&sealed, part));
    }
    for part in device.as_bytes().windows(8).chain(bits(&device).windows(8)) {
        assert!(!holds(&opened, part), "of a device there is a hash only");
    }
}

/// The bytes behind symbols of five bits.
fn bits(symbols: &str) -> Vec<u8> {
    let alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits: Vec<bool> = symbols
        .chars()
        .flat_map(|symbol| {
            let value = alphabet.find(symbol).unwrap();
            (0..5).rev().map(move |bit| value >> bit & 1 == 1)
        })
        .collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit))).collect()
}

#[test]
fn c4_hashes_do_not_pile_up() {
    let mut alice = Person::enrolled();
    alice.ask(Command::RegenerateRecoveryCodes);
    let before = alice.record().to_bytes().len();
    for _ in 0..50 {
        assert!(matches!(alice.ask(Command::RegenerateRecoveryCodes), Outcome::RecoveryCodes(_)));
        for code in alice.codes.clone().iter().take(2) {
            verified(alice.verify(code));
            alice.ask(Command::CloseSession { id: None });
            alice.sign_in();
            alice.ask(Command::CloseSession { id: None });
        }
        alice.sign_in();
        alice.ask(Command::CloseSessions);
        alice.sign_in();
    }
    let grown = alice.record().to_bytes().len() - before;
    assert!(grown < 100, "a guess is compared with ten hashes, for ever: {grown} bytes more");
}

#[test]
fn c4_a_guess_costs_bounded_work_however_long_it_is() {
    let mut alice = Person::enrolled();
    // The longest thing that is read at all, and what is thrown away unread.
    for length in [16_384, 1_000_000, 16_000_000] {
        for symbol in ["0", " ", "０", "-"] {
            let command = verify(&symbol.repeat(length / symbol.len()));
            let begin = Instant::now();
            for _ in 0..10 {
                assert_eq!(denied(&alice.decide_again(command.clone()).unwrap().outcome).reason, Denial::Malformed);
            }
            assert!(begin.elapsed() < Duration::from_secs(1), "{length} of {symbol:?}: {:?}", begin.elapsed());
        }
    }
    let begin = Instant::now();
    for _ in 0..200 {
        alice.ask(Command::Unlock);
        assert_eq!(alice.denied(verify("0000-0000-0000-0000")), Denial::Mismatch);
    }
    let each = begin.elapsed() / 200;
    assert!(each < Duration::from_millis(10), "ten HMACs, no slow hash: {each:?}");
}

#[test]
fn c5_a_new_set_and_the_end_of_the_old_one_are_one_commit() {
    let mut alice = Person::enrolled();
    let (old, revision) = (alice.codes.clone(), alice.revision);
    // Somebody uses an old code while the new set is made: one of the two wins.
    let new = alice.decide(Command::RegenerateRecoveryCodes).unwrap();
    let used = alice.decide(verify(&old[0])).unwrap();
    let Outcome::RecoveryCodes(set) = &new.outcome else { panic!() };
    let codes = set.codes.clone();
    assert!(alice.commit(revision, &new));
    assert_eq!(alice.revision, revision + 1);
    assert!(!alice.commit(revision, &used));
    for code in &old {
        assert_eq!(alice.denied(verify(code)), Denial::Mismatch);
        alice.ask(Command::Unlock);
    }
    assert_eq!(verified(alice.verify(&codes[0])).recovery_codes_left, 9);

    let mut alice = Person::enrolled();
    let (old, revision) = (alice.codes.clone(), alice.revision);
    let used = alice.decide(verify(&old[0])).unwrap();
    let new = alice.decide(Command::RegenerateRecoveryCodes).unwrap();
    assert!(alice.commit(revision, &used));
    assert!(!alice.commit(revision, &new));
    assert_eq!(alice.account().recovery_codes_left, 9);
}
