//! Codes and secrets as people type and paste them.

use core::str::Chars;

/// The symbols of a typed text, in ASCII and upper case, or `None` for one that is in no code.
///
/// Every decimal digit of Unicode becomes its ASCII digit, full-width letters become ASCII ones. White space, hyphens
/// and invisible format characters are left out. A sign or a point is no symbol, so that `+23456` is no code.
pub(crate) struct Symbols<'a>(Chars<'a>);

impl<'a> Symbols<'a> {
    pub(crate) fn of(typed: &'a str) -> Self {
        let typed = if typed.len() > LONGEST { "\0" } else { typed };
        Self(typed.chars())
    }
}

impl Iterator for Symbols<'_> {
    type Item = Option<u8>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let typed = self.0.next()?;
            if !is_separator(typed) {
                return Some(symbol(typed));
            }
        }
    }
}

fn symbol(typed: char) -> Option<u8> {
    let point = u32::from(typed);
    let ascii = match point {
        0xff21..=0xff3a | 0xff41..=0xff5a => point - 0xfee0,
        _ => point,
    };
    match u8::try_from(ascii) {
        Ok(ascii) if ascii == b'=' || ascii.is_ascii_alphanumeric() => Some(ascii.to_ascii_uppercase()),
        _ => decimal_digit(point),
    }
}

fn decimal_digit(point: u32) -> Option<u8> {
    let (zeros, offset) = if point < 0x10000 { (BASIC_ZEROS, point) } else { (SUPPLEMENTARY_ZEROS, point - 0x10000) };
    let value = zeros.iter().find_map(|zero| offset.checked_sub(u32::from(*zero)).filter(|value| *value < 10))?;
    u8::try_from(value).ok().map(|value| b'0' + value)
}

/// White space and hyphens of Unicode, and what is invisible.
fn is_separator(typed: char) -> bool {
    matches!(
        typed,
        '\t'..='\r' | ' ' | '-' | '\u{85}' | '\u{a0}' | '\u{ad}' | '\u{1680}' | '\u{2000}'..='\u{2015}'
            | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{2212}' | '\u{3000}' | '\u{fe58}' | '\u{fe63}'
            | '\u{feff}' | '\u{ff0d}'
    )
}

/// Bytes; no code or secret is longer, however it is spaced. A longer text has no symbol, so that reading it costs nothing.
const LONGEST: usize = 16_384;

/// Where the decimal digits (general category Nd, Unicode 17) of each script begin; ASCII is handled before.
const BASIC_ZEROS: &[u16] = &[
    0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0de6, 0x0e50,
    0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50,
    0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
];
/// The same above U+FFFF, less 0x10000.
const SUPPLEMENTARY_ZEROS: &[u16] = &[
    0x04a0, 0x0d30, 0x0d40, 0x1066, 0x10f0, 0x1136, 0x11d0, 0x12f0, 0x1450, 0x14d0, 0x1650, 0x16c0, 0x16d0, 0x16da,
    0x1730, 0x18e0, 0x1950, 0x1bf0, 0x1c50, 0x1d50, 0x1da0, 0x1de0, 0x1f50, 0x6130, 0x6a60, 0x6ac0, 0x6b50, 0x6d70,
    0xccf0, 0xd7ce, 0xd7d8, 0xd7e2, 0xd7ec, 0xd7f6, 0xe140, 0xe2f0, 0xe4f0, 0xe5f1, 0xe950, 0xfbf0,
];
