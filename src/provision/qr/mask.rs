//! The eight masks, the format information that names them, and the penalty that chooses one
//! (ISO/IEC 18004 sections 7.8 and 7.9), all on whole lines.

use alloc::vec::Vec;
use core::iter::zip;

use super::Level;
use super::matrix::{Line, Matrix, set_dark};
use super::version;

/// A masked symbol in both directions.
pub(super) struct Masked {
    pub(super) rows: Vec<Line>,
    pub(super) columns: Vec<Line>,
}

/// The mask with the lowest penalty, the first of equals, and the rows under it.
pub(super) fn best(matrix: &Matrix, level: Level) -> (u8, Vec<Line>) {
    let mut best = (0, Vec::new());
    let mut least = u32::MAX;
    for mask in 0..8 {
        let Masked { rows, columns } = apply(matrix, level, mask);
        let penalty = penalty(&rows, &columns, least);
        if penalty < least {
            best = (mask, rows);
            least = penalty;
        }
    }
    best
}

/// The symbol under a mask, with its format information.
pub(super) fn apply(matrix: &Matrix, level: Level, mask: u8) -> Masked {
    let mut rows = invert(&matrix.rows, &matrix.function, &ROW_PATTERNS, mask);
    let mut columns = invert(&matrix.columns, &matrix.function, &COLUMN_PATTERNS, mask);
    let size = modules_per_side(&rows);
    let bits = version::format_information(level, mask);
    let mut set = |x, y| {
        set_dark(&mut rows, x, y);
        set_dark(&mut columns, y, x);
    };
    for index in (0..15).filter(|index| bits >> index & 1 == 1) {
        match index {
            0..6 => set(8, index),
            6..8 => set(8, index + 1),
            8 => set(7, 8),
            _ => set(14 - index, 8),
        }
        if index < 8 {
            set(size - 1 - index, 8);
        } else {
            set(8, size - 15 + index);
        }
    }
    set(8, size - 8);
    Masked { rows, columns }
}

/// The sum of the four rules; as soon as it is `limit` or more, it need not be exact.
pub(super) fn penalty(rows: &[Line], columns: &[Line], limit: u32) -> u32 {
    let size = modules_per_side(rows);
    let mut sum = balance(rows, size) + 3 * squares(rows, size);
    for line in rows.iter().chain(columns) {
        if sum >= limit {
            break;
        }
        for window in Window::all(size) {
            let modules = window.of(line);
            sum += runs(modules, window.pairs) + 40 * finders(modules);
        }
    }
    sum
}

fn modules_per_side(rows: &[Line]) -> u32 {
    u32::try_from(rows.len()).unwrap_or(0)
}

/// Inverts the modules that the pattern covers and no function pattern takes.
fn invert(lines: &[Line], function: &[Line], patterns: &[[u16; 12]; 8], mask: u8) -> Vec<Line> {
    let patterns = patterns.get(usize::from(mask)).map_or(&[][..], |patterns| patterns);
    let mut inverted = lines.to_vec();
    for ((line, taken), pattern) in zip(zip(&mut inverted, function), patterns.iter().cycle()) {
        let mut covered = u64::from(*pattern).wrapping_mul(EVERY_12);
        for (word, taken) in zip(line, taken) {
            *word ^= covered & !taken;
            // 64 = 5 · 12 + 4: the next word starts four modules further on in the pattern.
            covered = covered >> 4 | covered >> 4 << 60;
        }
    }
    inverted
}

/// A part of a line: 50 modules that are counted, between four that come before and ten that come after them.
struct Window {
    index: u32,
    /// Where a counted module and the next one both lie in the symbol.
    pairs: u64,
}

impl Window {
    fn all(size: u32) -> impl Iterator<Item = Self> {
        (0..size.div_ceil(50)).map(move |index| {
            let inside = size - 1 - 50 * index;
            let end = !u64::MAX.checked_shl(inside + 4).unwrap_or(0);
            // Nothing comes before the first module.
            Self { index, pairs: if index == 0 { end & !0xF } else { end } }
        })
    }

