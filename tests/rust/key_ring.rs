//! Key rings: what is read is what was written, and any damage to it is found.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::unreachable)]

use edge_mfa::protect::{Environment, KeyId, KeyRing, Seeded};
use edge_mfa::{Entropy, Error, Timestamp};
use std::collections::HashSet;

fn day(day: u64) -> Timestamp {
    Timestamp::from_secs(day * 86_400).unwrap()
}

fn ring(environment: Environment, made: u64, seed: u8) -> KeyRing {
    KeyRing::generate(environment, day(made), &mut Seeded::new([seed; 32])).unwrap()
}

fn live(made: u64, seed: u8) -> String {
    ring(Environment::Live, made, seed).to_text().to_string()
}

fn read(texts: &[&str]) -> Result<KeyRing, Error> {
    KeyRing::parse(&texts.join(" "))
}

fn ids(ring: &KeyRing) -> Vec<KeyId> {
    ring.keys().map(|key| key.id).collect()
}

fn id(text: &str) -> KeyId {
    KeyRing::parse(text).unwrap().newest()
}

/// What the documentation promises to scanners for secrets: mfak_(live|test)_[0-9a-f]{8}_[0-9]{8}_[A-Za-z0-9_-]{43}
#[test]
fn a_key_has_its_fixed_shape() {
    for environment in [Environment::Live, Environment::Test] {
        for seed in 0..50 {
            let text = ring(environment, 20_000 + u64::from(seed), seed).to_text();
            let (name, rest) = text.split_at(10);
            assert_eq!(name, format!("mfak_{}_", environment.name()));
            let (id, rest) = rest.split_at(8);
            assert!(id.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')));
            let (date, key) = rest.split_at(10);
            assert!(date[1..9].bytes().all(|digit| digit.is_ascii_digit()) && date.starts_with('_'));
            assert!(date.ends_with('_') && key.len() == 43);
            assert!(key.bytes().all(|symbol| symbol.is_ascii_alphanumeric() || b"-_".contains(&symbol)));
        }
    }
}

#[test]
fn a_ring_reads_back_as_it_was_written() {
    let mut ring = ring(Environment::Live, 20_000, 0);
    for seed in 1..32 {
        let text = ring.to_text();
        let again = KeyRing::parse(&text).unwrap();
        assert_eq!(again.to_text(), text);
        assert!(again.keys().eq(ring.keys()));
        ring = ring.with_new_key(day(20_000 + u64::from(seed) / 3), &mut Seeded::new([seed; 32])).unwrap();
    }
    assert_eq!(ring.keys().count(), 32);
    assert_eq!(ring.with_new_key(day(30_000), &mut Seeded::new([99; 32])).unwrap_err(), Error::KeyRingEmpty);
}

#[test]
fn any_white_space_separates_keys() {
    let (old, new) = (live(1, 1), live(2, 2));
    for text in [format!("{old} {new}"), format!("\r\n{new}\t\t{old}\n\n"), format!("{old}\u{c}{new}")] {
        assert_eq!(ids(&KeyRing::parse(&text).unwrap()), [id(&new), id(&old)]);
    }
    for text in [format!("{old},{new}"), format!("{old}\u{a0}{new}"), format!("\"{old}\""), format!("{old}{new}")] {
        assert_eq!(KeyRing::parse(&text).unwrap_err(), Error::KeyRingMalformed);
    }
}

#[test]
fn the_newest_key_is_of_the_latest_day_and_of_several_the_last_in_the_text() {
    let (a, b, c) = (live(10, 1), live(20, 2), live(20, 3));
    assert_eq!(ids(&read(&[&a, &b, &c]).unwrap()), [id(&c), id(&b), id(&a)]);
    assert_eq!(ids(&read(&[&c, &b, &a]).unwrap()), [id(&b), id(&c), id(&a)]);
    assert_eq!(ids(&read(&[&b, &a, &c]).unwrap()), [id(&c), id(&b), id(&a)]);
    let d = live(10, 4);
    assert_eq!(ids(&read(&[&a, &c, &d]).unwrap()), [id(&c), id(&d), id(&a)]);
    assert_eq!(ids(&read(&[&d, &c, &a]).unwrap()), [id(&c), id(&a), id(&d)]);
}

#[test]
fn a_new_key_is_the_newest_even_if_the_clock_went_back() {
    let ring = ring(Environment::Live, 100, 1);
    let old = ring.newest();
    let ring = ring.with_new_key(day(50), &mut Seeded::new([2; 32])).unwrap();
    assert_ne!(ring.newest(), old);
    assert!(ring.keys().all(|key| key.created == day(100)));
    assert_eq!(KeyRing::parse(&ring.to_text()).unwrap().newest(), ring.newest());
}

#[test]
fn a_key_is_due_by_its_age_in_whole_days() {
    let old = ring(Environment::Live, 100, 1);
    assert!(!old.is_due(day(189), 90) && old.is_due(day(190), 90) && old.is_due(day(190_000), 90));
    assert!(!old.is_due(day(3), 90)); // a clock that went back
    assert!(old.is_due(day(100), 0));
    let ring = old.with_new_key(day(190), &mut Seeded::new([2; 32])).unwrap();
    assert!(!ring.is_due(day(190), 90));
}

#[test]
fn test_keys_beside_live_ones_are_refused_in_any_order() {
    let (test, live) = (ring(Environment::Test, 1, 1).to_text(), live(2, 2));
    assert_eq!(read(&[&test, &live]).unwrap_err(), Error::KeyRingMixed);
    assert_eq!(read(&[&live, &test]).unwrap_err(), Error::KeyRingMixed);
    assert_eq!(read(&[&live, &live, &test]).unwrap_err(), Error::KeyRingDuplicate); // the first that is found
}

#[test]
fn a_key_twice_is_refused() {
    let (a, b) = (live(1, 1), live(2, 2));
    assert_eq!(read(&[&a, &a]).unwrap_err(), Error::KeyRingDuplicate);
    assert_eq!(read(&[&a, &b, &a]).unwrap_err(), Error::KeyRingDuplicate);
    let same = KeyRing::parse(&a).unwrap().with_new_key(day(1), &mut Seeded::new([1; 32]));
    assert_eq!(same.unwrap_err(), Error::KeyRingDuplicate);
}

#[test]
fn no_key_and_more_than_32_are_refused() {
    for text in ["", " ", "\n\t\r\n"] {
        assert_eq!(KeyRing::parse(text).unwrap_err(), Error::KeyRingEmpty);
    }
    let keys: Vec<String> = (0..33).map(|seed| live(1, seed)).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    assert_eq!(read(&keys[..32]).unwrap().keys().count(), 32);
    assert_eq!(read(&keys).unwrap_err(), Error::KeyRingEmpty);
}

/// The id follows from environment, day and key, so a typo is found at once, wherever it is.
#[test]
fn any_changed_character_is_found() {
    let text = live(20_000, 7);
    for (at, was) in text.char_indices() {
        for to in
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_=.é\0".chars().filter(|to| *to != was)
        {
            let changed = format!("{}{to}{}", &text[..at], &text[at + 1..]);
            assert_eq!(KeyRing::parse(&changed).unwrap_err(), Error::KeyRingMalformed, "{changed}");
        }
    }
    let renamed = text.replace("_live_", "_test_");
    assert_eq!(KeyRing::parse(&renamed).unwrap_err(), Error::KeyRingMalformed);
}

#[test]
fn a_key_that_is_cut_short_or_longer_is_found() {
    let text = live(20_000, 7);
    for length in 1..text.len() {
        assert_eq!(KeyRing::parse(&text[..length]).unwrap_err(), Error::KeyRingMalformed);
        assert_eq!(KeyRing::parse(&text[length..]).unwrap_err(), Error::KeyRingMalformed);
    }
    for more in ["A", "=", "==", "_", "_A"] {
        assert_eq!(KeyRing::parse(&format!("{text}{more}")).unwrap_err(), Error::KeyRingMalformed);
    }
}

#[test]
fn a_retired_key_can_go_but_not_the_last() {
    let ring = read(&[&live(1, 1), &live(2, 2), &live(3, 3)]).unwrap();
    let [newest, middle, oldest] = ids(&ring)[..] else { unreachable!() };
    let ring = ring.without_key(middle).unwrap();
    assert_eq!(ids(&ring), [newest, oldest]);
    let ring = ring.without_key(newest).unwrap();
    assert_eq!(ids(&ring), [oldest]);
    let text = ring.to_text();
    assert_eq!(ring.without_key(newest).unwrap_err(), Error::KeyUnknown);
    assert_eq!(KeyRing::parse(&text).unwrap().without_key(oldest).unwrap_err(), Error::KeyRingEmpty);
}

#[test]
fn a_ring_shows_its_ids_and_no_key() {
    let ring = read(&[&live(1, 1), &live(2, 2)]).unwrap();
    let [newest, oldest] = ids(&ring)[..] else { unreachable!() };
    assert_eq!(format!("{ring:?}"), format!("KeyRing(Live, {newest}, {oldest})"));
    assert_eq!(format!("{:?}", ring.to_text()), "Sensitive(…)");
    assert_eq!(format!("{:?}", Seeded::new([1; 32])), "Seeded(…)");
}

#[test]
fn keys_differ_and_so_do_their_ids() {
    let mut seen = HashSet::new();
    for seed in 0..200 {
        let text = live(1, seed);
        assert!(seen.insert(text[10..18].to_owned()) && seen.insert(text[28..].to_owned()));
    }
}

#[test]
fn without_randomness_or_a_day_there_is_no_key() {
    let mut none = |_: &mut [u8]| Err(Error::EntropyUnavailable);
    let error = KeyRing::generate(Environment::Live, day(1), &mut none).unwrap_err();
    assert_eq!(error, Error::EntropyUnavailable);
    assert_eq!(ring(Environment::Live, 1, 1).with_new_key(day(1), &mut none).unwrap_err(), Error::EntropyUnavailable);
    let late = Timestamp::from_secs(253_402_300_800).unwrap(); // the first of January 10000
    let error = KeyRing::generate(Environment::Live, late, &mut Seeded::new([1; 32])).unwrap_err();
    assert_eq!(error, Error::TimeInvalid);
}

#[test]
fn keyed_ids_are_apart_by_key_environment_label_and_data() {
    let mut seen = HashSet::new();
    for ring in [ring(Environment::Live, 1, 1), ring(Environment::Live, 1, 2), ring(Environment::Test, 1, 1)] {
        for (label, data) in [("a", "b"), ("ab", ""), ("", "ab"), ("a", ""), ("a", "bc"), ("ab", "c")] {
            let id = ring.keyed_id(label, data.as_bytes());
            assert_eq!(id, ring.keyed_id(label, data.as_bytes()));
            assert!(seen.insert(id), "{label} {data}");
        }
    }
}

/// A system whose source fails in the middle must not leave a weak key behind.
#[test]
fn a_source_that_fails_later_fails_the_rotation_only() {
    struct Once(bool);
    impl Entropy for Once {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
            bytes.fill(3);
            if std::mem::replace(&mut self.0, false) { Ok(()) } else { Err(Error::EntropyUnavailable) }
        }
    }
    let mut entropy = Once(true);
    let ring = KeyRing::generate(Environment::Live, day(1), &mut entropy).unwrap();
    assert_eq!(ring.with_new_key(day(2), &mut entropy).unwrap_err(), Error::EntropyUnavailable);
}
