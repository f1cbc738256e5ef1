//! The hashes of RFC 6238 as what HMAC needs of them: a state, compression, and a padded end (FIPS 180-4).

use crate::base::Wiped;
use sha1::block_api::compress as compress1;
use sha2::block_api::{compress256, compress512};

/// The chaining state of a hash after whole blocks.
#[derive(Clone)]
pub(super) enum State {
    Sha1(Wiped<[u32; 5]>),
    Sha256(Wiped<[u32; 8]>),
    Sha512(Wiped<[u64; 8]>),
}

impl State {
    pub(super) fn sha1() -> Self {
        Self::Sha1(Wiped::new([0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]))
    }

    pub(super) fn sha256() -> Self {
        Self::Sha256(Wiped::new([
            0x6a09_e667,
            0xbb67_ae85,
            0x3c6e_f372,
            0xa54f_f53a,
            0x510e_527f,
            0x9b05_688c,
            0x1f83_d9ab,
            0x5be0_cd19,
        ]))
    }

    pub(super) fn sha512() -> Self {
        Self::Sha512(Wiped::new([
            0x6a09_e667_f3bc_c908,
            0xbb67_ae85_84ca_a73b,
            0x3c6e_f372_fe94_f82b,
            0xa54f_f53a_5f1d_36f1,
            0x510e_527f_ade6_82d1,
            0x9b05_688c_2b3e_6c1f,
            0x1f83_d9ab_fb41_bd6b,
            0x5be0_cd19_137e_2179,
        ]))
    }

    /// Bytes of a block.
    pub(super) const fn block_size(&self) -> usize {
        if matches!(self, Self::Sha512(_)) { 128 } else { 64 }
    }

    /// Takes in one block, which stands at the front.
    #[inline(never)]
    pub(super) fn compress(&mut self, block: &Block) {
        let half = block.first_chunk().unwrap_or(&[0; 64]);
        match self {
            Self::Sha1(words) => compress1(words, core::slice::from_ref(half)),
            Self::Sha256(words) => compress256(words, core::slice::from_ref(half)),
            Self::Sha512(words) => compress512(words, core::slice::from_ref(block)),
        }
    }

    /// Takes in the rest of a message, `before` bytes of which went in already, and the padding.
    #[inline(never)]
    pub(super) fn finish(mut self, rest: &[u8], before: usize) -> Digest {
        let size = self.block_size();
        let mut block = Wiped::new([0_u8; 128]);
        let mut chunks = rest.chunks_exact(size);
        for chunk in &mut chunks {
            copy(chunk, &mut *block);
            self.compress(&block);
        }
        let last = chunks.remainder();
        *block = [0; 128];
        copy(last, &mut *block);
        if let Some(end) = block.get_mut(last.len()) {
            *end = 0x80;
        }
        if last.len() >= size - size / 8 {
            self.compress(&block);
            *block = [0; 128];
        }
        let bits = (before + rest.len()) as u64 * 8;
        copy(&bits.to_be_bytes(), block.get_mut(size - 8..).unwrap_or_default());
        self.compress(&block);
        self.into_digest()
    }

    fn into_digest(self) -> Digest {
        let mut bytes = Wiped::new([0_u8; 64]);
        match &self {
            Self::Sha1(words) => write(words.iter().map(|word| word.to_be_bytes()), &mut *bytes),
            Self::Sha256(words) => write(words.iter().map(|word| word.to_be_bytes()), &mut *bytes),
            Self::Sha512(words) => write(words.iter().map(|word| word.to_be_bytes()), &mut *bytes),
        }
        let length = match self {
            Self::Sha1(_) => 20,
            Self::Sha256(_) => 32,
            Self::Sha512(_) => 64,
        };
        Digest { bytes, length }
    }
}

/// The longest block; a shorter one stands at its front.
pub(super) type Block = [u8; 128];

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

pub(super) fn copy(from: &[u8], to: &mut [u8]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
}

fn write<const N: usize>(words: impl Iterator<Item = [u8; N]>, bytes: &mut [u8]) {
    bytes.chunks_exact_mut(N).zip(words).for_each(|(bytes, word)| bytes.copy_from_slice(&word));
}
