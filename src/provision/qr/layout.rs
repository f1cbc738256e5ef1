//! The limits that all drawings share.

use super::color::{Color, check_contrast};
use crate::base::{Error, Result, ensure};

pub(super) fn check(size: u32, margin: u32, dark: Color, light: Color) -> Result<()> {
    ensure((21..=10_000).contains(&size), Error::QrSize)?;
    check_margin(margin)?;
    check_contrast(dark, light)
}

pub(super) fn check_margin(margin: u32) -> Result<()> {
    ensure(margin <= 100, Error::QrMargin)
}
