//! The only place that names a cryptography crate.

mod hash;
mod hmac;

pub use hmac::Algorithm;
pub(crate) use hmac::HmacKey;
