//! Recovery codes: each opens its own hash, under its own key, however it is typed, and nothing else does.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use edge_mfa::{Error, Reason, Verdict, recovery};
use proptest::prelude::*;
use std::collections::HashSet;

const MISMATCH: Result<Verdict<usize>, Error> = Ok(Verdict::Refused(Reason::Mismatch));
const MALFORMED: Result<Verdict<usize>, Error> = Ok(Verdict::Refused(Reason::Malformed));

/// Bytes that look random and are the same every time (splitmix64).
fn seeded(seed: u64) -> impl FnMut(&mut [u8]) -> Result<(), Error> {
    let mut state = seed;
    move |bytes| {
        for byte in bytes {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            *byte = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb).to_be_bytes()[0];
        }
        Ok(())
    }
}

fn key(byte: u8) -> recovery::Key {
    recovery::Key::new(&[byte; 32]).unwrap()
}

fn set(key: &recovery::Key, seed: u64) -> recovery::Set {
    key.generate(&mut seeded(seed), 10).unwrap()
}

fn texts(hashes: &[String]) -> Vec<&str> {
    hashes.iter().map(String::as_str).collect()
}

#[test]
fn each_code_opens_its_own_hash_only() {
    let set = set(&key(1), 1);
    for (index, code) in set.codes.iter().enumerate() {
        assert_eq!(key(1).verify(code, &texts(&set.hashes)), Ok(Verdict::Accepted(index)));
        let mut used = texts(&set.hashes);
        used.remove(index);
        assert_eq!(key(1).verify(code, &used), MISMATCH);
    }
}

#[test]
fn a_set_has_8_to_10_different_codes_of_80_bits() {
    for count in [0, 1, 7, 11, usize::MAX] {
        assert_eq!(key(1).generate(&mut seeded(1), count).unwrap_err(), Error::RecoveryCount);
    }
    for count in 8..=10 {
        let set = key(1).generate(&mut seeded(1), count).unwrap();
        assert_eq!((set.codes.len(), set.hashes.len()), (count, count));
        let all: HashSet<_> = set.codes.iter().chain(&set.hashes).collect();
        assert_eq!(all.len(), 2 * count);
        for code in &set.codes {
            let groups: Vec<_> = code.split('-').collect();
            assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [4; 4]);
            assert!(groups.concat().chars().all(|symbol| "0123456789ABCDEFGHJKMNPQRSTVWXYZ".contains(symbol)));
        }
    }
}

#[test]
fn without_entropy_there_is_no_set() {
    let mut broken = |_: &mut [u8]| Err(Error::EntropyUnavailable);
    assert_eq!(key(1).generate(&mut broken, 10).unwrap_err(), Error::EntropyUnavailable);
}

#[test]
fn a_key_has_32_to_1024_bytes() {
    for length in [0, 1, 31, 1025, 100_000] {
        assert_eq!(recovery::Key::new(&vec![7; length]).unwrap_err(), Error::RecoveryKey);
    }
    assert!([32, 33, 1024].into_iter().all(|length| recovery::Key::new(&vec![7; length]).is_ok()));
}

#[test]
fn codes_are_read_in_any_case_and_grouping_and_with_look_alikes() {
    // All-zero and all-32nds random bytes: codes of 0, and one with 0 and 1 in it.
    let mut zeros = |bytes: &mut [u8]| {
        bytes.fill(0);
        Ok(())
    };
    let set_of_zeros = key(1).generate(&mut zeros, 8).unwrap();
    assert_eq!(set_of_zeros.codes[0], "0000-0000-0000-0000");
    for typed in ["0000000000000000", "OOOO-oooo-0000-0000", "００００ ００００ ００００ ００００", "٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠"]
    {
        assert!(key(1).verify(typed, &[&set_of_zeros.hashes[0]]).unwrap().is_accepted(), "{typed}");
    }
    let mut ones = |bytes: &mut [u8]| {
        bytes.copy_from_slice(&[0x08, 0x42, 0x10, 0x84, 0x21].repeat(bytes.len() / 5 + 1)[..bytes.len()]);
        Ok(())
    };
    let set_of_ones = key(1).generate(&mut ones, 8).unwrap();
    let (code, hash) =
        set_of_ones.codes.iter().zip(&set_of_ones.hashes).find(|(code, _)| code.contains("111")).unwrap();
    for one in ["1", "I", "i", "L", "l", "ｌ", "１"] {
        assert!(key(1).verify(&code.replace('1', one), &[hash]).unwrap().is_accepted(), "{one}");
    }
}

