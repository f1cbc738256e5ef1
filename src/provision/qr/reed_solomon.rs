//! Error correction codewords and interleaving (ISO/IEC 18004 sections 7.5 and 7.6).

use alloc::vec;
use alloc::vec::Vec;
use core::iter::zip;

use super::version::Blocks;

/// The data and their error correction codewords, both interleaved by block.
pub(super) fn protect(data: &[u8], blocks: &Blocks) -> Vec<u8> {
    let Blocks {
        total,
        count,
        correction,
    } = *blocks;
    let generator = generator(correction);
    let short = data.len() / count;
    // The last blocks are one byte longer when they must.
    let short_count = count - data.len() % count;
    let mut codewords = vec![0; total];
    let mut rest = data;
    for block in 0..count {
        let (part, left) = rest
            .split_at_checked(short + usize::from(block >= short_count))
            .unwrap_or_default();
        rest = left;
        let mut put = |index, byte| {
            if let Some(slot) = codewords.get_mut(index) {
                *slot = byte;
            }
        };
        let mut remainder = [0; 31];
        for (index, byte) in part.iter().enumerate() {
            put(
                block + index * count - if index < short { 0 } else { short_count },
                *byte,
            );
            let [lead, ..] = remainder;
            remainder.copy_within(1.., 0);
            for (slot, coefficient) in zip(&mut remainder, &generator) {
                *slot ^= multiply(lead ^ byte, *coefficient);
            }
        }
        for (index, byte) in remainder.iter().take(correction).enumerate() {
            put(data.len() + block + index * count, *byte);
        }
    }
    codewords
}

/// (x − α⁰)(x − α¹)…(x − α^(degree−1)) without its leading coefficient 1, the highest power first.
fn generator(degree: usize) -> [u8; 31] {
    let mut product = [0; 31];
    let mut root = 1;
    for length in 0..degree {
        let mut before = 1;
        for slot in product.iter_mut().take(length + 1) {
            let scaled = multiply(before, root);
            before = *slot;
            *slot ^= scaled;
        }
        root = multiply(root, 2);
    }
    product
}

/// In GF(2⁸) modulo x⁸ + x⁴ + x³ + x² + 1.
fn multiply(a: u8, b: u8) -> u8 {
    (0..8).rev().fold(0, |product, bit| {
        (product << 1) ^ ((product >> 7) * 0x1D) ^ ((a >> bit & 1) * b)
    })
}
