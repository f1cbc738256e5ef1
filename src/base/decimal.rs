//! Whole numbers as text, without `core::fmt`, which would cost the wasm several kilobytes.

use alloc::string::String;

/// Appends `number` in decimal.
pub(crate) fn push(out: &mut String, number: u64) {
    push_padded(out, number, 1);
}

/// Appends `number` in decimal, with leading zeros up to `width` digits.
pub(crate) fn push_padded(out: &mut String, number: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut rest = number;
    let mut used = 0;
    for digit in digits.iter_mut().rev() {
        if rest == 0 && used >= width {
            break;
        }
        *digit += u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        used += 1;
    }
    out.extend(digits.iter().skip(20 - used).map(|digit| char::from(*digit)));
}

/// Reads ASCII digits and nothing else; `None` for an empty text, a sign, or more than a `u64` holds.
pub(crate) fn parse(text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.bytes().try_fold(0_u64, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number.checked_mul(10)?.checked_add(digit.into())
    })
}
