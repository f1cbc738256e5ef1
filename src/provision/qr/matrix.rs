//! The symbol as words of bits: function patterns, codewords and masks (ISO/IEC 18004 sections 6.3, 7.7 and 7.8).

use alloc::vec;
use alloc::vec::Vec;
use core::iter::zip;

use super::Level;
use super::version;

/// A symbol twice, as it is and then mirrored at its diagonal: what is a rule for columns is so a rule for rows.
///
/// Both are cut into strips, 60 modules wide and as high as the symbol; a strip has a word for each row, with some
/// empty rows around. 60 is a multiple of the 12 modules after which every mask repeats.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Matrix {
    pub(super) size: u32,
    pub(super) stride: usize,
    mirror: u32,
    pub(super) words: Vec<Word>,
}

/// Up to 60 modules beside each other, the leftmost in the lowest bit. Beyond the symbol all is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    /// The modules of the symbol.
    pub(super) inside: u64,
    /// Those of them that belong to function patterns.
    pub(super) fixed: u64,
    pub(super) dark: u64,
}

impl Matrix {
    pub(super) fn new(version: u8, codewords: &[u8]) -> Self {
        let size = version::size(version);
        let mut matrix = Self {
            size,
            stride: (size as usize + 15) / 12 * 12,
            mirror: size.div_ceil(60) * 60,
            words: Vec::new(),
        };
        matrix.words = vec![Word::default(); 2 * matrix.half() + matrix.stride];
        for (x, y) in [(3, 3), (size - 4, 3), (3, size - 4)] {
            matrix.draw_squares(x, y, 4, 0b01011);
        }
        matrix.draw_alignment(version);
        matrix.draw_format_information(0);
        for position in 8..size - 8 {
            matrix.put_both(position, 6, position & 1 ^ 1);
        }
        if version > 6 {
            let bits = version::version_information(version);
            for index in 0..18 {
                matrix.put_both(index / 3, size - 11 + index % 3, bits >> index);
            }
        }
        matrix.place(codewords);
        matrix
    }

    /// The words in one of the two symbols.
    fn half(&self) -> usize {
        self.mirror as usize / 60 * self.stride
    }

    fn index(&self, x: u32, y: u32) -> usize {
        x as usize / 60 * self.stride + y as usize + 4
    }

    /// Whether a module is fixed, and whether it is dark.
    pub(super) fn read(&self, x: u32, y: u32) -> (bool, bool) {
        if x.max(y) >= self.size {
            return (false, false);
        }
        let word = self
            .words
            .get(self.index(x, y))
            .copied()
            .unwrap_or_default();
        (
            word.fixed >> (x % 60) & 1 == 1,
            word.dark >> (x % 60) & 1 == 1,
        )
    }

    /// Sets a module by the lowest bit of `dark`; one that is dark remains so.
    fn put(&mut self, x: u32, y: u32, dark: u32, fixed: u32) {
        if x.max(y) >= self.size {
            return;
        }
        for (x, y) in [(x, y), (self.mirror + y, x)] {
            let index = self.index(x, y);
            if let Some(word) = self.words.get_mut(index) {
                word.inside |= 1 << (x % 60);
                word.fixed |= u64::from(fixed) << (x % 60);
                word.dark |= u64::from(dark & 1) << (x % 60);
            }
        }
    }

    /// Sets a fixed module and its mirror image.
    fn put_both(&mut self, x: u32, y: u32, dark: u32) {
        self.put(x, y, dark, 1);
        self.put(y, x, dark, 1);
    }

    /// Draws square rings around (x, y); `dark` has a bit for each, the innermost in the lowest bit.
    fn draw_squares(&mut self, x: u32, y: u32, radius: u32, dark: u32) {
        for across in 0..=2 * radius {
            for down in 0..=2 * radius {
                let ring = across.abs_diff(radius).max(down.abs_diff(radius));
                self.put(
                    (x + across).wrapping_sub(radius),
                    (y + down).wrapping_sub(radius),
                    dark >> ring,
                    1,
                );
            }
        }
    }

    fn draw_alignment(&mut self, version: u8) {
        if version == 1 {
            return;
        }
        let gaps = u32::from(version / 7) + 1;
        let step = (u32::from(version) * 8 + gaps * 3 + 8) / (gaps * 4) * 2;
        let centre = |index| {
            if index == 0 {
                6
            } else {
                version::size(version) - 7 - (gaps - index) * step
            }
        };
        for index in 0..(gaps + 1) * (gaps + 1) {
            let (x, y) = (centre(index / (gaps + 1)), centre(index % (gaps + 1)));
            // Three corners are taken by finder patterns.
            if !self.read(x, y).0 {
                self.draw_squares(x, y, 2, 0b101);
            }
        }
    }

    fn draw_format_information(&mut self, bits: u32) {
        for index in 0..8 {
            let (near, far) = (index + index / 6, self.size - 1 - index);
            let (low, high) = (bits >> index, bits >> (14 - index));
            self.put(8, near, low, 1);
            self.put(far, 8, low, 1);
            self.put(near, 8, high, 1);
            self.put(8, far, high, 1);
        }
        self.put(8, self.size - 8, 1, 1);
    }

    /// Fills the columns in pairs from the right, upwards and downwards in turn, around the function patterns.
    fn place(&mut self, codewords: &[u8]) {
        let size = self.size;
        let mut at = 0;
        for step in 0..size * (size - 1) {
            let (pair, down) = (step / 2 / size, step / 2 % size);
            let x = size - 1 - 2 * pair - step % 2;
            // The vertical timing pattern takes a whole column.
            let x = if x < 7 { x - 1 } else { x };
            let y = if pair % 2 == 0 { size - 1 - down } else { down };
            if !self.read(x, y).0 {
                let byte = codewords.get(at / 8).copied().unwrap_or(0);
                self.put(x, y, u32::from(byte) >> (7 - at % 8), 0);
                at += 1;
            }
        }
    }

    /// The symbol under a mask, with the format information that names it (ISO/IEC 18004 sections 7.8 and 7.9).
    pub(super) fn masked(&self, level: Level, mask: u8) -> Self {
        let mut masked = self.clone();
        for (mirrored, words) in masked.words.chunks_mut(self.half()).enumerate() {
            let patterns: [u64; 12] = core::array::from_fn(|row| pattern(mask, row, mirrored == 1));
            for (word, pattern) in zip(words, patterns.iter().cycle()) {
                word.dark ^= pattern & word.inside & !word.fixed;
            }
        }
        masked.draw_format_information(version::format_information(level, mask));
        masked
    }
}

/// The modules that a mask inverts in a word.
fn pattern(mask: u8, index: usize, mirrored: bool) -> u64 {
    let y = index + 8;
    (0..12).fold(0, |word, x| {
        let covered = if mirrored {
            covers(mask, x, y)
        } else {
            covers(mask, y, x)
        };
        word | u64::from(covered) << x
    }) * 0x0001_0010_0100_1001
}

/// ISO/IEC 18004 table 10.
fn covers(mask: u8, row: usize, column: usize) -> bool {
    let (sum, product) = (row + column, row * column);
    let (value, modulus) = match mask {
        0 => (sum, 2),
        1 => (row, 2),
        2 => (column, 3),
        3 => (sum, 3),
        4 => (row / 2 + column / 3, 2),
        5 => (product, 6),
        6 => (product + product % 3, 2),
        _ => (sum + product % 3, 2),
    };
    value % modulus == 0
}
