//! Derived keys against the `hkdf` crate, seeded entropy against HMAC itself.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::{Seeded, expand};
use crate::base::Entropy;
use crate::crypto::{Algorithm, HmacKey};
use alloc::collections::BTreeSet;
use alloc::{vec, vec::Vec};
use hkdf::Hkdf;
use proptest::prelude::*;
use sha2::Sha256;

fn key(bytes: &[u8]) -> HmacKey {
    HmacKey::new(Algorithm::Sha256, bytes)
}

fn drawn(seed: u8, lengths: &[usize]) -> Vec<u8> {
    let mut entropy = Seeded::new([seed; 32]);
    let draw = |length: &usize| {
        let mut bytes = vec![0; *length];
        entropy.fill(&mut bytes).unwrap();
        bytes
    };
    lengths.iter().map(draw).collect::<Vec<_>>().concat()
}

proptest! {
    /// RFC 5869 section 2.3; the keys of a ring are random, so there is nothing to extract.
    #[test]
    fn a_derived_key_is_the_first_block_of_hkdf_expand(
        secret: [u8; 32],
        label in "[a-z -]{0,40}",
        context in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let mut expected = [0; 32];
        let info = [label.as_bytes(), &[0], &context[..]].concat();
        Hkdf::<Sha256>::from_prk(&secret).unwrap().expand(&info, &mut expected).unwrap();
        prop_assert_eq!(*expand(&key(&secret), &label, &[&context]), expected);
        let (start, end) = context.split_at(context.len() / 3);
        prop_assert_eq!(*expand(&key(&secret), &label, &[start, end]), expected);
    }
}

#[test]
fn other_labels_and_contexts_give_other_keys() {
    let mut keys = BTreeSet::new();
    for (label, context) in [("a", "bc"), ("ab", "c"), ("abc", ""), ("", "abc"), ("a", "b"), ("a", "bcd")] {
        assert!(keys.insert(*expand(&key(&[7; 32]), label, &[context.as_bytes()])), "{label} {context}");
    }
}

#[test]
fn seeded_bytes_are_hmacs_of_a_counter_however_they_are_drawn() {
    let tag = |count: u64| key(&[7; 32]).tag(&count.to_be_bytes()).as_bytes().to_vec();
    let expected: Vec<u8> = (0..4).flat_map(tag).collect();
    assert_eq!(drawn(7, &[128]), expected);
    assert_eq!(drawn(7, &[0, 1, 31, 32, 33, 0, 20, 11]), expected);
    assert_eq!(drawn(7, &[1; 128]), expected);
}

#[test]
fn no_block_comes_twice_and_no_seed_gives_what_another_gives() {
    let mut blocks = BTreeSet::new();
    for seed in 0..20 {
        for block in drawn(seed, &[32 * 500]).chunks_exact(32) {
            assert!(blocks.insert(block.to_vec()));
        }
    }
}
