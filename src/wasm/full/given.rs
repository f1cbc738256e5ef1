//! What comes in: handles of JavaScript values, of which nothing is known before they are read.

use super::{Local, js};
use crate::base::json;
use crate::protect::Seeded;
use crate::{Error, Timestamp};
use alloc::{boxed::Box, string::String, vec, vec::Vec};
use core::cell::RefCell;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Should be a string.
    #[wasm_bindgen(typescript_type = "string")]
    pub type Text;

    /// Should be a string or `undefined`.
    #[wasm_bindgen(typescript_type = "string | undefined")]
    pub type Maybe;

    /// Should be a `Uint8Array`.
    #[wasm_bindgen(typescript_type = "Uint8Array")]
    pub type Bytes;

    /// Should be a `Uint8Array` or `undefined`.
    #[wasm_bindgen(typescript_type = "Uint8Array | undefined")]
    pub type MaybeBytes;

    /// Should be a number or `undefined`.
    #[wasm_bindgen(typescript_type = "number | undefined")]
    pub type MaybeNumber;

    /// Should be a number.
    #[wasm_bindgen(typescript_type = "number")]
    pub type Number;
}

impl Text {
    /// Well-formed text of 64 KiB at most, or `error`.
    pub(super) fn read(&self, error: Error) -> Result<String, Error> {
        text(self).ok_or(error)
    }
}

impl Maybe {
    /// As [`Text::read`] where there is one.
    pub(super) fn read(&self, error: Error) -> Result<Option<String>, Error> {
        if js::is_undefined(self) { Ok(None) } else { text(self).map(Some).ok_or(error) }
    }
}

/// Copied by way of a place that is always the same, which costs JavaScript less: a token comes with every request.
#[allow(unsafe_code)]
fn text(value: &JsValue) -> Option<String> {
    let mut place = PLACE.borrow_mut();
    let written = js::write(value, &mut *place);
    let bytes = match usize::try_from(written) {
        Ok(size) => {
            let bytes = place.get_mut(..size)?;
            let copy = bytes.to_vec();
            // Kept by the optimiser, as JavaScript knows the place.
            bytes.fill(0);
            copy
        }
        Err(_) => long_text(value, written)?,
    };
    // SAFETY: what `TextEncoder` has written is UTF-8, and it has not written more.
    Some(unsafe { String::from_utf8_unchecked(bytes) })
}

/// What finds no room there, of which `write` has answered the units in UTF-16.
#[cold]
fn long_text(value: &JsValue, written: i32) -> Option<Vec<u8>> {
    // A unit has three bytes at most. 1 is what no text is.
    let room = usize::try_from(-written).ok().filter(|units| *units > 1)? * 3;
    let mut bytes = vec![0; room];
    let written = js::write(value, &mut bytes);
    bytes.truncate(usize::try_from(written).ok()?);
    Some(bytes)
}

impl Bytes {
    /// A copy of 64 KiB at most, or `error`.
    pub(super) fn read(&self, error: Error) -> Result<Vec<u8>, Error> {
        content(self, error)
    }

    /// Randomness from a seed of 32 bytes. A seed serves one call only.
    pub(super) fn seed(&self) -> Result<Box<Seeded>, Error> {
        let bytes = self.read(Error::ContextInvalid)?;
        let seed = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| Error::ContextInvalid)?;
        Ok(Box::new(Seeded::new(seed)))
    }
}

impl MaybeBytes {
    /// As [`Bytes::read`] where there are any.
    pub(super) fn read(&self, error: Error) -> Result<Option<Vec<u8>>, Error> {
        if js::is_undefined(self) { Ok(None) } else { content(self, error).map(Some) }
    }
}

fn content(value: &JsValue, error: Error) -> Result<Vec<u8>, Error> {
    let size = usize::try_from(js::size(value)).map_err(|_| error)?;
    let mut bytes = vec![0; size];
    js::copy(value, &mut bytes);
    Ok(bytes)
}

impl Number {
    /// A whole number from 0 to 2^53 − 1, or `error`.
    pub(super) fn read(&self, error: Error) -> Result<u64, Error> {
        let number = js::number(self);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // `as` saturates, and that is compared.
        let whole = number as u64;
        if whole as f64 == number && number < 9_007_199_254_740_992.0 { Ok(whole) } else { Err(error) }
    }

    /// Milliseconds since 1970.
    pub(super) fn time(&self) -> Result<Timestamp, Error> {
        self.read(Error::TimeInvalid).and_then(Timestamp::from_millis)
    }
}

/// Reads over a value of the core; `undefined` leaves it as it is.
pub(super) fn optional(value: &JsValue, to: &mut dyn json::Read, error: Error) -> Result<(), Error> {
    if js::is_undefined(value) { Ok(()) } else { typed(value, to, error) }
}

fn typed(value: &JsValue, to: &mut dyn json::Read, error: Error) -> Result<(), Error> {
    json::read_over(&json(value, error)?, to).ok_or(error)
}

/// A value as JSON text, or `error` where it has none.
pub(super) fn json(value: &JsValue, error: Error) -> Result<String, Error> {
    js::stringify(value);
    text(value).ok_or(error)
}

/// For the types of the core.
pub(super) trait Read {
    /// Reads over a value, or `error` for one of another shape.
    fn read<T: Tsify<JsType = Self> + json::Read>(&self, to: &mut T, error: Error) -> Result<(), Error>;
}

// Not by serde-wasm-bindgen: it reads field by field, where a getter that throws leaves the wasm without cleaning up, an
// object that holds itself is read until the stack ends, and fields that do not exist are passed over.
impl<J: AsRef<JsValue>> Read for J {
    fn read<T: Tsify<JsType = Self> + json::Read>(&self, to: &mut T, error: Error) -> Result<(), Error> {
        typed(self.as_ref(), to, error)
    }
}

/// Where JavaScript writes texts. It is zeros in between.
static PLACE: Local<RefCell<[u8; PLACE_SIZE]>> = Local::new(RefCell::new([0; PLACE_SIZE]));

/// Bytes; enough for all but lists and passkeys.
const PLACE_SIZE: usize = 4096;
