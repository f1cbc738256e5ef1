//! A symbol as PNG: one bit per pixel, two colours (ISO/IEC 15948).

use alloc::vec::Vec;

use super::color::Color;
use super::{Qr, layout};
use crate::base::{Error, Result, big_endian, ensure};

/// How to draw a PNG.
///
/// ```
/// use edge_mfa::qr::PngOptions;
/// let options = PngOptions { size: 512, ..PngOptions::default() };
/// assert_eq!(options.margin, 4);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PngOptions {
    /// Width and height in pixels, up to 4,000, at least one for each module and margin; 300 by default.
    pub size: u32,
    /// The least quiet zone in modules, 0 to 100; 4 by default.
    pub margin: u32,
    /// The colour of the dark modules; black by default.
    pub dark: Color,
    /// The colour of the light modules; white by default. It must be much lighter, by half of the full range.
    pub light: Color,
}

impl Default for PngOptions {
    fn default() -> Self {
        Self { size: 300, margin: 4, dark: Color::BLACK, light: Color::WHITE }
    }
}

impl Qr {
    /// Draws the symbol as a PNG file of exactly `size` × `size` pixels, not compressed: a byte for eight pixels.
    ///
    /// A module is a square of whole pixels, as large as fits with the margin; what is left over widens the quiet
    /// zone evenly.
    ///
    /// # Errors
    /// [`Error::QrSize`] and [`Error::QrMargin`] when out of range or too small for the modules,
    /// [`Error::QrContrast`] when a scanner would fail.
    ///
    /// ```
    /// use edge_mfa::qr::{Level, PngOptions, Qr};
    /// let png = Qr::encode("hello", Level::M)?.png(&PngOptions::default())?;
    /// assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn png(&self, options: &PngOptions) -> Result<Vec<u8>> {
        layout::check(options.size, options.margin, options.dark, options.light)?;
        let scale = options.size / (self.size() + 2 * options.margin);
        ensure(scale > 0 && options.size <= LARGEST, Error::QrSize)?;
        let mut header = Vec::new();
        push_word(&mut header, options.size);
        push_word(&mut header, options.size);
        header.extend_from_slice(&[1, 3, 0, 0, 0]);
        let palette = [options.light.bytes(), options.dark.bytes()];
        let mut file = SIGNATURE.to_vec();
        write_chunk(&mut file, b"IHDR", &header);
        write_chunk(&mut file, b"PLTE", palette.as_flattened());
        write_chunk(&mut file, b"IDAT", &self.image(options.size, scale));
        write_chunk(&mut file, b"IEND", &[]);
        Ok(file)
    }

    /// The scan lines as zlib (RFC 1950) in stored blocks (RFC 1951 section 3.2.4): at one bit per pixel they are small,
    /// and compression would take more code than it is worth in a page.
    fn image(&self, size: u32, scale: u32) -> Vec<u8> {
        let border = (size - self.size() * scale) / 2;
        // Before the border, numbers wrap to far outside, which is light.
        let module = |position: u32| position.wrapping_sub(border) / scale;
        let mut lines = Vec::new();
        let width = size.div_ceil(8) as usize + 1;
        for y in 0..size {
            // A line like the one before, unless a row of modules begins.
            if y > 0 && module(y) == module(y - 1) {
                lines.extend_from_within(lines.len() - width..);
                continue;
            }
            lines.push(0);
            for first in (0..size).step_by(8) {
                lines.push(
                    (first..first + 8).fold(0, |byte, x| byte << 1 | u8::from(self.is_dark(module(x), module(y)))),
                );
            }
        }
        let mut zlib = [0x78, 0x01].to_vec();
        let mut sums = (1, 0);
        for block in lines.chunks(0xFFFF) {
            let length = u32::try_from(block.len()).unwrap_or(0);
            zlib.push(0);
            zlib.extend_from_slice(&(length | !length << 16).to_le_bytes());
            zlib.extend_from_slice(block);
        }
        for byte in lines {
            sums.0 = (sums.0 + u32::from(byte)) % 65_521;
            sums.1 = (sums.0 + sums.1) % 65_521;
        }
        // The last block is empty.
        zlib.extend_from_slice(&[1, 0, 0, 0xFF, 0xFF]);
        push_word(&mut zlib, sums.1 << 16 | sums.0);
        zlib
    }
}

fn write_chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    push_word(file, u32::try_from(data.len()).unwrap_or(0));
    let start = file.len();
    file.extend_from_slice(kind);
    file.extend_from_slice(data);
    let checksum = !file.get(start..).unwrap_or_default().iter().fold(u32::MAX, crc);
    push_word(file, checksum);
}

fn push_word(to: &mut Vec<u8>, word: u32) {
    let mut bytes = [0; 4];
    big_endian::write(u64::from(word) << 32, &mut bytes);
    to.extend_from_slice(&bytes);
}

/// One byte of CRC-32 (ISO/IEC 15948 annex D).
fn crc(sum: u32, byte: &u8) -> u32 {
    (0..8).fold(sum ^ u32::from(*byte), |rest, _| (rest >> 1) ^ ((rest & 1) * 0xEDB8_8320))
}

/// Pixels per side; the file is not compressed, and takes some times its two megabytes to make.
const LARGEST: u32 = 4000;
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
