//! What the version and the level determine: sizes, capacities, alignment positions, and the BCH-coded information.

use super::Level;

/// How a symbol's codewords are divided (ISO/IEC 18004 table 9).
pub(super) struct Blocks {
    /// Data and error correction codewords together.
    pub(super) total: usize,
    pub(super) count: usize,
    /// Error correction codewords in each block.
    pub(super) correction: usize,
}

impl Blocks {
    pub(super) fn new(version: u32, level: Level) -> Self {
        let entry = level as usize * 40 + version as usize - 1;
        let total = codewords(version);
        let correction = CORRECTION.get(entry).copied().map_or(1, usize::from);
        // Error correction takes about these parts, in 1024ths, of all codewords; rounded so, they give the standard's
        // numbers of blocks exactly.
        let (part, rounding) =
            [(203, 784), (379, 912), (559, 864), (671, 592)].get(level as usize).copied().unwrap_or_default();
        Self { total, count: (total * part / correction + rounding) / 1024, correction }
    }

    pub(super) fn data_codewords(&self) -> usize {
        self.total - self.count * self.correction
    }
}

/// Modules per side.
pub(super) const fn size(version: u32) -> u32 {
    17 + 4 * version
}

/// The 15 bits of level and mask, masked so that they are never all zero (ISO/IEC 18004 section 7.9).
pub(super) fn format_information(level: Level, mask: u32) -> u32 {
    let data = (level as u32 ^ 1) << 3 | mask;
    (data << 10 | remainder(data, 10, 0x537)) ^ 0x5412
}

/// The 18 bits of the version, present from version 7 on (ISO/IEC 18004 section 7.10).
pub(super) fn version_information(version: u32) -> u32 {
    version << 12 | remainder(version, 12, 0x1F25)
}

/// Of `data` · x^`degree` divided by the generator, over GF(2).
fn remainder(data: u32, degree: u32, generator: u32) -> u32 {
    (0..degree).fold(data, |rest, _| (rest << 1) ^ ((rest >> (degree - 1)) * generator))
}

/// All codewords of a symbol: its modules without the function patterns, in whole bytes.
fn codewords(version: u32) -> usize {
    let version = version as usize;
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
