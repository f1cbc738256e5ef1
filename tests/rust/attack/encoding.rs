//! Encoding and cryptography.

use crate::person::{Person, verified, verify};
use edge_mfa::engine::{Command, Enrol, FactorKind, Record};
use edge_mfa::protect::{Environment, KeyRing, Purpose, Seeded};
use edge_mfa::{Error, Secret};
use std::collections::HashSet;
use std::path::Path;

#[test]
fn e3_no_secret_is_empty_and_none_that_is_made_is_short() {
    for kind in [FactorKind::Totp, FactorKind::Hotp] {
        let import = |secret: &str| Command::Enrol(Enrol { kind, secret: Some(secret.into()), ..Enrol::default() });
        let mut alice = Person::new("alice");
        for empty in ["", " ", "====", "-", "\u{200b}"] {
            assert_eq!(alice.try_ask(import(empty)), Err(Error::SecretEmpty), "{empty:?}");
        }
        for length in 1..10 {
            let short = Secret::from_bytes(&vec![7; length]).unwrap().to_base32();
            assert_eq!(alice.try_ask(import(&short)), Err(Error::SecretTooShort), "{length} bytes");
        }
        assert_eq!(alice.body, None);
        for (length, weak) in [(10, true), (15, true), (16, false), (64, false)] {
            let secret = Secret::from_bytes(&vec![7; length]).unwrap().to_base32();
            let enrol = Enrol { kind, secret: Some(secret.as_str().into()), ..Enrol::default() };
            assert_eq!(alice.begin(enrol).weak, weak, "{length} bytes");
        }
        // Those that are made have the length of the policy, which is 16 bytes or more.
        for length in [16, 20, 64] {
            alice.policy.secret_bytes = length;
            let enrolling = alice.begin(Enrol { kind, ..Enrol::default() });
            assert_eq!(Secret::parse(&enrolling.secret).unwrap().as_bytes().len(), usize::from(length));
            assert!(!enrolling.weak);
        }
        for length in [0, 10, 15] {
            alice.policy.secret_bytes = length;
            assert_eq!(alice.try_ask(Command::Enrol(Enrol { kind, ..Enrol::default() })), Err(Error::SecretTooShort));
        }
    }
}

