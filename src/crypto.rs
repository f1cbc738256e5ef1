//! The only place that names a cryptography crate.

pub(crate) mod hmac;

pub use hmac::Algorithm;
pub(crate) use hmac::HmacKey;
