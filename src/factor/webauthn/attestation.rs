//! Attestation statements (section 8): who made the authenticator, as it says itself.

use super::authenticator_data::Attested;
use super::certificate::{self, Certificate};
use super::cose::{self, PublicKey};
use super::{AttestationPolicy, Refusal, SignatureCheck, Trust, tpm};
use crate::base::{Timestamp, cbor, der};
use crate::crypto::sha256;
use alloc::vec::Vec;

/// What an attestation statement is about.
pub(super) struct Subject<'a> {
    /// The authenticator data, as they are written.
    pub(super) data: &'a [u8],
    pub(super) rp_id_hash: &'a [u8; 32],
    pub(super) attested: &'a Attested<'a>,
    pub(super) public_key: &'a PublicKey,
    pub(super) client_data_hash: [u8; 32],
}

impl Subject<'_> {
    /// What most formats sign.
    fn signed(&self) -> Vec<u8> {
        [self.data, &self.client_data_hash].concat()
    }
}

/// 7.1 steps 22 to 24.
pub(super) fn check(
    format: &str,
    statement: &[u8],
    subject: &Subject<'_>,
    policy: &AttestationPolicy,
    now: Timestamp,
) -> Result<(Vec<SignatureCheck>, usize, Trust), Refusal> {
    let list: Vec<&[u8]> = cbor::get(statement, X5C).map(|list| cbor::list(list).collect()).unwrap_or_default();
    let members = match format {
        "none" => 0,
        "packed" if list.is_empty() => 2,
        "packed" | "android-key" => 3,
        "tpm" => 6,
        "fido-u2f" => 2,
        "apple" => 1,
        _ => return Err(Refusal::AttestationFormat),
    };
    if list.len() > MOST || cbor::count(statement) != Some(members) {
        return Err(Refusal::AttestationStatement);
    }
    let certificates: Option<Vec<_>> = list.iter().map(|item| Certificate::read(cbor::bytes(item)?)).collect();
    let certificates = certificates.ok_or(Refusal::Certificate)?;
    let mut is_complete = true;
    let mut checks = match (format, certificates.first()) {
        ("none", _) => Vec::new(),
        ("packed", None) => Vec::from([packed_self(statement, subject)?]),
        ("packed", Some(leaf)) => Vec::from([packed(statement, leaf, subject)?]),
        ("tpm", Some(leaf)) => Vec::from([tpm::check(statement, leaf, subject)?]),
        ("android-key", Some(leaf)) => {
            let check;
            (check, is_complete) = android_key(statement, leaf, subject)?;
            Vec::from([check])
        }
        ("fido-u2f", Some(leaf)) if certificates.len() == 1 => Vec::from([fido_u2f(statement, leaf, subject)?]),
        ("apple", Some(leaf)) => {
            apple(leaf, subject)?;
            Vec::new()
        }
        _ => return Err(Refusal::AttestationStatement),
    };
    let (mut trust, mut alternatives) = (Trust::None, 0);
    if !policy.anchors.is_empty() {
        if !is_complete {
            return Err(Refusal::Untrusted);
        }
        let chain;
        (chain, alternatives) = certificate::chain(&certificates, &policy.anchors, now)?;
        checks.extend(chain);
        trust = Trust::Anchored;
    }
    if !policy.aaguids.is_empty() && !policy.aaguids.contains(subject.attested.aaguid) {
        return Err(Refusal::Aaguid);
    }
    Ok((checks, alternatives, trust))
}

/// The members that packed and most others share.
pub(super) fn signature(statement: &[u8]) -> Result<(i64, &[u8]), Refusal> {
    let alg = cbor::get(statement, ALG).and_then(cbor::int);
    let sig = cbor::get(statement, SIG).and_then(cbor::bytes);
    alg.zip(sig).ok_or(Refusal::AttestationStatement)
}

/// 8.2: by the key of the credential itself.
fn packed_self(statement: &[u8], subject: &Subject<'_>) -> Result<SignatureCheck, Refusal> {
    let (alg, sig) = signature(statement)?;
    let PublicKey { algorithm, spki, .. } = subject.public_key;
    if cose::algorithm(alg) != Some(*algorithm) {
        return Err(Refusal::AttestationAlgorithm);
    }
    algorithm.check(spki, subject.signed(), sig).ok_or(Refusal::Signature)
}

/// 8.2: by the key of a certificate, of which 8.2.1 says what it has to say.
fn packed(statement: &[u8], leaf: &Certificate<'_>, subject: &Subject<'_>) -> Result<SignatureCheck, Refusal> {
    let (alg, sig) = signature(statement)?;
    let algorithm = cose::algorithm(alg).ok_or(Refusal::AttestationAlgorithm)?;
    let name = |id| name(leaf.subject, id).filter(|value| !value.is_empty());
    let country = name(COUNTRY).is_some_and(|country| country.len() == 2);
    let unit = name(UNIT) == Some(b"Authenticator Attestation");
    if !country || !unit || name(ORGANISATION).is_none() || name(COMMON_NAME).is_none() {
        return Err(Refusal::CertificateContent);
    }
    if leaf.is_authority() != Some(false) {
        return Err(Refusal::CertificateContent);
    }
    is_of_model(leaf, subject)?;
    leaf.check(algorithm, subject.signed(), sig)
}

/// The extension that names the model, where there is one (8.2.1, 8.3.1).
pub(super) fn is_of_model(leaf: &Certificate<'_>, subject: &Subject<'_>) -> Result<(), Refusal> {
    match leaf.find(FIDO_AAGUID) {
        None => Ok(()),
        Some((false, value)) if der::whole(value, der::OCTET_STRING) == Some(subject.attested.aaguid) => Ok(()),
        Some(_) => Err(Refusal::CertificateAaguid),
    }
}

