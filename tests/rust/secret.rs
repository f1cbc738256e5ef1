//! Secrets: forgiving in, canonical out, and never shown.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use edge_mfa::{Error, Hotp, Secret, Totp, migration, otpauth, recovery};
use proptest::prelude::*;

/// Fills with 0, 1, 2, …
fn counting(bytes: &mut [u8]) -> Result<(), Error> {
    for (byte, value) in bytes.iter_mut().zip((0..=u8::MAX).cycle()) {
        *byte = value;
    }
    Ok(())
}

#[test]
fn a_new_secret_has_16_to_512_bytes() {
    assert_eq!(Secret::generate(&mut counting, 0), Err(Error::SecretTooShort)); // E3
    assert_eq!(Secret::generate(&mut counting, 15), Err(Error::SecretTooShort));
    assert_eq!(Secret::generate(&mut counting, 513), Err(Error::SecretTooLong));
    for length in [16, 20, 32, 64, 512] {
        let secret = Secret::generate(&mut counting, length).unwrap();
        assert_eq!(secret.as_bytes().len(), length);
        assert_eq!(secret.as_bytes()[length - 1], u8::try_from((length - 1) % 256).unwrap());
        assert!(!secret.is_weak());
    }
}

#[test]
fn without_entropy_there_is_no_secret() {
    let mut broken = |_: &mut [u8]| Err(Error::EntropyUnavailable);
    assert_eq!(Secret::generate(&mut broken, 20), Err(Error::EntropyUnavailable));
}

#[test]
fn an_existing_secret_has_1_to_512_bytes_and_is_weak_under_16() {
    assert_eq!(Secret::from_bytes(&[]), Err(Error::SecretEmpty));
    assert_eq!(Secret::from_bytes(&[0; 513]), Err(Error::SecretTooLong));
    assert!(Secret::from_bytes(&[0; 512]).is_ok());
    assert!(Secret::from_bytes(&[0; 15]).unwrap().is_weak());
    assert!(!Secret::from_bytes(&[0; 16]).unwrap().is_weak());
    assert!(Secret::parse(&"A".repeat(820)).is_ok());
    assert_eq!(Secret::parse(&"A".repeat(821)), Err(Error::SecretTooLong));
    assert_eq!(Secret::parse(&"A".repeat(822)), Err(Error::SecretLength));
}

#[test]
fn nothing_but_separators_and_padding_is_empty() {
    for text in ["", " ", "- -", "=", "====", "\u{200b}"] {
        assert_eq!(Secret::parse(text), Err(Error::SecretEmpty), "{text:?}");
    }
}

#[test]
fn characters_outside_base32_are_refused() {
    for text in ["GEZD0NBV", "GEZD1NBV", "GEZD8NBV", "GEZD9NBV", "GEZD!NBV", "GEZD_NBV", "GEZDéNBV", "GEZD＋NBV", "０"]
    {
        assert_eq!(Secret::parse(text), Err(Error::SecretCharacter), "{text}");
    }
}

#[test]
fn impossible_lengths_are_refused() {
    for length in 1..=40 {
        let parsed = Secret::parse(&"A".repeat(length));
        match length % 8 {
            1 | 3 | 6 => assert_eq!(parsed, Err(Error::SecretLength), "{length}"),
            _ => assert_eq!(parsed.unwrap().as_bytes().len(), length * 5 / 8),
        }
    }
}

#[test]
fn padding_belongs_to_the_end() {
    for text in ["MZ=XW6", "=MZXW6", "MZXW6===MZXW6==="] {
        assert_eq!(Secret::parse(text), Err(Error::SecretPadding), "{text}");
    }
    // How much of it does not matter.
    for text in ["MZXW6===", "MZXW6", "MZXW6=", "MZXW6 = = = ="] {
        assert_eq!(Secret::parse(text).unwrap().as_bytes(), b"foo", "{text}");
    }
}

#[test]
fn left_over_bits_are_ignored_and_the_canonical_text_has_none() {
    assert_eq!(Secret::parse("MZXW7").unwrap().to_base32(), "MZXW6");
}

