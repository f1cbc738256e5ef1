//! A symbol as SVG: a plate, one path, and labels that cannot break out.

use alloc::string::String;
use alloc::vec::Vec;

use super::color::{Color, check_contrast};
use super::matrix::Line;
use super::{Qr, layout};
use crate::base::Error;

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
    /// characters that XML 1.0 cannot hold become U+FFFD.
    ///
    /// # Errors
    /// [`Error::QrSize`] and [`Error::QrMargin`] when out of range, [`Error::QrContrast`] when a scanner would fail.
    ///
    /// ```
    /// use edge_mfa::qr::{Level, Qr, SvgOptions};
    /// let options = SvgOptions { title: Some("<script>"), ..SvgOptions::default() };
    /// let svg = Qr::encode("hello", Level::M)?.svg(&options)?;
    /// assert!(svg.contains("<title>&lt;script&gt;</title>"));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn svg(&self, options: &SvgOptions<'_>) -> Result<String, Error> {
        layout::check(options.size, options.margin)?;
        check_contrast(options.dark, options.light)?;
        let labels = options.title.map_or(0, str::len) + options.description.map_or(0, str::len);
        // A row has a run for every four modules; a run takes eleven bytes.
        let mut out = Vec::with_capacity(400 + 2 * labels + self.rows.len() * self.rows.len() * 3);
        for (markup, value) in TEMPLATE {
            out.extend_from_slice(markup.as_bytes());
            self.write_value(&mut out, options, *value);
        }
        Ok(String::from_utf8(out).unwrap_or_default())
    }

    fn write_value(&self, out: &mut Vec<u8>, options: &SvgOptions<'_>, value: Value) {
        match value {
            Value::Modules => write_number(out, self.size() + 2 * options.margin),
            Value::Size => write_number(out, options.size),
            Value::Title => write_escaped(out, options.title.unwrap_or("QR code")),
            Value::Description => {
                if let Some(description) = options.description {
                    out.extend_from_slice(b"<desc>");
                    write_escaped(out, description);
                    out.extend_from_slice(b"</desc>");
                }
            }
            Value::Light => options.light.write(out),
            Value::Dark => options.dark.write(out),
            Value::Path => write_path(out, &self.rows, options.margin),
            Value::End => {}
        }
    }
}

/// What follows a piece of markup.
#[derive(Clone, Copy)]
enum Value {
    Modules,
    Size,
    Title,
    Description,
    Light,
    Dark,
    Path,
    End,
}

const TEMPLATE: &[(&str, Value)] = &[
    ("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", Value::Modules),
    (" ", Value::Modules),
    ("\" width=\"", Value::Size),
    ("\" height=\"", Value::Size),
    ("\" role=\"img\" shape-rendering=\"crispEdges\"><title>", Value::Title),
    ("</title>", Value::Description),
    ("<rect width=\"", Value::Modules),
    ("\" height=\"", Value::Modules),
    ("\" fill=\"", Value::Light),
    ("\"/><path fill=\"", Value::Dark),
    ("\" d=\"", Value::Path),
    ("\"/></svg>", Value::End),
];

/// Every run of dark modules in a row as a rectangle: right, down, back; the fill closes it.
fn write_path(out: &mut Vec<u8>, rows: &[Line], margin: u32) {
    let mut path = Path { out, x: 0, y: 0, command: b'M' };
    for (y, row) in (margin..).zip(rows) {
        let mut start = None;
        let mut before = 0;
        for (first, word) in (margin..).step_by(64).zip(row) {
            // Where a module differs from the one before it, a run begins or ends.
            let mut edges = word ^ (word << 1 | before >> 63);
            before = *word;
            while edges != 0 {
                let x = first + edges.trailing_zeros();
                edges &= edges - 1;
                start = match start {
                    None => Some(x),
                    Some(start) => {
                        path.draw(start, y, x - start);
                        None
                    }
                };
            }
        }
    }
}

struct Path<'a> {
    out: &'a mut Vec<u8>,
    /// Where the pen is: below the left end of the run that was drawn last.
    x: u32,
    y: u32,
    command: u8,
}

impl Path<'_> {
    fn draw(&mut self, x: u32, y: u32, width: u32) {
        let across = x.wrapping_sub(self.x);
        if self.y == y + 1 && across < 10 && width < 10 {
            // Nine of ten runs, in one piece.
            let ([across, ..], [width, ..]) = ((across + 48).to_le_bytes(), (width + 48).to_le_bytes());
            self.out.extend_from_slice(&[b'm', across, b'-', b'1', b'h', width, b'v', b'1', b'h', b'-', width]);
        } else {
            self.out.push(self.command);
            self.write_difference(x, self.x);
            if y >= self.y {
                self.out.push(b' ');
            }
            self.write_difference(y, self.y);
            self.out.push(b'h');
            write_number(self.out, width);
            self.out.extend_from_slice(b"v1h-");
            write_number(self.out, width);
        }
        (self.x, self.y, self.command) = (x, y + 1, b'm');
    }

    fn write_difference(&mut self, to: u32, from: u32) {
        if to < from {
            self.out.push(b'-');
        }
        write_number(self.out, to.abs_diff(from));
    }
}

fn write_number(out: &mut Vec<u8>, number: u32) {
    if number >= 10 {
        write_number(out, number / 10);
    }
    let [digit, ..] = (number % 10).to_le_bytes();
    out.push(b'0' + digit);
}

/// Text that ends no element and no attribute. Bytes are enough: all that is special is ASCII, but for two characters.
fn write_escaped(out: &mut Vec<u8>, text: &str) {
    for byte in text.bytes() {
        let escape = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            b'\t' | b'\n' | b'\r' => " ",
            0..b' ' => "\u{FFFD}",
            // The last byte of U+FFFE and U+FFFF.
            0xBE.. if out.ends_with(b"\xEF\xBF") => {
                out.push(0xBD);
                continue;
            }
            _ => {
                out.push(byte);
                continue;
            }
        };
        out.extend_from_slice(escape.as_bytes());
    }
}
