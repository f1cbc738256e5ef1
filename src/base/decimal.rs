//! Whole numbers as text, without `core::fmt`, whose machinery is large in a wasm.

use alloc::string::String;

/// Appends `number` in decimal.
pub(crate) fn push(out: &mut String, number: u64) {
    push_padded(out, number, 1);
}

/// Appends a name, with all that is around it, and `number` in decimal.
pub(crate) fn push_named(out: &mut String, name: &str, number: u64) {
    out.push_str(name);
    push(out, number);
}

/// Appends `number` in decimal, with leading zeros up to `width` digits.
pub(crate) fn push_padded(out: &mut String, number: u64, width: u8) {
    if number >= 10 || width > 1 {
        push_padded(out, number / 10, width.saturating_sub(1));
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

/// Reads ASCII digits and nothing else; `None` for an empty text, a sign, or more than a `u64` holds.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let mut number = 0_u64;
    for byte in text.bytes() {
        let digit = byte.wrapping_sub(b'0');
        // `checked_mul` would do, and draw 128-bit multiplication into the wasm.
        if digit > 9 || number > (u64::MAX - u64::from(digit)) / 10 {
            return None;
        }
        number = number * 10 + u64::from(digit);
    }
    (!text.is_empty()).then_some(number)
}
