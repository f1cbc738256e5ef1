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
