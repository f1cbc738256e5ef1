//! Randomness, always an argument.

use super::Result;

/// A source of cryptographically secure random bytes.
///
/// An implementation that repeats itself or can be predicted is a vulnerability: secrets and recovery
/// codes are made of nothing else. Use the platform's source. Any `FnMut(&mut [u8]) -> Result<()>`
/// is one.
///
/// ```
/// use edge_mfa::{Entropy, Error, Secret};
///
/// # fn os_random(bytes: &mut [u8]) -> Result<(), ()> { bytes.fill(7); Ok(()) }
/// let mut system = |bytes: &mut [u8]| os_random(bytes).map_err(|_| Error::EntropyUnavailable);
/// let secret = Secret::generate(&mut system, 20)?;
/// assert_eq!(secret.to_base32().len(), 32);
/// # Ok::<(), Error>(())
/// ```
pub trait Entropy {
    /// Fills `bytes` with random bytes.
    ///
    /// # Errors
    /// [`Error::EntropyUnavailable`](crate::Error::EntropyUnavailable) if the platform gave none; `bytes` is then not to be used.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()>;
}

impl<F: FnMut(&mut [u8]) -> Result<()>> Entropy for F {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        self(bytes)
    }
}
