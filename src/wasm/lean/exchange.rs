//! The shared buffer: arguments in, an answer out.
//!
//! JavaScript writes a table of [`Argument`]s, and behind it the contents that they point at.
#![allow(unsafe_code)] // What JavaScript wrote is read as slices, and refusing is an import.

use super::{OPERATIONS, arena};
use crate::Error;
use crate::base::{MAX_SAFE_INTEGER, Thrown, Timestamp};
use alloc::{vec, vec::Vec};
use core::slice;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Makes room for a table of `count` arguments and for `size` bytes of contents; answers where.
#[unsafe(no_mangle)]
extern "C" fn begin(count: usize, size: usize) -> *const u64 {
    vec![0_u64; 2 * count + size.div_ceil(8)].leak().as_ptr()
}

/// Runs one of [`OPERATIONS`] on the arguments; answers where the address and the length of its answer stand.
#[unsafe(no_mangle)]
extern "C-unwind" fn run(operation: usize, table: *const Argument, count: usize) -> *const Answer {
    // SAFETY: `begin` leaked a block of at least so many arguments, aligned to eight bytes, in which any bits are valid.
    let table = unsafe { slice::from_raw_parts(table, count) };
    let answer = OPERATIONS.get(operation).map(|operation| operation(&mut Arguments(table.iter())).leak());
    let answer = answer.unwrap_or_default();
    ANSWER.at.store(answer.as_ptr() as usize, Relaxed);
    ANSWER.size.store(answer.len(), Relaxed);
    &ANSWER
}

/// Wipes the arguments, the answer and everything in between.
#[unsafe(no_mangle)]
extern "C" fn end() {
    arena::wipe();
}

/// From its arguments to what it answers.
pub(super) type Operation = fn(&mut Arguments<'_>) -> Vec<u8>;

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

#[repr(C)]
struct Answer {
    at: AtomicUsize,
    size: AtomicUsize,
}

static ANSWER: Answer = Answer { at: AtomicUsize::new(0), size: AtomicUsize::new(0) };

/// One argument as JavaScript gave it.
#[repr(C)]
pub(super) struct Argument {
    /// 0 is `undefined`, 1 a number, 2 a well-formed string in UTF-8, 3 a `Uint8Array`, 4 anything else.
    kind: u32,
    /// The length of the content, and of a number its lower half.
    size: u32,
    /// Where the content stands, or the number.
    number: f64,
}

impl Argument {
    pub(super) const fn is_absent(&self) -> bool {
        self.kind == 0
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        // SAFETY: `call.ts` writes a text with the platform's UTF-8 encoder only.
        (self.kind == 2).then(|| unsafe { core::str::from_utf8_unchecked(self.content()) })
    }

    pub(super) fn as_bytes(&self) -> Option<&[u8]> {
        (self.kind == 3).then(|| self.content())
    }

    pub(super) fn as_whole(&self) -> Option<u64> {
        let whole = floor(self.number);
        (self.kind == 1 && whole as f64 == self.number && whole <= MAX_SAFE_INTEGER).then_some(whole)
    }

    fn content(&self) -> &[u8] {
        // SAFETY: `call.ts` has written so many bytes there, behind the table, and nothing else does until the wipe.
        unsafe { slice::from_raw_parts(floor(self.number) as *const u8, self.size as usize) }
    }
}

/// The arguments, read in order. Defaults are JavaScript's, so that one that is absent is refused like any other.
pub(super) struct Arguments<'a>(slice::Iter<'a, Argument>);

impl<'a> Arguments<'a> {
    #[inline(never)]
    pub(super) fn next(&mut self) -> &'a Argument {
        self.0.next().unwrap_or(&Argument { kind: 0, size: 0, number: 0.0 })
    }

    /// Reads over arguments that do not matter.
    pub(super) fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.next();
        }
    }

    /// A text, or `error` if it is anything else.
    pub(super) fn text(&mut self, error: Error) -> &'a str {
        self.next().as_text().unwrap_or_else(|| refuse(error))
    }

    /// So many texts.
    #[inline(never)]
    pub(super) fn texts(&mut self, count: u32, error: Error) -> Vec<&'a str> {
        let mut texts = Vec::new();
        for _ in 0..count {
            texts.push(self.text(error));
        }
        texts
    }

    /// A typed code.
    pub(super) fn code(&mut self) -> &'a str {
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

    /// How many arguments of one kind follow, at most `most`.
    pub(super) fn count(&mut self, most: u32, error: Error) -> u32 {
        let count = self.small(error);
        if count > most { refuse(error) } else { count }
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
