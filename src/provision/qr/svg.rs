//! A symbol as SVG: a plate, one path, and labels that cannot break out.

use alloc::string::String;

use super::color::Color;
use super::{Qr, layout};
use crate::base::{Result, decimal};

/// How to draw an SVG.
///
/// ```
/// use edge_mfa::qr::{Color, SvgOptions};
/// let options = SvgOptions { size: 200, dark: Color::parse("#123")?, title: Some("Scan me"), ..SvgOptions::default() };
/// assert_eq!(options.margin, 4);
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SvgOptions<'a> {
    /// Width and height in CSS pixels, 21 to 10,000; 300 by default.
    pub size: u32,
    /// The quiet zone in modules, 0 to 100; 4 by default, which is what ISO/IEC 18004 section 6.3.8 asks for.
    pub margin: u32,
    /// The colour of the dark modules; black by default.
    pub dark: Color,
    /// The colour of the plate below; white by default. It must be much lighter, by half of the full range.
    pub light: Color,
    /// The accessible name; `"QR code"` by default.
    pub title: Option<&'a str>,
    /// The accessible description, if any.
    pub description: Option<&'a str>,
}

impl Default for SvgOptions<'_> {
    fn default() -> Self {
        Self { size: 300, margin: 4, dark: Color::BLACK, light: Color::WHITE, title: None, description: None }
    }
}

impl Qr {
    /// Draws the symbol as one `<svg>` element.
    ///
    /// It brings its own plate and colours, so it stays readable on a dark page. Labels are escaped;
    /// control characters become spaces, and what
    /// else XML 1.0 cannot hold becomes U+FFFD.
    ///
    /// # Errors
    /// [`Error::QrSize`](crate::Error::QrSize) and [`Error::QrMargin`](crate::Error::QrMargin) when out of range, [`Error::QrContrast`](crate::Error::QrContrast) when a scanner would fail.
    ///
    /// ```
    /// use edge_mfa::qr::{Level, Qr, SvgOptions};
    /// let options = SvgOptions { title: Some("<script>"), ..SvgOptions::default() };
    /// let svg = Qr::encode("hello", Level::M)?.svg(&options)?;
    /// assert!(svg.contains("<title>&#60;script&#62;</title>"));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn svg(&self, options: &SvgOptions<'_>) -> Result<String> {
        layout::check(options.size, options.margin, options.dark, options.light)?;
        let side = self.size() + 2 * options.margin;
        let mut out = String::new();
        let mut push = |markup, number: u32| decimal::push_named(&mut out, markup, number.into());
        push("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", side);
        push(" ", side);
        push("\" width=\"", options.size);
        push("\" height=\"", options.size);
        out.push_str("\" role=\"img\" shape-rendering=\"crispEdges\"><title>");
        write_escaped(&mut out, options.title.unwrap_or("QR code"));
        out.push_str("</title>");
        if let Some(description) = options.description {
            out.push_str("<desc>");
            write_escaped(&mut out, description);
            out.push_str("</desc>");
        }
        out.push_str("<rect width=\"100%\" height=\"100%\" fill=\"");
        options.light.write(&mut out);
        out.push_str("\"/><path stroke=\"");
        options.dark.write(&mut out);
        out.push_str("\" d=\"");
        self.write_path(&mut out, options.margin);
        out.push_str("\"/></svg>");
        Ok(out)
    }

    /// Every run of dark modules in a row as a line, one module thick: absolute where a row begins, then relative.
    fn write_path(&self, out: &mut String, margin: u32) {
        for y in 0..self.size() {
            // Where the pen is, and where the run at hand began.
            let (mut pen, mut start) = (0, 0);
            for x in 0..self.size() + 1 {
                if self.is_dark(x, y) {
                    continue;
                }
                if start < x {
                    let (gap, width) = (start - pen, x - start);
                    let mut push = |command, number: u32| decimal::push_named(out, command, number.into());
                    if pen > 0 {
                        push("m", gap);
                        push(" 0h", width);
                    } else {
                        push("M", start + margin);
                        push(" ", y + margin);
                        push(".5h", width);
                    }
                    pen = x;
                }
                start = x + 1;
            }
        }
    }
}

/// Text that ends no element and no attribute.
fn write_escaped(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' | '<' | '>' | '"' | '\'' => {
                decimal::push_named(out, "&#", character.into());
                out.push(';');
            }
            ..' ' => out.push(' '),
            '\u{fffe}'.. if character <= '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
}
