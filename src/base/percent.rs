//! Percent-encoding (RFC 3986 section 2.1).

use super::{Error, Result, refuse};
use alloc::{string::String, vec::Vec};

/// Appends `text`, every byte outside RFC 3986's unreserved set as `%XX` in upper case.
pub(crate) fn encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(hex_digit(byte >> 4));
            out.push(hex_digit(byte & 15));
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
    let Ok(text) = String::from_utf8(decoded) else { return refuse(Error::UriEncoding) };
    Ok(text)
}

fn hex_digit(nibble: u8) -> char {
    char::from(if nibble < 10 { b'0' + nibble } else { b'A' - 10 + nibble })
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
