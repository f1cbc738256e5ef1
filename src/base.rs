//! What everything stands on: the error, time, entropy, secrets and the strict decoders.

pub(crate) mod ascii;
pub(crate) mod big_endian;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) mod binary;
pub(crate) mod bits;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) mod calendar;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) mod cbor;
pub(crate) mod decimal;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) mod der;
mod entropy;
mod error;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) mod json;
pub(crate) mod percent;
mod secret;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
mod sensitive;
mod time;
pub(crate) mod typed;
pub(crate) mod utf8;
mod wiped;

pub use entropy::Entropy;
#[cfg(all(feature = "lean", target_family = "wasm"))]
pub(crate) use error::Thrown;
pub use error::{Error, Result};
pub(crate) use error::{ensure, refuse};
pub use secret::Secret;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub use sensitive::Sensitive;
#[cfg(all(feature = "lean", target_family = "wasm"))]
pub(crate) use time::MAX_SAFE_INTEGER;
pub use time::Timestamp;
pub(crate) use wiped::Wiped;
