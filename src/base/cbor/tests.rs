#![allow(clippy::unwrap_used, clippy::cast_possible_truncation)]

use super::{bytes, count, get, int, list, take, text, whole};
use alloc::vec;
use alloc::vec::Vec;
use proptest::prelude::*;

/// RFC 8949 appendix A, what of it CTAP2 lets be.
#[test]
fn the_examples_of_the_standard() {
    let integers: [(&[u8], i64); 12] = [
        (b"\x00", 0),
        (b"\x17", 23),
        (b"\x18\x18", 24),
        (b"\x18\x64", 100),
        (b"\x19\x03\xe8", 1000),
        (b"\x1a\x00\x0f\x42\x40", 1_000_000),
        (b"\x1b\x00\x00\x00\xe8\xd4\xa5\x10\x00", 1_000_000_000_000),
        (b"\x20", -1),
        (b"\x29", -10),
        (b"\x38\x63", -100),
        (b"\x39\x03\xe7", -1000),
        (b"\x3b\x7f\xff\xff\xff\xff\xff\xff\xff", i64::MIN),
    ];
    for (item, number) in integers {
        assert_eq!(whole(item).and_then(int), Some(number));
    }
    assert_eq!(bytes(b"\x44\x01\x02\x03\x04"), Some(&[1, 2, 3, 4][..]));
    assert_eq!(text(b"\x62\xc3\xbc"), Some("ü"));
    assert_eq!(list(b"\x83\x01\x02\x03"), Some((3, &[1, 2, 3][..])));
    let map = whole(b"\xa2\x61a\x01\x61b\x82\x02\x03").unwrap();
    assert_eq!(get(map, b"\x61a").and_then(int), Some(1));
    assert_eq!((count(map), get(map, b"\x61c")), (Some(2), None));
    assert_eq!(get(b"\xa1\x20\x05", b"\x20").and_then(int), Some(5));
    // More than 63 bits are written by nobody whom we read, and may stand where we do not look.
    for large in [b"\x1b\x80\0\0\0\0\0\0\0", b"\x3b\x80\0\0\0\0\0\0\0"] {
        assert_eq!((whole(large).is_some(), int(large)), (true, None));
    }
    assert!(whole(b"\xf4").is_some() && whole(b"\xf5").is_some());
}

#[test]
fn a_kind_is_no_other() {
    for item in [&b"\x01"[..], b"\x20", b"\x41a", b"\x61a", b"\x81\x01", b"\xa1\x01\x02", b"\xf5"] {
        let kind = item.first().unwrap() >> 5;
        assert_eq!(int(item).is_some(), kind < 2);
        assert_eq!((bytes(item).is_some(), text(item).is_some()), (kind == 2, kind == 3));
        assert_eq!((list(item).is_some(), count(item).is_some()), (kind == 4, kind == 5));
    }
}

#[test]
fn every_value_has_one_spelling() {
    let refused: [&[u8]; 33] = [
        b"",
        b"\x18\x17", // longer heads than they need be
        b"\x19\x00\xff",
        b"\x1a\x00\x00\xff\xff",
        b"\x1b\x00\x00\x00\x00\xff\xff\xff\xff",
        b"\x38\x17",
        b"\x58\x01a",
        b"\x78\x01a",
        b"\x98\x01\x00",
        b"\xb8\x01\x00\x00",
        b"\x1c", // reserved
        b"\x1d",
        b"\x1e",
        b"\x5f\x41a\xff", // indefinite
        b"\x7f\x61a\xff",
        b"\x9f\x01\xff",
        b"\xbf\x01\x01\xff",
        b"\xff",
        b"\xc1\x00",     // a tag
        b"\xf9\x00\x00", // fractions
        b"\xfa\x00\x00\x00\x00",
        b"\xfb\x00\x00\x00\x00\x00\x00\x00\x00",
        b"\xf6", // null, which no authenticator has a use for
        b"\xf7", // undefined
        b"\xe0",
        b"\xf8\x14",
        b"\xf8\xff",
        b"\x61\xff",             // no UTF-8
        b"\xa2\x01\x01\x01\x02", // a key twice
        b"\xa2\x02\x01\x01\x02", // not in order
        b"\xa2\x20\x01\x01\x02",
        b"\xa2\x62aa\x01\x61b\x02", // the shorter comes first
        b"\x00\x00",                // a byte behind
    ];
    for bytes in refused {
        assert_eq!(whole(bytes), None, "{bytes:02x?}");
    }
    for bytes in [&b"\xa2\x01\x00\x20\x00"[..], b"\xa2\x61b\x00\x62aa\x00", b"\xa2\x17\x00\x18\x18\x00"] {
        assert!(whole(bytes).is_some(), "{bytes:02x?}");
    }
}

