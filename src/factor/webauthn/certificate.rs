//! X.509 certificates (RFC 5280), as far as attestations need them.

use super::signature::Signatures;
use super::{Refusal, SignatureAlgorithm};
use crate::base::{Timestamp, calendar, der};
use alloc::vec::Vec;

#[derive(Default)]
pub(super) struct Certificate<'a> {
    /// All that is signed.
    tbs: &'a [u8],
    /// The identifier of how.
    signed_with: &'a [u8],
    signature: &'a [u8],
    issuer: &'a [u8],
    /// The content of the name.
    pub(super) subject: &'a [u8],
    not_before: Time,
    not_after: Time,
    /// `SubjectPublicKeyInfo`, whole.
    pub(super) spki: &'a [u8],
    extensions: &'a [u8],
}

/// Year to second, as digits: `20261231235959`.
type Time = u64;

impl<'a> Certificate<'a> {
    /// Reads a certificate of version 3.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut certificate = Self::default();
        certificate.fill(bytes).map(|()| certificate)
    }

    fn fill(&mut self, bytes: &'a [u8]) -> Option<()> {
        let all = &mut der::whole(bytes, der::SEQUENCE)?;
        self.tbs = der::element(all, der::SEQUENCE)?;
        let mut algorithm = der::take(all, der::SEQUENCE)?;
        let [0, signature @ ..] = der::take(all, der::BIT_STRING)? else { return None };
        self.signature = signature;
        let content = &mut der::whole(self.tbs, der::SEQUENCE)?;
        let version = der::take(content, VERSION)?;
        der::take(content, der::INTEGER)?;
        if version != [2, 1, 2] || der::take(content, der::SEQUENCE)? != algorithm {
            return None;
        }
        self.signed_with = der::take(&mut algorithm, der::OID)?;
        self.issuer = der::take(content, der::SEQUENCE)?;
        let validity = &mut der::take(content, der::SEQUENCE)?;
        self.not_before = time(validity)?;
        self.not_after = time(validity)?;
        self.subject = der::take(content, der::SEQUENCE)?;
        self.spki = der::element(content, der::SEQUENCE)?;
        if let Some(list) = der::option(content, EXTENSIONS)? {
            self.extensions = der::whole(list, der::SEQUENCE)?;
        }
        let is_all = all.is_empty() && content.is_empty() && validity.is_empty();
        (is_all && are_extensions(self.extensions)).then_some(())
    }

    /// The value of an extension, by its object identifier.
    pub(super) fn extension(&self, id: &[u8]) -> Option<&'a [u8]> {
        self.find(id).map(|(_, value)| value)
    }

    /// The same, and whether it is critical.
    pub(super) fn find(&self, id: &[u8]) -> Option<(bool, &'a [u8])> {
        let mut rest = self.extensions;
        while let Some((found, critical, value)) = extension(&mut rest) {
            if found == id {
                return Some((critical, value));
            }
        }
        None
    }

    /// Whether it may sign others; `None` where it says nothing of it.
    pub(super) fn is_authority(&self) -> Option<bool> {
        self.constraints().map(|(is_authority, _)| is_authority)
    }

    /// That, and how many authorities may stand between it and the last certificate.
    fn constraints(&self) -> Option<(bool, usize)> {
        let mut constraints = der::whole(self.extension(BASIC_CONSTRAINTS)?, der::SEQUENCE)?;
        let is_authority = boolean(&mut constraints)?;
        let most = match constraints {
            [] => usize::MAX,
            _ => match der::unsigned(&mut constraints)? {
                [] => 0,
                [most] => usize::from(*most),
                _ => usize::MAX,
            },
        };
        constraints.is_empty().then_some((is_authority, most))
    }

    /// Adds the check of something that its key has signed, in a way that COSE names.
    pub(super) fn check(
        &self,
        algorithm: SignatureAlgorithm,
        message: Vec<u8>,
        signature: &[u8],
        to: &mut Signatures,
    ) -> Result<(), Refusal> {
        if !algorithm.fits(self.spki) {
            return Err(Refusal::AttestationAlgorithm);
        }
        algorithm.check(self.spki, message, signature, to)
    }

    /// Adds the check of its own signature by an issuer that may have so many others below it.
    fn signed_by(&self, issuer: &Certificate<'_>, below: usize, to: &mut Signatures) -> Option<()> {
        if self.issuer != issuer.subject || !may_sign(issuer, below) {
            return None;
        }
        let mut ids = IDENTIFIERS;
        for algorithm in SIGNATURES {
            if der::take(&mut ids, der::OID)? == self.signed_with && algorithm.fits(issuer.spki) {
                return algorithm.check(issuer.spki, self.tbs.into(), self.signature, to).ok();
            }
        }
        None
    }

    /// Now, and without a critical extension that nobody here knows (RFC 5280 section 4.2).
    fn is_valid(&self, now: Time) -> bool {
        let mut rest = self.extensions;
        while let Some((id, critical, _)) = extension(&mut rest) {
            if critical && !is_known(id) {
                return false;
            }
        }
        (self.not_before..=self.not_after).contains(&now)
    }
}

