//! Sealed bytes open for their owner, their purpose and their key, unchanged, and not otherwise (E5, E6).
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use edge_mfa::protect::{Environment, KeyRing, Purpose, Seeded, key_of};
use edge_mfa::{Error, Timestamp};
use proptest::prelude::*;
use std::collections::HashSet;

const PURPOSES: [Purpose; 4] = [Purpose::Record, Purpose::Event, Purpose::Address, Purpose::ApiKey];
const OWNER: &str = "Example:alice@example.com";

fn ring(environment: Environment, seed: u8) -> KeyRing {
    let now = Timestamp::from_secs(1_790_000_000).unwrap();
    KeyRing::generate(environment, now, &mut Seeded::new([seed; 32])).unwrap()
}

fn live() -> KeyRing {
    ring(Environment::Live, 1)
}

fn seal(ring: &KeyRing, plain: &[u8]) -> Vec<u8> {
    ring.seal(Purpose::Record, OWNER, plain, &mut Seeded::new([9; 32])).unwrap()
}

fn open(ring: &KeyRing, sealed: &[u8]) -> Result<Vec<u8>, Error> {
    ring.open(Purpose::Record, OWNER, sealed).map(|plain| plain.to_vec())
}

/// As long as the record of an account.
fn record() -> Vec<u8> {
    (0..700_u32).map(|at| at.wrapping_mul(0x9e37_79b9).to_be_bytes()[0]).collect()
}

#[test]
fn what_was_sealed_opens_at_every_length() {
    for length in (0..=130).chain([699, 700, 100_000]) {
        let plain: Vec<u8> = record().into_iter().cycle().take(length).collect();
        let sealed = seal(&live(), &plain);
        assert_eq!(sealed.len(), length + 34);
        assert_eq!(open(&live(), &sealed), Ok(plain));
    }
}

/// The layout is a contract with every record that is stored.
#[test]
fn sealed_bytes_have_their_documented_layout() {
    for (environment, bit) in [(Environment::Live, 0), (Environment::Test, 0x80)] {
        let ring = ring(environment, 1);
        for (number, purpose) in (1..).zip(PURPOSES) {
            let mut nonce = |bytes: &mut [u8]| {
                bytes.fill(0xab);
                Ok(())
            };
            let sealed = ring.seal(purpose, OWNER, b"plain", &mut nonce).unwrap();
            assert_eq!(sealed[..2], [1, bit | number]);
            let id: String = sealed[2..6].iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(id, ring.newest().to_string());
            assert_eq!(sealed[6..18], [0xab; 12]);
            assert_eq!(sealed.len(), 18 + 5 + 16);
        }
    }
}

/// Made by node:crypto from what the documentation says. A change here is one that no stored record survives.
#[test]
fn a_record_of_the_first_version_opens() {
    let ring = KeyRing::parse("mfak_test_e2a0c194_20260924_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8").unwrap();
    let sealed = "0181e2a0c194a0a1a2a3a4a5a6a7a8a9aaabe88c9cda78c36691edf2af795d3a29aaf3146fedec6bd733";
    let sealed: Vec<u8> =
        (0..sealed.len()).step_by(2).map(|at| u8::from_str_radix(&sealed[at..at + 2], 16).unwrap()).collect();
    assert_eq!(open(&ring, &sealed), Ok(b"a record".to_vec()));
}

#[test]
fn a_flipped_bit_anywhere_is_refused() {
    let (ring, sealed) = (live(), seal(&live(), &record()));
    for at in 0..sealed.len() {
        for flip in [0x01, 0x02, 0x10, 0x40, 0x80, 0xff] {
            let mut changed = sealed.clone();
            changed[at] ^= flip;
            assert!(open(&ring, &changed).is_err(), "byte {at}, bits {flip:02x}");
        }
    }
    assert!(open(&ring, &sealed).is_ok());
}

