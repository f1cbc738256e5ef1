//! The symbol as words of bits: function patterns, codewords and masks (ISO/IEC 18004 sections 6.3, 7.7 and 7.8).

use alloc::vec::Vec;

use super::Level;
use super::version;

/// A symbol twice, as it is and then mirrored at its diagonal: what is a rule for columns is so a rule for rows.
///
/// Both are cut into strips, 60 modules wide and as high as the symbol; a strip has a word for each row, with some
/// empty rows around. 60 is a multiple of the 12 modules after which every mask repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Matrix {
    pub(super) size: u32,
    /// The words in a strip: a multiple of 12, the first four of them empty.
    pub(super) stride: usize,
    /// The x where the mirrored symbol begins.
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
    pub(super) fn new(version: u32, codewords: &[u8]) -> Self {
        let size = version::size(version);
        let stride = (size as usize + 15) / 12 * 12;
        let strips = size.div_ceil(60);
        let mut matrix = Self { size, stride, mirror: strips * 60, words: Vec::new() };
        for strip in 0..2 * strips + 1 {
            // Right of both symbols all is empty, too.
            let width = if strip < 2 * strips { (size - strip % strips * 60).min(60) } else { 0 };
            for row in 0..stride {
                let inside = if (4..size as usize + 4).contains(&row) { (1 << width) - 1 } else { 0 };
                matrix.words.push(Word { inside, fixed: 0, dark: 0 });
            }
        }
        matrix.draw_squares(3, 3, 4, 0b01011);
        matrix.draw_squares(size - 4, 3, 4, 0b01011);
        matrix.draw_squares(3, size - 4, 4, 0b01011);
        matrix.draw_alignment(version);
        // Which mask it names does not matter yet.
        matrix.draw_format_information(Level::default(), 0);
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

    /// Whether a module is dark, in bit 0, and fixed, in bit 1.
    pub(super) fn read(&self, x: u32, y: u32) -> u64 {
        let word = self.words.get(self.index(x, y)).copied().unwrap_or_default();
        if x.max(y) < self.size { word.dark >> (x % 60) & 1 | (word.fixed >> (x % 60) & 1) << 1 } else { 0 }
    }

    /// Sets a module, in both symbols, by the lowest bit of `dark`. Beyond the symbol nothing is set.
    fn put(&mut self, x: u32, y: u32, dark: u32, fixed: u32) {
        if x.max(y) >= self.size {
            return;
        }
        self.put_once(x, y, dark, fixed);
        self.put_once(self.mirror + y, x, dark, fixed);
    }

    fn put_once(&mut self, x: u32, y: u32, dark: u32, fixed: u32) {
        let (index, bit) = (self.index(x, y), 1 << (x % 60));
        if let Some(word) = self.words.get_mut(index) {
            word.fixed |= bit * u64::from(fixed);
            word.dark = word.dark & !bit | (bit * u64::from(dark & 1));
        }
    }

    /// Sets a fixed module and its mirror image.
    fn put_both(&mut self, x: u32, y: u32, dark: u32) {
        self.put(x, y, dark, 1);
        self.put(y, x, dark, 1);
    }

    /// Draws square rings up to `radius` around (x, y); `dark` has a bit for each, the innermost in the lowest bit.
    fn draw_squares(&mut self, x: u32, y: u32, radius: u32, dark: u32) {
        for across in 0..2 * radius + 1 {
            for down in 0..2 * radius + 1 {
                let ring = across.abs_diff(radius).max(down.abs_diff(radius));
                self.put((x + across).wrapping_sub(radius), (y + down).wrapping_sub(radius), dark >> ring, 1);
            }
        }
    }

    fn draw_alignment(&mut self, version: u32) {
        if version == 1 {
            return;
        }
        let gaps = version / 7 + 1;
        let step = (version * 8 + gaps * 3 + 8) / (gaps * 4) * 2;
        let centre = |index| {
            if index == 0 { 6 } else { version::size(version) - 7 - (gaps - index) * step }
        };
        for index in 0..(gaps + 1) * (gaps + 1) {
            let (x, y) = (centre(index / (gaps + 1)), centre(index % (gaps + 1)));
            // Three corners are taken by finder patterns.
            if self.read(x, y) < 2 {
                self.draw_squares(x, y, 2, 0b101);
            }
        }
    }

    /// Names the level and the mask (ISO/IEC 18004 section 7.9).
    pub(super) fn draw_format_information(&mut self, level: Level, mask: u32) {
        let bits = version::format_information(level, mask);
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
            if self.read(x, y) < 2 {
                let byte = codewords.get(at / 8).copied().unwrap_or(0);
                if byte >> (7 - at % 8) & 1 == 1 {
                    self.put(x, y, 1, 0);
                }
                at += 1;
            }
        }
    }

    /// Applies a mask, or takes it off (ISO/IEC 18004 section 7.8).
    pub(super) fn toggle_mask(&mut self, mask: u32) {
        let half = self.half();
        for (index, word) in self.words.iter_mut().enumerate() {
            let row = index % 12 + if index < half { 0 } else { 12 };
            let pattern = PATTERNS.get(mask as usize).and_then(|rows| rows.get(row)).copied().unwrap_or(0);
            word.dark ^= (u64::from(pattern) * EVERY_12) & word.inside & !word.fixed;
        }
    }
}

/// For each mask twelve rows of twelve modules, which repeat; then the same mirrored. They begin with the four empty
/// rows of a strip.
const PATTERNS: [[u16; 24]; 8] = patterns();

#[expect(clippy::indexing_slicing, reason = "runs in the compiler only, where a wrong index fails the build")]
const fn patterns() -> [[u16; 24]; 8] {
    let mut patterns = [[0; 24]; 8];
    let mut index = 0;
    while index < 8 * 12 * 12 {
        let (mask, row, column) = (index / 144, index / 12 % 12, index % 12);
        if covers(mask, row, column) {
            patterns[mask][(row + 4) % 12] |= 1 << column;
            patterns[mask][(column + 4) % 12 + 12] |= 1 << row;
        }
        index += 1;
    }
    patterns
}

/// ISO/IEC 18004 table 10.
const fn covers(mask: usize, row: usize, column: usize) -> bool {
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

const EVERY_12: u64 = 0x0001_0010_0100_1001;
