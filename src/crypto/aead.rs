//! AES-256-GCM (NIST SP 800-38D): nonces of 96 bits, tags of 128.
//!
//! The cipher and the multiplication are RustCrypto's. What is around them is ours, because the `aes-gcm` crate is written
//! for every cipher and every size: in the wasm it was slower, and a kilobyte larger. It is the oracle of the tests, beside
//! Wycheproof.

use crate::base::Wiped;
use aes::cipher::{BlockCipherEncBackend, BlockCipherEncClosure, BlockCipherEncrypt, BlockSizeUser, KeyInit};
use aes::{Aes256, cipher::consts::U16};
use polyval::hazmat::FieldElement;
use subtle::ConstantTimeEq;

/// A key that encrypts and authenticates.
///
/// Two messages under one nonce give away their difference and the authentication key: never repeat one.
pub(crate) struct AeadKey {
    cipher: Aes256,
    /// The hash subkey (section 6.4), as POLYVAL has it (RFC 8452 appendix A).
    hash: Wiped<[u8; 16]>,
}

impl AeadKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        let cipher = Aes256::new(key.into());
        let mut subkey = Wiped::new([0; 16]);
        counted(&cipher, &[0; 12], 0, &mut *subkey);
        let hash = FieldElement::from(*subkey).reverse().mulx();
        Self { cipher, hash: Wiped::new(hash.into()) }
    }

    /// Encrypts in place, and answers the tag; `None` for more than 64 GiB.
    pub(crate) fn seal(&self, nonce: &Nonce, associated: &[u8], text: &mut [u8]) -> Option<Tag> {
        fits(text)?;
        counted(&self.cipher, nonce, 2, text);
        Some(self.tag(nonce, associated, text))
    }

    /// Decrypts in place; `None`, and `text` as it was, if anything differs from what was sealed.
    pub(crate) fn open(&self, nonce: &Nonce, associated: &[u8], text: &mut [u8], tag: &Tag) -> Option<()> {
        fits(text)?;
        let is_right: bool = self.tag(nonce, associated, text).ct_eq(tag).into();
        is_right.then(|| counted(&self.cipher, nonce, 2, text))
    }

    /// GHASH (section 6.4), under the first block of the cipher.
    fn tag(&self, nonce: &Nonce, associated: &[u8], text: &[u8]) -> Tag {
        let hash = FieldElement::from(*self.hash);
        let mut state = FieldElement::default();
        for chunk in associated.chunks(16).chain(text.chunks(16)) {
            let mut block = [0; 16];
            if let Some(start) = block.get_mut(..chunk.len()) {
                start.copy_from_slice(chunk);
            }
            state = (state + u128::from_be_bytes(block).into()) * hash;
        }
        let bits = |bytes: &[u8]| bytes.len() as u128 * 8;
        state = (state + (bits(associated) << 64 | bits(text)).into()) * hash;
        let mut tag: Tag = state.reverse().into();
        counted(&self.cipher, nonce, 1, &mut tag);
        tag
    }
}

/// Section 5.2.1.1.
fn fits(text: &[u8]) -> Option<()> {
    (text.len() as u64 <= (1 << 36) - 32).then_some(())
}

/// Puts `text` under the cipher of the blocks from `count` on (section 6.5).
fn counted(cipher: &Aes256, nonce: &Nonce, count: u32, text: &mut [u8]) {
    cipher.encrypt_with_backend(Counted { nonce, count, text });
}

struct Counted<'a> {
    nonce: &'a Nonce,
    count: u32,
    text: &'a mut [u8],
}

impl BlockSizeUser for Counted<'_> {
    type BlockSize = U16;
}

impl BlockCipherEncClosure for Counted<'_> {
    /// As many blocks at once as the platform does.
    fn call<B: BlockCipherEncBackend<BlockSize = U16>>(self, backend: &B) {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = *self.nonce;
        let mut count = self.count;
        let mut blocks = aes::cipher::ParBlocks::<B>::default();
        for text in self.text.chunks_mut(blocks.len() * 16) {
            for block in &mut blocks {
                let [m, n, o, p] = count.to_be_bytes();
                *block = [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p].into();
                count = count.wrapping_add(1);
            }
            backend.encrypt_par_blocks_inplace(&mut blocks);
            for (text, stream) in text.chunks_mut(16).zip(&blocks) {
                text.iter_mut().zip(stream).for_each(|(text, stream)| *text ^= stream);
            }
        }
    }
}

pub(crate) type Nonce = [u8; 12];
pub(crate) type Tag = [u8; 16];

#[cfg(test)]
mod tests;
