//! The compression functions of SHA-1, SHA-256 and SHA-512 (FIPS 180-4 section 6) as the lean wasm has them.
//!
//! RustCrypto's are a seventh of that file, and 900 bytes of it are constants, which do not compress. These are loops
//! instead of straight lines, SHA-256 and SHA-512 are one function, and what can be computed is not stored. The crates
//! are the oracle of the tests. The full wasm has these, too, but for SHA-256, under which all of its keys and tokens are
//! (`sha256.rs`); every other build uses the crates. No branch and no address depends on what is hashed.

use super::Algorithm;
use super::hash::Words;
use core::cell::Cell;
use core::iter::zip;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Takes in one block; words of 32 bits are the upper halves.
pub(super) fn compress(algorithm: Algorithm, words: &mut Words, block: &[u8]) {
    match algorithm {
        Algorithm::Sha1 => sha1(words, block),
        Algorithm::Sha256 => sha2(words, block, &SHA256),
        Algorithm::Sha512 => sha2(words, block, &SHA512),
    }
}

fn sha1(words: &mut Words, block: &[u8]) {
    let mut schedule = [[0_u32; 20]; 4];
    let flat = schedule.as_flattened_mut();
    for (word, bytes) in zip(&mut *flat, block.as_chunks().0.iter().take(16)) {
        *word = u32::from_be_bytes(*bytes);
    }
    for window in cells(flat).array_windows() {
        let [a, _, c, _, _, _, _, _, i, _, _, _, _, n, _, _, next]: &[Cell<u32>; 17] = window;
        next.set((a.get() ^ c.get() ^ i.get() ^ n.get()).rotate_left(1));
    }
    let [first, second, third, fourth] = &schedule;
    let [a, b, c, d, e, ..] = words;
    let upper = |word: &u64| (*word >> 32) as u32;
    let state = (upper(a), upper(b), upper(c), upper(d), upper(e));
    let state = rounds_of_sha1(state, first, 0x5a82_7999, |b, c, d| d ^ b & (c ^ d));
    let state = rounds_of_sha1(state, second, 0x6ed9_eba1, |b, c, d| b ^ c ^ d);
    let state = rounds_of_sha1(state, third, 0x8f1b_bcdc, |b, c, d| b & c | d & (b | c));
    let state = rounds_of_sha1(state, fourth, 0xca62_c1d6, |b, c, d| b ^ c ^ d);
    for (word, new) in [(a, state.0), (b, state.1), (c, state.2), (d, state.3), (e, state.4)] {
        *word = word.wrapping_add(u64::from(new) << 32);
    }
}

/// Twenty rounds.
#[inline(always)]
fn rounds_of_sha1(
    (mut a, mut b, mut c, mut d, mut e): (u32, u32, u32, u32, u32),
    schedule: &[u32; 20],
    constant: u32,
    function: impl Fn(u32, u32, u32) -> u32,
) -> (u32, u32, u32, u32, u32) {
    // Five in a turn, after which every variable is back in its place.
    let round = |a: u32, b: &mut u32, c: u32, d: u32, e: &mut u32, word: u32| {
        let sum = function(*b, c, d).wrapping_add(*e).wrapping_add(constant).wrapping_add(word);
        *e = sum.wrapping_add(a.rotate_left(5));
        *b = b.rotate_left(30);
    };
    for [p, q, r, s, t] in schedule.as_chunks().0 {
        round(a, &mut b, c, d, &mut e, *p);
        round(e, &mut a, b, c, &mut d, *q);
        round(d, &mut e, a, b, &mut c, *r);
        round(c, &mut d, e, a, &mut b, *s);
        round(b, &mut c, d, e, &mut a, *t);
    }
    (a, b, c, d, e)
}

/// In what SHA-256 and SHA-512 differ.
struct Sha2 {
    /// The bits of a word that are not used: one of 32 bits is the upper half of one of 64, so that sums need no care.
    unused: u32,
    rounds: usize,
    /// Σ0, Σ1, σ0 and σ1 (FIPS 180-4 sections 4.1.2 and 4.1.3).
    sigmas: [[u32; 3]; 4],
}

