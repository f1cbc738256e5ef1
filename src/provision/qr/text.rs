//! A symbol as text for a terminal.

use alloc::string::String;

use super::{Qr, layout};
use crate::base::Result;

impl Qr {
    /// Draws the symbol with half blocks, two rows of modules in a line, each line ended by `\n`.
    ///
    /// Light modules are drawn and dark ones left out, which is right on a dark terminal; many scanners read the
    /// negative on a light one too, but not all. `margin` is the quiet zone in modules, at most 100;
    /// 4 is standard, and 2 is enough for phones.
    ///
    /// # Errors
    /// [`Error::QrMargin`](crate::Error::QrMargin) when out of range.
    ///
    /// ```
    /// use edge_mfa::qr::{Level, Qr};
    /// let text = Qr::encode("hello", Level::M)?.text(2)?;
    /// assert_eq!(text.lines().count(), 13); // (21 + 2 · 2) / 2, rounded up
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn text(&self, margin: u32) -> Result<String> {
        layout::check_margin(margin)?;
        let side = self.size() + 2 * margin;
        // Beyond the last row nothing is drawn. Left of the margin, numbers wrap to far outside, which is light.
        let light = |x: u32, y: u32| y < side && !self.is_dark(x.wrapping_sub(margin), y.wrapping_sub(margin));
        let mut text = String::new();
        for y in (0..side).step_by(2) {
            for x in 0..side {
                text.push_str(match (light(x, y), light(x, y + 1)) {
                    (true, true) => "█",
                    (true, false) => "▀",
                    (false, true) => "▄",
                    (false, false) => " ",
                });
            }
            text.push('\n');
        }
        Ok(text)
    }
}