/// Secrets, codes, tags and hashes are compared by `ct_eq` in the files that handle them: no line that names one of them
/// compares in any other way, what is listed as public aside.
#[test]
fn e4_no_secret_is_compared_in_variable_time() {
    const FILES: [&str; 15] = [
        "crypto/aead.rs",
        "crypto/hmac.rs",
        "crypto/kdf.rs",
        "engine/handle/enrol.rs",
        "engine/handle/one_time_code.rs",
        "engine/handle/recover.rs",
        "engine/handle/session.rs",
        "engine/handle/throttle.rs",
        "engine/handle/verify.rs",
        "engine/record.rs",
        "factor/hotp.rs",
        "factor/recovery.rs",
        "factor/totp.rs",
        "protect/seal.rs",
        "protect/session_token.rs",
    ];
    const SECRET: [&str; 13] = [
        "code",
        "codes",
        "secret",
        "tag",
        "hash",
        "hashes",
        "mac",
        "token",
        "signature",
        "typed",
        "key",
        "digest",
        "value",
    ];
    // Lengths, ids and shapes are no secrets, and reading what was typed takes as long as that is.
    const PUBLIC: [&str; 9] = [
        "hash.len() == HASH",
        "code.len() == SYMBOLS",
        "hash.starts_with(PREFIX)",
        ".len()",
        "environment().tag()",
        "parts.key ==",
        "base == 10",
        "count == length",
        "counter >",
    ];
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for file in FILES {
        let source = std::fs::read_to_string(src.join(file)).unwrap();
        for line in source.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
            let line = PUBLIC.iter().fold(line.to_owned(), |line, public| line.replace(public, ""));
            let compares = ["==", "!=", ".eq(", ".ne(", ".cmp(", ".starts_with(", ".ends_with(", ".contains("];
            let names = line.split(|letter: char| !letter.is_alphanumeric()).any(|word| SECRET.contains(&word));
            if names && compares.iter().any(|mark| line.contains(mark)) {
                found.push(format!("{file}: {line}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    // And those that must be compared are.
    for (file, what) in [
        ("crypto/aead.rs", "self.tag(nonce, associated, text).ct_eq(tag)"),
        ("factor/hotp.rs", "value.ct_eq(&code)"),
        ("factor/hotp.rs", "value.ct_eq(&next)"),
        ("factor/recovery.rs", ".ct_eq(hash.as_bytes())"),
        ("protect/session_token.rs", "tag.as_bytes().ct_eq(&self.signature)"),
        ("engine/record.rs", "self.id.ct_eq(id)"),
        ("engine/handle/one_time_code.rs", "own.as_bytes().ct_eq(secret.as_bytes())"),
        ("factor/webauthn/client_data.rs", "challenge.ct_eq(ceremony.challenge)"),
        ("protect/challenge.rs", "ct_eq(tag)"),
    ] {
        assert!(std::fs::read_to_string(src.join(file)).unwrap().contains(what), "{file}: {what}");
    }
}

#[test]
fn e5_a_record_of_another_account_does_not_open() {
    let (alice, mut bob) = (Person::enrolled(), Person::new("bob"));
    bob.enrol();
    let (hers, his) = (alice.body.clone().unwrap(), bob.body.clone().unwrap());
    let open = |owner: &str, body: &[u8]| alice.ring.open(Purpose::Record, owner, body).map(|_| ());
    assert_eq!(open(&alice.owner(), &hers), Ok(()));
    assert_eq!(open(&alice.owner(), &his), Err(Error::SealBroken));
    assert_eq!(open(&bob.owner(), &hers), Err(Error::SealBroken));
    // Nor does anything else that is sealed pass for a record.
    let event = alice.ring.seal(Purpose::Event, &alice.owner(), b"{}", &mut Seeded::new([3; 32])).unwrap();
    assert_eq!(open(&alice.owner(), &event), Err(Error::SealBroken));
}

#[test]
fn e6_retired_keys_open_and_removed_ones_do_not() {
    let mut alice = Person::enrolled();
    let old = alice.ring.newest();
    let text = alice.ring.to_text();
    alice.ring = KeyRing::parse(&text).unwrap().with_new_key(alice.time(), &mut Seeded::new([2; 32])).unwrap();
    assert!(alice.is_signed_in(), "records and tokens of a retired key are good");
    alice.sign_in();
    let newest = alice.ring.newest();
    assert_ne!(newest, old);
    let body = alice.body.clone().unwrap();
    assert_eq!(edge_mfa::protect::key_of(&body), Ok(newest), "sealed anew with the newest");
    let before = KeyRing::parse(&text).unwrap();
    assert_eq!(before.open(Purpose::Record, &alice.owner(), &body), Err(Error::KeyUnknown));
    let live = KeyRing::generate(Environment::Live, alice.time(), &mut Seeded::new([2; 32])).unwrap();
    assert_eq!(live.open(Purpose::Record, &alice.owner(), &body), Err(Error::KeyEnvironment));
}

#[test]
fn e6_a_bit_that_was_flipped_anywhere_and_a_tag_cut_short_are_found() {
    let alice = Person::enrolled();
    let mut body = alice.body.clone().unwrap();
    let owner = alice.owner();
    for at in 0..body.len() {
        for bit in 0..8 {
            body[at] ^= 1 << bit;
            assert!(alice.ring.open(Purpose::Record, &owner, &body).is_err(), "bit {bit} of byte {at}");
            body[at] ^= 1 << bit;
        }
    }
    for length in 0..body.len() {
        assert!(alice.ring.open(Purpose::Record, &owner, &body[..length]).is_err(), "{length} bytes");
    }
    assert!(alice.ring.open(Purpose::Record, &owner, &[&body[..], &[0]].concat()).is_err());
    assert!(alice.ring.open(Purpose::Record, &owner, &body).is_ok());
}

#[test]
fn e6_no_nonce_and_no_sealed_record_comes_twice() {
    let mut alice = Person::enrolled();
    let mut nonces = HashSet::new();
    for _ in 0..2_000 {
        // The same record again: unlocked once more.
        alice.ask(Command::Unlock);
        let body = alice.body.clone().unwrap();
        assert!(nonces.insert(body[6..18].to_vec()));
    }
}

#[test]
fn e6_what_opens_is_what_was_sealed() {
    let mut alice = Person::enrolled();
    let step = alice.decide(verify("123456")).unwrap();
    assert!(alice.commit(alice.revision, &step));
    let record: Record = step.record.unwrap();
    assert_eq!(alice.record(), record);
    alice.wait(30);
    let code = alice.code();
    verified(alice.verify(&code));
}
