//! The platform's randomness: a back end of `getrandom` that asks JavaScript.
#![allow(unsafe_code)] // The import is foreign, and `getrandom` defines its back end as an unsafe function.

use crate::base::Entropy;
use crate::{Error, Result};

#[link(wasm_import_module = "edge-mfa")]
unsafe extern "C" {
    /// Writes `size` random bytes from address `at`; false where there is no randomness.
    fn random(at: *mut u8, size: usize) -> bool;
}

/// # Safety
/// `at` must be valid for writes of `size` bytes, as `getrandom` promises.
#[unsafe(no_mangle)]
unsafe extern "Rust" fn __getrandom_v03_custom(at: *mut u8, size: usize) -> core::result::Result<(), getrandom::Error> {
    // SAFETY: passed on from the caller.
    if unsafe { random(at, size) } { Ok(()) } else { Err(getrandom::Error::UNSUPPORTED) }
}

/// The platform's randomness.
pub(super) struct System;

impl Entropy for System {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        Ok(getrandom::fill(bytes).map_err(|_| Error::EntropyUnavailable)?)
    }
}
