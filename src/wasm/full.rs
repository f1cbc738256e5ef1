//! Bindings of the full build: typed values cross, and wasm-bindgen declares them to TypeScript.
//!
//! A binding is a function of what JavaScript gave, in one [`answer`]. It reads every argument into a type of the core
//! first, calls the core, and answers a text, a number, bytes or a typed value:
//!
//! ```text
//! /// What the policy gives up.
//! #[wasm_bindgen(js_name = policyCheck)]
//! pub fn policy_check(settings: &Ts<PolicySettings>) -> Ts<PolicyReport> {
//!     answer(|| {
//!         let policy = Policy::from_json(&json(settings, Error::PolicyInvalid)?)?;
//!         typed(&PolicyReport { weaknesses: policy.check(), policy })
//!     })
//! }
//! ```
//!
//! - In: [`Text`], [`Bytes`], [`Number`], [`Maybe`], [`MaybeBytes`], `&Ts<T>` for a `T` with `Tsify` and `json::Read`, and
//!   `&JsValue` for one that may be left out, see [`optional`]. All are handles, and nothing about them is believed before
//!   `read`: a value of any other shape is the `Error` that the binding names. A `String` or a `u32` as an argument would be
//!   converted before, loosely.
//! - Out: what is an [`Answer`](answer::Answer), as a handle. A `Result` would be a list for JavaScript, and a
//!   `String` an address in memory that is wiped by then: an error is answered as the `MfaError` that it is, and `link.ts`
//!   throws it.
//! - A `T` is read from JSON text by [`readable`](crate::base::json); absent is `undefined` or left out, `null` is refused. Numbers
//!   in it are whole, and may be `u64`. Its bytes go beside it as an argument of their own, and in an answer they are
//!   a [`Blob`] with `#[tsify(type = "Uint8Array")]`. An enum is one of a text and an object
//!   with one field (serde's own form): `tag` and `flatten` in what is read are many times as much code.
//! - Nothing that someone must free: an engine is a number, see `registry.rs`. Nothing else may be kept in a `static`: what a
//!   call allocates ends with it, see `memory.rs`.
//! - No panic: nothing here unwraps, and what JavaScript is asked for (`values.ts`) does not throw.
//! - No standard library, no `format!`, no reader of `serde_json`: each is kilobytes. What it all weighs, and what it may,
//!   is in tests/packaging/size.js.
#![allow(unreachable_pub)] // wasm-bindgen exports public functions only, and nobody in Rust calls them.

mod address;
mod answer;
mod api_key;
mod engine;
mod given;
mod http;
mod js;
mod keyring;
mod memory;
mod outcome;
mod passkey;
mod policy;
mod registry;
mod sealed;
mod tsify;

use answer::{Blob, Typed, Written, answer, typed};
use given::{Bytes, Maybe, MaybeBytes, MaybeNumber, Number, Read, Text, json, optional};
use memory::Local;
use registry::Registry;
pub use tsify::{SerializationConfig, Ts, Tsify};

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
