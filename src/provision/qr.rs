//! QR codes (ISO/IEC 18004, Model 2): text in, a symbol of square modules out, drawn as SVG, PNG or terminal text.
//!
//! ```text
//! text ─► segment (numeric, alphanumeric, byte) ─► data codewords ─► reed_solomon (error correction, interleaving)
//!      ─► matrix (function patterns, placement, masks) ─► penalty (of eight masks the least) ─► svg | png | text
//! ```
//!
//! A symbol is kept as words of bits. The choice of the mask, which is most of the work of an encoder, compares and
//! counts 60 modules at once. All here trades speed that nobody misses for size in the WebAssembly.

mod color;
mod layout;
mod matrix;
mod penalty;
mod png;
mod reed_solomon;
mod segment;
mod svg;
mod text;
mod version;

pub use color::Color;
pub use png::PngOptions;
pub use segment::{Mode, Segment};
pub use svg::SvgOptions;

use alloc::vec::Vec;
use core::ops::Range;

use crate::base::{Error, Result, ensure, refuse};
use matrix::Matrix;
use version::Blocks;

/// How much of a damaged symbol can be restored (ISO/IEC 18004 section 6.5.1).
///
/// ```
/// use edge_mfa::qr::Level;
/// assert_eq!(Level::parse("Q"), Some(Level::Q));
/// assert_eq!(Level::default(), Level::M);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Level {
    /// About 7 % of the codewords.
    L,
    /// About 15 % of the codewords; the usual choice for a screen.
    #[default]
    M,
    /// About 25 % of the codewords.
    Q,
    /// About 30 % of the codewords.
    H,
}

impl Level {
    /// Reads `"L"`, `"M"`, `"Q"` or `"H"`; `None` for anything else.
    ///
    /// ```
    /// use edge_mfa::qr::Level;
    /// assert_eq!(Level::parse("H"), Some(Level::H));
    /// assert_eq!(Level::parse("high"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let [letter] = text.as_bytes() else { return None };
        match b"LMQH".iter().position(|known| known == letter)? {
            0 => Some(Self::L),
            1 => Some(Self::M),
            2 => Some(Self::Q),
            _ => Some(Self::H),
        }
    }
}

/// A symbol: 21 to 177 modules per side, dark or light, without the quiet zone.
///
/// ```
/// use edge_mfa::qr::{Level, Qr, SvgOptions};
/// let qr = Qr::encode("otpauth://totp/a?secret=JBSWY3DPEHPK3PXP", Level::M)?;
/// assert!(qr.svg(&SvgOptions::default())?.starts_with("<svg "));
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    version: u32,
    level: Level,
    mask: u32,
    codewords: Vec<u8>,
    matrix: Matrix,
}

