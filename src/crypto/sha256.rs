//! The compression function of SHA-256 (FIPS 180-4 section 6.2) as the full wasm has it: every request has a token to check.
//!
//! Sixteen rounds stand in a line, and the schedule of sixteen words stays in variables; the constants are those that
//! `compact.rs` computes. No branch and no address depends on what is hashed.

use super::compact::round_constants;
use super::hash::Words;
use core::sync::atomic::Ordering::Relaxed;

/// Takes in one block; the words are the upper halves.
pub(super) fn compress(words: &mut Words, block: &[u8]) {
    let mut schedule = [0_u32; 16];
    let mut bytes = block.as_chunks().0.iter();
    for word in &mut schedule {
        *word = u32::from_be_bytes(bytes.next().copied().unwrap_or_default());
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = words.map(|word| (word >> 32) as u32);
    /// Rounds of these places, with these variables in turn.
    macro_rules! rounds {
        ($k:ident $($at:literal: $a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident,)+) => {$(
            let constant = ($k[$at].load(Relaxed) >> 32) as u32;
            round([$a, $b, $c, $e, $f, $g], &mut $d, &mut $h, schedule[$at].wrapping_add(constant));
        )+};
    }
    let mut is_first = true;
    for k in round_constants().as_chunks::<16>().0.iter().take(4) {
        if !is_first {
            extend(&mut schedule);
        }
        is_first = false;
        rounds! { k
            0: a b c d e f g h, 1: h a b c d e f g, 2: g h a b c d e f, 3: f g h a b c d e,
            4: e f g h a b c d, 5: d e f g h a b c, 6: c d e f g h a b, 7: b c d e f g h a,
            8: a b c d e f g h, 9: h a b c d e f g, 10: g h a b c d e f, 11: f g h a b c d e,
            12: e f g h a b c d, 13: d e f g h a b c, 14: c d e f g h a b, 15: b c d e f g h a,
        }
    }
    let mut new = [a, b, c, d, e, f, g, h].into_iter();
    for word in words {
        *word = word.wrapping_add(u64::from(new.next().unwrap_or_default()) << 32);
    }
}

/// `word` is that of the schedule, with the constant added.
#[inline(always)]
fn round([a, b, c, e, f, g]: [u32; 6], d: &mut u32, h: &mut u32, word: u32) {
    let large = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
    let first = h.wrapping_add(large).wrapping_add(g ^ e & (f ^ g)).wrapping_add(word);
    let small = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
    *d = d.wrapping_add(first);
    *h = first.wrapping_add(small).wrapping_add(a & b | c & (a | b));
}

/// The next sixteen words of the schedule.
#[inline(always)]
fn extend(schedule: &mut [u32; 16]) {
    macro_rules! extend {
        ($($at:literal)+) => {$(
            let (near, far) = (schedule[($at + 1) % 16], schedule[($at + 14) % 16]);
            let small = near.rotate_right(7) ^ near.rotate_right(18) ^ near >> 3;
            let large = far.rotate_right(17) ^ far.rotate_right(19) ^ far >> 10;
            let sum = schedule[$at].wrapping_add(schedule[($at + 9) % 16]);
            schedule[$at] = sum.wrapping_add(small).wrapping_add(large);
        )+};
    }
    extend! { 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 }
}

#[cfg(test)]
mod tests;
