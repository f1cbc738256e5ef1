//! The symbol as lines of bits: function patterns and codewords (ISO/IEC 18004 sections 6.3 and 7.7).

use alloc::vec::Vec;
use core::iter::{repeat_n, zip};

use super::version;

/// A row or a column: bit `i % 64` of word `i / 64` is module `i`; what lies beyond the symbol is 0.
pub(super) type Line = [u64; 3];

/// A symbol before masking, in both directions: what is a rule for rows is a rule for columns.
pub(super) struct Matrix {
    pub(super) rows: Vec<Line>,
    pub(super) columns: Vec<Line>,
    /// 1 where the mask does not reach: function patterns, and all beyond the symbol. The same in both directions.
    pub(super) function: Vec<Line>,
}

impl Matrix {
    pub(super) fn new(version: u8, codewords: &[u8]) -> Self {
        let size = version::size(version);
        let mut patterns = Patterns::new(size);
        patterns.draw_finders(size);
        patterns.draw_alignment(version, size);
        patterns.draw_version(version, size);
        for position in 8..size - 8 {
            patterns.put(position, 6, 1, u64::from(position & 1 ^ 1));
            patterns.put(6, position, 1, u64::from(position & 1 ^ 1));
        }
        // The function patterns are symmetric, so they are columns as well as rows.
        let Patterns { dark: mut rows, function } = patterns;
        let mut columns = rows.clone();
        place(&mut rows, &mut columns, &function, codewords);
        Self { rows, columns, function }
    }
}

/// Sets one module of the rows.
pub(super) fn set_dark(rows: &mut [Line], x: u32, y: u32) {
    if let Some(word) = rows.get_mut(y as usize).and_then(|row| row.get_mut(x as usize / 64)) {
        *word |= 1 << (x % 64);
    }
}

struct Patterns {
    dark: Vec<Line>,
    function: Vec<Line>,
}

impl Patterns {
    fn new(size: u32) -> Self {
        let lines = size as usize;
        let mut beyond = [u64::MAX; 3];
        for (word, first) in zip(&mut beyond, [0, 64, 128]) {
            let inside = size.saturating_sub(first);
            *word = u64::MAX.checked_shl(inside).unwrap_or(0);
        }
        Self { dark: repeat_n([0; 3], lines).collect(), function: repeat_n(beyond, lines).collect() }
    }

    /// Draws up to nine modules to the right of (x, y), the lowest bit first.
    fn put(&mut self, x: u32, y: u32, width: u32, bits: u64) {
        let area = (1 << width) - 1;
        write(&mut self.function, x, y, area, area);
        write(&mut self.dark, x, y, area, bits);
    }

    /// The finder patterns with their separators and the (still empty) places of the format information beside them.
    fn draw_finders(&mut self, size: u32) {
        for (y, bits) in zip(0.., FINDER) {
            self.put(0, y, 9, bits);
            self.put(size - 8, y, 8, bits << 1);
        }
        self.put(0, size - 8, 9, 0);
        for (y, bits) in zip(size - 7..size, FINDER) {
            self.put(0, y, 9, bits);
        }
    }

    fn draw_alignment(&mut self, version: u8, size: u32) {
        let last = size - 7;
        for y in version::alignment(version) {
            for x in version::alignment(version) {
                let is_outer = |position| position == 6 || position == last;
                if is_outer(x) && is_outer(y) && x + y < 2 * last {
                    continue; // A finder pattern is there.
                }
                for (row, bits) in zip(y - 2.., ALIGNMENT) {
                    self.put(x - 2, row, 5, bits);
                }
            }
        }
    }

    fn draw_version(&mut self, version: u8, size: u32) {
        if version < 7 {
            return;
        }
        let bits = version::version_information(version);
        for index in 0..18 {
            let bit = u64::from(bits >> index & 1);
            let (near, far) = (index / 3, size - 11 + index % 3);
            self.put(near, far, 1, bit);
            self.put(far, near, 1, bit);
        }
    }
}

/// Replaces the modules of `area`, whose lowest bit lies at (x, y).
fn write(rows: &mut [Line], x: u32, y: u32, area: u64, bits: u64) {
    let Some(row) = rows.get_mut(y as usize) else { return };
    let (word, shift) = (x as usize / 64, x % 64);
    if let Some(word) = row.get_mut(word) {
        *word = *word & !(area << shift) | bits << shift;
    }
    if shift > 64 - 9
        && let Some(next) = row.get_mut(word + 1)
    {
        *next = *next & !(area >> (64 - shift)) | bits >> (64 - shift);
    }
}

/// Fills the columns in pairs from the right, upwards and downwards in turn, around the function patterns.
fn place(rows: &mut [Line], columns: &mut [Line], function: &[Line], codewords: &[u8]) {
    let mut bits = Stream { bytes: codewords.iter(), byte: 0, mask: 0 };
    let mut upward = true;
    let mut right = u32::try_from(columns.len()).unwrap_or(0);
    while right > 1 {
        // The vertical timing pattern takes a whole column.
        right -= if right == 7 { 2 } else { 1 };
        for step in 0..3 {
            let word: u32 = if upward { 2 - step } else { step };
            let free =
                |x: u32| function.get(x as usize).and_then(|line| line.get(word as usize)).map_or(0, |taken| !taken);
            let (left_free, right_free) = (free(right - 1), free(right));
            let mut either = left_free | right_free;
            while either != 0 {
                let position = if upward { 63 - either.leading_zeros() } else { either.trailing_zeros() };
                let module = 1 << position;
                either ^= module;
                for (x, free) in [(right, right_free), (right - 1, left_free)] {
                    if free & module != 0 && bits.next() {
                        let y = 64 * word + position;
                        set_dark(rows, x, y);
                        set_dark(columns, y, x);
                    }
                }
            }
        }
        upward = !upward;
        right -= 1;
    }
}

/// The bits of the codewords, the most significant first, then zeros for the remainder.
struct Stream<'a> {
    bytes: core::slice::Iter<'a, u8>,
    byte: u8,
    mask: u8,
}

impl Stream<'_> {
    fn next(&mut self) -> bool {
        if self.mask == 0 {
            self.byte = self.bytes.next().copied().unwrap_or(0);
            self.mask = 0x80;
        }
        let bit = self.byte & self.mask != 0;
        self.mask >>= 1;
        bit
    }
}

/// Seven rows and a separator, and one row more where format information lies below.
const FINDER: [u64; 9] = [0x7F, 0x41, 0x5D, 0x5D, 0x5D, 0x41, 0x7F, 0, 0];

const ALIGNMENT: [u64; 5] = [0x1F, 0x11, 0x15, 0x11, 0x1F];
