//! Beside the `x509-cert` crate: what we read, it reads as well, and in the same way.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use super::{Certificate, Time, digits, extension, time};
use crate::base::{Timestamp, der};
use alloc::vec::Vec;
use alloc::{format, vec};
use proptest::prelude::*;
use x509_cert::der::{Decode, Encode};

/// What `tests/rust/webauthn/certificates.rs` writes: eight, of other dates, keys and extensions.
fn corpus() -> Vec<Vec<u8>> {
    let mut file = &include_bytes!("../../../../tests/rust/support/certificates.der")[..];
    let mut all = Vec::new();
    while let Some(certificate) = der::element(&mut file, der::SEQUENCE) {
        all.push(certificate.to_vec());
    }
    assert_eq!(all.len(), 8);
    all
}

fn extensions<'a>(certificate: &Certificate<'a>) -> Vec<(&'a [u8], bool, &'a [u8])> {
    let mut list = certificate.extensions;
    core::iter::from_fn(|| extension(&mut list)).collect()
}

/// The content of a name or key of the other reader.
fn content(der: Vec<u8>) -> Vec<u8> {
    der::whole(&der, der::SEQUENCE).unwrap().to_vec()
}

fn digits_of(time: &x509_cert::time::Time) -> Time {
    digits(Timestamp::from_secs(time.to_unix_duration().as_secs()).unwrap())
}

/// Whether both read it; fails where they read something else. `damaged` is where a byte is another than it was: names,
/// keys, algorithms, dates and identifiers we do not look into before we need them, the other does.
fn compare(der: &[u8], damaged: Option<usize>) -> bool {
    let Some(ours) = Certificate::read(der) else { return false };
    let theirs = match x509_cert::Certificate::from_der(der) {
        Ok(theirs) => theirs,
        Err(error) => {
            let is_inside = |part: &[u8]| {
                let start = part.as_ptr().addr() - der.as_ptr().addr();
                damaged.is_none_or(|at| (start..start + part.len()).contains(&at))
            };
            // The dates stand between the names.
            let names = ours.issuer.as_ptr().addr() - der.as_ptr().addr()
                ..ours.subject.as_ptr().addr() + ours.subject.len() - der.as_ptr().addr();
            let is_date = damaged.is_none_or(|at| names.contains(&at));
            let mut parts = vec![ours.spki, ours.signed_with];
            parts.extend(extensions(&ours).iter().map(|(id, ..)| *id));
            assert!(is_date || parts.into_iter().any(is_inside), "{damaged:?} {error}");
            return false;
        }
    };
    let inside = theirs.tbs_certificate();
    assert_eq!(ours.issuer, content(inside.issuer().to_der().unwrap()));
    assert_eq!(ours.subject, content(inside.subject().to_der().unwrap()));
    assert_eq!(ours.not_before, digits_of(&inside.validity().not_before));
    assert_eq!(ours.not_after, digits_of(&inside.validity().not_after));
    assert_eq!(ours.spki, inside.subject_public_key_info().to_der().unwrap());
    assert_eq!(ours.signature, theirs.signature().raw_bytes());
    let extensions = inside.extensions().cloned().unwrap_or_default();
    let listed = self::extensions(&ours);
    assert_eq!(listed.len(), extensions.len());
    for (ours, theirs) in listed.iter().zip(extensions) {
        assert_eq!(*ours, (theirs.extn_id.as_bytes(), theirs.critical, theirs.extn_value.as_bytes()));
    }
    true
}

#[test]
fn certificates_are_read_as_another_reads_them() {
    let corpus = corpus();
    // The first is of 1950, which the other does not know.
    assert!(corpus.iter().skip(1).all(|der| compare(der, None)));
    assert_eq!(Certificate::read(&corpus[0]).unwrap().not_before, 19_500_101_000_000);
}

#[test]
fn dates_are_counted_as_another_counts_them() {
    let at = |tag: u32, text: &str| {
        let mut element = Vec::new();
        der::push(&mut element, tag, text.as_bytes());
        time(&mut &element[..])
    };
    assert_eq!(at(0x17, "491231235959Z"), at(0x18, "20491231235959Z"));
    assert_eq!(at(0x17, "500101000000Z"), at(0x18, "19500101000000Z"));
    for year in 1970..2400 {
        for (month, day) in [(1, 1), (2, 28), (3, 1), (12, 31)] {
            let text = format!("{year:04}{month:02}{day:02}123456Z");
            let other = x509_cert::der::DateTime::new(year, month, day, 12, 34, 56).unwrap().unix_duration().as_secs();
            assert_eq!(at(0x18, &text), Some(digits(Timestamp::from_secs(other).unwrap())), "{text}");
        }
    }
    for bad in
        ["20270115080000", "20270115080000+0000", "20270115080000.5Z", "2027011508000Z", "2027 115080000Z", "", "Z"]
    {
        assert_eq!(at(0x18, bad), None, "{bad}");
    }
    assert_eq!((at(0x17, "20270115080000Z"), at(0x18, "270115080000Z"), at(0x16, "270115080000Z")), (None, None, None));
}

proptest! {
    #[test]
    fn damaged_certificates_are_read_as_another_reads_them(
        which in 1..8_usize,
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut der = corpus().swap_remove(which);
        for (at, byte) in edits {
            let at = at.index(der.len());
            der[at] = byte;
        }
        compare(&der, None);
    }
}

/// Every byte, with a few others in its place.
#[test]
fn certificates_with_another_byte_are_read_as_another_reads_them() {
    for der in corpus().into_iter().skip(1) {
        for at in 0..der.len() {
            for flip in [0x01, 0x02, 0x04, 0x20, 0x80, 0xff] {
                let mut der = der.clone();
                der[at] ^= flip;
                compare(&der, Some(at));
            }
        }
    }
}
