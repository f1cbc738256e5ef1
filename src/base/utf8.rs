//! Reading UTF-8 (RFC 3629). `core::str::from_utf8` is fast on long texts, and four times as large in a wasm.

use alloc::string::String;

/// The text; `None` for bytes that are no UTF-8.
pub(crate) fn decode(bytes: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(bytes.len());
    let mut bytes = bytes.iter();
    while let Some(first) = bytes.next() {
        let length = first.leading_ones();
        if length == 1 {
            return None; // It continues nothing.
        }
        // Of a first byte that stands for no character too much is left, or the wrong number of bytes follow.
        let mut point = u32::from(*first) & (0xff >> length);
        for _ in 1..length {
            let next = u32::from(*bytes.next()?);
            if next >> 6 != 0b10 {
                return None;
            }
            point = point << 6 | next & 0x3f;
        }
        let character = char::from_u32(point)?;
        // Only the shortest spelling is one.
        if character.len_utf8() != length.max(1) as usize {
            return None;
        }
        text.push(character);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::decode;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    #[test]
    fn every_short_sequence_is_read_as_core_reads_it() {
        for first in 0..=u16::MAX {
            for tail in [&[][..], &[0x80], &[0xbf, 0x80], &[0x41], &[0x80, 0x80, 0x80]] {
                let mut bytes = first.to_be_bytes().to_vec();
                bytes.extend_from_slice(tail);
                assert_eq!(decode(&bytes).as_deref(), core::str::from_utf8(&bytes).ok(), "{bytes:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_as_core_reads_them(bytes: Vec<u8>) {
            let decoded = decode(&bytes);
            prop_assert_eq!(decoded.as_deref(), core::str::from_utf8(&bytes).ok());
        }

        #[test]
        fn any_text_comes_back(text: alloc::string::String) {
            prop_assert_eq!(decode(text.as_bytes()), Some(text));
        }
    }
}
