//! Error correction codewords and interleaving (ISO/IEC 18004 sections 7.5 and 7.6).

use alloc::vec;
use alloc::vec::Vec;
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
        let mut remainder = vec![0; correction];
        for index in 0..short + usize::from(block >= short_count) {
            let byte = rest.next().copied().unwrap_or_default();
            put(block + index * count - if index < short { 0 } else { short_count }, byte);
            let factor = byte ^ remainder.first().copied().unwrap_or_default();
            let mut next = 0;
            for (slot, coefficient) in zip(&mut remainder, &generator).rev() {
                (*slot, next) = (next ^ multiply(factor, *coefficient), *slot);
            }
        }
        for (index, byte) in remainder.into_iter().enumerate() {
            put(data.len() + block + index * count, byte);
        }
    }
    codewords
}

/// The product in GF(2⁸) modulo x⁸ + x⁴ + x³ + x² + 1.
fn multiply(a: u8, b: u8) -> u8 {
    let product = (0..8).rev().fold(0, |product: u32, place| {
        (product << 1) ^ if product > 0x7F { 0x11D } else { 0 } ^ ((u32::from(b) >> place & 1) * u32::from(a))
    });
    (product & 0xFF) as u8
}

/// (x − α⁰)(x − α¹)…(x − α^(degree−1)), where α = 2, without its leading coefficient 1, the highest power first.
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
