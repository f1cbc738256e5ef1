//! HMAC (RFC 2104) over the hashes of RFC 6238.
//!
//! The compression functions are RustCrypto's, in the wasm our own (`compact.rs`, `sha256.rs`). The construction around
//! them is ours: the `hmac` crate makes it once for each hash, which makes the wasm a kilobyte larger. It is the oracle of
//! the tests, beside Wycheproof.

use super::hash::{Block, Digest, State};
use crate::base::{Error, Result, ascii, refuse};

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
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "UPPERCASE"))]
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
    pub fn parse(name: &str) -> Result<Self> {
        let bits = ascii::strip_prefix(name, "SHA").map(|bits| ascii::strip_prefix(bits, "-").unwrap_or(bits));
        match bits {
            Some("1") => Ok(Self::Sha1),
            Some("256") => Ok(Self::Sha256),
            Some("512") => Ok(Self::Sha512),
            _ => refuse(Error::AlgorithmInvalid),
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
pub(crate) struct HmacKey {
    inner: State,
    outer: State,
    /// Bytes that all messages begin with, and that `inner` has taken in.
    #[cfg(not(all(feature = "lean", target_family = "wasm")))]
    begun: usize,
}

impl HmacKey {
    /// Any key length is good (RFC 2104 section 3): a long one is hashed first.
    pub(crate) fn new(algorithm: Algorithm, key: &[u8]) -> Self {
        let mut inner = State::new(algorithm);
        let mut outer = inner.clone();
        let mut pad = if key.len() > inner.block_size() {
            inner.block(inner.finish(key, 0).as_bytes())
        } else {
            inner.block(key)
        };
        xor(&mut pad, IPAD);
        inner.compress(&pad);
        xor(&mut pad, IPAD ^ OPAD);
        outer.compress(&pad);
        Self {
            inner,
            outer,
            #[cfg(not(all(feature = "lean", target_family = "wasm")))]
            begun: 0,
        }
    }

    /// For messages that all begin so: whole blocks of it are hashed once. The tag of any other message is another one.
    #[cfg(not(all(feature = "lean", target_family = "wasm")))]
    pub(crate) fn beginning(mut self, start: &[u8]) -> Self {
        for block in start.chunks_exact(self.inner.block_size()) {
            self.inner.compress(&self.inner.block(block));
            self.begun += block.len();
        }
        self
    }

    /// The tag of a message.
    #[cfg(not(all(feature = "lean", target_family = "wasm")))]
    pub(crate) fn tag(&self, message: &[u8]) -> Digest {
        self.finish(self.begin(message).as_bytes())
    }

    /// The tag of a message; in one piece, as nothing else asks for its parts: 90 bytes less.
    #[cfg(all(feature = "lean", target_family = "wasm"))]
    pub(crate) fn tag(&self, message: &[u8]) -> Digest {
        let size = self.inner.block_size();
        self.outer.finish(self.inner.finish(message, size).as_bytes(), size)
    }

    /// The inner hash of a message (RFC 2104 section 2): the longer part of the work, and no secret. Only who has the key makes
    /// a tag of it.
    #[cfg(not(all(feature = "lean", target_family = "wasm")))]
    pub(crate) fn begin(&self, message: &[u8]) -> Digest {
        let rest = message.get(self.begun..).unwrap_or_default();
        self.inner.finish(rest, self.inner.block_size() + self.begun)
    }

    /// The tag of a message from its inner hash.
    #[cfg(not(all(feature = "lean", target_family = "wasm")))]
    pub(crate) fn finish(&self, inner: &[u8]) -> Digest {
        #[cfg(test)]
        tests::count();
        self.outer.finish(inner, self.outer.block_size())
    }
}

/// In JSON by its name, as it stands in an `otpauth://` URI; in records by its place.
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
mod transfer {
    use super::Algorithm;
    use crate::base::binary::{Binary, Bytes};
    use crate::base::json::{Read, Reader, Write};
    use alloc::string::String;

    /// The order is part of the schema of the record.
    const ALL: [Algorithm; 3] = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512];

    impl Binary for Algorithm {
        fn start() -> Self {
            Self::Sha1
        }

        fn pass(&mut self, through: &mut Bytes<'_>) {
            let algorithm = ALL.get(usize::from(through.byte(*self as u8))).copied();
            *self = through.good(algorithm, Self::Sha1);
        }
    }

    impl Read for Algorithm {
        fn start() -> Self {
            Self::Sha1
        }

        fn read(&mut self, from: &mut Reader<'_>) -> Option<()> {
            let name = from.text()?;
            *self = ALL.into_iter().find(|known| known.name() == name)?;
            Some(())
        }
    }

    impl Write for Algorithm {
        fn write(&self, to: &mut String) {
            self.name().write(to);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;

#[inline(never)]
fn xor(block: &mut Block, pad: u64) {
    block.iter_mut().for_each(|word| *word ^= pad);
}

const IPAD: u64 = 0x3636_3636_3636_3636;
const OPAD: u64 = 0x5c5c_5c5c_5c5c_5c5c;
