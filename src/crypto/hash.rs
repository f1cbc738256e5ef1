//! The hashes of RFC 6238 as what HMAC needs of them: a state, compression, and a padded end (FIPS 180-4).

use super::{Algorithm, compress};
use crate::base::{Wiped, big_endian};

/// The chaining state of a hash after whole blocks.
#[derive(Clone)]
pub(super) struct State {
    algorithm: Algorithm,
    words: Wiped<Words>,
}

impl State {
    pub(super) fn new(algorithm: Algorithm) -> Self {
        let mut words = Wiped::new(if algorithm == Algorithm::Sha1 { SHA1 } else { SHA512 });
        // SHA-256 and SHA-512 begin with the fractions of the same square roots.
        let mask = if algorithm == Algorithm::Sha512 { u64::MAX } else { u64::MAX << 32 };
        words.iter_mut().for_each(|word| *word &= mask);
        Self { algorithm, words }
    }

    /// Bytes of a block.
    pub(super) fn block_size(&self) -> usize {
        if self.algorithm == Algorithm::Sha512 { 128 } else { 64 }
    }

    /// Takes in one block, which stands at the front.
    #[inline(never)]
    pub(super) fn compress(&mut self, block: &[u8]) {
        compress(self.algorithm, &mut self.words, block);
    }

    /// Takes in the rest of a message, `before` bytes of which went in already, and the padding.
    #[inline(never)]
    pub(super) fn finish(&self, rest: &[u8], before: usize) -> Digest {
        let mut state = self.clone();
        let size = self.block_size();
        let mut chunks = rest.chunks_exact(size);
        (&mut chunks).for_each(|block| state.compress(block));
        let last = chunks.remainder();
        let mut block = Wiped::new([0_u8; 128]);
        copy(last, &mut *block);
        if let Some(end) = block.get_mut(last.len()) {
            *end = 0x80;
        }
        if last.len() >= size - size / 8 {
            state.compress(&*block);
            *block = [0; 128];
        }
        let bits = (before + rest.len()) as u64 * 8;
        big_endian::write(bits, block.get_mut(size - 8..).unwrap_or_default());
        state.compress(&*block);
        state.into_digest()
    }

    fn into_digest(self) -> Digest {
        let (width, length) = match self.algorithm {
            Algorithm::Sha1 => (4, 20),
            Algorithm::Sha256 => (4, 32),
            Algorithm::Sha512 => (8, 64),
        };
        let mut bytes = Wiped::new([0_u8; 64]);
        for (bytes, word) in bytes.chunks_exact_mut(width).zip(&*self.words) {
            big_endian::write(*word, bytes);
        }
        Digest { bytes, length }
    }
}

/// SHA-256 of a message (FIPS 180-4).
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) fn sha256(message: &[u8]) -> [u8; 32] {
    State::new(Algorithm::Sha256).finish(message, 0).as_bytes().first_chunk().copied().unwrap_or_default()
}

/// Words of 64 bits for SHA-512, else of 32, which are the upper halves; SHA-1 has five.
pub(super) type Words = [u64; 8];

/// 20, 32 or 64 bytes, wiped when dropped.
pub(crate) struct Digest {
    bytes: Wiped<[u8; 64]>,
    length: usize,
}

impl Digest {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// As many bytes as there are of both.
#[inline(never)]
pub(super) fn copy(from: &[u8], to: &mut [u8]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
}

/// FIPS 180-4 section 5.3.1.
const SHA1: Words =
    [0x6745_2301 << 32, 0xefcd_ab89 << 32, 0x98ba_dcfe << 32, 0x1032_5476 << 32, 0xc3d2_e1f0 << 32, 0, 0, 0];
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
