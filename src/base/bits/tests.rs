//! The fast base64url against the plain one that all alphabets have.
#![allow(clippy::unwrap_used)]

use super::{Alphabet, decode_base64_url, encode_base64_url};
use alloc::{format, string::String, vec::Vec};
use proptest::prelude::*;

const PLAIN: Alphabet =
    Alphabet { symbols: b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", bits: 6 };

fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    encode_base64_url(&mut text, bytes);
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    decode_base64_url(text).map(|bytes| bytes.to_vec())
}

fn expected(text: &str) -> Option<Vec<u8>> {
    let (bytes, rest) = PLAIN.decode(text.as_bytes())?;
    (rest.whole && rest.value == 0).then(|| bytes.to_vec())
}

#[test]
fn base64url_has_the_symbols_of_rfc_4648() {
    // Section 10, and the two symbols that base64 writes otherwise.
    for (bytes, text) in
        [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy"), ("~~~???", "fn5-Pz8_")]
    {
        assert_eq!(encode(bytes.as_bytes()), text);
        assert_eq!(decode(text), Some(bytes.into()));
    }
}

#[test]
fn every_character_is_a_symbol_or_refused_at_every_place() {
    for character in (0..=0x17f).filter_map(char::from_u32) {
        for text in [
            format!("{character}AAA"),
            format!("A{character}AA"),
            format!("AA{character}A"),
            format!("AAA{character}"),
            format!("AAAA{character}A"),
            format!("AAAAA{character}"),
            format!("AAAAA{character}A"),
            format!("AAAAAA{character}"),
            format!("AAAAAAA{character}"),
            format!("AAAAAAAA{character}A"),
            format!("{character}"),
            format!("AAAA{character}"),
        ] {
            assert_eq!(decode(&text), expected(&text), "{text}");
        }
    }
}

proptest! {
    #[test]
    fn base64url_agrees_with_the_plain_one(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut plain = String::from("before");
        PLAIN.encode(&mut plain, &bytes);
        let mut text = String::from("before");
        encode_base64_url(&mut text, &bytes);
        prop_assert_eq!(&text, &plain);
        prop_assert_eq!(decode(text.strip_prefix("before").unwrap()), Some(bytes));
    }

    #[test]
    fn any_text_is_read_as_the_plain_one_reads_it(text in "[A-Za-z0-9_-]{0,20}[=+/.\\PC]?[A-Za-z0-9_-]{0,5}") {
        prop_assert_eq!(decode(&text), expected(&text));
    }
}
