//! What goes out: a value, or an `MfaError` that is thrown.

use super::Local;
use crate::Error;
use crate::base::{Wiped, json};
use alloc::{string::String, vec::Vec};
use core::cell::RefCell;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// Runs a binding. Its error becomes an `MfaError`.
pub(super) fn answer<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, JsValue> {
    work().map_err(thrown)
}

#[cold]
#[inline(never)]
fn thrown(error: Error) -> JsValue {
    refusal(error.line())
}

/// A value as JavaScript sees it. It goes as JSON text: one call, and a third of the size of making objects from here.
pub(super) fn typed<T: Tsify<JsType: JsCast> + json::Write>(value: &T) -> Result<Ts<T>, Error> {
    Ok(written(value).unchecked_into())
}

fn written(value: &dyn json::Write) -> JsValue {
    let text = Wiped::new(json::write(value));
    parse(&text, &Wiped::new(BYTES.take()))
}

/// A field of bytes: a `Uint8Array` instead of a list of numbers. The bytes go beside the text, one field after the other,
/// and their number stands in their place.
#[derive(Default)]
pub(super) struct Blob(pub(super) Vec<u8>);

impl json::Write for Blob {
    fn write(&self, to: &mut String) {
        BYTES.borrow_mut().extend_from_slice(&self.0);
        let size = self.0.len() as u64;
        to.push_str("{\"$\":");
        size.write(to);
        to.push('}');
    }
}

static BYTES: Local<RefCell<Vec<u8>>> = Local::new(RefCell::new(Vec::new()));

#[wasm_bindgen(raw_module = "../runtime/full/values.js")]
extern "C" {
    /// The `MfaError` of a line of the table of errors.
    fn refusal(line: &str) -> JsValue;

    fn parse(json: &str, bytes: &[u8]) -> JsValue;
}

#[wasm_bindgen(typescript_custom_section)]
const TIMESTAMP: &str = "/** Milliseconds since 1970. */\nexport type Timestamp = number;";
