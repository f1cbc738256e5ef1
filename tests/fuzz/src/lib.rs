//! One function for each parser: any bytes in, no panic, and what was read must survive being written.
//!
//! `cargo fuzz` runs them on nightly; `tests/rust/fuzz.rs` includes this file and runs them on stable.

use edge_mfa::migration::{self, Part};
use edge_mfa::otpauth::Account;
use edge_mfa::qr::{Color, Level, PngOptions, Qr, SvgOptions};
use edge_mfa::{Digits, Error, Hotp, Secret, Timestamp, Totp, Verdict, Window, recovery};

/// [`Secret::parse`]: the canonical text reads back as the same bytes.
pub fn secret(data: &[u8]) {
    if let Ok(secret) = Secret::parse(&text(data)) {
        assert!(!secret.as_bytes().is_empty());
        assert_eq!(Secret::parse(&secret.to_base32()), Ok(secret));
    }
}

/// [`Account::parse`]: what can be built reads back as the same account.
pub fn otpauth(data: &[u8]) {
    let Ok(parsed) = Account::parse(&text(data)) else { return };
    match parsed.account.build() {
        Ok(uri) => assert_eq!(Account::parse(&uri).map(|again| again.account), Ok(parsed.account)),
        // Names and secrets that are read but never handed out.
        Err(error) => assert!(matches!(
            error,
            Error::IssuerInvalid | Error::AccountInvalid | Error::SecretTooShort | Error::UriTooLong
        )),
    }
}

/// [`Part::parse`]: of a URI, and of the protocol buffer inside one.
pub fn migration(data: &[u8]) {
    part(&text(data));
    part(&format!("otpauth-migration://offline?data={}", base64(data)));
}

fn part(uri: &str) {
    let Ok(part) = Part::parse(uri) else { return };
    let _ = migration::parse(&[uri]);
    if let Ok(built) = migration::build(&part.accounts, 7) {
        let built: Vec<&str> = built.iter().map(String::as_str).collect();
        assert_eq!(migration::parse(&built), Ok(part.accounts));
    }
}

/// [`Totp::verify`]: a code is accepted only if it is one of the window, and once.
pub fn totp(data: &[u8]) {
    let (numbers, code) = split(data);
    let time = Timestamp::from_millis(numbers >> 11).unwrap_or_else(|_| unreachable!());
    let window = Window::new(2, 2).unwrap_or_else(|_| unreachable!());
    for totp in [Totp::new(seed()).with_digits(digits(numbers)), Totp::steam(seed())] {
        if let Verdict::Accepted(matched) = totp.verify(&code, time, window, None) {
            assert!(matched.drift.abs() <= 2);
            assert!(!totp.verify(&code, time, window, Some(matched.step)).is_accepted());
        }
        assert!(totp.verify(&totp.generate(time), time, window, None).is_accepted());
    }
}

/// [`Hotp::verify`] and [`Hotp::resync`].
pub fn hotp(data: &[u8]) {
    let (counter, code) = split(data);
    let token = Hotp::new(seed()).with_digits(digits(counter));
    if let Ok(Verdict::Accepted(at)) = token.verify(&code, counter, 5) {
        assert!(at >= counter && at - counter <= 5);
        assert_eq!(token.verify(&token.generate(at), at, 0), Ok(Verdict::Accepted(at)));
    }
    let (first, second) = code.split_at(code.floor_char_boundary(code.len() / 2));
    let _ = token.resync([first, second], counter, 5);
}

/// [`recovery::Key::verify`]: of a typed code, and of lines as hashes.
pub fn recovery(data: &[u8]) {
    let text = text(data);
    let Ok(key) = recovery::Key::new(&[7; 32]) else { unreachable!() };
    let hash = "$hmac-sha256$k=AAAAAA$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA";
    assert!(!key.verify(&text, &[hash]).is_ok_and(|verdict| verdict.is_accepted()));
    let (code, hashes) = text.split_once('\n').unwrap_or(("", &text));
    let hashes: Vec<&str> = hashes.split('\n').collect();
    let _ = key.verify(code, &hashes);
    let _ = key.verify(&text, &[]);
}

/// [`Qr::encode`] and its drawings: no label and no colour gets out of the SVG.
pub fn qr(data: &[u8]) {
    let text = text(data);
    let level = [Level::L, Level::M, Level::Q, Level::H][data.len() % 4];
    let _ = Level::parse(&text);
    let dark = Color::parse(&text).unwrap_or(Color::BLACK);
    let light = text.split_once(' ').and_then(|(_, light)| Color::parse(light).ok()).unwrap_or(Color::WHITE);
    let Ok(qr) = Qr::encode(&text, level) else { return };
    let (numbers, _) = split(data);
    let (size, margin) = (u32::from(numbers as u16) % 800, u32::from((numbers >> 16) as u8) % 120);
    let options = SvgOptions { size, margin, dark, light, title: Some(&text), description: Some(&text) };
    if let Ok(svg) = qr.svg(&options) {
        let plain = qr.svg(&SvgOptions { title: Some(""), description: Some(""), ..options }).unwrap_or_default();
        for mark in ['<', '>', '"', '\''] {
            assert_eq!(svg.matches(mark).count(), plain.matches(mark).count());
        }
    }
    let _ = qr.png(&PngOptions { size, margin, dark, light });
    let _ = qr.text(margin);
}

fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}

/// Eight bytes as a number, and the rest as text.
fn split(data: &[u8]) -> (u64, String) {
    let (number, rest) = data.split_first_chunk().unwrap_or((&[0; 8], data));
    (u64::from_be_bytes(*number), text(rest))
}

fn digits(number: u64) -> Digits {
    [Digits::SIX, Digits::SEVEN, Digits::EIGHT][(number % 3) as usize]
}

fn seed() -> Secret {
    Secret::from_bytes(b"12345678901234567890").unwrap_or_else(|_| unreachable!())
}

fn base64(bytes: &[u8]) -> String {
    const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().chain(&[0; 2]).take(3).fold(0, |word, byte| word << 8 | usize::from(*byte));
        text.extend((0..=chunk.len()).map(|place| char::from(SYMBOLS[word >> (18 - 6 * place) & 63])));
    }
    text
}
