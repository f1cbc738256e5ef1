//! Attestation statements (section 8): who made the authenticator, as it says itself.

use super::authenticator_data::Attested;
use super::certificate::{self, Certificate};
use super::cose::{self, PublicKey};
use super::signature::Signatures;
use super::{AttestationPolicy, Refusal, SignatureAlgorithm, Trust, tpm};
use crate::base::{Timestamp, cbor, der};
use crate::crypto::sha256;
use alloc::vec::Vec;

/// An attestation statement, and what it is about.
pub(super) struct Attestation<'a> {
    pub(super) statement: &'a [u8],
    /// The authenticator data, as they are written.
    pub(super) data: &'a [u8],
    pub(super) rp_id_hash: &'a [u8; 32],
    pub(super) attested: &'a Attested<'a>,
    pub(super) public_key: &'a PublicKey<'a>,
    pub(super) client_data_hash: [u8; 32],
    pub(super) policy: &'a AttestationPolicy,
    /// The first is the authenticator's own.
    pub(super) certificates: Vec<Certificate<'a>>,
}

impl<'a> Attestation<'a> {
    /// 7.1 steps 22 to 24.
    pub(super) fn check(&mut self, format: &str, now: Timestamp, to: &mut Signatures) -> Result<Trust, Refusal> {
        type Check = fn(&Attestation<'_>, &mut Signatures) -> Result<(), Refusal>;
        // The members beside the certificates.
        let (members, check): (u64, Check) = match format {
            "none" => (0, none),
            "packed" => (2, packed),
            "tpm" => (5, tpm::check),
            "android-key" => (2, android_key),
            "fido-u2f" => (1, fido_u2f),
            "apple" => (0, apple),
            _ => return Err(Refusal::AttestationFormat),
        };
        let (listed, mut list) = cbor::get(self.statement, X5C).and_then(cbor::list).unwrap_or_default();
        if listed > MOST || cbor::count(self.statement) != Some(members + u64::from(listed > 0)) {
            return Err(Refusal::AttestationStatement);
        }
        while let Some(item) = cbor::take(&mut list) {
            let certificate = cbor::bytes(item).and_then(Certificate::read);
            self.certificates.push(certificate.ok_or(Refusal::Certificate)?);
        }
        check(self, to)?;
        let policy = self.policy;
        if !policy.anchors.is_empty() {
            certificate::chain(&self.certificates, &policy.anchors, now, to)?;
        }
        if !policy.aaguids.is_empty() && !policy.aaguids.contains(self.attested.aaguid) {
            return Err(Refusal::Aaguid);
        }
        Ok(if policy.anchors.is_empty() { Trust::None } else { Trust::Anchored })
    }

    /// A member that most formats have.
    pub(super) fn bytes(&self, key: &[u8]) -> Result<&'a [u8], Refusal> {
        cbor::get(self.statement, key).and_then(cbor::bytes).ok_or(Refusal::AttestationStatement)
    }

    pub(super) fn algorithm(&self) -> Result<SignatureAlgorithm, Refusal> {
        let number = cbor::get(self.statement, ALG).and_then(cbor::int).ok_or(Refusal::AttestationStatement)?;
        cose::algorithm(number).ok_or(Refusal::AttestationAlgorithm)
    }

    pub(super) fn leaf(&self) -> Result<&Certificate<'a>, Refusal> {
        self.certificates.first().ok_or(Refusal::AttestationStatement)
    }

    /// What most formats sign.
    pub(super) fn signed(&self) -> Vec<u8> {
        [self.data, &self.client_data_hash].concat()
    }

    /// The extension that names the model, where there is one (8.2.1, 8.3.1).
    pub(super) fn is_of_model(&self, leaf: &Certificate<'_>) -> Result<(), Refusal> {
        match leaf.find(FIDO_AAGUID) {
            None => Ok(()),
            Some((false, value)) if der::whole(value, der::OCTET_STRING) == Some(self.attested.aaguid) => Ok(()),
            Some(_) => Err(Refusal::CertificateAaguid),
        }
    }

    /// 8.4, 8.8: whether the certificate is that of the credential's key.
    fn is_of_key(&self, leaf: &Certificate<'_>) -> Result<(), Refusal> {
        if leaf.spki == self.public_key.spki { Ok(()) } else { Err(Refusal::CertificateKey) }
    }
}

