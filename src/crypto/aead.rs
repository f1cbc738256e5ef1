//! AES-256-GCM (NIST SP 800-38D): nonces of 96 bits, tags of 128.
//!
//! The cipher and the multiplication are RustCrypto's. What is around them is ours, because the `aes-gcm` crate is written
//! for every cipher and every size: in the wasm it was slower, and a kilobyte larger. It is the oracle of the tests, beside
//! Wycheproof.

use crate::base::Wiped;
use aes::cipher::{BlockCipherEncBackend, BlockCipherEncClosure, BlockCipherEncrypt, BlockSizeUser, KeyInit};
use aes::{Aes256, Block, cipher::consts::U16};
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
        let subkey = counted(&cipher, [0; 16], &mut []);
        let hash = FieldElement::from(*subkey).reverse().mulx();
        Self { cipher, hash: Wiped::new(hash.into()) }
    }

    /// Encrypts in place, and answers the tag; `None` for more than 64 GiB.
    pub(crate) fn seal(&self, nonce: &Nonce, associated: &[u8], text: &mut [u8]) -> Option<Tag> {
        fits(text)?;
        let mask = counted(&self.cipher, first_counter(nonce), text);
        Some(self.tag(&mask, associated, text))
    }

    /// Decrypts in place; `None`, and `text` as it was, if anything differs from what was sealed.
    pub(crate) fn open(&self, nonce: &Nonce, associated: &[u8], text: &mut [u8], tag: &Tag) -> Option<()> {
        fits(text)?;
        let counter = first_counter(nonce);
        let mask = counted(&self.cipher, counter, &mut []);
        let is_right: bool = self.tag(&mask, associated, text).ct_eq(tag).into();
        is_right.then(|| _ = counted(&self.cipher, counter, text))
    }

    /// GHASH (section 6.4), under the mask.
    fn tag(&self, mask: &[u8; 16], associated: &[u8], text: &[u8]) -> Tag {
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
        tag.iter_mut().zip(mask).for_each(|(tag, mask)| *tag ^= mask);
        tag
    }
}

/// Section 5.2.1.1.
fn fits(text: &[u8]) -> Option<()> {
    (text.len() as u64 <= (1 << 36) - 32).then_some(())
}

/// Section 7.1, step 2.
fn first_counter(nonce: &Nonce) -> [u8; 16] {
    let mut counter = [0; 16];
    counter.iter_mut().zip(nonce.iter().chain(&[0, 0, 0, 1])).for_each(|(to, from)| *to = *from);
    counter
}

/// The cipher of a counter, and `text` under that of those that follow (section 6.5).
fn counted(cipher: &Aes256, counter: [u8; 16], text: &mut [u8]) -> Wiped<[u8; 16]> {
    let mut first = Wiped::new([0; 16]);
    cipher.encrypt_with_backend(Counted { counter, text, first: &mut first });
    first
}

struct Counted<'a> {
    counter: [u8; 16],
    text: &'a mut [u8],
    first: &'a mut [u8; 16],
}

impl BlockSizeUser for Counted<'_> {
    type BlockSize = U16;
}

impl BlockCipherEncClosure for Counted<'_> {
    /// As many blocks at once as the platform does.
    fn call<B: BlockCipherEncBackend<BlockSize = U16>>(self, backend: &B) {
        let (mut under, mut text, mut counter) = (Some(self.first), self.text, self.counter);
        let mut blocks = aes::cipher::ParBlocks::<B>::default();
        while under.is_some() || !text.is_empty() {
            for block in &mut blocks {
                *block = counter.into();
                let [.., a, b, c, d] = &mut counter;
                [*a, *b, *c, *d] = u32::from_be_bytes([*a, *b, *c, *d]).wrapping_add(1).to_be_bytes();
            }
            backend.encrypt_par_blocks_inplace(&mut blocks);
            let mut stream: &[Block] = &blocks;
            if let (Some(first), [block, rest @ ..]) = (under.take(), stream) {
                *first = (*block).into();
                stream = rest;
            }
            let (now, later) = text.split_at_mut(text.len().min(stream.len() * 16));
            for (text, stream) in now.chunks_mut(16).zip(stream) {
                text.iter_mut().zip(stream).for_each(|(text, stream)| *text ^= stream);
            }
            text = later;
        }
    }
}

pub(crate) type Nonce = [u8; 12];
pub(crate) type Tag = [u8; 16];

#[cfg(test)]
mod tests;
