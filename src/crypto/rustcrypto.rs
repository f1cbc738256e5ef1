//! The compression functions of RustCrypto: the fastest there are on every target.

use super::Algorithm;
use super::hash::Words;
use crate::base::Wiped;
use core::iter::zip;
use core::slice::from_ref;
use sha1::block_api::compress as compress1;
use sha2::block_api::{compress256, compress512};

/// Takes in one block; words of 32 bits are the upper halves.
pub(super) fn compress(algorithm: Algorithm, words: &mut Words, block: &[u8]) {
    let half = block.first_chunk().unwrap_or(&[0; 64]);
    let whole = block.first_chunk().unwrap_or(&[0; 128]);
    match algorithm {
        Algorithm::Sha1 => narrow(words, |words| compress1(words, from_ref(half))),
        Algorithm::Sha256 => narrow(words, |words| compress256(words, from_ref(half))),
        Algorithm::Sha512 => compress512(words, from_ref(whole)),
    }
}

/// Runs a compression of words of 32 bits.
fn narrow<const N: usize>(words: &mut Words, compress: impl FnOnce(&mut [u32; N])) {
    let mut narrow = Wiped::new([0; N]);
    zip(&mut *narrow, &*words).for_each(|(narrow, word)| *narrow = (*word >> 32) as u32);
    compress(&mut narrow);
    zip(words, &*narrow).for_each(|(word, narrow)| *word = u64::from(*narrow) << 32);
}
