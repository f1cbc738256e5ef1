//! The limits that all drawings share.

use crate::base::{Error, Result, refuse};

pub(super) fn check(size: u32, margin: u32) -> Result<()> {
    if !(21..=10_000).contains(&size) {
        return refuse(Error::QrSize);
    }
    check_margin(margin)
}

pub(super) fn check_margin(margin: u32) -> Result<()> {
    if margin > 100 { refuse(Error::QrMargin) } else { Ok(()) }
}
