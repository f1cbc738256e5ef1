//! The limits that all drawings share.

use crate::base::Error;

pub(super) fn check(size: u32, margin: u32) -> Result<(), Error> {
    if !(21..=10_000).contains(&size) {
        return Err(Error::QrSize);
    }
    check_margin(margin)
}

pub(super) fn check_margin(margin: u32) -> Result<(), Error> {
    if margin > 100 { Err(Error::QrMargin) } else { Ok(()) }
}
