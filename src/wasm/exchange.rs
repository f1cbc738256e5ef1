//! The shared buffer: arguments in, an answer out.
//!
//! An argument is one byte for its [`kind`](Argument), then its content: eight bytes of a number, or a length of four
//! bytes and that many bytes; all little-endian. Arguments that were not written read as absent.
#![allow(unsafe_code)] // One block: the arguments that JavaScript wrote are read as a slice.

use super::arena;
use crate::Error;
use crate::base::Timestamp;
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

/// Runs one function on the arguments. The answer is its result, or the code of an error, a space and its text; the
/// return value says which.
#[inline(never)]
pub(super) fn respond(function: fn(&mut Arguments<'_>) -> Result<Vec<u8>, Error>) -> bool {
    let (at, size) = (ARGUMENTS.at.load(Relaxed), ARGUMENTS.size.load(Relaxed));
    // SAFETY: `begin` leaked exactly this block, and `end` sets its size to zero before it is wiped.
    let written = if size == 0 { &[] } else { unsafe { core::slice::from_raw_parts(at as *const u8, size) } };
    let result = function(&mut Arguments(written));
    let answer = match &result {
        Ok(bytes) => bytes.as_slice(),
        Err(error) => error.line().as_bytes(),
    };
    ANSWER.at.store(answer.as_ptr() as usize, Relaxed);
    ANSWER.size.store(answer.len(), Relaxed);
    let good = result.is_ok();
    core::mem::forget(result); // the answer stays where it is until the next wipe
    good
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

    /// A text, or `error` if it is anything else.
    pub(super) fn text(&mut self, error: Error) -> Result<&'a str, Error> {
        match self.next() {
            Argument::Text(text) => Ok(text),
            _ => Err(error),
        }
    }

    /// A text or nothing.
    pub(super) fn text_or(&mut self, default: &'a str, error: Error) -> Result<&'a str, Error> {
        match self.next() {
            Argument::Absent => Ok(default),
            Argument::Text(text) => Ok(text),
            _ => Err(error),
        }
    }

    /// A whole number from 0 to `most` or nothing.
    pub(super) fn whole(&mut self, most: u64, error: Error) -> Result<Option<u64>, Error> {
        match self.next() {
            Argument::Absent => Ok(None),
            Argument::Number(number) => {
                let whole = floor(number);
                if whole as f64 == number && whole <= most { Ok(Some(whole)) } else { Err(error) }
            }
            _ => Err(error),
        }
    }

    /// A whole number that fits a `u8`, or the default.
    pub(super) fn small(&mut self, default: u8, error: Error) -> Result<u8, Error> {
        let number = self.whole(u8::MAX.into(), error)?;
        Ok(number.map_or(default, |number| number as u8))
    }

    /// Milliseconds since the epoch; fractions of them are dropped.
    pub(super) fn time(&mut self) -> Result<Timestamp, Error> {
        match self.next() {
            Argument::Number(millis) if millis >= 0.0 => Timestamp::from_millis(floor(millis)),
            _ => Err(Error::TimeInvalid),
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
