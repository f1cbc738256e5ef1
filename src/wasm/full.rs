//! Bindings of the full build: typed values cross, and wasm-bindgen writes the JavaScript for them.
//!
//! A binding is a function of what JavaScript gave, in one [`answer`]. It reads every argument into a type of the core
//! first, calls the core, and answers a text, a number, bytes or a typed value:
//!
//! ```text
//! /// What the policy gives up.
//! #[wasm_bindgen(js_name = policyCheck)]
//! pub fn policy_check(settings: &Ts<PolicySettings>) -> Result<Ts<PolicyReport>, JsValue> {
//!     answer(|| {
//!         let policy = Policy::new(settings.read(Error::PolicyInvalid)?)?;
//!         typed(&PolicyReport { weaknesses: policy.check(), policy })
//!     })
//! }
//! ```
//!
//! - In: [`Text`], [`Bytes`], [`Number`], [`Maybe`], an `Option` of one of them, and `&Ts<T>` for a `T` with the derives `Tsify` and
//!   `Deserialize`. All are handles, and nothing about them is believed before `read`: a value of any other shape is the
//!   `Error` that the binding names. A `String` or a `u32` as an argument would be converted before, loosely, and an
//!   exception from there would leak.
//! - Out: `String`, `Vec<u8>` (a `Uint8Array`), `f64` or `u32`, and [`typed`] for a `T` with `Tsify` and `Serialize`; for what
//!   every request asks, an `i32` without a `Result`, which would be a list for JavaScript. No `u64` beside a `T`: it would be
//!   a BigInt.
//! - A `T` is read from JSON text by [`readable`](crate::base::json); absent is `undefined` or left out, `null` is refused. Numbers
//!   in it are whole, and may be `u64`. Its bytes go beside it as an argument of their own, and in an answer they are
//!   a [`Blob`] with `#[tsify(type = "Uint8Array")]`. An enum is one of a text and an object
//!   with one field (serde's own form): `tag` and `flatten` in what is read are many times as much code.
//! - Nothing that someone must free: an engine is a number, see `registry.rs`.
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
mod keyring;
mod memory;
mod outcome;
mod passkey;
mod policy;
mod registry;
mod sealed;
mod tsify;

use answer::{Blob, answer, typed};
use given::{Bytes, Maybe, Number, Read, Text};
use memory::Local;
use registry::Registry;
pub use tsify::{SerializationConfig, Ts, Tsify};

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
