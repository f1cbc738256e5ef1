//! AES-256-GCM (NIST SP 800-38D): nonces of 96 bits, tags of 128.

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit};

/// A key that encrypts and authenticates.
///
/// Two messages under one nonce give away their difference and the authentication key: never repeat one.
pub(crate) struct AeadKey(Aes256Gcm);

impl AeadKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(Aes256Gcm::new(key.into()))
    }

    /// Encrypts in place, and answers the tag; `None` for more than 64 GiB.
    pub(crate) fn seal(&self, nonce: &Nonce, associated: &[u8], text: &mut [u8]) -> Option<Tag> {
        self.0.encrypt_inout_detached(nonce.into(), associated, text.into()).ok().map(Into::into)
    }

    /// Decrypts in place; `None`, and `text` as it was, if anything differs from what was sealed.
    pub(crate) fn open(&self, nonce: &Nonce, associated: &[u8], text: &mut [u8], tag: &Tag) -> Option<()> {
        self.0.decrypt_inout_detached(nonce.into(), associated, text.into(), tag.into()).ok()
    }
}

pub(crate) type Nonce = [u8; 12];
pub(crate) type Tag = [u8; 16];

#[cfg(test)]
mod tests;
