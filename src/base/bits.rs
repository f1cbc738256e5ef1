//! Bytes as symbols of a few bits: base32 and base64 (RFC 4648), and the alphabet of the recovery codes.
//!
//! The `base32` crate does one of the three, and does not say what it refuses; it is the oracle of the tests instead.

use super::Wiped;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
use alloc::vec;
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
/// This and its reader take the same time whatever the symbols are; four at a time, as what is written is short or rare.
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) fn encode_base64_url(out: &mut String, bytes: &[u8]) {
    let mut symbols = Wiped::new(vec![0; bytes.len().div_ceil(3) * 4]);
    for (bytes, symbols) in bytes.chunks(3).zip(symbols.as_chunks_mut().0) {
        let mut word = [0; 4];
        word.iter_mut().skip(1).zip(bytes).for_each(|(to, from)| *to = *from);
        *symbols = url::symbols(u32::from_be_bytes(word)).to_be_bytes();
    }
    let length = (bytes.len() * 4).div_ceil(3);
    out.push_str(symbols.get(..length).and_then(|symbols| core::str::from_utf8(symbols).ok()).unwrap_or_default());
}

/// Bytes as base64url.
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) fn base64_url(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 4 / 3 + 1);
    encode_base64_url(&mut text, bytes);
    text
}

/// Base64url without padding, and without bits left over that are not zero: all bytes have one spelling.
///
/// Session tokens are long and read often: eight symbols at a time.
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) fn decode_base64_url(text: &str) -> Option<Wiped<Vec<u8>>> {
    let mut bytes = Wiped::new(vec![0; text.len().div_ceil(8) * 6]);
    let (words, rest) = text.as_bytes().as_chunks();
    // Where symbols are missing stand those of zero.
    let mut last = [b'A'; 8];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    let mut strange = 0;
    let mut sixes = bytes.as_chunks_mut().0.iter_mut();
    let mut read = |word: &[u8; 8]| {
        let (values, others) = url::values(u64::from_be_bytes(*word));
        strange |= others;
        let [_, _, six @ ..] = values.to_be_bytes();
        if let Some(bytes) = sixes.next() {
            *bytes = six;
        }
    };
    words.iter().for_each(&mut read);
    read(&last);
    let length = text.len() * 3 / 4;
    let left = bytes.iter().skip(length).any(|byte| *byte != 0);
    bytes.truncate(length);
    (strange == 0 && !left && text.len() % 4 != 1).then_some(bytes)
}

/// The symbols of base64url, some in a word, without a table and without a branch.
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
mod url {
    /// One in each of four bytes.
    const EACH: u32 = 0x0101_0101;

    /// Three bytes as symbols.
    pub(super) fn symbols(bytes: u32) -> u32 {
        let pairs = (bytes & 0xff_f000) << 4 | bytes & 0xfff;
        let values = (pairs & 0xfc0_0fc0) << 2 | pairs & 0x3f_003f;
        let [small, digit, hyphen, low] = [26, 52, 62, 63].map(|least| (values + (128 - least) * EACH) >> 7 & EACH);
        // From `A` on; and at each border so much more or less than before.
        values + 65 * EACH + small * 6 + low * 49 - digit * 75 - hyphen * 13
    }

    /// Symbols as six bytes, and a word that is not zero where one of them is none.
    pub(super) fn values(symbols: u64) -> (u64, u64) {
        let ascii = symbols & all(0x7f);
        // One in each byte from `first` on, for `length` symbols.
        let within = |(first, length): (u8, u8)| {
            ((ascii + all(128 - first)) ^ (ascii + all(128 - first - length))) >> 7 & all(1)
        };
        let [capital, small, digit, hyphen, low] =
            [(b'A', 26), (b'a', 26), (b'0', 10), (b'-', 1), (b'_', 1)].map(within);
        let values = ascii + digit * 4 + hyphen * 17 - capital * 65 - small * 71 - low * 32;
        let pairs = (values & 0x3f00_3f00_3f00_3f00) >> 2 | values & 0x3f_003f_003f_003f;
        let words = (pairs & 0xfff_0000_0fff_0000) >> 4 | pairs & 0xfff_0000_0fff;
        let bytes = (words & 0xff_ffff_0000_0000) >> 8 | words & 0xff_ffff;
        (bytes, symbols & all(0x80) | all(1) ^ (capital | small | digit | hyphen | low))
    }

    /// The same byte eight times.
    const fn all(byte: u8) -> u64 {
        byte as u64 * 0x0101_0101_0101_0101
    }
}

#[cfg(test)]
mod tests;
