//! The two colours of a drawn symbol.

use alloc::string::String;

use crate::base::{Error, Result, big_endian, ensure, percent, refuse};

/// An opaque sRGB colour.
///
/// It is only ever three numbers, so a colour cannot carry markup into an SVG.
///
/// ```
/// use edge_mfa::qr::Color;
/// assert_eq!(Color::parse("#F80")?, Color::parse("#ff8800")?);
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Color(u32);

impl Color {
    /// `#000000`, the default of the dark modules.
    ///
    /// ```
    /// use edge_mfa::qr::Color;
    /// assert_eq!(Color::parse("#000"), Ok(Color::BLACK));
    /// ```
    pub const BLACK: Self = Self(0);

    /// `#ffffff`, the default of the light modules and the quiet zone.
    ///
    /// ```
    /// use edge_mfa::qr::Color;
    /// assert_eq!(Color::parse("#fff"), Ok(Color::WHITE));
    /// ```
    pub const WHITE: Self = Self(0xff_ff_ff);

    /// Reads `#rgb` or `#rrggbb`, in either case.
    ///
    /// # Errors
    /// [`Error::QrColor`] for anything else: names, functions and transparency are not taken.
    ///
    /// ```
    /// use edge_mfa::{Error, qr::Color};
    /// assert!(Color::parse("#1a2B3c").is_ok());
    /// assert_eq!(Color::parse("navy"), Err(Error::QrColor));
    /// ```
    pub fn parse(text: &str) -> Result<Self> {
        let Some((b'#', digits)) = text.as_bytes().split_first() else {
            return refuse(Error::QrColor);
        };
        ensure(digits.len() == 3 || digits.len() == 6, Error::QrColor)?;
        let mut number = 0;
        for index in 0..6 {
            let digit = digits.get(index * digits.len() / 6).and_then(|digit| char::from(*digit).to_digit(16));
            number = number << 4 | digit.ok_or(Error::QrColor)?;
        }
        Ok(Self(number))
    }

    pub(super) fn write(self, out: &mut String) {
        out.push('#');
        self.bytes().into_iter().for_each(|byte| percent::push_hex(out, byte, b'a'));
    }

    pub(super) fn bytes(self) -> [u8; 3] {
        let mut bytes = [0; 3];
        big_endian::write(u64::from(self.0) << 40, &mut bytes);
        bytes
    }

    /// The brightness that is seen, 0 to 255 (the luma of ITU-R BT.601).
    fn luma(self) -> u32 {
        let Self(number) = self;
        (77 * (number >> 16) + 150 * (number >> 8 & 0xff) + 29 * (number & 0xff)) >> 8
    }
}

/// Refuses colours that scanners cannot tell apart, and a light code on dark, which many do not read.
///
/// Half of the full range; ISO/IEC 15415 grades a symbol contrast of 55 % as good, 40 % as fair.
pub(super) fn check_contrast(dark: Color, light: Color) -> Result<()> {
    ensure(light.luma() >= dark.luma() + 128, Error::QrContrast)
}
