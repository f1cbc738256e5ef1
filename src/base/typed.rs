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
    let mut zero = 0;
    let value = GAPS.iter().find_map(|gap| {
        zero += u32::from(*gap);
        point.checked_sub(zero).filter(|value| *value < 10)
    })?;
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
const ZEROS: [u32; 76] = [
    0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0de6, 0x0e50,
    0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50,
    0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x10d40, 0x11066, 0x110f0,
    0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950,
    0x11bf0, 0x11c50, 0x11d50, 0x11da0, 0x11de0, 0x11f50, 0x16130, 0x16a60, 0x16ac0, 0x16b50, 0x16d70, 0x1ccf0,
    0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950, 0x1fbf0,
];
/// Each less the one before: half as many bytes, many of them the same.
const GAPS: [u16; 76] = gaps();

#[expect(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "runs in the compiler only")]
const fn gaps() -> [u16; 76] {
    let mut gaps = [0; 76];
    let (mut index, mut before) = (0, 0);
    while index < 76 {
        gaps[index] = (ZEROS[index] - before) as u16;
        before = ZEROS[index];
        index += 1;
    }
    gaps
}