#[test]
fn a_truncated_or_longer_text_is_refused() {
    let (ring, sealed) = (live(), seal(&live(), &record()));
    for length in 0..sealed.len() {
        assert!(open(&ring, &sealed[..length]).is_err(), "{length} bytes");
        assert!(open(&ring, &sealed[sealed.len() - length..]).is_err(), "the last {length} bytes");
    }
    for more in [&[0][..], &[0; 16], &sealed[sealed.len() - 16..], &sealed] {
        assert_eq!(open(&ring, &[&sealed, more].concat()), Err(Error::SealBroken));
    }
    for short in [&[][..], &[1], &[0; 34], &sealed[..33]] {
        assert_eq!(open(&ring, short), Err(Error::SealMalformed));
        assert_eq!(key_of(short), Err(Error::SealMalformed));
    }
    assert_eq!(open(&ring, &sealed[..34]), Err(Error::SealBroken));
}

#[test]
fn bytes_of_another_account_are_refused() {
    let (ring, sealed) = (live(), seal(&live(), &record()));
    for owner in ["Example:bob@example.com", "Example:alice@example.co", "example:alice@example.com", "", "\0"] {
        assert_eq!(ring.open(Purpose::Record, owner, &sealed), Err(Error::SealBroken));
    }
    // No boundary between header, owner and text can be moved.
    let bare = ring.seal(Purpose::Record, "", b"x", &mut Seeded::new([9; 32])).unwrap();
    assert_eq!(ring.open(Purpose::Record, "x", &bare), Err(Error::SealBroken));
}

#[test]
fn bytes_of_another_purpose_are_refused_also_relabelled() {
    let ring = live();
    for (number, purpose) in (1..).zip(PURPOSES) {
        let sealed = ring.seal(purpose, OWNER, b"plain", &mut Seeded::new([9; 32])).unwrap();
        for (other, wanted) in (1..).zip(PURPOSES).filter(|(other, _)| *other != number) {
            assert_eq!(ring.open(wanted, OWNER, &sealed), Err(Error::SealBroken));
            let mut relabelled = sealed.clone();
            relabelled[1] = other;
            assert_eq!(ring.open(wanted, OWNER, &relabelled), Err(Error::SealBroken));
        }
    }
}

#[test]
fn versions_and_purposes_that_are_not_there_yet_are_malformed() {
    let sealed = seal(&live(), b"plain");
    for (at, byte) in [(0, 0), (0, 2), (0, 255), (1, 0), (1, 6), (1, 0x41), (1, 0x7f)] {
        let mut changed = sealed.clone();
        changed[at] = byte;
        assert_eq!(open(&live(), &changed), Err(Error::SealMalformed), "byte {at} is {byte}");
    }
}

#[test]
fn a_retired_key_opens_and_the_newest_seals() {
    let old = live();
    let (retired, sealed) = (old.newest(), seal(&live(), b"old"));
    let now = Timestamp::from_secs(1_800_000_000).unwrap();
    let ring = old.with_new_key(now, &mut Seeded::new([2; 32])).unwrap();
    assert_eq!(open(&ring, &sealed), Ok(b"old".to_vec()));
    assert_eq!(key_of(&sealed), Ok(retired));
    let anew = seal(&ring, b"old");
    assert_eq!(key_of(&anew), Ok(ring.newest()));
    assert_ne!(ring.newest(), retired);
    assert_eq!(open(&live(), &anew), Err(Error::KeyUnknown));
    let ring = ring.without_key(retired).unwrap();
    assert_eq!(open(&ring, &sealed), Err(Error::KeyUnknown));
    assert_eq!(open(&ring, &anew), Ok(b"old".to_vec()));
}

#[test]
fn a_key_of_another_ring_is_unknown_and_its_id_is_not_enough() {
    let mut sealed = seal(&ring(Environment::Live, 2), b"plain");
    assert_eq!(open(&live(), &sealed), Err(Error::KeyUnknown));
    sealed[2..6].copy_from_slice(&seal(&live(), b"plain")[2..6]);
    assert_eq!(open(&live(), &sealed), Err(Error::SealBroken));
}

