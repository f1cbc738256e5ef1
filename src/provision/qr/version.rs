//! What the version and the level determine: sizes, capacities, alignment positions, and the BCH-coded information.

use super::Level;

/// The versions that share the widths of the character counts (ISO/IEC 18004 table 3).
pub(super) const RANGES: [(u8, u8); 3] = [(1, 9), (10, 26), (27, 40)];

/// How a symbol's codewords are divided (ISO/IEC 18004 table 9).
pub(super) struct Blocks {
    /// Data and error correction codewords together.
    pub(super) total: usize,
    pub(super) count: usize,
    /// Error correction codewords in each block.
    pub(super) correction: usize,
}

impl Blocks {
    pub(super) fn new(version: u8, level: Level) -> Self {
        let entry = level as usize * 40 + usize::from(version) - 1;
        let look_up = |table: &[u8; 160]| table.get(entry).copied().map_or(1, usize::from);
        Self { total: codewords(version), count: look_up(BLOCKS), correction: look_up(CORRECTION) }
    }

    pub(super) fn data_codewords(&self) -> usize {
        self.total - self.count * self.correction
    }
}

/// Modules per side.
pub(super) const fn size(version: u8) -> u32 {
    17 + 4 * version as u32
}

/// The centres of the alignment patterns in either direction, ascending (ISO/IEC 18004 annex E).
pub(super) fn alignment(version: u8) -> impl Iterator<Item = u32> {
    let gaps = u32::from(version / 7) + 1;
    let step = (u32::from(version) * 8 + gaps * 3 + 8) / (gaps * 4) * 2;
    let last = size(version) - 7;
    let count = if version == 1 { 0 } else { gaps + 1 };
    (0..count).map(move |index| if index == 0 { 6 } else { last - (gaps - index) * step })
}

/// The 15 bits of level and mask, masked so that they are never all zero (ISO/IEC 18004 section 7.9).
pub(super) fn format_information(level: Level, mask: u8) -> u32 {
    let data = (level as u32 ^ 1) << 3 | u32::from(mask);
    (data << 10 | remainder(data, 10, 0x537)) ^ 0x5412
}

/// The 18 bits of the version, present from version 7 on (ISO/IEC 18004 section 7.10).
pub(super) fn version_information(version: u8) -> u32 {
    let data = u32::from(version);
    data << 12 | remainder(data, 12, 0x1F25)
}

/// Of `data` · x^`degree` divided by the generator, over GF(2).
fn remainder(data: u32, degree: u32, generator: u32) -> u32 {
    (0..degree).fold(data, |rest, _| (rest << 1) ^ ((rest >> (degree - 1)) * generator))
}

/// All codewords of a symbol: its modules without the function patterns, in whole bytes.
fn codewords(version: u8) -> usize {
    let version = usize::from(version);
    let mut modules = (16 * version + 128) * version + 64;
    if version >= 2 {
        let alignments = version / 7 + 2;
        modules -= (25 * alignments - 10) * alignments - 55;
    }
    if version >= 7 {
        modules -= 36;
    }
    modules / 8
}

/// Error correction codewords per block: 40 versions for each of L, M, Q, H.
const CORRECTION: &[u8; 160] = &[
    7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, // L
    28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, //
    10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, // M
    26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, //
    13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, // Q
    28, 30, 30, 30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, //
    17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, // H
    30, 24, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, //
];

/// Blocks: 40 versions for each of L, M, Q, H.
const BLOCKS: &[u8; 160] = &[
    1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, // L
    8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25, //
    1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, // M
    17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49, //
    1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, // Q
    23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68, //
    1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, // H
    25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81, //
];
