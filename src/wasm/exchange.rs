//! The shared buffer: arguments in, an answer out.
//!
//! An argument is one byte for its [`kind`](Argument), then its content: eight bytes of a number, or a length of four
//! bytes and that many bytes; all little-endian. Arguments that were not written read as absent.
#![allow(unsafe_code)] // The arguments that JavaScript wrote are read as a slice, and refusing is an import.

use super::arena;
use crate::Error;
use crate::base::{MAX_SAFE_INTEGER, Timestamp};
use alloc::{vec, vec::Vec};
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use wasm_bindgen::prelude::wasm_bindgen;

/// Makes room for `size` bytes of arguments and says where.
#[wasm_bindgen]
pub fn begin(size: usize) -> usize {
    arena::wipe();
    let room = vec![0_u8; size].leak();
    let at = room.as_ptr() as usize;
    ARGUMENTS.at.store(at, Relaxed);
    ARGUMENTS.size.store(size, Relaxed);
    at
}

/// Where the address and the length of the answer stand, four bytes each.
#[wasm_bindgen]
pub fn answer() -> usize {
    &raw const ANSWER as usize
}

/// Wipes the arguments, the answer and everything in between.
#[wasm_bindgen]
pub fn end() {
    ARGUMENTS.size.store(0, Relaxed);
    arena::wipe();
}

/// Runs one function on the arguments and leaves its answer.
#[inline(never)]
pub(super) fn respond(function: fn(&mut Arguments<'_>) -> Vec<u8>) {
    let (at, size) = (ARGUMENTS.at.load(Relaxed), ARGUMENTS.size.load(Relaxed));
    // SAFETY: `begin` leaked exactly this block, and `end` sets its size to zero before it is wiped.
    let written = if size == 0 { &[] } else { unsafe { core::slice::from_raw_parts(at as *const u8, size) } };
    let answer = function(&mut Arguments(written)).leak();
    ANSWER.at.store(answer.as_ptr() as usize, Relaxed);
    ANSWER.size.store(answer.len(), Relaxed);
}

/// Leaves the wasm by a JavaScript exception, an `MfaError`: much smaller than handing errors through every binding.
/// Nothing is lost with the frames in between, because `end` wipes all memory and JavaScript resets the stack.
#[inline(never)]
pub(super) fn refuse(error: Error) -> ! {
    let line = error.line();
    // SAFETY: the import only reads the text, and throws.
    unsafe { throw(line.as_ptr(), line.len()) }
}

#[link(wasm_import_module = "edge-mfa")]
unsafe extern "C" {
    /// Throws an `MfaError` of a code, a space and a message.
    fn throw(at: *const u8, size: usize) -> !;
}

/// The good value, or an exception.
pub(super) trait OrThrow<T> {
    fn or_throw(self) -> T;
}

impl<T> OrThrow<T> for Result<T, Error> {
    fn or_throw(self) -> T {
        match self {
            Ok(value) => value,
            Err(error) => refuse(error),
        }
    }
}

#[repr(C)]
struct Span {
    at: AtomicUsize,
    size: AtomicUsize,
}

static ARGUMENTS: Span = Span { at: AtomicUsize::new(0), size: AtomicUsize::new(0) };
static ANSWER: Span = Span { at: AtomicUsize::new(0), size: AtomicUsize::new(0) };

/// One argument as JavaScript gave it.
#[derive(Clone, Copy)]
pub(super) enum Argument<'a> {
    /// `undefined`.
    Absent,
    /// A number, of any value.
    Number(f64),
    /// A well-formed string.
    Text(&'a str),
    /// A `Uint8Array`.
    Bytes(&'a [u8]),
    /// Anything else.
    Other,
}

/// The arguments, read in order.
pub(super) struct Arguments<'a>(&'a [u8]);

impl<'a> Arguments<'a> {
    pub(super) fn next(&mut self) -> Argument<'a> {
        match self.take(1) {
            [1] => Argument::Number(self.take(8).try_into().map_or(f64::NAN, f64::from_le_bytes)),
            [2] => core::str::from_utf8(self.counted()).map_or(Argument::Other, Argument::Text),
            [3] => Argument::Bytes(self.counted()),
            [4] => Argument::Other,
            _ => Argument::Absent,
        }
    }

    /// Reads over arguments that do not matter.
    pub(super) fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.next();
        }
    }

    /// A text, or `error` if it is anything else.
    pub(super) fn text(&mut self, error: Error) -> &'a str {
        match self.next() {
            Argument::Text(text) => text,
            _ => refuse(error),
        }
    }

    /// A text or nothing.
    pub(super) fn text_or(&mut self, default: &'a str, error: Error) -> &'a str {
        match self.next() {
            Argument::Absent => default,
            Argument::Text(text) => text,
            _ => refuse(error),
        }
    }

    /// A whole number from 0 to 2^53 − 1 or nothing.
    pub(super) fn whole(&mut self, error: Error) -> Option<u64> {
        match self.next() {
            Argument::Absent => None,
            Argument::Number(number) if floor(number) as f64 == number && floor(number) <= MAX_SAFE_INTEGER => {
                Some(floor(number))
            }
            _ => refuse(error),
        }
    }

    /// A whole number that fits 32 bits, or the default. Which of them are good the core knows.
    pub(super) fn small(&mut self, default: u32, error: Error) -> u32 {
        self.whole(error).map_or(default, |number| u32::try_from(number).unwrap_or(u32::MAX))
    }

    /// The same in eight bits.
    pub(super) fn tiny(&mut self, default: u8, error: Error) -> u8 {
        u8::try_from(self.small(default.into(), error)).unwrap_or(u8::MAX)
    }

    /// How many arguments of one kind follow, at most `most`.
    pub(super) fn count(&mut self, most: u32, error: Error) -> usize {
        let count = self.small(u32::MAX, error);
        if count > most { refuse(error) } else { count as usize }
    }

    /// Milliseconds since the epoch; fractions of them are dropped.
    pub(super) fn time(&mut self) -> Timestamp {
        match self.next() {
            Argument::Number(millis) if millis >= 0.0 => Timestamp::from_millis(floor(millis)).or_throw(),
            _ => refuse(Error::TimeInvalid),
        }
    }

    fn counted(&mut self) -> &'a [u8] {
        let length = self.take(4).try_into().map_or(0, u32::from_le_bytes);
        self.take(length as usize)
    }

    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at_checked(length).unwrap_or_default();
        self.0 = rest;
        taken
    }
}

/// Down to a whole number from 0 to 2^64 − 1; 0 for NaN.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // `as` saturates, which is what is wanted.
const fn floor(number: f64) -> u64 {
    number as u64
}
