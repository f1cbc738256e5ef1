//! The compression functions of RustCrypto: the fastest there are on every target.

use super::Algorithm;
use super::hash::{Block, Words};
use crate::base::Wiped;
use core::iter::zip;
use core::slice::from_ref;
use sha1::block_api::compress as compress1;
use sha2::block_api::{compress256, compress512};

/// Takes in one block; words of 32 bits are the upper halves.
pub(super) fn compress(algorithm: Algorithm, words: &mut Words, block: &Block) {
    match algorithm {
        Algorithm::Sha1 => narrow(words, block, |words, bytes| compress1(words, from_ref(bytes))),
        Algorithm::Sha256 => narrow(words, block, |words, bytes| compress256(words, from_ref(bytes))),
        Algorithm::Sha512 => {
            let mut bytes = Wiped::new([0; 128]);
            zip(bytes.as_chunks_mut().0, &**block).for_each(|(bytes, word)| *bytes = word.to_be_bytes());
            compress512(words, from_ref(&*bytes));
        }
    }
}

/// Runs a compression of words of 32 bits.
fn narrow<const N: usize>(words: &mut Words, block: &Block, compress: impl FnOnce(&mut [u32; N], &[u8; 64])) {
    let upper = |word: &u64| (*word >> 32) as u32;
    let (mut narrow, mut bytes) = (Wiped::new([0; N]), Wiped::new([0; 64]));
    zip(&mut *narrow, &*words).for_each(|(narrow, word)| *narrow = upper(word));
    zip(bytes.as_chunks_mut().0, &**block).for_each(|(bytes, word)| *bytes = upper(word).to_be_bytes());
    compress(&mut narrow, &bytes);
    zip(words, &*narrow).for_each(|(word, narrow)| *word = u64::from(*narrow) << 32);
}

/// The words that the state of SHA-512 begins with.
pub(super) const fn start() -> Words {
    SHA512
}

/// FIPS 180-4 section 5.3.5; the upper halves are section 5.3.3, SHA-256.
const SHA512: Words = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];
