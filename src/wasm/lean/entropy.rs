//! The platform's randomness, asked for in JavaScript: `getrandom` would do nothing else, by three functions more.
#![allow(unsafe_code)] // The import is foreign.

use crate::base::{Entropy, refuse};
use crate::{Error, Result};

#[link(wasm_import_module = "edge-mfa")]
unsafe extern "C" {
    /// Writes `size` random bytes from address `at`; false where there is no randomness.
    fn random(at: *mut u8, size: usize) -> bool;
}

/// The platform's randomness.
pub(super) struct System;

impl Entropy for System {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        // SAFETY: the slice is valid for writes of its length.
        if unsafe { random(bytes.as_mut_ptr(), bytes.len()) } { Ok(()) } else { refuse(Error::EntropyUnavailable) }
    }
}
