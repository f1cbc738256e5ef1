#![allow(clippy::unwrap_used)]

use super::{BIT_STRING, INTEGER, OCTET_STRING, element, next, option, push, take, unsigned, whole};
use alloc::vec;
use alloc::vec::Vec;
use proptest::prelude::*;
use x509_cert::der::asn1::{AnyRef, UintRef};
use x509_cert::der::{Decode, Encode};

#[test]
fn lengths_have_one_spelling() {
    let of = |head: &[u8], length: usize| whole(&[head, &vec![7; length]].concat(), OCTET_STRING).is_some();
    assert!(of(b"\x04\x00", 0) && of(b"\x04\x7f", 127) && of(b"\x04\x81\x80", 128) && of(b"\x04\x81\xff", 255));
    assert!(of(b"\x04\x82\x01\x00", 256) && of(b"\x04\x82\xff\xff", 65_535) && of(b"\x04\x83\x01\x00\x00", 65_536));
    assert!(!of(b"\x04\x81\x7f", 127) && !of(b"\x04\x82\x00\xff", 255) && !of(b"\x04\x83\x00\xff\xff", 65_535));
    assert!(!of(b"\x04\x80", 0) && !of(b"\x04\xff", 0) && !of(b"\x04\x84\x00\x00\x00\x01", 1));
    assert!(!of(b"\x04\x02", 1) && !of(b"\x04\x01", 2) && !of(b"\x04", 0) && !of(b"", 0) && !of(b"\x05\x00", 0));
}

#[test]
fn tags_of_more_than_a_byte_have_their_number_below_the_first() {
    let tag = |mut bytes: &[u8]| next(&mut bytes).map(|(tag, ..)| tag);
    assert_eq!(tag(b"\xa1\x00"), Some(0xa1));
    assert_eq!(tag(b"\xbf\x1f\x00"), Some(0xbf << 24 | 31));
    assert_eq!(tag(b"\xbf\x84\x58\x00"), Some(0xbf << 24 | 600));
    for bytes in [&b"\xbf\x84"[..], b"\xbf", b"\xbf\x81\x81\x81\x01\x00"] {
        assert_eq!(tag(bytes), None, "{bytes:02x?}");
    }
}

#[test]
fn what_may_be_missing_is_not_read_of_another_tag() {
    let mut rest = &b"\x04\x01\x07"[..];
    assert_eq!(option(&mut rest, INTEGER), Some(None));
    assert_eq!(option(&mut rest, OCTET_STRING), Some(Some(&[7][..])));
    assert!(rest.is_empty());
    assert_eq!(option(&mut rest, OCTET_STRING), Some(None));
    assert_eq!(option(&mut &b"\x04\x02\x07"[..], OCTET_STRING), None, "it is there, and not whole");
    assert_eq!(take(&mut &b"\x04\x01\x07"[..], BIT_STRING), None);
}

proptest! {
    /// The `der` crate reads the same value, where it knows the tag.
    #[test]
    fn values_are_read_as_another_reads_them(first in 0_u8..=255, length in prop::collection::vec(any::<u8>(), 0..4), content: Vec<u8>) {
        let bytes = [&[first][..], &length, &content].concat();
        if let Ok(theirs) = AnyRef::from_der(&bytes) {
            let mut rest = &bytes[..];
            // Numbers of 31 and more are ours to keep.
            if first & 31 != 31 {
                prop_assert_eq!(element(&mut &bytes[..], first.into()), Some(&bytes[..]));
                prop_assert_eq!(next(&mut rest), Some((u32::from(first), theirs.value())));
                prop_assert!(rest.is_empty());
            }
        }
    }

    #[test]
    fn values_that_are_whole_are_read_as_another_reads_them(tag in prop::sample::select(vec![0x02_u32, 0x03, 0x04, 0x06, 0x0c, 0x30, 0x31, 0xa0, 0xa3]), content in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut bytes = Vec::new();
        push(&mut bytes, tag, &content);
        prop_assert_eq!(whole(&bytes, tag), Some(&content[..]));
        prop_assert_eq!(AnyRef::from_der(&bytes).unwrap().value(), &content[..]);
    }

    #[test]
    fn numbers_are_read_as_another_reads_them(content in prop::collection::vec(any::<u8>(), 0..5)) {
        let mut bytes = Vec::new();
        push(&mut bytes, INTEGER, &content);
        let ours = unsigned(&mut &bytes[..]);
        let theirs = UintRef::from_der(&bytes).ok();
        prop_assert_eq!(ours.is_some(), theirs.is_some());
        if let (Some(ours), Some(theirs)) = (ours, theirs) {
            prop_assert!(ours == theirs.as_bytes() || (ours.is_empty() && theirs.as_bytes() == [0]));
            prop_assert_eq!(theirs.to_der().unwrap(), bytes);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        let mut rest = &bytes[..];
        while let Some((_, content)) = next(&mut rest) {
            prop_assert!(bytes.len() >= content.len() + rest.len());
        }
    }
}
