//! Shared secrets of one-time codes.

use super::bits::BASE32;
use super::typed::Symbols;
use super::{Entropy, Error, Result, Wiped, ensure, refuse};
use alloc::{string::String, vec, vec::Vec};
use core::fmt;

/// The key that a server shares with an authenticator.
///
/// Its bytes are wiped when it is dropped, and `Debug` does not show them.
///
/// ```
/// use edge_mfa::Secret;
///
/// // As people type it: spaces, hyphens, lower case, padding.
/// let secret = Secret::parse("gezd-gnbv gy3t-qojq gezd-gnbv gy3t-qojq")?;
/// assert_eq!(secret.to_base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
/// assert!(!secret.is_weak());
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Wiped<Vec<u8>>);

impl Secret {
    /// What stands where none could be read.
    #[cfg(not(all(feature = "lean", target_family = "wasm")))]
    pub(super) fn nothing() -> Self {
        Self(Wiped::new(Vec::new()))
    }

    /// Makes a new secret of `length` bytes; 20 is the length of RFC 4226, 32 and 64 fit SHA-256 and SHA-512.
    ///
    /// # Errors
    /// [`Error::SecretTooShort`] under 16 bytes (RFC 4226 section 4, R6), [`Error::SecretTooLong`] over 512,
    /// [`Error::EntropyUnavailable`] from `entropy`.
    ///
    /// ```
    /// # use edge_mfa::{Error, Secret};
    /// # let mut system = |bytes: &mut [u8]| { bytes.fill(7); Ok(()) };
    /// assert_eq!(Secret::generate(&mut system, 20)?.as_bytes().len(), 20);
    /// assert_eq!(Secret::generate(&mut system, 15), Err(Error::SecretTooShort));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn generate(entropy: &mut impl Entropy, length: usize) -> Result<Self> {
        ensure(length >= STRONG, Error::SecretTooShort)?;
        ensure(length <= LONGEST, Error::SecretTooLong)?;
        let mut bytes = Wiped::new(vec![0; length]);
        entropy.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Takes the bytes of an existing secret; legacy ones may be shorter than 16 bytes, see [`Secret::is_weak`].
    ///
    /// # Errors
    /// [`Error::SecretEmpty`], or [`Error::SecretTooLong`] over 512 bytes.
    ///
    /// ```
    /// # use edge_mfa::Secret;
    /// assert_eq!(Secret::from_bytes(b"12345678901234567890")?.to_base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        Self::checked(Wiped::new(bytes.to_vec()))
    }

    /// Reads base32 (RFC 4648 section 6) forgivingly: white space, hyphens, lower case, full-width letters and padding at
    /// the end.
    ///
    /// Left-over bits are ignored, as authenticators do: secrets of random *letters* are in use.
    ///
    /// # Errors
    /// [`Error::SecretEmpty`], [`Error::SecretTooLong`], [`Error::SecretCharacter`], [`Error::SecretPadding`], and
    /// [`Error::SecretLength`] where no byte string has a base32 text of that length.
    ///
    /// ```
    /// # use edge_mfa::{Error, Secret};
    /// assert_eq!(Secret::parse("GEZD0NBV"), Err(Error::SecretCharacter)); // a zero is no base32
    /// assert_eq!(Secret::parse("GEZ"), Err(Error::SecretLength));
    /// ```
    pub fn parse(text: &str) -> Result<Self> {
        ensure(text.len() <= TEXT_LONGEST, Error::SecretTooLong)?;
        // Most texts are canonical already.
        let mut decoded = BASE32.decode(text.as_bytes());
        if decoded.is_none() {
            decoded = BASE32.decode(&letters(text)?);
        }
        let (bytes, rest) = decoded.ok_or(Error::SecretCharacter)?;
        ensure(rest.whole, Error::SecretLength)?;
        Self::checked(bytes)
    }

    /// The canonical text: base32 in upper case, without padding.
    ///
    /// ```
    /// assert_eq!(edge_mfa::Secret::parse("mzxw6===")?.to_base32(), "MZXW6");
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn to_base32(&self) -> String {
        let mut text = String::with_capacity(self.0.len() * 8 / 5 + 1);
        BASE32.encode(&mut text, &self.0);
        text
    }

    /// The bytes themselves.
    ///
    /// ```
    /// assert_eq!(edge_mfa::Secret::parse("MZXW6")?.as_bytes(), b"foo");
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether it is shorter than the 16 bytes that RFC 4226 section 4 (R6) demands: replace it when you can.
    ///
    /// ```
    /// assert!(edge_mfa::Secret::parse("JBSWY3DPEHPK3PXP")?.is_weak());
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn is_weak(&self) -> bool {
        self.0.len() < STRONG
    }
}

impl Secret {
    fn checked(bytes: Wiped<Vec<u8>>) -> Result<Self> {
        ensure(!bytes.is_empty(), Error::SecretEmpty)?;
        ensure(bytes.len() <= LONGEST, Error::SecretTooLong)?;
        Ok(Self(bytes))
    }
}

/// The base32 letters of a typed secret.
fn letters(text: &str) -> Result<Wiped<Vec<u8>>> {
    let mut letters = Wiped::new(Vec::with_capacity(text.len()));
    let mut padded = false;
    for symbol in Symbols::of(text) {
        match symbol.ok_or(Error::SecretCharacter)? {
            b'=' => padded = true,
            _ if padded => return refuse(Error::SecretPadding),
            letter => letters.push(letter),
        }
    }
    Ok(letters)
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Bytes; RFC 4226 section 4, R6.
const STRONG: usize = 16;
/// Bytes; four blocks of the widest hash, far beyond any in use.
const LONGEST: usize = 512;
/// Bytes of base32, generously spaced.
const TEXT_LONGEST: usize = 16_384;
