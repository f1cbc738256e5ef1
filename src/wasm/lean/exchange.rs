//! What crosses: arguments in, an answer out.
//!
//! JavaScript writes what an argument points at into room that it asks for, and hands over the arguments one by one, the
//! last one first.
#![allow(unsafe_code)] // What JavaScript wrote is read as slices, and refusing is an import.

use super::{OPERATIONS, arena};
use crate::Error;
use crate::base::{MAX_SAFE_INTEGER, Thrown, Timestamp};
use alloc::{boxed::Box, vec, vec::Vec};
use core::slice;

/// Makes room for `size` bytes; answers where.
#[unsafe(no_mangle)]
extern "C" fn room(size: usize) -> *const u8 {
    vec![0; size].leak().as_ptr()
}

/// Takes an argument, and `next`, what an earlier call for the one after it has answered, or 0.
#[unsafe(no_mangle)]
extern "C" fn argument(next: Option<&'static Argument>, kind: u32, number: f64, size: usize) -> &'static Argument {
    Box::leak(Box::new(Argument { next, kind, number, size }))
}

/// Runs one of [`OPERATIONS`] on the arguments from the first on.
#[unsafe(no_mangle)]
extern "C-unwind" fn run(operation: usize, first: Option<&'static Argument>) {
    if let Some(operation) = OPERATIONS.get(operation) {
        let bytes = operation(&mut Arguments { rest: first });
        // SAFETY: the import only reads the bytes.
        unsafe { answer(bytes.as_ptr(), bytes.len()) }
    }
}

/// Wipes the arguments, the answer and everything in between.
#[unsafe(no_mangle)]
extern "C" fn end() {
    arena::wipe();
}

/// From its arguments to what it answers.
pub(super) type Operation = fn(&mut Arguments) -> Vec<u8>;

/// Leaves the wasm by a JavaScript exception, an `MfaError`: much smaller than handing errors through every binding.
/// Nothing is lost with the frames in between, because `end` wipes all memory and JavaScript resets the stack.
#[inline(never)]
pub(super) fn refuse(error: Error) -> ! {
    let line = error.line();
    // SAFETY: the import only reads the text, and throws.
    unsafe { throw(line.as_ptr(), line.len()) }
}

#[link(wasm_import_module = "edge-mfa")]
unsafe extern "C-unwind" {
    /// Takes the answer over.
    fn answer(at: *const u8, size: usize);
    /// Throws an `MfaError` from a line of the table of errors.
    fn throw(at: *const u8, size: usize) -> !;
}

/// The good value, or an exception.
pub(super) trait OrThrow<T> {
    fn or_throw(self) -> T;
}

impl<T, E: Into<Thrown>> OrThrow<T> for Result<T, E> {
    fn or_throw(self) -> T {
        let Ok(value) = self.map_err(E::into);
        value
    }
}

impl From<Error> for Thrown {
    #[inline(always)]
    fn from(error: Error) -> Self {
        refuse(error)
    }
}

/// One argument as JavaScript gave it.
#[repr(C)]
pub(super) struct Argument {
    next: Option<&'static Argument>,
    /// 0 is `undefined`, 1 a number, 2 a `Uint8Array`, 3 a well-formed string in UTF-8, 4 anything else.
    kind: u32,
    /// The number, or where the content stands.
    number: f64,
    /// The length of the content.
    size: usize,
}

impl Argument {
    pub(super) const fn is_absent(&self) -> bool {
        self.kind == 0
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        // SAFETY: `call.ts` writes a text with the platform's UTF-8 encoder only.
        (self.kind == 3).then(|| unsafe { core::str::from_utf8_unchecked(self.content()) })
    }

    pub(super) fn as_bytes(&self) -> Option<&[u8]> {
        (self.kind == 2).then(|| self.content())
    }

    pub(super) fn as_whole(&self) -> Option<u64> {
        let whole = floor(self.number);
        (self.kind == 1 && whole as f64 == self.number && whole <= MAX_SAFE_INTEGER).then_some(whole)
    }

    fn content(&self) -> &[u8] {
        // SAFETY: `call.ts` has written so many bytes there, and nothing else does until the wipe.
        unsafe { slice::from_raw_parts(floor(self.number) as *const u8, self.size) }
    }
}

/// The arguments, read in order. Defaults are JavaScript's, so that one that is absent is refused like any other.
pub(super) struct Arguments {
    rest: Option<&'static Argument>,
}

impl Arguments {
    #[inline(never)]
    pub(super) fn next(&mut self) -> &'static Argument {
        let argument = self.rest.unwrap_or(&Argument { next: None, kind: 0, number: 0.0, size: 0 });
        self.rest = argument.next;
        argument
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.rest.is_none()
    }

    /// Reads over arguments that do not matter.
    pub(super) fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.next();
        }
    }

    /// A text, or `error` if it is anything else.
    pub(super) fn text(&mut self, error: Error) -> &'static str {
        self.next().as_text().unwrap_or_else(|| refuse(error))
    }

    /// All that is left, which is texts, at most `most`.
    #[inline(never)]
    pub(super) fn texts(&mut self, most: usize, error: Error) -> Vec<&'static str> {
        let mut texts = Vec::new();
        while !self.is_empty() {
            if texts.len() == most {
                refuse(error);
            }
            texts.push(self.text(error));
        }
        texts
    }

    /// A typed code; empty where JavaScript left out what is no string.
    pub(super) fn code(&mut self) -> &'static str {
        self.next().as_text().unwrap_or_default()
    }

    /// A whole number from 0 to 2^53 − 1.
    pub(super) fn whole(&mut self, error: Error) -> u64 {
        self.next().as_whole().unwrap_or_else(|| refuse(error))
    }

    /// A whole number as far as 32 bits go. Which of them are good the core knows.
    pub(super) fn small(&mut self, error: Error) -> u32 {
        u32::try_from(self.whole(error)).unwrap_or(u32::MAX)
    }

    /// The same in eight bits.
    pub(super) fn tiny(&mut self, error: Error) -> u8 {
        u8::try_from(self.whole(error)).unwrap_or(u8::MAX)
    }

    /// Milliseconds since the epoch; fractions of them are dropped.
    pub(super) fn time(&mut self) -> Timestamp {
        match *self.next() {
            Argument { kind: 1, number, .. } if number >= 0.0 => Timestamp::from_millis(floor(number)).or_throw(),
            _ => refuse(Error::TimeInvalid),
        }
    }
}

/// Down to a whole number from 0 to 2^64 − 1; 0 for NaN.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // `as` saturates, which is what is wanted.
const fn floor(number: f64) -> u64 {
    number as u64
}