#[test]
fn full_width_text_is_read() {
    assert_eq!(Secret::parse("ＭＺｘｗ６＝".trim_end_matches('＝')).unwrap().as_bytes(), b"foo");
}

#[test]
fn no_debug_output_shows_the_secret() {
    const RAW: &[u8] = b"TOP-SECRET-BYTES-HERE";
    let secret = Secret::from_bytes(RAW).unwrap();
    let base32 = secret.to_base32();
    let account = otpauth::Account {
        issuer: "Example".into(),
        account: "alice".into(),
        secret: secret.clone(),
        algorithm: edge_mfa::Algorithm::Sha1,
        kind: otpauth::Kind::default(),
    };
    let uri = account.build().unwrap();
    let export = migration::build(std::slice::from_ref(&account), 1).unwrap();
    let key = recovery::Key::new(b"TOP-SECRET-BYTES-HERE-TOP-SECRET-BYTES-HERE").unwrap();
    let set = key.generate(&mut counting, 8).unwrap();
    let shown = [
        format!("{secret:?} {secret:#?}"),
        format!("{:?} {:?}", Totp::new(secret.clone()), Totp::steam(secret.clone())),
        format!("{:?}", Hotp::new(secret.clone())),
        format!("{account:?} {:?}", otpauth::Account::parse(&uri)),
        format!("{:?}", migration::Part::parse(&export[0])),
        format!("{key:?} {set:?}"),
    ];
    let decimal = RAW.iter().take(4).map(u8::to_string).collect::<Vec<_>>().join(", ");
    for text in shown {
        assert!(!text.contains("TOP-SECRET") && !text.contains(&base32) && !text.contains(&decimal), "{text}");
        assert!(!set.codes.iter().chain(&set.hashes).any(|kept| text.contains(kept.as_str())), "{text}");
    }
}

/// A letter as people type it: either case or full width.
fn typed(letter: char, how: u8) -> char {
    match (how % 3, letter) {
        (1, _) => letter.to_ascii_lowercase(),
        (2, 'A'..='Z' | '2'..='7') => char::from_u32(u32::from(letter) + 0xfee0).unwrap(),
        _ => letter,
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_however_it_is_typed(
        bytes in proptest::collection::vec(any::<u8>(), 1..=512),
        noise in proptest::collection::vec((any::<u8>(), 0_usize..12), 1..64),
        padding in 0_usize..8,
    ) {
        const SEPARATORS: [&str; 12] = ["", "", "", "", "", "", " ", "-", "\t", "\u{a0}", "–", "\u{200b}"];
        let secret = Secret::from_bytes(&bytes).unwrap();
        let mut text = String::new();
        let canonical = secret.to_base32();
        for (letter, (how, separator)) in canonical.chars().zip(noise.iter().cycle()) {
            text.push_str(SEPARATORS[*separator]);
            text.push(typed(letter, *how));
        }
        text.push_str(&"=".repeat(padding));
        let parsed = Secret::parse(&text);
        prop_assert_eq!(parsed.as_ref().map(Secret::as_bytes), Ok(&bytes[..]));
        prop_assert_eq!(parsed.unwrap(), secret);
    }

    #[test]
    fn base32_is_that_of_the_base32_crate(bytes in proptest::collection::vec(any::<u8>(), 1..=512)) {
        for padding in [false, true] {
            let theirs = base32::encode(base32::Alphabet::Rfc4648 { padding }, &bytes);
            let read = Secret::parse(&theirs);
            prop_assert_eq!(read.as_ref().map(Secret::as_bytes), Ok(&bytes[..]));
        }
        let ours = Secret::from_bytes(&bytes).unwrap().to_base32();
        prop_assert_eq!(base32::decode(base32::Alphabet::Rfc4648 { padding: false }, &ours), Some(bytes));
    }

    #[test]
    fn no_text_panics(text in "\\PC*", soup in "[A-Z2-7a-z0189=\\- ]{0,200}") {
        for text in [text, soup] {
            if let Ok(secret) = Secret::parse(&text) {
                prop_assert_eq!(Secret::parse(&secret.to_base32()), Ok(secret));
            }
        }
    }
}
