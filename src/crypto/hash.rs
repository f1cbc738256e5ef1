//! The hashes of RFC 6238 as what HMAC needs of them: a state, compression, and a padded end (FIPS 180-4).

use super::{Algorithm, compress, start};
use crate::base::{Wiped, big_endian};
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
use core::iter::zip;

/// The chaining state of a hash after whole blocks.
#[derive(Clone)]
pub(super) struct State {
    algorithm: Algorithm,
    words: Wiped<Words>,
}

impl State {
    pub(super) fn new(algorithm: Algorithm) -> Self {
        let mut words = Wiped::new(SHA1);
        if algorithm != Algorithm::Sha1 {
            // SHA-256 and SHA-512 begin with the fractions of the same square roots.
            let mask = if algorithm == Algorithm::Sha512 { u64::MAX } else { u64::MAX << 32 };
            words.iter_mut().zip(start()).for_each(|(word, start)| *word = start & mask);
        }
        Self { algorithm, words }
    }

    /// Bytes of a word; a block has sixteen.
    fn width(&self) -> usize {
        if self.algorithm == Algorithm::Sha512 { 8 } else { 4 }
    }

    /// Bytes of a block.
    pub(super) fn block_size(&self) -> usize {
        16 * self.width()
    }

    /// Up to a block of bytes as words, byte by byte: the smallest way, and in one-time codes most blocks are short.
    #[cfg(all(feature = "lean", target_family = "wasm"))]
    pub(super) fn block(&self, bytes: &[u8]) -> Block {
        let mut block = Wiped::new([0; 16]);
        for (place, byte) in bytes.iter().enumerate() {
            self.put(&mut block, place, *byte);
        }
        block
    }

    /// Up to a block of bytes as words, a word at a time.
    #[cfg(not(all(feature = "lean", target_family = "wasm")))]
    pub(super) fn block(&self, bytes: &[u8]) -> Block {
        let mut filled = Wiped::new([0; 128]);
        zip(&mut *filled, bytes).for_each(|(to, from)| *to = *from);
        let mut block = Wiped::new([0; 16]);
        if self.width() == 8 {
            zip(&mut *block, filled.as_chunks().0).for_each(|(word, bytes)| *word = u64::from_be_bytes(*bytes));
        } else {
            zip(&mut *block, filled.as_chunks().0)
                .for_each(|(word, bytes)| *word = u64::from(u32::from_be_bytes(*bytes)) << 32);
        }
        block
    }

    /// Puts a byte where none is yet.
    fn put(&self, block: &mut Block, place: usize, byte: u8) {
        if let Some(word) = block.get_mut(place / self.width()) {
            *word |= u64::from(byte) << (56 - place % self.width() * 8);
        }
    }

    /// Takes in one block.
    #[inline(never)]
    pub(super) fn compress(&mut self, block: &Block) {
        compress(self.algorithm, &mut self.words, block);
    }

    /// Takes in the rest of a message, `before` bytes of which went in already, and the padding.
    #[inline(never)]
    pub(super) fn finish(&self, rest: &[u8], before: usize) -> Digest {
        let mut state = self.clone();
        let size = self.block_size();
        let mut chunks = rest.chunks_exact(size);
        (&mut chunks).for_each(|bytes| state.compress(&self.block(bytes)));
        let last = chunks.remainder();
        let mut block = self.block(last);
        self.put(&mut block, last.len(), 0x80);
        if last.len() >= size - size / 8 {
            state.compress(&block);
            *block = [0; 16];
        }
        let bits = (before + rest.len()) as u64 * 8;
        let [.., high, low] = &mut *block;
        (*high, *low) = if self.width() == 8 { (0, bits) } else { (bits >> 32 << 32, bits << 32) };
        state.compress(&block);
        state.digest()
    }

    fn digest(&self) -> Digest {
        let length = self.width() * if self.algorithm == Algorithm::Sha1 { 5 } else { 8 };
        let mut bytes = Wiped::new([0_u8; 64]);
        for (bytes, word) in bytes.chunks_exact_mut(self.width()).zip(&*self.words) {
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

/// Sixteen words, as those of a state; wiped when dropped.
pub(super) type Block = Wiped<[u64; 16]>;

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

/// FIPS 180-4 section 5.3.1.
const SHA1: Words =
    [0x6745_2301 << 32, 0xefcd_ab89 << 32, 0x98ba_dcfe << 32, 0x1032_5476 << 32, 0xc3d2_e1f0 << 32, 0, 0, 0];