/// 8.7.
fn none(at: &Attestation<'_>, _: &mut Signatures) -> Result<(), Refusal> {
    if at.certificates.is_empty() { Ok(()) } else { Err(Refusal::AttestationStatement) }
}

/// 8.2: by the key of a certificate, of which 8.2.1 says what it has to say, or of the credential itself.
fn packed(at: &Attestation<'_>, to: &mut Signatures) -> Result<(), Refusal> {
    let sig = at.bytes(SIG)?;
    let algorithm = at.algorithm()?;
    let Some(leaf) = at.certificates.first() else {
        if algorithm != at.public_key.algorithm {
            return Err(Refusal::AttestationAlgorithm);
        }
        return algorithm.check(&at.public_key.spki, at.signed(), sig, to);
    };
    let name = |id| name(leaf.subject, id).filter(|value| !value.is_empty());
    let country = name(COUNTRY).is_some_and(|country| country.len() == 2);
    let unit = name(UNIT) == Some(b"Authenticator Attestation");
    if !country || !unit || name(ORGANISATION).is_none() || name(COMMON_NAME).is_none() {
        return Err(Refusal::CertificateContent);
    }
    if leaf.is_authority() != Some(false) {
        return Err(Refusal::CertificateContent);
    }
    at.is_of_model(leaf)?;
    leaf.check(algorithm, at.signed(), sig, to)
}

/// 8.4.
fn android_key(at: &Attestation<'_>, to: &mut Signatures) -> Result<(), Refusal> {
    let (leaf, sig) = (at.leaf()?, at.bytes(SIG)?);
    let algorithm = at.algorithm()?;
    at.is_of_key(leaf)?;
    let description = leaf.extension(ANDROID_KEY).ok_or(Refusal::AndroidKey)?;
    let is_complete = is_android_key(description, &at.client_data_hash).ok_or(Refusal::AndroidKey)?;
    leaf.check(algorithm, at.signed(), sig, to)?;
    if is_complete || at.policy.anchors.is_empty() { Ok(()) } else { Err(Refusal::Untrusted) }
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
                (PURPOSE, SIGN) => signs = true,
                (ORIGIN, GENERATED) => is_generated = true,
                (PURPOSE | ORIGIN | ALL_APPLICATIONS, ..) => return None,
                _ => {}
            }
        }
    }
    Some(signs && is_generated)
}

/// 8.6.
fn fido_u2f(at: &Attestation<'_>, to: &mut Signatures) -> Result<(), Refusal> {
    let [leaf] = &at.certificates[..] else { return Err(Refusal::AttestationStatement) };
    let sig = at.bytes(SIG)?;
    if at.public_key.algorithm != SignatureAlgorithm::P256Sha256 {
        return Err(Refusal::CertificateKey);
    }
    let [x, y] = at.public_key.numbers;
    let message = [&[0][..], at.rp_id_hash, &at.client_data_hash, at.attested.id, &[4], x, y].concat();
    leaf.check(SignatureAlgorithm::P256Sha256, message, sig, to).map_err(|_| Refusal::CertificateKey)
}

/// 8.8: the certificate itself says which ceremony it is of.
fn apple(at: &Attestation<'_>, _: &mut Signatures) -> Result<(), Refusal> {
    let leaf = at.leaf()?;
    let nonce = || {
        let mut content = der::whole(leaf.extension(APPLE_NONCE)?, der::SEQUENCE)?;
        der::whole(der::take(&mut content, 0xa1)?, der::OCTET_STRING)
    };
    if nonce() != Some(&sha256(&at.signed())) {
        return Err(Refusal::AppleNonce);
    }
    at.is_of_key(leaf)
}

/// The value of an attribute in a name (RFC 5280 section 4.1.2.4), the first of its kind.
pub(super) fn name<'a>(name: &'a [u8], id: &[u8]) -> Option<&'a [u8]> {
    let mut rest = name;
    while let Some(mut set) = der::take(&mut rest, der::SET) {
        while let Some(mut attribute) = der::take(&mut set, der::SEQUENCE) {
            if der::take(&mut attribute, der::OID)? == id {
                return der::next(&mut attribute).map(|(_, value)| value);
            }
        }
    }
    None
}

/// Certificates in a statement.
const MOST: u64 = 8;
/// Members of statements, as they are written.
const ALG: &[u8] = b"\x63alg";
pub(super) const SIG: &[u8] = b"\x63sig";
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
