//! Percent-encoding (RFC 3986 section 2.1).

use super::utf8;
use super::{Error, Result, refuse};
use alloc::{string::String, vec::Vec};

/// Appends `text`, every byte outside RFC 3986's unreserved set as `%XX` in upper case.
pub(crate) fn encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            push_hex(out, byte, b'A');
        }
    }
}

/// Decodes `%XX`, and `+` to `plus`: itself by RFC 3986, a space in forms.
///
/// # Errors
/// [`Error::UriEncoding`] for an escape that is not two hex digits and for bytes that are not UTF-8.
pub(crate) fn decode(text: &str, plus: u8) -> Result<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => match (hex_value(bytes.next()), hex_value(bytes.next())) {
                (Some(high), Some(low)) => high << 4 | low,
                _ => return refuse(Error::UriEncoding),
            },
            b'+' => plus,
            _ => byte,
        });
    }
    let text = utf8::decode(&decoded).ok_or(Error::UriEncoding)?;
    Ok(text)
}

/// Appends two hex digits, of which `a` is the tenth.
pub(crate) fn push_hex(out: &mut String, byte: u8, a: u8) {
    for nibble in [byte >> 4, byte & 15] {
        out.push(char::from(nibble + if nibble < 10 { b'0' } else { a - 10 }));
    }
}

/// Lower-case hexadecimal.
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    bytes.iter().for_each(|byte| push_hex(&mut text, *byte, b'a'));
    text
}

fn hex_value(digit: Option<u8>) -> Option<u8> {
    match digit? {
        digit @ b'0'..=b'9' => Some(digit - b'0'),
        digit => match digit | 0x20 {
            lower @ b'a'..=b'f' => Some(lower - b'a' + 10),
            _ => None,
        },
    }
}
