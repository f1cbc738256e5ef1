//! What is asked of JavaScript; `pkg/src/runtime/full/values.ts` is the other side. A handle is a place in its list of the
//! values of a call: nothing here counts them or lets go of them. wasm-bindgen, which declares the exports, would do both, with
//! a list of its own in the wasm, and half as much JavaScript again.
#![allow(unsafe_code)] // The imports are foreign.

use wasm_bindgen::JsValue;
use wasm_bindgen::convert::{FromWasmAbi, IntoWasmAbi};

/// Writes a string as UTF-8; answers the number of bytes. −1 for anything but a well-formed string that is not too long for
/// every command; if there might not be room for it, minus the number of its UTF-16 units, of which there are two at least.
pub(super) fn write(value: &JsValue, to: &mut [u8]) -> i32 {
    // SAFETY: there is room for so many.
    unsafe { imported::write(value.into_abi(), to.as_mut_ptr(), to.len()) }
}

/// Puts a value's JSON in its place, or `undefined` where it has none.
pub(super) fn stringify(value: &JsValue) {
    imported::stringify(value.into_abi());
}

/// The number of bytes; −1 for anything but a `Uint8Array`, and for too many.
pub(super) fn size(value: &JsValue) -> i32 {
    imported::size(value.into_abi())
}

/// Writes the bytes of a `Uint8Array`.
pub(super) fn copy(value: &JsValue, to: &mut [u8]) {
    // SAFETY: JavaScript writes so many at most.
    unsafe { imported::copy(value.into_abi(), to.as_mut_ptr(), to.len()) }
}

/// NaN for what is no number.
pub(super) fn number(value: &JsValue) -> f64 {
    imported::number(value.into_abi())
}

pub(super) fn is_undefined(value: &JsValue) -> bool {
    imported::is_undefined(value.into_abi())
}

/// A number.
pub(super) fn hold(number: f64) -> JsValue {
    made(imported::hold(number))
}

/// A text.
pub(super) fn text(value: &str) -> JsValue {
    // SAFETY: JavaScript copies it.
    made(unsafe { imported::text(value.as_ptr(), value.len()) })
}

/// A `Uint8Array`.
pub(super) fn bytes(value: &[u8]) -> JsValue {
    // SAFETY: JavaScript copies it.
    made(unsafe { imported::bytes(value.as_ptr(), value.len()) })
}

/// A value from JSON, and from the bytes that belong to it: each `{ $: size }` in it stands for the next so many.
pub(super) fn parse(json: &str, bytes: &[u8]) -> JsValue {
    // SAFETY: JavaScript copies both.
    made(unsafe { imported::parse(json.as_ptr(), json.len(), bytes.as_ptr(), bytes.len()) })
}

/// The `MfaError` of a line of the table of errors.
pub(super) fn refusal(line: &str) -> JsValue {
    // SAFETY: JavaScript copies it.
    made(unsafe { imported::refusal(line.as_ptr(), line.len()) })
}

fn made(handle: u32) -> JsValue {
    // SAFETY: it is a handle, and JavaScript lets go of all of them when the call is over.
    unsafe { JsValue::from_abi(handle) }
}

mod imported {
    #[link(wasm_import_module = "edge-mfa")]
    unsafe extern "C" {
        pub(super) unsafe fn write(value: u32, to: *mut u8, room: usize) -> i32;
        pub(super) safe fn stringify(value: u32);
        pub(super) safe fn size(value: u32) -> i32;
        pub(super) unsafe fn copy(value: u32, to: *mut u8, room: usize);
        pub(super) safe fn number(value: u32) -> f64;
        pub(super) safe fn is_undefined(value: u32) -> bool;
        pub(super) safe fn hold(number: f64) -> u32;
        pub(super) unsafe fn text(at: *const u8, size: usize) -> u32;
        pub(super) unsafe fn bytes(at: *const u8, size: usize) -> u32;
        pub(super) unsafe fn parse(at: *const u8, size: usize, bytes: *const u8, count: usize) -> u32;
        pub(super) unsafe fn refusal(at: *const u8, size: usize) -> u32;
    }
}
