//! The compression function of SHA-256 (FIPS 180-4 section 6.2) as the full wasm has it: every request has a token to check.
//!
//! Its words have 32 bits, and how far they are rotated stands in the code: that of `compact.rs`, whose constants these are,
//! takes four times as long. No branch and no address depends on what is hashed.

use super::compact::{cells, round_constants};
use super::hash::{Block, Words};
use core::cell::Cell;
use core::iter::zip;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Takes in one block; the words are the upper halves.
pub(super) fn compress(words: &mut Words, block: &Block) {
    let mut schedule = [0_u32; 64];
    zip(&mut schedule, &**block).for_each(|(word, upper)| *word = (*upper >> 32) as u32);
    for window in cells(&mut schedule).array_windows() {
        let [a, b, _, _, _, _, _, _, _, j, _, _, _, _, o, _, next]: &[Cell<u32>; 17] = window;
        let (near, far) = (b.get(), o.get());
        let small = near.rotate_right(7) ^ near.rotate_right(18) ^ near >> 3;
        let large = far.rotate_right(17) ^ far.rotate_right(19) ^ far >> 10;
        next.set(a.get().wrapping_add(small).wrapping_add(j.get()).wrapping_add(large));
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = words.map(|word| (word >> 32) as u32);
    // Two rounds in a turn: half as many moves of the variables.
    for ([one, other], [k, l]) in zip(schedule.as_chunks().0, round_constants().as_chunks().0) {
        round([a, b, c, e, f, g], &mut d, &mut h, *one, k);
        round([h, a, b, d, e, f], &mut c, &mut g, *other, l);
        (a, b, c, d, e, f, g, h) = (g, h, a, b, c, d, e, f);
    }
    for (word, new) in zip(words, [a, b, c, d, e, f, g, h]) {
        *word = word.wrapping_add(u64::from(new) << 32);
    }
}

#[inline(always)]
fn round([a, b, c, e, f, g]: [u32; 6], d: &mut u32, h: &mut u32, word: u32, constant: &AtomicU64) {
    let constant = (constant.load(Relaxed) >> 32) as u32;
    let large = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
    let first = h.wrapping_add(large).wrapping_add(g ^ e & (f ^ g)).wrapping_add(word).wrapping_add(constant);
    let small = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
    *d = d.wrapping_add(first);
    *h = first.wrapping_add(small).wrapping_add(a & b | c & (a | b));
}

#[cfg(test)]
mod tests;
