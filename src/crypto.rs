//! The only place that names a cryptography crate.

#[cfg(not(all(feature = "lean", target_family = "wasm")))]
mod aead;
#[cfg(any(test, all(any(feature = "lean", feature = "full"), target_family = "wasm")))]
mod compact;
mod hash;
#[cfg(not(test))]
mod hmac;
#[cfg(test)]
pub(crate) mod hmac;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
mod kdf;
#[cfg(not(all(any(feature = "lean", feature = "full"), target_family = "wasm")))]
mod rustcrypto;
#[cfg(any(test, all(feature = "full", target_family = "wasm")))]
mod sha256;

#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) use aead::AeadKey;
#[cfg(all(feature = "lean", target_family = "wasm"))]
use compact::compress;
#[cfg(all(any(feature = "lean", feature = "full"), target_family = "wasm"))]
use compact::start;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) use hash::{Digest, sha256};
pub use hmac::Algorithm;
pub(crate) use hmac::HmacKey;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub use kdf::Seeded;
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) use kdf::expand;
#[cfg(not(all(any(feature = "lean", feature = "full"), target_family = "wasm")))]
use rustcrypto::{compress, start};

/// The fast one where every request needs it, the small ones else.
#[cfg(all(feature = "full", target_family = "wasm"))]
fn compress(algorithm: Algorithm, words: &mut hash::Words, block: &hash::Block) {
    match algorithm {
        Algorithm::Sha256 => sha256::compress(words, block),
        _ => compact::compress(algorithm, words, block),
    }
}
