//! Attestation by a trusted platform module (section 8.3; TPM 2.0 Library, part 2).

use super::attestation::{Attestation, SIG, name};
use super::certificate::Certificate;
use super::cose::PublicKey;
use super::signature::Signatures;
use super::{Refusal, SignatureAlgorithm};
use crate::base::{cbor, der};
use crate::crypto::sha256;

pub(super) fn check(at: &Attestation<'_>, to: &mut Signatures) -> Result<(), Refusal> {
    let (leaf, sig) = (at.leaf()?, at.bytes(SIG)?);
    let (public_area, certified) = (at.bytes(PUB_AREA)?, at.bytes(CERT_INFO)?);
    if cbor::get(at.statement, VER) != Some(b"\x632.0") {
        return Err(Refusal::AttestationStatement);
    }
    let algorithm = at.algorithm()?;
    // The hash of `extraData` is that of the algorithm; ours has one.
    if !matches!(algorithm, SignatureAlgorithm::P256Sha256 | SignatureAlgorithm::RsaSha256) {
        return Err(Refusal::AttestationAlgorithm);
    }
    is_key(public_area, at.public_key).ok_or(Refusal::TpmPublicArea)?;
    let extra = sha256(&at.signed());
    is_certified(certified, public_area, &extra).ok_or(Refusal::TpmCertification)?;
    if !is_attestation_key(leaf).unwrap_or_default() {
        return Err(Refusal::CertificateContent);
    }
    at.is_of_model(leaf)?;
    leaf.check(algorithm, certified.into(), sig, to)
}

/// `TPMT_PUBLIC`: whether it is the credential's key.
fn is_key(area: &[u8], key: &PublicKey<'_>) -> Option<()> {
    let (kind, curve): (_, &[u8]) = match key.algorithm {
        SignatureAlgorithm::P256Sha256 => (TPM_ALG_ECC, TPM_ECC_NIST_P256),
        SignatureAlgorithm::P384Sha384 => (TPM_ALG_ECC, TPM_ECC_NIST_P384),
        SignatureAlgorithm::RsaSha256 => (TPM_ALG_RSA, &[]),
        _ => return None,
    };
    let rest = &mut &*area;
    eat(rest, kind)?;
    // The name is made with SHA-256: see `is_certified`.
    eat(rest, TPM_ALG_SHA256)?;
    take(rest, 4)?;
    sized(rest)?;
    // Symmetric algorithm and scheme; a key that signs has none of the first.
    eat(rest, TPM_ALG_NULL)?;
    scheme(rest)?;
    let [first, second] = key.numbers;
    let is_same = if curve.is_empty() {
        take(rest, 2)?;
        let exponent = match big_endian(take(rest, 4)?) {
            0 => 65_537,
            exponent => exponent,
        };
        exponent == big_endian(second) && sized(rest)? == first
    } else {
        eat(rest, curve)?;
        scheme(rest)?;
        sized(rest)? == first && sized(rest)? == second
    };
    (is_same && rest.is_empty()).then_some(())
}

/// `TPMS_ATTEST`: whether the TPM has certified this key, for this ceremony.
fn is_certified(certified: &[u8], public_area: &[u8], extra: &[u8; 32]) -> Option<()> {
    let rest = &mut &*certified;
    eat(rest, TPM_GENERATED)?;
    eat(rest, TPM_ST_ATTEST_CERTIFY)?;
    sized(rest)?;
    let is_ours = sized(rest)? == extra;
    // Clock, resets, restarts, whether that is safe; and the firmware.
    take(rest, 17 + 8)?;
    let name = &mut sized(rest)?;
    eat(name, TPM_ALG_SHA256)?;
    let is_named = *name == sha256(public_area);
    sized(rest)?;
    (is_ours && is_named && rest.is_empty()).then_some(())
}

/// 8.3.1.
fn is_attestation_key(leaf: &Certificate<'_>) -> Option<bool> {
    let mut names = der::whole(leaf.extension(SUBJECT_ALT_NAME)?, der::SEQUENCE)?;
    let mut directory = None;
    while let Some((tag, content)) = der::next(&mut names) {
        if tag == DIRECTORY_NAME {
            directory = der::whole(content, der::SEQUENCE);
        }
    }
    let directory = directory?;
    let is_described = TPM_NAMES.iter().all(|id| name(directory, id).is_some());
    let mut usages = der::whole(leaf.extension(EXTENDED_KEY_USAGE)?, der::SEQUENCE)?;
    let mut is_for_attestation = false;
    while let Some(usage) = der::take(&mut usages, der::OID) {
        is_for_attestation |= usage == AIK_CERTIFICATE;
    }
    Some(leaf.subject.is_empty() && is_described && is_for_attestation && leaf.is_authority() == Some(false))
}

fn take<'a>(rest: &mut &'a [u8], size: usize) -> Option<&'a [u8]> {
    rest.split_off(..size)
}

/// What has to come next.
fn eat(rest: &mut &[u8], bytes: &[u8]) -> Option<()> {
    *rest = rest.strip_prefix(bytes)?;
    Some(())
}

/// None, or an algorithm and its hash.
fn scheme(rest: &mut &[u8]) -> Option<()> {
    if take(rest, 2)? != TPM_ALG_NULL {
        take(rest, 2)?;
    }
    Some(())
}

fn big_endian(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// With its size in front.
fn sized<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let size = big_endian(take(rest, 2)?);
    take(rest, size as usize)
}

const VER: &[u8] = b"\x63ver";
const PUB_AREA: &[u8] = b"\x67pubArea";
const CERT_INFO: &[u8] = b"\x68certInfo";
/// Part 2, sections 6.2 to 6.9.
const TPM_GENERATED: &[u8] = b"\xffTCG";
const TPM_ST_ATTEST_CERTIFY: &[u8] = b"\x80\x17";
const TPM_ALG_RSA: &[u8] = b"\x00\x01";
const TPM_ALG_SHA256: &[u8] = b"\x00\x0b";
const TPM_ALG_NULL: &[u8] = b"\x00\x10";
const TPM_ALG_ECC: &[u8] = b"\x00\x23";
const TPM_ECC_NIST_P256: &[u8] = b"\x00\x03";
const TPM_ECC_NIST_P384: &[u8] = b"\x00\x04";
const DIRECTORY_NAME: u32 = 0xa4;
/// 2.5.29.17 and 2.5.29.37.
const SUBJECT_ALT_NAME: &[u8] = b"\x55\x1d\x11";
const EXTENDED_KEY_USAGE: &[u8] = b"\x55\x1d\x25";
/// 2.23.133.8.3.
const AIK_CERTIFICATE: &[u8] = b"\x67\x81\x05\x08\x03";
/// Manufacturer, model and version: 2.23.133.2.1, .2 and .3.
const TPM_NAMES: [&[u8]; 3] = [b"\x67\x81\x05\x02\x01", b"\x67\x81\x05\x02\x02", b"\x67\x81\x05\x02\x03"];