    fn of(&self, [a, b, c]: &Line) -> u64 {
        match self.index {
            0 => a << 4,
            1 => a >> 46 | b << 18,
            2 => b >> 32 | c << 32,
            _ => c >> 18,
        }
    }
}

/// Rule 1: 3 for each run of five modules of one colour, and 1 for each module more.
fn runs(modules: u64, pairs: u64) -> u32 {
    let equal = !(modules ^ modules >> 1) & pairs;
    let five = equal & equal >> 1 & equal >> 2 & equal >> 3;
    let starts = five & !(five << 1);
    (five & COUNTED).count_ones() + 2 * (starts & COUNTED).count_ones()
}

/// Rule 2: squares of 2 × 2 modules of one colour, overlapping or not.
fn squares(rows: &[Line], size: u32) -> u32 {
    let mut count = 0;
    for (upper, lower) in zip(rows, rows.iter().skip(1)) {
        for window in Window::all(size) {
            let (a, b) = (window.of(upper), window.of(lower));
            let unequal = a ^ a >> 1 | b ^ b >> 1 | a ^ b;
            count += (!unequal & window.pairs & COUNTED).count_ones();
        }
    }
    count
}

/// Rule 3: dark and light as 1:1:3:1:1 beside four light modules; it counts twice when they are on both sides.
fn finders(modules: u64) -> u32 {
    let next = |distance: u32| modules >> distance;
    let back = |distance: u32| modules << distance;
    let dark = modules & next(2) & next(3) & next(4) & next(6);
    let light = back(1) | next(1) | next(5) | next(7);
    let core = dark & !light & COUNTED;
    if core == 0 {
        return 0;
    }
    let before = back(2) | back(3) | back(4);
    let after = next(8) | next(9) | next(10);
    (core & !before).count_ones() + (core & !after).count_ones()
}

/// Rule 4: 10 for each whole 5 % by which the dark modules miss a half.
fn balance(rows: &[Line], size: u32) -> u32 {
    let dark: u32 = rows.iter().flatten().map(|word| word.count_ones()).sum();
    let total = (size * size).max(1);
    let excess = (20 * dark).abs_diff(10 * total);
    10 * (excess.div_ceil(total).saturating_sub(1))
}

const EVERY_12: u64 = 0x1001_0010_0100_1001;

/// The counted modules of a window.
const COUNTED: u64 = ((1 << 50) - 1) << 4;

/// For each mask: rows 0 to 11, after which all of them repeat, module 0 in the lowest bit.
const ROW_PATTERNS: [[u16; 12]; 8] = patterns(false);

/// The same with columns for rows.
const COLUMN_PATTERNS: [[u16; 12]; 8] = patterns(true);

#[expect(clippy::indexing_slicing, reason = "runs in the compiler only, where a wrong index fails the build")]
const fn patterns(transposed: bool) -> [[u16; 12]; 8] {
    let mut patterns = [[0; 12]; 8];
    let mut index = 0;
    while index < 8 * 12 * 12 {
        let (mask, line, module) = (index / 144, index / 12 % 12, index % 12);
        let (row, column) = if transposed { (module, line) } else { (line, module) };
        if covers(mask, row, column) {
            patterns[mask][line] |= 1 << module;
        }
        index += 1;
    }
    patterns
}

/// ISO/IEC 18004 table 10.
const fn covers(mask: usize, row: usize, column: usize) -> bool {
    let product = row * column;
    0 == match mask {
        0 => (row + column) % 2,
        1 => row % 2,
        2 => column % 3,
        3 => (row + column) % 3,
        4 => (row / 2 + column / 3) % 2,
        5 => product % 2 + product % 3,
        6 => (product % 2 + product % 3) % 2,
        _ => ((row + column) % 2 + product % 3) % 2,
    }
}
