//! Error correction codewords and interleaving (ISO/IEC 18004 sections 7.5 and 7.6).

use alloc::vec;
use alloc::vec::Vec;
use core::iter::zip;

use super::version::Blocks;

/// The data and their error correction codewords, both interleaved by block.
pub(super) fn protect(data: &[u8], blocks: &Blocks) -> Vec<u8> {
    let Blocks { total, count, correction } = *blocks;
    let generator = generator(correction);
    // The generator times 1, 2, 4 … 128: what a factor makes of it is their sum by its bits.
    let generators = [1, 2, 4, 8, 16, 32, 64, 128]
        .map(|factor| generator.iter().map(move |coefficient| multiply(factor, *coefficient)).collect::<Vec<_>>());
    let short = data.len() / count;
    // The last blocks are one byte longer when they must.
    let short_count = count - data.len() % count;
    let mut codewords = vec![0; total];
    let mut rest = data;
    for block in 0..count {
        let (part, left) = rest.split_at_checked(short + usize::from(block >= short_count)).unwrap_or_default();
        rest = left;
        let mut put = |index, byte| {
            if let Some(slot) = codewords.get_mut(index) {
                *slot = byte;
            }
        };
        let mut remainder = [0; 31];
        for (index, byte) in part.iter().enumerate() {
            put(block + index * count - if index < short { 0 } else { short_count }, *byte);
            let [lead, ..] = remainder;
            remainder.copy_within(1.., 0);
            let factor = lead ^ byte;
            for (bit, multiple) in generators.iter().enumerate() {
                if factor >> bit & 1 == 1 {
                    zip(&mut remainder, multiple).for_each(|(slot, coefficient)| *slot ^= coefficient);
                }
            }
        }
        for (index, byte) in remainder.iter().take(correction).enumerate() {
            put(data.len() + block + index * count, *byte);
        }
    }
    codewords
}

/// (x − α⁰)(x − α¹)…(x − α^(degree−1)) without its leading coefficient 1, the highest power first.
fn generator(degree: usize) -> Vec<u8> {
    let mut product = vec![0; degree];
    let mut root = 1;
    for _ in 0..degree {
        let mut before = 1;
        for slot in &mut product {
            (*slot, before) = (*slot ^ multiply(before, root), *slot);
        }
        root = multiply(root, 2);
    }
    product
}

/// In GF(2⁸) modulo x⁸ + x⁴ + x³ + x² + 1.
fn multiply(mut a: u8, mut b: u8) -> u8 {
    let mut product = 0;
    while a > 0 {
        product ^= (a & 1) * b;
        b = (b << 1) ^ ((b >> 7) * 0x1D);
        a >>= 1;
    }
    product
}
