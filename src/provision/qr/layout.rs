//! The limits that all drawings share.

use core::ops::RangeInclusive;

use crate::base::Error;

pub(super) fn check(size: u32, margin: u32) -> Result<(), Error> {
    if !SIZES.contains(&size) {
        return Err(Error::QrSize);
    }
    if margin > WIDEST_MARGIN {
        return Err(Error::QrMargin);
    }
    Ok(())
}

/// Pixels per side.
const SIZES: RangeInclusive<u32> = 21..=10_000;

/// The widest quiet zone in modules.
pub(super) const WIDEST_MARGIN: u32 = 100;
