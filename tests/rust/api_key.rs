//! API keys: what is read is what was written, only the right key verifies, and a stored one is of no use to a thief.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_possible_truncation)]

use edge_mfa::protect::api_key::{ApiKey, NewApiKey, StoredApiKey};
use edge_mfa::protect::{Environment, KeyRing, Purpose, Seeded, key_of};
use edge_mfa::{Error, Timestamp};
use std::collections::HashSet;

const SYMBOLS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Made by node:crypto from what the documentation says. A change here is one that no stored record survives.
const RING: &str = "mfak_test_e2a0c194_20260924_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const KEY: &str = "mfaa_test_M2GT58X4MPKAFA59_A18N4MTMANB5EP2SB9DNRQAYBXG62RK3DAY9VXJH";
const RECORD: &str = "0184e2a0c194a0a1a2a3a4a5a6a7a8a9aaab2839ea6be47791dc87a89a43698c82c1a9522cf3cfe62d78279452fb\
    04307117b937b41fd7dc7909e7d0f6bf67144d8d119d98c8a89a2bc9de0b1a06aeb7c34766c5c5409e4cd8e096d2483a4d3b36a45fe828f6905f\
    9ff72187425494c7ab";

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_secs(seconds).unwrap()
}

fn ring(environment: Environment, seed: u8) -> KeyRing {
    KeyRing::generate(environment, at(0), &mut Seeded::new([seed; 32])).unwrap()
}

fn live() -> KeyRing {
    ring(Environment::Live, 1)
}

fn made(ring: &KeyRing, claims: &str, seed: u8) -> NewApiKey {
    NewApiKey::generate(ring, claims, at(1_000), &mut Seeded::new([seed; 32])).unwrap()
}

fn read<'a>(ring: &KeyRing, text: &'a str) -> ApiKey<'a> {
    ApiKey::parse(text, ring.environment()).unwrap()
}

