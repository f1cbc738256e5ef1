//! The only place that names a cryptography crate.

#[cfg(not(all(feature = "lean", target_family = "wasm")))]
mod aead;
#[cfg(any(test, all(feature = "lean", target_family = "wasm")))]
mod compact;
mod hash;
mod hmac;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
mod kdf;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
mod rustcrypto;

#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) use aead::AeadKey;
#[cfg(all(feature = "lean", target_family = "wasm"))]
use compact::compress;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) use hash::sha256;
pub use hmac::Algorithm;
pub(crate) use hmac::HmacKey;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub use kdf::Seeded;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) use kdf::expand;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
use rustcrypto::compress;
