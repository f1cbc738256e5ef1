//! What has to be signed, by whom: for the platform to check.

use super::{Refusal, cose};
use crate::base::{ascii, der};
use crate::crypto::sha256;
use alloc::vec::Vec;

/// A signature that has to be good. WebCrypto, or any library, says whether it is.
///
/// ```
/// use edge_mfa::webauthn::{SignatureAlgorithm, SignatureCheck};
/// fn is_for_webcrypto(check: &SignatureCheck) -> bool {
///     check.algorithm == SignatureAlgorithm::P256Sha256 && check.signature.len() == 64
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureCheck {
    /// How it is made.
    pub algorithm: SignatureAlgorithm,
    /// `SubjectPublicKeyInfo` (RFC 5280 section 4.1) in DER.
    pub public_key: Vec<u8>,
    /// What is signed.
    pub message: Vec<u8>,
    /// As WebCrypto takes it: of ECDSA the two numbers one after the other, each as long as the curve's.
    pub signature: Vec<u8>,
}

impl SignatureCheck {
    /// SHA-256 of all of it: what [`Pending::answer`] knows a good one by.
    ///
    /// ```
    /// use edge_mfa::webauthn::{SignatureAlgorithm, SignatureCheck};
    /// let check = |message: &[u8]| SignatureCheck {
    ///     algorithm: SignatureAlgorithm::Ed25519,
    ///     public_key: vec![],
    ///     message: message.into(),
    ///     signature: vec![],
    /// };
    /// assert_ne!(check(b"one").digest(), check(b"two").digest());
    /// ```
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut text = Vec::from(self.algorithm.name());
        for part in [&self.public_key, &self.message, &self.signature] {
            text.extend_from_slice(&sha256(part));
        }
        sha256(&text)
    }
}

/// How a signature is made: its kind, the curve of the key, and the hash.
///
/// ```
/// use edge_mfa::webauthn::SignatureAlgorithm;
/// assert_eq!(SignatureAlgorithm::P256Sha256.name(), "ECDSA P-256 SHA-256");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), repr(u32))]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// ECDSA on P-256, as ES256.
    P256Sha256,
    /// ECDSA on P-256; in certificates only.
    P256Sha384,
    /// ECDSA on P-256; in certificates only.
    P256Sha512,
    /// ECDSA on P-384; in certificates only.
    P384Sha256,
    /// ECDSA on P-384, as ES384.
    P384Sha384,
    /// ECDSA on P-384; in certificates only.
    P384Sha512,
    /// RSASSA-PKCS1-v1_5, as RS256.
    RsaSha256,
    /// RSASSA-PKCS1-v1_5; in certificates only.
    RsaSha384,
    /// RSASSA-PKCS1-v1_5; in certificates only.
    RsaSha512,
    /// EdDSA with Ed25519 (RFC 8032).
    Ed25519,
}

impl SignatureAlgorithm {
    /// As WebCrypto names it, then its curve and its hash.
    ///
    /// ```
    /// assert_eq!(edge_mfa::webauthn::SignatureAlgorithm::Ed25519.name(), "Ed25519");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        ascii::part(NAMES, b'\n', self as usize)
    }

    /// Whether a `SubjectPublicKeyInfo` is of a key that signs so.
    pub(super) fn fits(self, spki: &[u8]) -> bool {
        let key = match self {
            Self::P256Sha256 | Self::P256Sha384 | Self::P256Sha512 => cose::P256,
            Self::P384Sha256 | Self::P384Sha384 | Self::P384Sha512 => cose::P384,
            Self::Ed25519 => cose::ED25519,
            _ => return der::whole(spki, der::SEQUENCE).is_some_and(|info| info.starts_with(cose::RSA)),
        };
        spki.starts_with(key)
    }

    /// Adds the check of a signature that is written as in section 6.5.5: of ECDSA in DER.
    pub(super) fn check(
        self,
        public_key: &[u8],
        message: Vec<u8>,
        signature: &[u8],
        to: &mut Signatures,
    ) -> Result<(), Refusal> {
        let signature = match self {
            Self::P256Sha256 | Self::P256Sha384 | Self::P256Sha512 => numbers(signature, 32),
            Self::P384Sha256 | Self::P384Sha384 | Self::P384Sha512 => numbers(signature, 48),
            _ => Some(signature.into()),
        };
        let signature = signature.ok_or(Refusal::Signature)?;
        to.checks.push(SignatureCheck { algorithm: self, public_key: public_key.into(), message, signature });
        Ok(())
    }
}