/// What a request is answered.
fn verify(ring: &KeyRing, text: &str, record: &[u8], now: Timestamp) -> Result<Option<String>, Error> {
    let key = read(ring, text);
    let stored = StoredApiKey::open(ring, &key.place(), record)?;
    Ok(stored.verify(&key, now).then(|| stored.claims().into()))
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn a_record_of_the_first_version_opens() {
    let ring = KeyRing::parse(RING).unwrap();
    assert_eq!(verify(&ring, KEY, &hex(RECORD), at(1_999_999_999)), Ok(Some("claims".into())));
    assert_eq!(verify(&ring, KEY, &hex(RECORD), at(2_000_000_000)), Ok(None));
}

/// What the documentation promises to scanners for secrets.
#[test]
fn a_key_has_its_fixed_shape_and_none_is_made_twice() {
    let mut seen = HashSet::new();
    for (environment, seeds) in [(Environment::Live, 0..100), (Environment::Test, 100..200)] {
        for seed in seeds {
            let text = made(&ring(environment, 1), "", seed).text.to_string();
            let body = text.strip_prefix(&format!("mfaa_{}_", environment.name())).unwrap();
            let (id, secret) = body.split_once('_').unwrap();
            assert_eq!((id.len(), secret.len()), (16, 40));
            assert!(format!("{id}{secret}").chars().all(|symbol| SYMBOLS.contains(symbol)), "{text}");
            assert!(seen.insert(id.to_owned()) && seen.insert(secret[..32].to_owned()), "{text}");
        }
    }
}

#[test]
fn a_key_verifies_up_to_its_end_and_not_from_then_on() {
    let NewApiKey { text, record } = made(&live(), "orders:read", 2);
    for (now, good) in [(0, true), (999_999, true), (1_000_000, false), ((1 << 53) - 1, false)] {
        let answer = verify(&live(), &text, &record, Timestamp::from_millis(now).unwrap()).unwrap();
        assert_eq!(answer, good.then(|| "orders:read".into()), "{now}");
    }
    let stored = StoredApiKey::open(&live(), &read(&live(), &text).place(), &record).unwrap();
    assert_eq!(stored.claims(), "orders:read");
}

#[test]
fn every_typo_is_found_without_a_record() {
    let text = made(&live(), "", 3).text.to_string();
    for place in 0..text.len() {
        for symbol in SYMBOLS.chars().chain("aIlou_-é\0 ".chars()) {
            let typed: String =
                text.chars().enumerate().map(|(at, old)| if at == place { symbol } else { old }).collect();
            assert_eq!(ApiKey::parse(&typed, Environment::Live).is_some(), typed == text, "{typed:?}");
        }
        assert!(ApiKey::parse(&text[..place], Environment::Live).is_none());
        assert!(ApiKey::parse(&text[place + 1..], Environment::Live).is_none());
    }
    for typed in [format!("{text}0"), format!("{text} "), format!(" {text}"), text.to_lowercase(), text.repeat(2)] {
        assert!(ApiKey::parse(&typed, Environment::Live).is_none(), "{typed}");
    }
}

#[test]
fn no_id_names_another_record_even_with_the_right_check() {
    for id in ["../../ACCOUNT:AL", "0123456789abcdef", "0123456789ABCDE%", "IIIIIIIIIIIIIIII"] {
        let text = checked(&format!("mfaa_live_{id}_{}", &KEY[27..59]));
        assert!(ApiKey::parse(&text, Environment::Live).is_none(), "{text}");
    }
    // The check itself is right.
    assert!(
        ApiKey::parse(&checked(&format!("mfaa_live_0123456789ABCDEF_{}", &KEY[27..59])), Environment::Live).is_some()
    );
}

#[test]
fn keys_of_another_environment_are_none() {
    let text = made(&ring(Environment::Test, 1), "", 4).text.to_string();
    assert!(ApiKey::parse(&text, Environment::Live).is_none());
    // Nor when it is written like one, with a check that fits.
    let renamed = checked(&text.replace("_test_", "_live_")[..59]);
    let record = made(&ring(Environment::Test, 1), "", 4).record;
    assert_eq!(verify(&live(), &renamed, &record, at(0)), Err(Error::KeyEnvironment));
}

#[test]
fn another_secret_of_the_same_id_does_not_verify() {
    let NewApiKey { text, record } = made(&live(), "", 5);
    let secret = made(&live(), "", 6).text[27..59].to_owned();
    assert_eq!(verify(&live(), &checked(&format!("{}{secret}", &text[..27])), &record, at(0)), Ok(None));
    for place in 27..59 {
        let symbol = if text.as_bytes()[place] == b'0' { "1" } else { "0" };
        let near = checked(&[&text[..place], symbol, &text[place + 1..59]].concat());
        assert_eq!(verify(&live(), &near, &record, at(0)), Ok(None), "{place}");
    }
}

#[test]
fn a_record_in_anothers_place_or_under_another_ring_does_not_open() {
    let (one, other) = (made(&live(), "admin", 7), made(&live(), "", 8));
    assert_eq!(verify(&live(), &other.text, &one.record, at(0)), Err(Error::SealBroken));
    assert_eq!(verify(&ring(Environment::Live, 2), &one.text, &one.record, at(0)), Err(Error::KeyUnknown));
    // Nor what was sealed there for something else, whatever it says.
    let place = read(&live(), &one.text).place();
    let account = live().seal(Purpose::Record, &place, &[1; 100], &mut Seeded::new([9; 32])).unwrap();
    assert_eq!(verify(&live(), &one.text, &account, at(0)), Err(Error::SealBroken));
}

#[test]
fn a_changed_record_does_not_open() {
    let NewApiKey { text, record } = made(&live(), "orders:read", 10);
    for at_byte in 0..record.len() {
        let mut changed = record.clone();
        changed[at_byte] ^= 1;
        assert!(verify(&live(), &text, &changed, at(0)).is_err(), "byte {at_byte}");
        assert!(verify(&live(), &text, &record[..at_byte], at(0)).is_err(), "{at_byte} bytes");
    }
}

#[test]
fn what_is_no_record_inside_is_refused() {
    let text = made(&live(), "", 11).text;
    let seal = |plain: &[u8]| {
        let place = read(&live(), &text).place();
        let sealed = live().seal(Purpose::ApiKey, &place, plain, &mut Seeded::new([12; 32])).unwrap();
        StoredApiKey::open(&live(), &place, &sealed).map(|stored| stored.verify(&read(&live(), &text), at(0)))
    };
    for plain in [&[][..], &[0; 100], &[1], &[1; 72]] {
        assert_eq!(seal(plain), Err(Error::RecordMalformed), "{plain:?}");
    }
    assert_eq!(seal(&[1; 73]), Ok(false));
    assert_eq!(seal(&[2; 73]), Err(Error::RecordVersion));
}

#[test]
fn neither_the_record_nor_its_ring_tells_the_key() {
    let NewApiKey { text, record } = made(&live(), "orders:read", 13);
    let (secret, place) = (&text[27..], read(&live(), &text).place());
    let plain = live().open(Purpose::ApiKey, &place, &record).unwrap();
    for (what, bytes) in [("sealed", &record), ("opened", &*plain)] {
        for part in secret.as_bytes().windows(6) {
            assert!(!bytes.windows(6).any(|window| window == part), "{what}");
        }
    }
    assert!(!record.windows(6).any(|window| b"orders:read".windows(6).any(|part| part == window)));
}

#[test]
fn a_record_outlives_the_key_of_the_ring_that_sealed_it() {
    let old = live();
    let NewApiKey { text, record } = made(&old, "claims", 14);
    let place = read(&old, &text).place();
    let both = live().with_new_key(at(90 * 86_400), &mut Seeded::new([15; 32])).unwrap();
    let plain = both.open(Purpose::ApiKey, &place, &record).unwrap();
    let resealed = both.seal(Purpose::ApiKey, &place, &plain, &mut Seeded::new([16; 32])).unwrap();
    assert_eq!(key_of(&resealed), Ok(both.newest()));
    let fresh = both.without_key(old.newest()).unwrap();
    assert_eq!(verify(&fresh, &text, &resealed, at(0)), Ok(Some("claims".into())));
    assert_eq!(verify(&fresh, &text, &record, at(0)), Err(Error::KeyUnknown));
}

#[test]
fn equal_claims_are_not_seen_to_be_equal() {
    let (one, other) = (made(&live(), "same", 17), made(&live(), "same", 18));
    assert_ne!(one.record[18..], other.record[18..]);
    let opened =
        |new: &NewApiKey| live().open(Purpose::ApiKey, &read(&live(), &new.text).place(), &new.record).unwrap();
    assert_ne!(opened(&one)[1..33], opened(&other)[1..33], "the keys of the hashes");
}

#[test]
fn without_randomness_there_is_no_key() {
    let mut none = |_: &mut [u8]| Err(Error::EntropyUnavailable);
    assert_eq!(NewApiKey::generate(&live(), "", at(1), &mut none).err(), Some(Error::EntropyUnavailable));
}

#[test]
fn nothing_secret_is_in_debug() {
    let new = made(&live(), "claims", 19);
    let key = read(&live(), &new.text);
    assert_eq!(format!("{new:?} {key:?}"), format!("NewApiKey(…) ApiKey({})", key.id()));
    let stored = StoredApiKey::open(&live(), &key.place(), &new.record).unwrap();
    assert_eq!(format!("{stored:?}"), "StoredApiKey(…)");
}

/// With the check that belongs to it, as a thief could write it, too.
fn checked(text: &str) -> String {
    use sha2::{Digest, Sha256};
    let hash = Sha256::digest(text.as_bytes());
    let bits = hash[..5].iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    let check = (0..8).rev().map(|place| SYMBOLS.as_bytes()[(bits >> (5 * place)) as usize & 31] as char);
    text.chars().chain(check).collect()
}