#[test]
fn test_records_do_not_open_under_live_keys_nor_live_ones_under_test_keys() {
    let test = ring(Environment::Test, 1);
    let (of_test, of_live) = (seal(&test, b"plain"), seal(&live(), b"plain"));
    assert_eq!(open(&live(), &of_test), Err(Error::KeyEnvironment));
    assert_eq!(open(&test, &of_live), Err(Error::KeyEnvironment));
    // Nor when it is claimed that they are of the other kind.
    let mut renamed = of_test.clone();
    renamed[1] ^= 0x80;
    assert_eq!(open(&live(), &renamed), Err(Error::KeyUnknown));
    renamed[2..6].copy_from_slice(&of_live[2..6]);
    assert_eq!(open(&live(), &renamed), Err(Error::SealBroken));
}

#[test]
fn nonces_never_repeat() {
    let (ring, mut nonces) = (live(), HashSet::new());
    for count in 0..10_000_u32 {
        let mut seed = [0; 32];
        seed[..4].copy_from_slice(&count.to_be_bytes());
        let sealed = ring.seal(Purpose::Record, OWNER, b"", &mut Seeded::new(seed)).unwrap();
        assert!(nonces.insert(sealed[6..18].to_vec()), "seed {count}");
    }
    let mut one = Seeded::new([0xff; 32]);
    for count in 0..10_000 {
        let sealed = ring.seal(Purpose::Record, OWNER, b"", &mut one).unwrap();
        assert!(nonces.insert(sealed[6..18].to_vec()), "seal {count}");
    }
}

#[test]
fn sealing_follows_from_its_arguments() {
    assert_eq!(seal(&live(), b"plain"), seal(&live(), b"plain"));
    let other = live().seal(Purpose::Record, OWNER, b"plain", &mut Seeded::new([8; 32])).unwrap();
    assert_ne!(seal(&live(), b"plain")[6..], other[6..]);
}

#[test]
fn one_nonce_under_two_owners_gives_nothing_away() {
    let (ring, plain) = (live(), [0; 64]);
    let mut texts = HashSet::new();
    for owner in ["a", "b", "ab", ""] {
        let sealed = ring.seal(Purpose::Record, owner, &plain, &mut Seeded::new([9; 32])).unwrap();
        assert!(texts.insert(sealed[18..82].to_vec()), "{owner}");
    }
}

#[test]
fn a_vault_seals_and_opens_what_the_ring_does() {
    let ring = live().with_new_key(Timestamp::from_secs(1_800_000_000).unwrap(), &mut Seeded::new([2; 32])).unwrap();
    let vault = ring.vault(OWNER);
    let sealed = vault.seal(Purpose::Record, b"plain", &mut Seeded::new([9; 32])).unwrap();
    assert_eq!(sealed, seal(&ring, b"plain"));
    for sealed in [sealed, seal(&live(), b"plain")] {
        assert_eq!(*vault.open(Purpose::Record, &sealed).unwrap(), b"plain");
        assert_eq!(vault.open(Purpose::Event, &sealed), Err(Error::SealBroken));
        assert_eq!(ring.vault("another").open(Purpose::Record, &sealed), Err(Error::SealBroken));
    }
}

#[test]
fn without_randomness_nothing_is_sealed() {
    let mut none = |_: &mut [u8]| Err(Error::EntropyUnavailable);
    assert_eq!(live().seal(Purpose::Record, OWNER, b"plain", &mut none), Err(Error::EntropyUnavailable));
}

#[test]
fn what_was_opened_does_not_show_in_a_log() {
    let opened = live().open(Purpose::Record, OWNER, &seal(&live(), b"plain")).unwrap();
    assert_eq!(format!("{opened:?}"), "Sensitive(…)");
}

proptest! {
    #[test]
    fn any_bytes_of_any_owner_open_again(
        plain in proptest::collection::vec(any::<u8>(), 0..500),
        owner in ".{0,60}",
        seed: [u8; 32],
    ) {
        let ring = live();
        let sealed = ring.seal(Purpose::Event, &owner, &plain, &mut Seeded::new(seed)).unwrap();
        prop_assert_eq!(ring.open(Purpose::Event, &owner, &sealed).unwrap().to_vec(), plain);
        prop_assert_eq!(key_of(&sealed), Ok(ring.newest()));
    }

    #[test]
    fn bytes_that_were_never_sealed_do_not_open(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(open(&live(), &bytes).is_err());
        let header = &seal(&live(), b"")[..6];
        prop_assert!(open(&live(), &[header, &bytes].concat()).is_err());
    }
}