/// Adds the signatures of a chain that ends at one of the anchors: each certificate is signed by the next one, is valid, and may
/// be signed by it (RFC 5280 section 6.1). A chain that ends with an anchor may leave it out.
///
/// The last of them may be alternatives: makers renew their roots and keep the names, so that any of several anchors may
/// have signed.
pub(super) fn chain(
    certificates: &[Certificate<'_>],
    anchors: &[Vec<u8>],
    now: Timestamp,
    to: &mut Signatures,
) -> Result<(), Refusal> {
    let now = digits(now);
    let mut trusted = Vec::new();
    for der in anchors {
        trusted.extend(Certificate::read(der));
    }
    for (at, certificate) in certificates.iter().enumerate() {
        if !certificate.is_valid(now) {
            return Err(Refusal::CertificateChain);
        }
        // Whose key is an anchor's is trusted, whoever has signed it.
        if trusted.iter().any(|anchor| anchor.tbs == certificate.tbs) {
            return Ok(());
        }
        for anchor in &trusted {
            if anchor.is_valid(now) && certificate.signed_by(anchor, at, to).is_some() {
                to.alternatives += 1;
            }
        }
        if to.alternatives > 0 {
            return Ok(());
        }
        let issuer = certificates.get(at + 1).ok_or(Refusal::Untrusted)?;
        certificate.signed_by(issuer, at, to).ok_or(Refusal::CertificateChain)?;
    }
    Err(Refusal::Untrusted)
}

/// Whether an authority may have so many others below it.
fn may_sign(issuer: &Certificate<'_>, below: usize) -> bool {
    let is_usual = issuer.extension(KEY_USAGE).is_none_or(|usage| {
        let bits = der::whole(usage, der::BIT_STRING);
        bits.and_then(|bits| bits.get(1)).is_some_and(|bits| bits & KEY_CERT_SIGN != 0)
    });
    is_usual && issuer.constraints().is_some_and(|(is_authority, most)| is_authority && below <= most)
}

/// Whether each is an identifier, whether it is critical, and a value; and none is there twice.
fn are_extensions(list: &[u8]) -> bool {
    let mut rest = list;
    let mut found: Vec<&[u8]> = Vec::new();
    while !rest.is_empty() {
        match extension(&mut rest) {
            Some((id, ..)) if !found.contains(&id) => found.push(id),
            _ => return false,
        }
    }
    true
}

fn extension<'a>(list: &mut &'a [u8]) -> Option<(&'a [u8], bool, &'a [u8])> {
    let mut extension = der::take(list, der::SEQUENCE)?;
    let id = der::take(&mut extension, der::OID)?;
    let critical = boolean(&mut extension)?;
    let value = der::take(&mut extension, der::OCTET_STRING)?;
    extension.is_empty().then_some((id, critical, value))
}

/// What may be critical: these of 2.5.29 are key usage, alternative names, basic constraints, policies, of which any is good
/// enough, and extended key usage.
const fn is_known(id: &[u8]) -> bool {
    matches!(id, [0x55, 0x1d, 15 | 17 | 19 | 32 | 37])
}

/// False where it is left out, and where a maker writes it all the same.
fn boolean(text: &mut &[u8]) -> Option<bool> {
    match der::option(text, der::BOOLEAN)? {
        Some([0xff]) => Some(true),
        None | Some([0]) => Some(false),
        _ => None,
    }
}

/// RFC 5280 section 4.1.2.5: always in UTC, always with seconds.
fn time(text: &mut &[u8]) -> Option<Time> {
    let (tag, digits) = der::next(text)?;
    let digits = digits.strip_suffix(b"Z")?;
    let mut number = 0;
    for digit in digits {
        digit.is_ascii_digit().then_some(())?;
        number = number * 10 + Time::from(digit - b'0');
    }
    match (tag, digits.len()) {
        // Two digits of the year: 1950 to 2049.
        (UTC_TIME, 12) if number >= 500_000_000_000 => Some(19_000_000_000_000 + number),
        (UTC_TIME, 12) => Some(20_000_000_000_000 + number),
        (GENERALIZED_TIME, 14) => Some(number),
        _ => None,
    }
}

/// The same of a point in time.
fn digits(time: Timestamp) -> Time {
    let seconds = time.as_millis() / 1000;
    let (day, second) = (calendar::digits(seconds / 86_400), seconds % 86_400);
    ((day * 100 + second / 3600) * 100 + second / 60 % 60) * 100 + second % 60
}

const VERSION: u32 = 0xa0;
const EXTENSIONS: u32 = 0xa3;
const UTC_TIME: u32 = 0x17;
const GENERALIZED_TIME: u32 = 0x18;

/// 2.5.29.19 and 2.5.29.15, of which the sixth bit is that of certificates.
const BASIC_CONSTRAINTS: &[u8] = b"\x55\x1d\x13";
const KEY_USAGE: &[u8] = b"\x55\x1d\x0f";
const KEY_CERT_SIGN: u8 = 1 << 2;
/// How certificates are signed, and the identifiers of that in the same order: 1.2.840.10045.4.3.2, .3 and .4 for each curve
/// (RFC 5758 section 3.2), 1.2.840.113549.1.1.11, .12 and .13 (RFC 4055 section 5), and 1.3.101.112 (RFC 8410 section 3).
const SIGNATURES: [SignatureAlgorithm; 10] = [
    SignatureAlgorithm::P256Sha256,
    SignatureAlgorithm::P256Sha384,
    SignatureAlgorithm::P256Sha512,
    SignatureAlgorithm::P384Sha256,
    SignatureAlgorithm::P384Sha384,
    SignatureAlgorithm::P384Sha512,
    SignatureAlgorithm::RsaSha256,
    SignatureAlgorithm::RsaSha384,
    SignatureAlgorithm::RsaSha512,
    SignatureAlgorithm::Ed25519,
];
const IDENTIFIERS: &[u8] = b"\
    \x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02\
    \x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03\
    \x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x04\
    \x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02\
    \x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03\
    \x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x04\
    \x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\
    \x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c\
    \x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d\
    \x06\x03\x2b\x65\x70";

#[cfg(test)]
mod tests;
