//! Error correction codewords and interleaving (ISO/IEC 18004 sections 7.5 and 7.6).

use alloc::vec::Vec;
use core::iter::zip;

use super::Level;
use super::version::Blocks;

/// The data and their error correction codewords, both interleaved by block.
pub(super) fn protect(data: &[u8], version: u8, level: Level) -> Vec<u8> {
    let Blocks { total, count, correction } = Blocks::new(version, level);
    let field = Field::new();
    let generator = field.generator_logarithms(correction);
    let generator = generator.get(..correction).unwrap_or_default();
    let division = Division::new(data, count);
    let mut corrections = Vec::with_capacity(count * correction);
    for block in 0..count {
        let part = data.get(division.start(block)..division.start(block + 1)).unwrap_or_default();
        let remainder = field.remainder(part, generator);
        corrections.extend_from_slice(remainder.get(..correction).unwrap_or_default());
    }
    let mut codewords = Vec::with_capacity(total);
    division.interleave(&mut codewords);
    Division::new(&corrections, count).interleave(&mut codewords);
    codewords
}

/// Bytes divided into blocks, of which the last ones are one byte longer when they must.
struct Division<'a> {
    bytes: &'a [u8],
    count: usize,
    short: usize,
    short_count: usize,
}

impl<'a> Division<'a> {
    fn new(bytes: &'a [u8], count: usize) -> Self {
        let count = count.max(1);
        Self { bytes, count, short: bytes.len() / count, short_count: count - bytes.len() % count }
    }

    fn start(&self, block: usize) -> usize {
        block * self.short + block.saturating_sub(self.short_count)
    }

    /// The first byte of each block, then the second of each …
    fn interleave(&self, out: &mut Vec<u8>) {
        for index in 0..=self.short {
            let first = if index < self.short { 0 } else { self.short_count };
            for block in first..self.count {
                out.push(self.bytes.get(self.start(block) + index).copied().unwrap_or(0));
            }
        }
    }
}

/// GF(2⁸) modulo x⁸ + x⁴ + x³ + x² + 1, with α = x.
struct Field {
    /// α to the index; twice around, so that a sum of two logarithms needs no reduction.
    powers: [u8; 512],
    logarithms: [u8; 256],
}

impl Field {
    fn new() -> Self {
        let mut field = Self { powers: [0; 512], logarithms: [0; 256] };
        let (mut value, mut exponent) = (1_u8, 0);
        for slot in &mut field.powers {
            *slot = value;
            if let Some(slot) = field.logarithms.get_mut(usize::from(value)) {
                *slot = exponent;
            }
            value = value << 1 ^ if value > 127 { 0x1D } else { 0 };
            exponent = if exponent == 254 { 0 } else { exponent + 1 };
        }
        field
    }

    /// α^(a + b).
    fn power(&self, a: u8, b: u8) -> u8 {
        self.powers.get(usize::from(a) + usize::from(b)).copied().unwrap_or(0)
    }

    fn logarithm(&self, value: u8) -> Option<u8> {
        if value == 0 { None } else { self.logarithms.get(usize::from(value)).copied() }
    }

    /// (x − α⁰)(x − α¹)…(x − α^(degree−1)) without its leading coefficient 1; the others are not 0 for any degree
    /// of the standard.
    fn generator_logarithms(&self, degree: usize) -> Coefficients {
        let mut product = [0; 32];
        if let Some(constant) = product.get_mut(degree.saturating_sub(1)) {
            *constant = 1;
        }
        for root in (0..).take(degree) {
            let mut lower = 0;
            for coefficient in product.iter_mut().take(degree).rev() {
                let scaled = self.logarithm(*coefficient).map_or(0, |power| self.power(power, root));
                (*coefficient, lower) = (scaled ^ lower, *coefficient);
            }
        }
        for coefficient in &mut product {
            *coefficient = self.logarithm(*coefficient).unwrap_or(0);
        }
        product
    }

    /// Of the block times x^degree, divided by the generator.
    fn remainder(&self, block: &[u8], generator: &[u8]) -> Coefficients {
        let mut remainder = [0; 32];
        for byte in block {
            let [lead, ..] = remainder;
            remainder.copy_within(1.., 0);
            if let Some(power) = self.logarithm(lead ^ byte) {
                for (slot, coefficient) in zip(&mut remainder, generator) {
                    *slot ^= self.power(power, *coefficient);
                }
            }
        }
        remainder
    }
}

/// The highest power first.
type Coefficients = [u8; 32];
