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
pub(super) struct PublicKey {
    pub(super) algorithm: SignatureAlgorithm,
    /// `SubjectPublicKeyInfo`.
    pub(super) spki: Vec<u8>,
    /// Of P-256: the point without compression (SEC 1, section 2.3.3).
    pub(super) point: Option<Vec<u8>>,
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

impl PublicKey {
    /// Reads a key that has what its kind needs, and no more.
    pub(super) fn read(cose: &[u8]) -> Result<Self, Refusal> {
        let number = cbor::get(cose, ALG).and_then(cbor::int).ok_or(Refusal::PublicKey)?;
        let algorithm = algorithm(number).ok_or(Refusal::Algorithm)?;
        Self::of(cose, algorithm).ok_or(Refusal::PublicKey)
    }

    fn of(cose: &[u8], algorithm: SignatureAlgorithm) -> Option<Self> {
        let int = |key| cbor::get(cose, key).and_then(cbor::int);
        let bytes = |key| cbor::get(cose, key).and_then(cbor::bytes);
        let (kind, curve, size, prefix) = match algorithm {
            SignatureAlgorithm::P256Sha256 => (2, 1, 32, P256),
            SignatureAlgorithm::P384Sha384 => (2, 2, 48, P384),
            SignatureAlgorithm::Ed25519 => (1, 6, 32, ED25519),
            _ => return rsa(cose),
        };
        let entries = if kind == 2 { 5 } else { 4 };
        if int(KTY)? != kind || int(CRV)? != curve || cbor::count(cose)? != entries {
            return None;
        }
        let mut key = Vec::from(if kind == 2 { &[4][..] } else { &[] });
        key.extend_from_slice(bytes(X).filter(|x| x.len() == size)?);
        if kind == 2 {
            key.extend_from_slice(bytes(Y).filter(|y| y.len() == size)?);
        }
        let spki = [prefix, &key].concat();
        Some(Self { algorithm, spki, point: (curve == 1).then_some(key) })
    }
}

/// Of 2048 bits or more, as WebCrypto and NIST SP 800-131A take it, and of 8192 at most.
fn rsa(cose: &[u8]) -> Option<PublicKey> {
    let int = |key| cbor::get(cose, key).and_then(cbor::int);
    let number =
        |key| cbor::get(cose, key).and_then(cbor::bytes).filter(|bytes| bytes.first().is_some_and(|first| *first > 0));
    if int(KTY)? != 3 || cbor::count(cose)? != 4 {
        return None;
    }
    let (modulus, exponent) = (number(N)?, number(E)?);
    // With the exponent 1 everybody signs; even numbers are none of a key.
    let are_odd = [modulus, exponent].iter().all(|number| number.last().is_some_and(|last| last & 1 == 1));
    let is_large = (256..=1024).contains(&modulus.len()) && (modulus.len() > 256 || modulus.first() >= Some(&0x80));
    (are_odd && is_large && exponent.len() <= 4 && exponent != [1]).then_some(())?;
    Some(PublicKey { algorithm: SignatureAlgorithm::RsaSha256, spki: rsa_spki(modulus, exponent), point: None })
}

/// `SubjectPublicKeyInfo` of an RSA key, without leading zeros in its numbers (RFC 8017 appendix A.1.1).
pub(super) fn rsa_spki(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let mut key = Vec::new();
    for number in [modulus, exponent] {
        let zero: &[u8] = if number.first().is_some_and(|first| *first >= 0x80) { &[0] } else { &[] };
        der::push(&mut key, der::INTEGER, &[zero, number].concat());
    }
    let mut bits = Vec::from([0]);
    der::push(&mut bits, der::SEQUENCE, &key);
    let mut info = Vec::from(RSA);
    der::push(&mut info, der::BIT_STRING, &bits);
    let mut spki = Vec::new();
    der::push(&mut spki, der::SEQUENCE, &info);
    spki
}

/// The labels of a COSE key, as they are written. `N` and `E` are those of RSA (RFC 8230 section 4).
const KTY: &[u8] = &[1];
const ALG: &[u8] = &[3];
const CRV: &[u8] = &[0x20];
const X: &[u8] = &[0x21];
const Y: &[u8] = &[0x22];
const N: &[u8] = &[0x20];
const E: &[u8] = &[0x21];

/// `SubjectPublicKeyInfo` up to the key (RFC 5480, RFC 8410).
pub(super) const P256: &[u8] =
    b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";
pub(super) const P384: &[u8] =
    b"\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00";
pub(super) const ED25519: &[u8] = b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";
/// Its `AlgorithmIdentifier` (RFC 3279 section 2.3.1).
pub(super) const RSA: &[u8] = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
