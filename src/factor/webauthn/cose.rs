//! Credential public keys (section 6.5.1.1; RFC 9052 and 9053), and what WebCrypto makes of them.

use super::{Refusal, SignatureAlgorithm};
use crate::base::{cbor, der};
use alloc::vec::Vec;

/// The algorithms that are taken, by their numbers (IANA, COSE Algorithms), the best first: ES256, EdDSA with Ed25519, ES384
/// and RS256.
///
/// ```
/// assert_eq!(edge_mfa::webauthn::ALGORITHMS, [-7, -8, -35, -257]);
/// ```
pub const ALGORITHMS: &[i32] = &[-7, -8, -35, -257];

/// A credential public key, as a COSE key is read.
pub(super) struct PublicKey<'a> {
    pub(super) algorithm: SignatureAlgorithm,
    /// Of ECDSA the point, of RSA modulus and exponent; of EdDSA the key alone.
    pub(super) numbers: [&'a [u8]; 2],
    /// `SubjectPublicKeyInfo`.
    pub(super) spki: Vec<u8>,
}

/// The algorithm of a number.
pub(super) fn algorithm(number: i64) -> Option<SignatureAlgorithm> {
    match number {
        -7 => Some(SignatureAlgorithm::P256Sha256),
        -8 => Some(SignatureAlgorithm::Ed25519),
        -35 => Some(SignatureAlgorithm::P384Sha384),
        -257 => Some(SignatureAlgorithm::RsaSha256),
        _ => None,
    }
}

impl<'a> PublicKey<'a> {
    /// Reads a key, in canonical CBOR, that has what its kind needs, and no more.
    pub(super) fn read(cose: &'a [u8]) -> Result<Self, Refusal> {
        let number = cbor::get(cose, &[3]).and_then(cbor::int).ok_or(Refusal::PublicKey)?;
        let algorithm = algorithm(number).ok_or(Refusal::Algorithm)?;
        Self::of(cose, algorithm).ok_or(Refusal::PublicKey)
    }

    /// All but the numbers has one spelling: how many members there are, kind, algorithm and curve, labels and sizes.
    fn of(cose: &'a [u8], algorithm: SignatureAlgorithm) -> Option<Self> {
        let (before, size, between, prefix): (&[u8], usize, &[u8], &[u8]) = match algorithm {
            SignatureAlgorithm::P256Sha256 => (b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", 32, b"\x22\x58\x20", P256),
            SignatureAlgorithm::P384Sha384 => {
                (b"\xa5\x01\x02\x03\x38\x22\x20\x02\x21\x58\x30", 48, b"\x22\x58\x30", P384)
            }
            SignatureAlgorithm::Ed25519 => (b"\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20", 32, b"", ED25519),
            _ => return rsa(cose),
        };
        let (x, rest) = cose.strip_prefix(before)?.split_at_checked(size)?;
        let y = rest.strip_prefix(between)?;
        let size = if between.is_empty() { 0 } else { size };
        (y.len() == size).then(|| Self { algorithm, numbers: [x, y], spki: [prefix, x, y].concat() })
    }
}

/// Of 2048 bits or more, as WebCrypto and NIST SP 800-131A take it, and of 8192 at most.
fn rsa(cose: &[u8]) -> Option<PublicKey<'_>> {
    let mut rest = cose.strip_prefix(b"\xa4\x01\x03\x03\x39\x01\x00\x20")?;
    let modulus = cbor::bytes(cbor::take(&mut rest)?)?;
    let exponent = cbor::bytes(rest.strip_prefix(b"\x21")?)?;
    // With the exponent 1 everybody signs; even numbers are none of a key, and leading zeros none of a number.
    let is_number = |number: &[u8]| number.first() > Some(&0) && number.last().is_some_and(|last| last & 1 == 1);
    let are_numbers = is_number(modulus) && is_number(exponent);
    let is_large = (256..=1024).contains(&modulus.len()) && (modulus.len() > 256 || modulus.first() >= Some(&0x80));
    (are_numbers && is_large && exponent.len() <= 4 && exponent != [1]).then(|| PublicKey {
        algorithm: SignatureAlgorithm::RsaSha256,
        numbers: [modulus, exponent],
        spki: rsa_spki(modulus, exponent),
    })
}

/// `SubjectPublicKeyInfo` of an RSA key, without leading zeros in its numbers (RFC 8017 appendix A.1.1).
fn rsa_spki(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let mut key = Vec::new();
    for number in [modulus, exponent] {
        let zero: &[u8] = if number.first() >= Some(&0x80) { &[0] } else { &[] };
        der::push(&mut key, der::INTEGER, &[zero, number].concat());
    }
    for (tag, before) in [(der::SEQUENCE, &[][..]), (der::BIT_STRING, &[0]), (der::SEQUENCE, RSA)] {
        let content = [before, &key].concat();
        key.clear();
        der::push(&mut key, tag, &content);
    }
    key
}

/// `SubjectPublicKeyInfo` up to the numbers of the key (RFC 5480, RFC 8410), of a point without compression (SEC 1, section
/// 2.3.3).
pub(super) const P256: &[u8] =
    b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00\x04";
pub(super) const P384: &[u8] =
    b"\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00\x04";
pub(super) const ED25519: &[u8] = b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";
/// Its `AlgorithmIdentifier` (RFC 3279 section 2.3.1).
pub(super) const RSA: &[u8] = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
