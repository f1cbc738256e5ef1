//! Error correction codewords and interleaving (ISO/IEC 18004 sections 7.5 and 7.6).

use alloc::vec;
use alloc::vec::Vec;
use core::iter::zip;

use super::version::Blocks;

/// The data and their error correction codewords, both interleaved by block.
pub(super) fn protect(data: &[u8], blocks: &Blocks) -> Vec<u8> {
    let Blocks { total, count, correction } = *blocks;
    let field = Field::new();
    let generator = field.generator(correction);
    let short = data.len() / count;
    // The last blocks are one byte longer when they must.
    let short_count = count - data.len() % count;
    let mut codewords = vec![0; total];
    let mut put = |index, byte| {
        if let Some(slot) = codewords.get_mut(index) {
            *slot = byte;
        }
    };
    let mut rest = data.iter();
    for block in 0..count {
        let mut remainder = vec![0; correction];
        for index in 0..short + usize::from(block >= short_count) {
            let byte = rest.next().copied().unwrap_or_default();
            put(block + index * count - if index < short { 0 } else { short_count }, byte);
            let factor = byte ^ remainder.first().copied().unwrap_or_default();
            let mut next = 0;
            for (slot, coefficient) in zip(&mut remainder, &generator).rev() {
                (*slot, next) = (next ^ field.multiply(factor, *coefficient), *slot);
            }
        }
        for (index, byte) in remainder.into_iter().enumerate() {
            put(data.len() + block + index * count, byte);
        }
    }
    codewords
}

/// GF(2⁸) modulo x⁸ + x⁴ + x³ + x² + 1.
struct Field {
    /// The powers of α = 2, and of each element its exponent.
    powers: [u8; 256],
    exponents: [u8; 256],
}

impl Field {
    fn new() -> Self {
        let mut field = Self { powers: [0; 256], exponents: [0; 256] };
        let mut power = 1_u8;
        for (exponent, slot) in (0..255).zip(&mut field.powers) {
            *slot = power;
            if let Some(slot) = field.exponents.get_mut(usize::from(power)) {
                *slot = exponent;
            }
            power = (power << 1) ^ ((power >> 7) * 0x1D);
        }
        field
    }

    fn multiply(&self, a: u8, b: u8) -> u8 {
        let exponent =
            |element: u8| self.exponents.get(usize::from(element)).map_or(0, |exponent| usize::from(*exponent));
        let product = self.powers.get((exponent(a) + exponent(b)) % 255).copied().unwrap_or_default();
        if a.min(b) == 0 { 0 } else { product }
    }

    /// (x − α⁰)(x − α¹)…(x − α^(degree−1)) without its leading coefficient 1, the highest power first.
    fn generator(&self, degree: usize) -> Vec<u8> {
        let mut product = vec![0; degree];
        for root in self.powers.iter().take(degree) {
            let mut before = 1;
            for slot in &mut product {
                (*slot, before) = (*slot ^ self.multiply(before, *root), *slot);
            }
        }
        product
    }
}