#[test]
fn it_is_four_deep_at_most() {
    assert!(whole(b"\x81\x81\x81\x81\x00").is_some());
    assert!(whole(b"\xa1\x00\xa1\x00\xa1\x00\xa1\x00\x00").is_some());
    assert_eq!(whole(b"\x81\x81\x81\x81\x80"), None);
    assert_eq!(whole(&[0x81; 10_000]), None, "no stack is enough for all of them");
    assert_eq!(whole(&[0xa1; 10_000]), None);
}

/// A head may promise what is not there: nothing is reserved for it.
#[test]
fn a_promise_is_not_believed() {
    for kind in [0x5b, 0x7b, 0x9b, 0xbb] {
        let mut bytes = vec![kind];
        bytes.extend_from_slice(&[0x7f; 8]);
        assert_eq!(whole(&bytes), None);
    }
}

#[test]
fn what_is_behind_stays() {
    let mut text = &b"\xa1\x01\x02rest"[..];
    assert_eq!((take(&mut text), text), (Some(&b"\xa1\x01\x02"[..]), &b"rest"[..]));
}

/// Bytes that often are CBOR: small heads, and what they promise.
fn likely() -> impl Strategy<Value = Vec<u8>> {
    let item = prop_oneof![
        (0_u8..24).prop_map(|number| vec![number]),
        (0_u8..24).prop_map(|number| vec![0x20 | number]),
        prop::collection::vec(any::<u8>(), 0..5).prop_map(|bytes| [vec![0x40 | bytes.len() as u8], bytes].concat()),
        "[a-zé]{0,3}".prop_map(|text| [vec![0x60 | text.len() as u8], text.into_bytes()].concat()),
        (0x80_u8..0x84).prop_map(|head| vec![head]),
        (0xa0_u8..0xa4).prop_map(|head| vec![head]),
        any::<u8>().prop_map(|byte| vec![byte]),
    ];
    prop::collection::vec(item, 0..12).prop_map(|items| items.concat())
}

/// The same value written again, in the only way that there is.
fn again(item: &[u8]) -> Vec<u8> {
    let head = |kind: u8, value: u64| {
        let all = value.to_be_bytes();
        let (short, size) = match value {
            0..24 => return vec![kind << 5 | value as u8],
            24..0x100 => (24, 1),
            0x100..0x1_0000 => (25, 2),
            0x1_0000..0x1_0000_0000 => (26, 4),
            _ => (27, 8),
        };
        [&[kind << 5 | short], all.split_at(8 - size).1].concat()
    };
    if let Some(number) = int(item) {
        return if number < 0 { head(1, number.unsigned_abs() - 1) } else { head(0, number.unsigned_abs()) };
    }
    if let Some(content) = bytes(item) {
        return [head(2, content.len() as u64), content.to_vec()].concat();
    }
    if let Some(content) = text(item) {
        return [head(3, content.len() as u64), content.into()].concat();
    }
    if let Some(count) = count(item) {
        let mut rest = item.split_at(head(5, count).len()).1;
        let mut written = head(5, count);
        while let Some(entry) = take(&mut rest) {
            written.extend(again(entry));
        }
        return written;
    }
    if let Some((items, mut rest)) = list(item) {
        let mut written = head(4, items);
        while let Some(item) = take(&mut rest) {
            written.extend(again(item));
        }
        return written;
    }
    item.to_vec()
}

proptest! {
    #[test]
    fn what_is_read_is_written_in_the_same_bytes(bytes in likely()) {
        if let Some(item) = whole(&bytes) {
            prop_assert_eq!(again(item), bytes);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        let _ = whole(&bytes);
    }
}
