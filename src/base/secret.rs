//! Shared secrets of one-time codes.

use super::{Entropy, Error};
use alloc::{string::String, vec, vec::Vec};
use base32::Alphabet;
use core::fmt;
use zeroize::Zeroizing;

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
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
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
    pub fn generate(entropy: &mut impl Entropy, length: usize) -> Result<Self, Error> {
        if length < STRONG {
            return Err(Error::SecretTooShort);
        }
        if length > LONGEST {
            return Err(Error::SecretTooLong);
        }
        let mut bytes = Zeroizing::new(vec![0; length]);
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
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        match bytes.len() {
            0 => Err(Error::SecretEmpty),
            1..=LONGEST => Ok(Self(Zeroizing::new(bytes.to_vec()))),
            _ => Err(Error::SecretTooLong),
        }
    }

    /// Reads base32 (RFC 4648 section 6) forgivingly: white space, hyphens, lower case and padding at the end.
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
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut letters = Zeroizing::new(String::with_capacity(text.len().min(LONGEST * 2)));
        let mut padded = false;
        for letter in text.chars() {
            match letter {
                '-' | '\u{2010}'..='\u{2015}' => {}
                '=' => padded = true,
                'A'..='Z' | 'a'..='z' | '2'..='7' if padded => return Err(Error::SecretPadding),
                'A'..='Z' | 'a'..='z' | '2'..='7' => letters.push(letter.to_ascii_uppercase()),
                _ if letter.is_whitespace() => {}
                _ => return Err(Error::SecretCharacter),
            }
        }
        if matches!(letters.len() % 8, 1 | 3 | 6) {
            return Err(Error::SecretLength);
        }
        // The alphabet was checked, so `decode` cannot refuse.
        let bytes = base32::decode(RFC4648, &letters).ok_or(Error::SecretCharacter)?;
        Self::from_bytes(&Zeroizing::new(bytes))
    }

    /// The canonical text: base32 in upper case, without padding.
    ///
    /// ```
    /// assert_eq!(edge_mfa::Secret::parse("mzxw6===")?.to_base32(), "MZXW6");
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn to_base32(&self) -> String {
        base32::encode(RFC4648, &self.0)
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

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Bytes; RFC 4226 section 4, R6.
const STRONG: usize = 16;
/// Bytes; four blocks of the widest hash, far beyond any in use.
const LONGEST: usize = 512;
const RFC4648: Alphabet = Alphabet::Rfc4648 { padding: false };
