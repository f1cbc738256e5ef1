//! The compression functions of SHA-1, SHA-256 and SHA-512 (FIPS 180-4 section 6) as the lean wasm has them.
//!
//! RustCrypto's are a seventh of that file, and a kilobyte of it are constants, which do not compress. These are loops
//! instead of straight lines, SHA-256 and SHA-512 are one function, and what can be computed is not stored. The crates
//! are the oracle of the tests. The full wasm has these, too, but for SHA-256, under which all of its keys and tokens are
//! (`sha256.rs`); every other build uses the crates. No branch and no address depends on what is hashed.

use super::Algorithm;
use super::hash::{Block, Words};
use core::cell::Cell;
use core::iter::zip;
use core::sync::atomic::{
    AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};

/// Takes in one block; words of 32 bits are the upper halves.
pub(super) fn compress(algorithm: Algorithm, words: &mut Words, block: &Block) {
    match algorithm {
        Algorithm::Sha1 => sha1(words, block),
        Algorithm::Sha256 => sha2(words, block, &SHA256),
        Algorithm::Sha512 => sha2(words, block, &SHA512),
    }
}

/// A twentieth slower than with twenty rounds each of four kinds, and 150 bytes smaller.
fn sha1(words: &mut Words, block: &Block) {
    let upper = |word: &u64| (*word >> 32) as u32;
    let mut schedule = [0_u32; 80];
    zip(&mut schedule, &**block).for_each(|(to, word)| *to = upper(word));
    for window in cells(&mut schedule).array_windows() {
        let [a, _, c, _, _, _, _, _, i, _, _, _, _, n, _, _, next]: &[Cell<u32>; 17] = window;
        next.set((a.get() ^ c.get() ^ i.get() ^ n.get()).rotate_left(1));
    }
    let [a, b, c, d, e, ..] = words;
    let mut state = [upper(a), upper(b), upper(c), upper(d), upper(e)];
    for (quarter, (schedule, constant)) in zip(schedule.as_chunks::<20>().0, &CONSTANTS).enumerate() {
        for word in schedule {
            let [a, b, c, d, e] = state;
            let mixed = match quarter {
                0 => d ^ b & (c ^ d),
                2 => b & c | d & (b | c),
                _ => b ^ c ^ d,
            };
            let sum = mixed.wrapping_add(e).wrapping_add(*constant).wrapping_add(*word);
            state = [sum.wrapping_add(a.rotate_left(5)), a, b.rotate_left(30), c, d];
        }
    }
    for (word, new) in zip(words, state) {
        *word = word.wrapping_add(u64::from(new) << 32);
    }
}

/// FIPS 180-4 section 4.2.1: one for each twenty rounds.
const CONSTANTS: [u32; 4] = [0x5a82_7999, 0x6ed9_eba1, 0x8f1b_bcdc, 0xca62_c1d6];

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

fn sha2(words: &mut Words, block: &Block, variant: &Sha2) {
    let mut schedule = [0_u64; 80];
    zip(&mut schedule, &**block).for_each(|(to, word)| *to = variant.used(*word));
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

/// The first 64 bits of the fractional parts of roots of the first primes; SHA-256's are the upper halves.
struct Roots {
    /// Square roots: what the state begins with (sections 5.3.3 and 5.3.5).
    square: [AtomicU64; 8],
    /// Cube roots: the constants of the rounds (sections 4.2.2 and 4.2.3).
    cube: [AtomicU64; 80],
}

/// Computed when first asked for.
fn roots() -> &'static Roots {
    static ROOTS: Roots = Roots { square: [const { AtomicU64::new(0) }; 8], cube: [const { AtomicU64::new(0) }; 80] };
    let Roots { square, cube } = &ROOTS;
    let [.., last] = cube;
    if last.load(Acquire) == 0 {
        fill(square, 2);
        fill(cube, 3);
    }
    &ROOTS
}

/// The roots of that degree.
#[inline(never)]
fn fill(roots: &[AtomicU64], degree: u32) {
    let primes = (2_u32..).filter(|number| (2..*number).all(|divisor| number % divisor > 0));
    zip(roots, primes).for_each(|(root, prime)| root.store(fraction(prime, degree), Release));
}

/// The words that the state of SHA-512 begins with.
pub(super) fn start() -> impl Iterator<Item = u64> {
    roots().square.iter().map(|root| root.load(Relaxed))
}

pub(super) fn round_constants() -> &'static [AtomicU64; 80] {
    &roots().cube
}

/// The first 64 bits of the fractional part of the square or cube root.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_possible_wrap)]
fn fraction(number: u32, degree: u32) -> u64 {
    let (whole, exponent) = (f64::from(number), f64::from(degree));
    let slope = |root: f64| exponent * if degree == 2 { root } else { root * root };
    // To 27 binary places, by Newton's method; a float is good for 50.
    let near = (0..30).fold(whole, |root, _| root - root / exponent + whole / slope(root));
    let near = (near * f64::from(1 << 27)) as u64;
    // What its power, exactly computed, misses of the number: it is in the lower 64 bits of both.
    let (power, number) =
        (0..degree).fold((1_u64, u64::from(number)), |(power, number), _| (power.wrapping_mul(near), number << 27));
    let missing = number.wrapping_sub(power) as i64 as f64;
    // That by the slope halfway to the root is the rest of it: 37 places more.
    let scale = near as f64;
    let rest = (0..2).fold(0.0, |rest, _| missing / slope(scale + rest / 2.0));
    (near << 37).wrapping_add((rest * (1_u64 << 37) as f64) as u64)
}

pub(super) fn cells<T>(words: &mut [T]) -> &[Cell<T>] {
    Cell::from_mut(words).as_slice_of_cells()
}

#[cfg(test)]
mod tests;
