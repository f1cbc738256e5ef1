//! HMAC (RFC 2104) over the hashes of RFC 6238.

use crate::base::{Error, Wiped, ascii};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

/// The hash under a one-time code (RFC 6238 section 1.2).
///
/// SHA-1 is what every authenticator honours, and is sound here: HMAC does not need collision resistance.
///
/// ```
/// use edge_mfa::Algorithm;
/// assert_eq!(Algorithm::parse("sha-256"), Ok(Algorithm::Sha256));
/// assert_eq!(Algorithm::Sha256.name(), "SHA256");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// HMAC-SHA-1, the default.
    #[default]
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

impl Algorithm {
    /// Reads `SHA1`, `SHA256` or `SHA512`, in any case, with or without a hyphen after `SHA`.
    ///
    /// # Errors
    /// [`Error::AlgorithmInvalid`] for anything else, MD5 included.
    ///
    /// ```
    /// use edge_mfa::{Algorithm, Error};
    /// assert_eq!(Algorithm::parse("MD5"), Err(Error::AlgorithmInvalid));
    /// ```
    pub fn parse(name: &str) -> Result<Self, Error> {
        let bits = ascii::strip_prefix(name, "SHA").map(|bits| ascii::strip_prefix(bits, "-").unwrap_or(bits));
        match bits {
            Some("1") => Ok(Self::Sha1),
            Some("256") => Ok(Self::Sha256),
            Some("512") => Ok(Self::Sha512),
            _ => Err(Error::AlgorithmInvalid),
        }
    }

    /// The name in an `otpauth://` URI.
    ///
    /// ```
    /// assert_eq!(edge_mfa::Algorithm::default().name(), "SHA1");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }
}

/// A key ready for many messages: both pads are hashed once.
pub(crate) enum HmacKey {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha512(Hmac<Sha512>),
}

impl HmacKey {
    /// Any key length is good (RFC 2104 section 3): a long one is hashed first.
    pub(crate) fn new(algorithm: Algorithm, key: &[u8]) -> Self {
        match algorithm {
            Algorithm::Sha1 => Self::Sha1(keyed(key)),
            Algorithm::Sha256 => Self::Sha256(keyed(key)),
            Algorithm::Sha512 => Self::Sha512(keyed(key)),
        }
    }

    /// The tag of the parts, one after the other, as one message.
    pub(crate) fn tag(&self, parts: &[&[u8]]) -> Tag {
        match self {
            Self::Sha1(key) => finish(key.clone(), parts),
            Self::Sha256(key) => finish(key.clone(), parts),
            Self::Sha512(key) => finish(key.clone(), parts),
        }
    }
}

/// 20, 32 or 64 bytes, wiped when dropped.
pub(crate) struct Tag {
    bytes: Wiped<[u8; 64]>,
    length: usize,
}

impl Tag {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

fn keyed<M: KeyInit>(key: &[u8]) -> M {
    // HMAC refuses no length; an empty key cannot come in through `Secret`.
    M::new_from_slice(key).unwrap_or_else(|_| M::new(&Default::default()))
}

fn finish<M: Mac>(mut mac: M, parts: &[&[u8]]) -> Tag {
    for part in parts {
        mac.update(part);
    }
    let output = mac.finalize().into_bytes();
    let mut bytes = Wiped::new([0; 64]);
    bytes.iter_mut().zip(output.iter()).for_each(|(to, from)| *to = *from);
    Tag { bytes, length: output.len() }
}