/// 8.4; and whether the certificate says all that trust needs.
fn android_key(
    statement: &[u8],
    leaf: &Certificate<'_>,
    subject: &Subject<'_>,
) -> Result<(SignatureCheck, bool), Refusal> {
    let (alg, sig) = signature(statement)?;
    let algorithm = cose::algorithm(alg).ok_or(Refusal::AttestationAlgorithm)?;
    if leaf.spki != subject.public_key.spki {
        return Err(Refusal::CertificateKey);
    }
    let description = leaf.extension(ANDROID_KEY).ok_or(Refusal::AndroidKey)?;
    let is_complete = is_android_key(description, &subject.client_data_hash).ok_or(Refusal::AndroidKey)?;
    Ok((leaf.check(algorithm, subject.signed(), sig)?, is_complete))
}

/// 8.4.1: made for this ceremony, in the device, for signing alone, and not for every app. What either list says of it, that
/// of the software and that of the hardware, has to be so. Purpose and origin may be left out, as in the specification's
/// own vector: then nobody vouches for the key, and the answer is false.
fn is_android_key(description: &[u8], challenge: &[u8]) -> Option<bool> {
    let mut rest = der::whole(description, der::SEQUENCE)?;
    // Version and security level of the attestation, and of the key store.
    for _ in 0..4 {
        der::next(&mut rest)?;
    }
    if der::take(&mut rest, der::OCTET_STRING)? != challenge {
        return None;
    }
    der::take(&mut rest, der::OCTET_STRING)?;
    let (mut signs, mut is_generated) = (false, false);
    for _ in 0..2 {
        let mut list = der::take(&mut rest, der::SEQUENCE)?;
        while !list.is_empty() {
            match der::next(&mut list)? {
                (PURPOSE, SIGN, _) => signs = true,
                (ORIGIN, GENERATED, _) => is_generated = true,
                (PURPOSE | ORIGIN | ALL_APPLICATIONS, ..) => return None,
                _ => {}
            }
        }
    }
    Some(signs && is_generated)
}

/// 8.6.
fn fido_u2f(statement: &[u8], leaf: &Certificate<'_>, subject: &Subject<'_>) -> Result<SignatureCheck, Refusal> {
    let sig = cbor::get(statement, SIG).and_then(cbor::bytes).ok_or(Refusal::AttestationStatement)?;
    let point = subject.public_key.point.as_deref().ok_or(Refusal::CertificateKey)?;
    let Subject { rp_id_hash, attested, client_data_hash, .. } = subject;
    let message = [&[0][..], *rp_id_hash, client_data_hash, attested.id, point].concat();
    leaf.check(super::SignatureAlgorithm::P256Sha256, message, sig).map_err(|_| Refusal::CertificateKey)
}

/// 8.8: the certificate itself says which ceremony it is of.
fn apple(leaf: &Certificate<'_>, subject: &Subject<'_>) -> Result<(), Refusal> {
    let nonce = || {
        let mut content = der::whole(leaf.extension(APPLE_NONCE)?, der::SEQUENCE)?;
        der::whole(der::take(&mut content, 0xa1)?, der::OCTET_STRING)
    };
    if nonce() != Some(&sha256(&subject.signed())) {
        return Err(Refusal::AppleNonce);
    }
    if leaf.spki != subject.public_key.spki { Err(Refusal::CertificateKey) } else { Ok(()) }
}

/// The value of an attribute in a name (RFC 5280 section 4.1.2.4), the first of its kind.
pub(super) fn name<'a>(name: &'a [u8], id: &[u8]) -> Option<&'a [u8]> {
    let mut rest = name;
    while let Some(mut set) = der::take(&mut rest, der::SET) {
        while let Some(mut attribute) = der::take(&mut set, der::SEQUENCE) {
            if der::take(&mut attribute, der::OID)? == id {
                return der::next(&mut attribute).map(|(_, value, _)| value);
            }
        }
    }
    None
}

/// Certificates in a statement.
const MOST: usize = 8;
/// Members of statements, as they are written.
const ALG: &[u8] = b"\x63alg";
const SIG: &[u8] = b"\x63sig";
const X5C: &[u8] = b"\x63x5c";
/// 2.5.4.6, .10, .11 and .3.
const COUNTRY: &[u8] = b"\x55\x04\x06";
const ORGANISATION: &[u8] = b"\x55\x04\x0a";
const UNIT: &[u8] = b"\x55\x04\x0b";
const COMMON_NAME: &[u8] = b"\x55\x04\x03";
/// 1.3.6.1.4.1.45724.1.1.4.
const FIDO_AAGUID: &[u8] = b"\x2b\x06\x01\x04\x01\x82\xe5\x1c\x01\x01\x04";
/// 1.3.6.1.4.1.11129.2.1.17.
const ANDROID_KEY: &[u8] = b"\x2b\x06\x01\x04\x01\xd6\x79\x02\x01\x11";
/// 1.2.840.113635.100.8.2.
const APPLE_NONCE: &[u8] = b"\x2a\x86\x48\x86\xf7\x63\x64\x08\x02";
/// Of the authorisation list: [1], [600] and [702], all explicit.
const PURPOSE: u32 = 0xa1;
/// A set of the number 2, and the number 0.
const SIGN: &[u8] = b"\x31\x03\x02\x01\x02";
const GENERATED: &[u8] = b"\x02\x01\x00";
const ALL_APPLICATIONS: u32 = 0xbf << 24 | 600;
const ORIGIN: u32 = 0xbf << 24 | 702;
