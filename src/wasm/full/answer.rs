//! What goes out: a value, or an `MfaError` that is thrown.

use super::{Local, Maybe, MaybeBytes, MaybeNumber, Number, Text, js};
use crate::Error;
use crate::base::json;
use alloc::{string::String, vec::Vec};
use core::cell::RefCell;
use core::marker::PhantomData;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// Runs a binding. Its error becomes an `MfaError`, which JavaScript throws instead of answering it (`link.ts`).
pub(super) fn answer<T: Answer>(work: impl FnOnce() -> Result<T, Error>) -> T::As {
    let answer = match work() {
        Ok(answer) => answer.value(),
        Err(error) => refused(error),
    };
    answer.unchecked_into()
}

#[inline(never)]
fn refused(error: Error) -> JsValue {
    js::refusal(error.line())
}

/// What a binding may answer.
pub(super) trait Answer {
    /// As what JavaScript sees it.
    type As: JsCast;

    fn value(self) -> JsValue;
}

impl Answer for String {
    type As = Text;

    fn value(self) -> JsValue {
        js::text(&self)
    }
}

impl Answer for Option<String> {
    type As = Maybe;

    fn value(self) -> JsValue {
        self.map_or(JsValue::UNDEFINED, String::value)
    }
}

impl Answer for Option<Vec<u8>> {
    type As = MaybeBytes;

    fn value(self) -> JsValue {
        self.map_or(JsValue::UNDEFINED, |content| js::bytes(&content))
    }
}

impl Answer for u32 {
    type As = Number;

    fn value(self) -> JsValue {
        js::hold(self.into())
    }
}

impl Answer for Option<f64> {
    type As = MaybeNumber;

    fn value(self) -> JsValue {
        self.map_or(JsValue::UNDEFINED, js::hold)
    }
}

/// A value of the core.
pub(super) struct Typed<T>(JsValue, PhantomData<T>);

impl<T: JsCast> Answer for Typed<T> {
    type As = T;

    fn value(self) -> JsValue {
        self.0
    }
}

/// A value as JavaScript sees it. It goes as JSON text: one call, and a third of the size of making objects from here.
pub(super) fn typed<T: Tsify + json::Write>(value: &T) -> Result<Typed<Ts<T>>, Error> {
    Ok(Typed(written(value), PhantomData))
}

fn written(value: &dyn json::Write) -> JsValue {
    let text = json::write(value);
    js::parse(&text, &BYTES.take())
}

/// A field that is JSON text already.
#[derive(Default)]
pub(super) struct Written(pub(super) String);

impl json::Write for Written {
    fn write(&self, to: &mut String) {
        to.push_str(&self.0);
    }
}

/// A field of bytes: a `Uint8Array` instead of a list of numbers. The bytes go beside the text, one field after the other,
/// and their number stands in their place.
pub(super) struct Blob<'a>(pub(super) &'a [u8]);

impl json::Write for Blob<'_> {
    fn write(&self, to: &mut String) {
        BYTES.borrow_mut().extend_from_slice(self.0);
        let size = self.0.len() as u64;
        to.push_str("{\"$\":");
        size.write(to);
        to.push('}');
    }
}

static BYTES: Local<RefCell<Vec<u8>>> = Local::new(RefCell::new(Vec::new()));

#[wasm_bindgen(typescript_custom_section)]
const TIMESTAMP: &str = "/** Milliseconds since 1970. */\nexport type Timestamp = number;";
