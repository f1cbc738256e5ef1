//! Against `postcard`, which wrote the first records.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::{Binary, read};
use alloc::string::String;
use alloc::vec::Vec;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Sample {
    byte: u8,
    flag: bool,
    small: u16,
    medium: u32,
    large: Option<u64>,
    signed: i64,
    text: String,
    array: [u8; 12],
    list: Vec<(u16, String)>,
}

binary!(Sample: byte, flag, small, medium, large, signed, text, array, list);

impl Binary for (u16, String) {
    fn start() -> Self {
        (0, String::new())
    }

    fn pass(&mut self, through: &mut super::Bytes<'_>) {
        self.0.pass(through);
        self.1.pass(through);
    }
}

fn written(value: &(impl Binary + Clone)) -> Vec<u8> {
    let mut bytes = Vec::new();
    super::write(&mut value.clone(), &mut bytes);
    bytes
}

prop_compose! {
    fn sample()(
        (byte, flag, small, medium) in any::<(u8, bool, u16, u32)>(),
        large in any::<Option<u64>>(),
        (shift, signed) in (0..64, any::<i64>()),
        text in ".{0,9}",
        array in any::<[u8; 12]>(),
        list in proptest::collection::vec((any::<u16>(), ".{0,3}"), 0..4),
    ) -> Sample {
        Sample { byte, flag, small, medium, large, signed: signed >> shift, text, array, list }
    }
}

proptest! {
    #[test]
    fn what_postcard_writes_is_written_and_read_the_same(sample in sample()) {
        let bytes = postcard::to_allocvec(&sample).unwrap();
        prop_assert_eq!(&written(&sample), &bytes);
        prop_assert_eq!(read::<Sample>(&bytes), Some(sample));
    }

    #[test]
    fn no_part_of_it_and_nothing_longer_is_read(sample in sample()) {
        let bytes = written(&sample);
        for length in 0..bytes.len() {
            prop_assert_eq!(read::<Sample>(&bytes[..length]), None);
        }
        prop_assert_eq!(read::<Sample>(&[&bytes[..], &[0]].concat()), None);
    }

    #[test]
    fn a_changed_byte_reads_as_postcard_reads_it_or_not_at_all(sample in sample(), at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let mut bytes = written(&sample);
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Some(read) = read::<Sample>(&bytes) {
            prop_assert_eq!(&written(&read), &bytes, "there is one way to write a value");
            prop_assert_eq!(postcard::from_bytes::<Sample>(&bytes).unwrap(), read);
        }
    }
}

#[test]
fn a_number_is_as_short_as_it_can_be_and_in_its_bounds() {
    assert_eq!(read::<u64>(&[0x80, 0x00]), None);
    assert_eq!(read::<u64>(&[0xff; 9]), None);
    assert_eq!(read::<u64>(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]), Some(1 << 63));
    assert_eq!(read::<u64>(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02]), None);
    assert_eq!(read::<u64>(&[0x80; 11]), None);
    assert_eq!(read::<u16>(&[0x80, 0x80, 0x04]), None);
    assert_eq!(read::<bool>(&[2]), None);
    assert_eq!(read::<Option<u8>>(&[2, 7]), None);
    assert_eq!(read::<String>(&[1, 0xff]), None);
}

#[test]
fn a_list_that_claims_to_be_endless_ends_where_its_bytes_do() {
    let endless = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 7, 7];
    assert_eq!(read::<Vec<u8>>(&endless), None);
    assert_eq!(read::<String>(&endless), None);
}
