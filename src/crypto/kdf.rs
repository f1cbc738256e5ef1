//! Keys from a key, and randomness from a seed: HKDF-Expand (RFC 5869 section 2.3) over our HMAC.

use super::{Algorithm, HmacKey};
use crate::base::{Entropy, Error, Wiped};
use alloc::vec::Vec;
use core::fmt;

/// The key of 32 bytes that belongs to a label and a context: the first block of HKDF-Expand with SHA-256.
///
/// The `info` is the label, a zero byte and the context; no label has a zero byte.
pub(crate) fn expand(key: &HmacKey, label: &str, context: &[&[u8]]) -> Wiped<[u8; 32]> {
    let mut message = Vec::with_capacity(128);
    message.extend_from_slice(label.as_bytes());
    message.push(0);
    context.iter().for_each(|part| message.extend_from_slice(part));
    message.push(1);
    block(key, &message)
}

/// Random bytes that all follow from one seed: randomness as an argument, drawn once by the caller.
///
/// A seed must come from the platform's source and serve one decision. The same seed twice gives the same secrets and
/// nonces twice, which breaks the encryption of sealed records.
///
/// ```
/// use edge_mfa::{Entropy, protect::Seeded};
///
/// let (mut first, mut again) = ([0; 20], [0; 20]);
/// Seeded::new([7; 32]).fill(&mut first)?;
/// Seeded::new([7; 32]).fill(&mut again)?;
/// assert_eq!(first, again);
/// # Ok::<(), edge_mfa::Error>(())
/// ```
pub struct Seeded {
    key: HmacKey,
    /// Blocks that were made.
    count: u64,
    block: Wiped<[u8; 32]>,
    /// Bytes of the block that were given out.
    used: usize,
}

impl Seeded {
    /// From a seed of 32 random bytes.
    ///
    /// ```
    /// let mut entropy = edge_mfa::protect::Seeded::new([7; 32]);
    /// let secret = edge_mfa::Secret::generate(&mut entropy, 20)?;
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Self {
        let seed = Wiped::new(seed);
        Self { key: HmacKey::new(Algorithm::Sha256, &*seed), count: 0, block: Wiped::new([0; 32]), used: 32 }
    }
}

impl Entropy for Seeded {
    /// Never fails.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        for byte in bytes {
            if self.used == self.block.len() {
                self.block = block(&self.key, &self.count.to_be_bytes());
                self.count += 1;
                self.used = 0;
            }
            *byte = self.block.get(self.used).copied().unwrap_or_default();
            self.used += 1;
        }
        Ok(())
    }
}

impl fmt::Debug for Seeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seeded(…)")
    }
}

fn block(key: &HmacKey, message: &[u8]) -> Wiped<[u8; 32]> {
    Wiped::new(key.tag(message).as_bytes().first_chunk().copied().unwrap_or_default())
}

#[cfg(test)]
mod tests;