const SHA256: Sha2 = Sha2 { unused: 32, rounds: 64, sigmas: [[2, 13, 22], [6, 11, 25], [7, 18, 3], [17, 19, 10]] };
const SHA512: Sha2 = Sha2 { unused: 0, rounds: 80, sigmas: [[28, 34, 39], [14, 18, 41], [1, 8, 7], [19, 61, 6]] };

impl Sha2 {
    /// Rotates by three amounts, or by two and shifts by the third, and mixes.
    #[inline(never)]
    fn sigma(&self, word: u64, which: usize) -> u64 {
        let [a, b, c] = self.sigmas.get(which).copied().unwrap_or_default();
        // To be rotated, a word of 32 bits stands in both halves.
        let both = word | word >> self.unused;
        let last = if which < 2 { both.rotate_right(c) } else { word >> c };
        self.used(both.rotate_right(a) ^ both.rotate_right(b) ^ last)
    }

    fn used(&self, word: u64) -> u64 {
        word & u64::MAX << self.unused
    }
}

fn sha2(words: &mut Words, block: &[u8], variant: &Sha2) {
    let width = 8 - variant.unused as usize / 8;
    let mut schedule = [0_u64; 80];
    for (word, bytes) in zip(&mut schedule, block.chunks_exact(width).take(16)) {
        *word = bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)) << variant.unused;
    }
    for window in cells(&mut schedule).array_windows() {
        let [a, b, _, _, _, _, _, _, _, j, _, _, _, _, o, _, next]: &[Cell<u64>; 17] = window;
        let sum = variant.sigma(b.get(), 2).wrapping_add(variant.sigma(o.get(), 3));
        next.set(sum.wrapping_add(a.get()).wrapping_add(j.get()));
    }

    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *words;
    for (word, constant) in zip(&schedule, round_constants()).take(variant.rounds) {
        let choice = g ^ e & (f ^ g);
        let majority = a & b | c & (a | b);
        let first = variant
            .sigma(e, 1)
            .wrapping_add(h)
            .wrapping_add(choice)
            .wrapping_add(variant.used(constant.load(Relaxed)))
            .wrapping_add(*word);
        let second = variant.sigma(a, 0).wrapping_add(majority);
        (a, b, c, d, e, f, g, h) = (first.wrapping_add(second), a, b, c, d.wrapping_add(first), e, f, g);
    }
    zip(words, [a, b, c, d, e, f, g, h]).for_each(|(word, new)| *word = word.wrapping_add(new));
}

/// The first 64 bits of the fractional parts of the cube roots of the first 80 primes (FIPS 180-4 section 4.2.3); the
/// upper halves are SHA-256's (section 4.2.2). Computed when first asked for.
pub(super) fn round_constants() -> &'static [AtomicU64; 80] {
    static CONSTANTS: [AtomicU64; 80] = [const { AtomicU64::new(0) }; 80];
    let [first, ..] = &CONSTANTS;
    if first.load(Relaxed) == 0 {
        let primes = (2_u32..).filter(|number| (2..*number).all(|divisor| number % divisor > 0));
        zip(&CONSTANTS, primes).for_each(|(constant, prime)| constant.store(cube_root(prime), Relaxed));
    }
    &CONSTANTS
}

/// The first 64 bits of the fractional part of the cube root.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_possible_wrap)]
fn cube_root(number: u32) -> u64 {
    // To 27 binary places, by Newton's method; a float is good for 50.
    let cube = f64::from(number);
    let near = (0..30).fold(4.0, |root, _| root - (root - cube / (root * root)) / 3.0);
    let near = (near * f64::from(1 << 27)) as u64;
    // What its cube, exactly computed, misses of number · 2^81, of which the lower 64 bits are zero.
    let missing = near.wrapping_mul(near).wrapping_mul(near).wrapping_neg() as i64 as f64;
    // That by the slope of the cube at the root is the rest of the root: 37 places more.
    let scale = near as f64;
    let rest = missing / (3.0 * scale * scale);
    let rest = missing / (3.0 * scale * (scale + rest));
    (near << 37).wrapping_add((rest * (1_u64 << 37) as f64) as u64)
}

pub(super) fn cells<T>(words: &mut [T]) -> &[Cell<T>] {
    Cell::from_mut(words).as_slice_of_cells()
}

#[cfg(test)]
mod tests;
