//! Error correction codewords and interleaving (ISO/IEC 18004 sections 7.5 and 7.6).

use alloc::vec;
use alloc::vec::Vec;
use core::cell::Cell;
use core::iter::zip;

use super::version::Blocks;

/// The data and their error correction codewords, both interleaved by block.
pub(super) fn protect(data: &[u8], blocks: &Blocks) -> Vec<u8> {
    let Blocks { total, count, correction } = *blocks;
    let generator = generator(correction);
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
        // The word behind the last one is always zero.
        let mut remainder = [0; 5];
        let remainder = Cell::from_mut(&mut remainder).as_array_of_cells();
        let [first, ..] = remainder;
        for index in 0..short + usize::from(block >= short_count) {
            let byte = rest.next().copied().unwrap_or_default();
            put(block + index * count - if index < short { 0 } else { short_count }, byte);
            let factor = u64::from(byte) ^ first.get() >> 56;
            for ([word, next], coefficients) in zip(remainder.array_windows(), &generator) {
                word.set(word.get() << 8 ^ next.get() >> 56 ^ multiply(*coefficients, factor));
            }
        }
        for index in 0..correction {
            let word = remainder.get(index / 8).map_or(0, Cell::get);
            put(data.len() + block + index * count, (word >> (56 - index % 8 * 8) & 0xff) as u8);
        }
    }
    codewords
}

/// The products of eight bytes by a factor in GF(2⁸) modulo x⁸ + x⁴ + x³ + x² + 1.
#[inline(never)]
fn multiply(bytes: u64, factor: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    (0..8).rev().fold(0, |product, place| {
        // Each byte is doubled: the bit that goes over its end is taken from the next byte and comes back as the polynomial.
        let over = product >> 7 & EACH;
        (product << 1) ^ (over << 8) ^ (over * 0x1D) ^ ((factor >> place & 1) * bytes)
    })
}

/// (x − α⁰)(x − α¹)…(x − α^(degree−1)), where α = 2, without its leading coefficient 1, the highest power first, eight bytes
/// in a word; no version has a degree over 30.
fn generator(degree: usize) -> [u64; 4] {
    let mut product = [0; 4];
    let mut root = 1;
    for _ in 0..degree {
        let mut before = 1;
        for word in &mut product {
            let above = before << 56 | *word >> 8;
            before = *word;
            *word ^= multiply(above, root);
        }
        root = multiply(root, 2);
    }
    product
}