/// `Ecdsa-Sig-Value` (RFC 3279 section 2.2.3) as two numbers of so many bytes.
fn numbers(signature: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut content = der::whole(signature, der::SEQUENCE)?;
    let mut both = Vec::with_capacity(2 * size);
    for _ in 0..2 {
        let number = der::unsigned(&mut content)?;
        both.resize(both.len() + size.checked_sub(number.len())?, 0);
        both.extend_from_slice(number);
    }
    content.is_empty().then_some(both)
}

/// What has passed every check but those of its signatures.
///
/// There is no other way to its value than the answers, and no other value made of it:
///
/// ```compile_fail
/// use edge_mfa::webauthn::{Pending, Registration};
/// fn forge(pending: Pending<Registration>) -> Registration {
///     pending.value
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is verified before its signatures are"]
pub struct Pending<T> {
    value: T,
    signatures: Signatures,
}

/// The signatures that have to be good.
#[derive(Clone, Debug, Default)]
pub(super) struct Signatures {
    pub(super) checks: Vec<SignatureCheck>,
    /// How many of the checks, the last, are of one signature: by which key it was made is not known before.
    pub(super) alternatives: usize,
}

impl Signatures {
    fn are_good(&self, good: &[[u8; 32]]) -> bool {
        let is_good = |check: &SignatureCheck| good.contains(&check.digest());
        let (each, any) = self.checks.split_at(self.checks.len().saturating_sub(self.alternatives));
        each.iter().all(is_good) && (any.is_empty() || any.iter().any(is_good))
    }
}

impl<T> Pending<T> {
    pub(super) const fn new(value: T, signatures: Signatures) -> Self {
        Self { value, signatures }
    }

    /// The signatures that have to be good; of those by several trust anchors of one name, one has to be. An attestation of the format `none` has none, and attests nothing.
    ///
    /// ```
    /// # use edge_mfa::webauthn::{Assertion, Pending};
    /// fn for_the_platform(pending: &Pending<Assertion>) -> usize {
    ///     pending.checks().len()
    /// }
    /// ```
    pub fn checks(&self) -> &[SignatureCheck] {
        &self.signatures.checks
    }

    /// The same, when nothing else is wanted.
    pub(crate) fn into_checks(self) -> Vec<SignatureCheck> {
        self.signatures.checks
    }

    /// The value, for the [digests](SignatureCheck::digest) of the signatures that are good.
    ///
    /// # Errors
    /// [`Refusal::Signature`] unless they are.
    ///
    /// ```
    /// # use edge_mfa::webauthn::{Assertion, Pending, Refusal, SignatureCheck};
    /// fn decide(pending: Pending<Assertion>, is_good: impl Fn(&SignatureCheck) -> bool) -> Result<Assertion, Refusal> {
    ///     let good: Vec<_> = pending.checks().iter().filter(|check| is_good(check)).map(SignatureCheck::digest).collect();
    ///     pending.answer(&good)
    /// }
    /// ```
    pub fn answer(self, good: &[[u8; 32]]) -> Result<T, Refusal> {
        if self.signatures.are_good(good) { Ok(self.value) } else { Err(Refusal::Signature) }
    }
}

/// In the order of the variants.
const NAMES: &str = "\
ECDSA P-256 SHA-256
ECDSA P-256 SHA-384
ECDSA P-256 SHA-512
ECDSA P-384 SHA-256
ECDSA P-384 SHA-384
ECDSA P-384 SHA-512
RSASSA-PKCS1-v1_5 SHA-256
RSASSA-PKCS1-v1_5 SHA-384
RSASSA-PKCS1-v1_5 SHA-512
Ed25519
";

#[cfg(test)]
mod tests;
