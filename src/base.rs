//! What everything stands on: the error, time, entropy, secrets and the strict decoders.

pub(crate) mod base64;
pub(crate) mod decimal;
mod entropy;
pub(crate) mod error;
pub(crate) mod percent;
mod secret;
mod time;

pub use entropy::Entropy;
pub use error::Error;
pub use secret::Secret;
pub use time::Timestamp;
pub(crate) use time::MAX_SAFE_INTEGER;