#[test]
fn what_is_no_recovery_code_is_malformed() {
    let set = set(&key(1), 1);
    let code = &set.codes[0];
    for typed in [
        String::new(),
        "123456".into(),
        code[..code.len() - 1].into(),
        format!("{code}0"),
        format!("U{}", &code[1..]),
        format!("={}", &code[1..]),
        format!("+{}", &code[1..]),
        "x".repeat(1_000_000),
    ] {
        assert_eq!(key(1).verify(&typed, &texts(&set.hashes)), MALFORMED);
    }
}

#[test]
fn a_code_of_another_set_is_refused() {
    // C2
    let (mine, foreign) = (set(&key(1), 1), set(&key(1), 2));
    for code in &foreign.codes {
        assert_eq!(key(1).verify(code, &texts(&mine.hashes)), MISMATCH);
    }
}

#[test]
fn no_hashes_match_nothing() {
    let set = set(&key(1), 1);
    assert_eq!(key(1).verify(&set.codes[0], &[]), MISMATCH);
    assert_eq!(key(1).verify("", &[]), MALFORMED);
}

#[test]
fn another_key_is_an_error_where_no_hash_is_its_own() {
    let (mine, foreign) = (set(&key(1), 1), set(&key(2), 2));
    for code in [mine.codes[0].as_str(), foreign.codes[0].as_str(), "", "nonsense"] {
        assert_eq!(key(3).verify(code, &texts(&mine.hashes)), Err(Error::RecoveryKeyMismatch));
    }
    // Beside its own hashes, those of an older key neither match nor get in the way.
    let mixed = [texts(&foreign.hashes), texts(&mine.hashes)].concat();
    assert_eq!(key(1).verify(&mine.codes[3], &mixed), Ok(Verdict::Accepted(13)));
    assert_eq!(key(1).verify(&foreign.codes[3], &mixed), MISMATCH);
}

#[test]
fn more_hashes_than_64_are_refused() {
    // C4
    let set = set(&key(1), 1);
    let hash = set.hashes[0].as_str();
    assert!(key(1).verify(&set.codes[0], &[hash; 64]).unwrap().is_accepted());
    assert_eq!(key(1).verify(&set.codes[0], &[hash; 65]), Err(Error::RecoveryHash));
    assert_eq!(key(1).verify("malformed", &[hash; 65]), Err(Error::RecoveryHash));
}

#[test]
fn a_text_that_is_no_hash_is_refused() {
    let set = set(&key(1), 1);
    let hash = set.hashes[0].as_str();
    let fields: Vec<_> = hash.split('$').collect();
    assert_eq!((fields.len(), fields[1]), (5, "hmac-sha256"));
    let broken = [
        String::new(),
        "$".into(),
        "$hmac-sha256$k=".into(),
        "$hmac-sha256$k=$$".into(),
        set.codes[0].clone(),
        hash[1..].into(),
        format!(" {hash}"),
        format!("{hash} "),
        format!("{hash}$"),
        format!("{hash}\0"),
        hash.replace("sha256", "sha1"),
        hash.replace("sha256", "SHA256"),
        hash.replace("k=", ""),
        hash[..hash.len() - 1].into(),
        format!("{hash}A"),
        format!("${}${}${}", fields[1], fields[2], fields[3]),
        format!("${}${}$${}", fields[1], fields[2], fields[4]),
        format!("${}${}${}${}$", fields[1], fields[2], fields[3], fields[4]),
        format!("${}${}${}é${}", fields[1], fields[2], &fields[3][1..], fields[4]),
    ];
    for broken in &broken {
        for code in [set.codes[0].as_str(), "malformed"] {
            assert_eq!(key(1).verify(code, &[hash, broken]), Err(Error::RecoveryHash), "{broken}");
        }
    }
}

