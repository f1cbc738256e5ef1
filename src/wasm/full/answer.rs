//! What goes out: a value, or an `MfaError` that is thrown.

use super::Local;
use crate::Error;
use crate::base::Wiped;
use alloc::vec::Vec;
use core::cell::RefCell;
use serde::{Serialize, Serializer};
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
pub(super) fn typed<T: Tsify<JsType: JsCast> + Serialize>(value: &T) -> Result<Ts<T>, Error> {
    let text = serde_json::to_string(value).map(Wiped::new).map_err(|_| Error::RecordMalformed)?;
    let bytes = Wiped::new(BYTES.take());
    Ok(parse(&text, &bytes).unchecked_into())
}

/// For a field of bytes: a `Uint8Array` instead of a list of numbers. The bytes go beside the text, one field after the
/// other, and their number stands in their place.
pub(super) fn bytes<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Place {
        #[serde(rename = "$")]
        size: usize,
    }
    BYTES.borrow_mut().extend_from_slice(bytes);
    Place { size: bytes.len() }.serialize(serializer)
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
