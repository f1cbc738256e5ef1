//! Bytes as symbols of a few bits: base32 and base64 (RFC 4648), and the alphabet of the recovery codes.
//!
//! The `base32` crate does one of the three, and does not say what it refuses; it is the oracle of the tests instead.

use super::Wiped;
use alloc::{string::String, vec::Vec};

/// A power of two of symbols.
#[derive(Clone, Copy)]
pub(crate) struct Alphabet {
    symbols: &'static [u8],
    bits: u32,
}

/// RFC 4648 section 6.
pub(crate) const BASE32: Alphabet = Alphabet { symbols: b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", bits: 5 };
/// Without `I`, `L`, `O` and `U` (Crockford's).
pub(crate) const READABLE: Alphabet = Alphabet { symbols: b"0123456789ABCDEFGHJKMNPQRSTVWXYZ", bits: 5 };
/// RFC 4648 section 4.
pub(crate) const BASE64: Alphabet =
    Alphabet { symbols: b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", bits: 6 };
impl Alphabet {
    /// Appends the symbols of `bytes`, without padding.
    pub(crate) fn encode(self, out: &mut String, bytes: &[u8]) {
        let (mut held, mut count) = (0, 0);
        for byte in bytes {
            held = held << 8 | u32::from(*byte);
            count += 8;
            while count >= self.bits {
                count -= self.bits;
                out.push(self.symbol(held >> count));
            }
        }
        if count > 0 {
            out.push(self.symbol(held << (self.bits - count)));
        }
    }

    /// The bytes of `symbols`, and the bits that are left over; `None` for a symbol of another alphabet.
    pub(crate) fn decode(self, symbols: &[u8]) -> Option<(Wiped<Vec<u8>>, Rest)> {
        let mut bytes = Wiped::new(Vec::with_capacity(symbols.len()));
        let (mut held, mut count) = (0, 0);
        for symbol in symbols {
            held = held << self.bits | self.value(*symbol)?;
            count += self.bits;
            if count >= 8 {
                count -= 8;
                bytes.push(((held >> count) & 0xff) as u8);
                held &= (1 << count) - 1;
            }
        }
        Some((bytes, Rest { value: held, whole: count < self.bits }))
    }

    fn symbol(self, bits: u32) -> char {
        let index = bits as usize & (self.symbols.len() - 1);
        char::from(self.symbols.get(index).copied().unwrap_or_default())
    }

    fn value(self, symbol: u8) -> Option<u32> {
        // Where a capital stands in most alphabets; then from the end, where the digits are.
        let guess = (symbol & 31).wrapping_sub(1);
        if self.symbols.get(usize::from(guess)) == Some(&symbol) {
            return Some(guess.into());
        }
        self.symbols.iter().rposition(|known| *known == symbol).and_then(|index| u32::try_from(index).ok())
    }
}

/// What is left over after the last byte.
pub(crate) struct Rest {
    /// The bits, which an encoder leaves zero.
    pub(crate) value: u32,
    /// Whether there are fewer of them than a symbol has: otherwise a symbol is missing or too many.
    pub(crate) whole: bool,
}

/// Base64; padding may be there or not, but never too much of it or anywhere else. Bits left over must be zero, so
/// that all bytes have one spelling (RFC 4648 section 3.5).
pub(crate) fn decode_base64(text: &str) -> Option<Wiped<Vec<u8>>> {
    let mut symbols = text.as_bytes();
    for _ in 0..2 {
        if let ([rest @ .., b'='], 0) = (symbols, text.len() % 4) {
            symbols = rest;
        }
    }
    let (bytes, rest) = BASE64.decode(symbols)?;
    (rest.whole && rest.value == 0).then_some(bytes)
}

/// Appends base64url without padding (RFC 4648 section 5), as JOSE writes it.
///
/// Session tokens are long and made often: this and its reader are some ten times as fast as an [`Alphabet`], and take
/// the same time whatever the symbols are.
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) fn encode_base64_url(out: &mut String, bytes: &[u8]) {
    let mut symbols = Wiped::new([0; 64]);
    for part in bytes.chunks(48) {
        for (bytes, symbols) in part.chunks(3).zip(symbols.chunks_exact_mut(4)) {
            let word = match *bytes {
                [a, b, c] => u32::from_be_bytes([0, a, b, c]),
                [a, b] => u32::from_be_bytes([0, a, b, 0]),
                [a] => u32::from_be_bytes([0, a, 0, 0]),
                _ => 0,
            };
            for (symbol, at) in symbols.iter_mut().zip([18, 12, 6, 0]) {
                *symbol = url::symbol(((word >> at) & 63) as u8);
            }
        }
        let length = (part.len() * 4).div_ceil(3);
        out.push_str(symbols.get(..length).and_then(|symbols| core::str::from_utf8(symbols).ok()).unwrap_or_default());
    }
}

/// Base64url without padding, and without bits left over that are not zero: all bytes have one spelling.
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) fn decode_base64_url(text: &str) -> Option<Wiped<Vec<u8>>> {
    let mut bytes = Wiped::new(Vec::with_capacity(text.len()));
    let (words, rest) = text.as_bytes().as_chunks();
    // A symbol of another alphabet sets a bit that no word has.
    let mut all = 0;
    for [a, b, c, d] in words {
        let word = url::value(*a) << 18 | url::value(*b) << 12 | url::value(*c) << 6 | url::value(*d);
        all |= word;
        let [_, x, y, z] = word.to_be_bytes();
        bytes.extend_from_slice(&[x, y, z]);
    }
    let (word, left) = match *rest {
        [] => (0, 0),
        [a, b] => (url::value(a) << 18 | url::value(b) << 12, 0xffff),
        [a, b, c] => (url::value(a) << 18 | url::value(b) << 12 | url::value(c) << 6, 0xff),
        _ => return None,
    };
    let [_, x, y, _] = word.to_be_bytes();
    bytes.extend_from_slice([x, y].get(..rest.len().saturating_sub(1)).unwrap_or_default());
    (all | word <= 0xff_ffff && word & left == 0).then_some(bytes)
}

/// The symbols of base64url, without a table and without a branch.
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
mod url {
    /// Where each range of symbols begins, the value there, and how many there are.
    const RANGES: [(u8, u8, u8); 5] = [(b'A', 0, 26), (b'a', 26, 26), (b'0', 52, 10), (b'-', 62, 1), (b'_', 63, 1)];

    /// Of a value under 64.
    pub(super) fn symbol(value: u8) -> u8 {
        let of = |(first, from, length): (u8, u8, u8)| {
            let at = value.wrapping_sub(from);
            mask(at < length) & first.wrapping_add(at)
        };
        RANGES.into_iter().fold(0, |symbol, range| symbol | of(range))
    }

    /// Under 64, or all bits.
    pub(super) fn value(symbol: u8) -> u32 {
        let of = |(first, from, length): (u8, u8, u8)| {
            let at = symbol.wrapping_sub(first);
            mask(at < length) & at.wrapping_add(from + 1)
        };
        u32::from(RANGES.into_iter().fold(0, |value, range| value | of(range))).wrapping_sub(1)
    }

    fn mask(yes: bool) -> u8 {
        u8::from(yes).wrapping_neg()
    }
}

#[cfg(test)]
mod tests;