#[test]
fn a_hash_that_was_tampered_with_opens_for_nothing() {
    // Each single character, replaced by another of its alphabet.
    let set = set(&key(1), 1);
    let (code, hash) = (&set.codes[0], &set.hashes[0]);
    let other = &set.hashes[1];
    for place in 0..hash.len() {
        let mut tampered = hash.clone().into_bytes();
        tampered[place] = if tampered[place] == b'A' { b'B' } else { b'A' };
        let tampered = String::from_utf8(tampered).unwrap();
        let verdict = key(1).verify(code, &[&tampered]);
        assert!(
            matches!(verdict, MISMATCH | Err(Error::RecoveryHash | Error::RecoveryKeyMismatch)),
            "{verdict:?} at {place}: {tampered}"
        );
    }
    // The tag of one code under the salt of another.
    let (salt, tag) = (hash.rsplit_once('$').unwrap().0, other.rsplit_once('$').unwrap().1);
    assert_eq!(key(1).verify(code, &[&format!("{salt}${tag}")]), MISMATCH);
    assert_eq!(key(1).verify(&set.codes[1], &[&format!("{salt}${tag}")]), MISMATCH);
}

#[test]
fn a_hash_reveals_no_part_of_its_code() {
    // C3: the same code under another key or another salt has nothing in common with it.
    let (one, other) = (set(&key(1), 1), set(&key(2), 1));
    assert_eq!(one.codes, other.codes);
    for (one, other) in one.hashes.iter().zip(&other.hashes) {
        assert_ne!(one.rsplit_once('$').unwrap().1, other.rsplit_once('$').unwrap().1);
    }
}

/// A symbol as it may be typed.
fn typed(symbol: char, how: u8) -> String {
    let symbol = match (how % 8, symbol) {
        (0, '0') => 'O',
        (1, '0') => 'o',
        (0, '1') => 'I',
        (1, '1') => 'l',
        (2 | 3, _) => symbol.to_ascii_lowercase(),
        (4, '0'..='9' | 'A'..='Z') => char::from_u32(u32::from(symbol) + 0xfee0).unwrap(),
        _ => symbol,
    };
    format!("{symbol}{}", ["", "", "", " ", "-", "–", "\u{a0}", "\u{200b}"][usize::from(how / 8) % 8])
}

proptest! {
    #[test]
    fn every_spelling_opens_the_same_hash(seed: u64, index in 0_usize..10, how: [u8; 19]) {
        let set = set(&key(1), seed);
        let spelling: String = set.codes[index].chars().zip(how).map(|(symbol, how)| typed(symbol, how)).collect();
        prop_assert_eq!(key(1).verify(&spelling, &texts(&set.hashes)), Ok(Verdict::Accepted(index)));
    }

    #[test]
    fn no_other_code_opens_a_hash(seed: u64, guess in "[0-9A-HJKMNP-TV-Z]{16}") {
        let set = set(&key(1), seed);
        prop_assert_eq!(key(1).verify(&guess, &texts(&set.hashes)), MISMATCH);
    }

    #[test]
    fn no_code_and_no_hash_panics(code in ".*", hash in ".*", almost in "\\$hmac-sha256\\$k=[A-Za-z0-9+/=$]{0,70}") {
        let set = set(&key(1), 1);
        let _ = key(1).verify(&code, &texts(&set.hashes));
        let _ = key(1).verify(&set.codes[0], &[&hash, &set.hashes[0]]);
        let _ = key(1).verify(&set.codes[0], &[&almost]);
    }
}