impl Qr {
    /// Encodes text in the smallest version that holds it at this level.
    ///
    /// Digits, `A-Z` and ` $%*+-./:` are the cheap characters: a text of them is one numeric or alphanumeric segment,
    /// and of any other text the longest part of them, if it has 16 or more, is one between two of bytes. Bytes are
    /// UTF-8; when the text has a character outside ASCII, ECI 26 says so first (ISO/IEC 18004 section 7.4.2).
    /// The mask is the one with the lowest penalty (section 7.8.3).
    ///
    /// # Errors
    /// [`Error::QrTooLong`] when version 40 is too small: at level M, 5,596 digits, 3,391 alphanumeric characters
    /// or 2,331 bytes.
    ///
    /// ```
    /// use edge_mfa::qr::{Level, Qr};
    /// let qr = Qr::encode("HELLO WORLD", Level::Q)?;
    /// assert_eq!((qr.version(), qr.size()), (1, 21));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn encode(text: &str, level: Level) -> Result<Self> {
        let bytes = text.as_bytes();
        ensure(bytes.len() <= MOST_CHARACTERS, Error::QrTooLong)?;
        Self::build(bytes.iter().any(|byte| *byte > 127), &segment::choose(bytes), level, 1, 0..8)
    }

    /// Encodes the given segments, without ECI, in the smallest version from `min_version` on; of several, empty ones
    /// are left out.
    ///
    /// For tests and for whoever must reproduce a given symbol. `mask` forces a mask pattern reference, 0 to 7
    /// (its low three bits count); `None` chooses by penalty. `None` for the version starts at 1.
    ///
    /// # Errors
    /// [`Error::QrTooLong`] when no version from `min_version` to 40 holds the segments.
    ///
    /// ```
    /// use edge_mfa::qr::{Level, Mode, Qr, Segment};
    /// let digits = Segment::new(Mode::Numeric, b"01234567").ok_or("not digits")?;
    /// let qr = Qr::from_segments(&[digits], Level::M, None, Some(2))?; // the example of ISO/IEC 18004 Annex I
    /// assert_eq!((qr.version(), qr.mask()), (1, 2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_segments(
        segments: &[Segment<'_>],
        level: Level,
        min_version: Option<u8>,
        mask: Option<u8>,
    ) -> Result<Self> {
        let masks = mask.map_or(0..8, |mask| u32::from(mask & 7)..u32::from(mask & 7) + 1);
        Self::build(false, segments, level, min_version.unwrap_or(1).max(1).into(), masks)
    }

    fn build(eci: bool, segments: &[Segment<'_>], level: Level, min_version: u32, masks: Range<u32>) -> Result<Self> {
        for version in min_version..41 {
            let blocks = Blocks::new(version, level);
            if let Some(data) = segment::data_codewords(eci, segments, version, blocks.data_codewords()) {
                return Ok(Self::draw(version, level, reed_solomon::protect(&data, &blocks), masks));
            }
        }
        refuse(Error::QrTooLong)
    }

    fn draw(version: u32, level: Level, codewords: Vec<u8>, masks: Range<u32>) -> Self {
        let mut matrix = Matrix::new(version, &codewords);
        let mut best = (u32::MAX, 0);
        for mask in masks {
            matrix.toggle_mask(mask);
            matrix.draw_format_information(level, mask);
            best = best.min((penalty::twice(&matrix), mask));
            matrix.toggle_mask(mask);
        }
        matrix.toggle_mask(best.1);
        matrix.draw_format_information(level, best.1);
        Self { version, level, mask: best.1, codewords, matrix }
    }

    /// The version, 1 to 40: it gives the size (ISO/IEC 18004 section 6.3.1).
    ///
    /// ```
    /// use edge_mfa::qr::{Level, Qr};
    /// assert_eq!(Qr::encode("", Level::H)?.version(), 1);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub const fn version(&self) -> u8 {
        let [version, ..] = self.version.to_le_bytes();
        version
    }

    /// The error correction level that was asked for.
    ///
    /// ```
    /// use edge_mfa::qr::{Level, Qr};
    /// assert_eq!(Qr::encode("", Level::H)?.level(), Level::H);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub const fn level(&self) -> Level {
        self.level
    }

    /// The mask pattern reference, 0 to 7 (ISO/IEC 18004 table 10).
    ///
    /// ```
    /// use edge_mfa::qr::{Level, Qr};
    /// assert!(Qr::encode("", Level::H)?.mask() < 8);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub const fn mask(&self) -> u8 {
        let [mask, ..] = self.mask.to_le_bytes();
        mask
    }

    /// Modules per side, 21 to 177, without the quiet zone.
    ///
    /// ```
    /// use edge_mfa::qr::{Level, Qr};
    /// assert_eq!(Qr::encode("", Level::H)?.size(), 21);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub const fn size(&self) -> u32 {
        self.matrix.size
    }

    /// Whether the module in column `x` and row `y`, counted from the top left, is dark; all around is light.
    ///
    /// ```
    /// use edge_mfa::qr::{Level, Qr};
    /// let qr = Qr::encode("", Level::H)?;
    /// assert!(qr.is_dark(0, 0)); // the corner of a finder pattern
    /// assert!(!qr.is_dark(21, 0)); // the quiet zone
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn is_dark(&self, x: u32, y: u32) -> bool {
        self.matrix.read(x, y) % 2 == 1
    }

    /// The codewords in the order of placement: data and error correction, both interleaved
    /// (ISO/IEC 18004 section 7.6).
    ///
    /// ```
    /// use edge_mfa::qr::{Level, Qr};
    /// assert_eq!(Qr::encode("", Level::H)?.codewords().len(), 26);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn codewords(&self) -> &[u8] {
        &self.codewords
    }

    /// The penalty of the symbol, by which masks are compared: less is easier to scan (ISO/IEC 18004 section 7.8.3).
    ///
    /// Finder-like patterns count at the scale of one module, with light around the symbol.
    ///
    /// ```
    /// use edge_mfa::qr::{Level, Mode, Qr, Segment};
    /// let text = Segment::new(Mode::Byte, b"hello").ok_or("not bytes")?;
    /// let chosen = Qr::from_segments(&[text], Level::M, None, None)?;
    /// for mask in 0..8 {
    ///     assert!(chosen.penalty() <= Qr::from_segments(&[text], Level::M, None, Some(mask))?.penalty());
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn penalty(&self) -> u32 {
        penalty::twice(&self.matrix) / 2
    }
}

/// Digits in version 40-L, the most characters that any symbol holds.
const MOST_CHARACTERS: usize = 7089;
