//! What keeps an account safe: the key ring, sealed records, session tokens, API keys, challenges and the throttle.

mod address;
pub mod api_key;
pub mod challenge;
mod date;
mod key_ring;
mod seal;
pub mod session_token;
mod throttle;

pub use crate::crypto::Seeded;
pub use address::Network;
pub use key_ring::{Environment, KeyId, KeyInfo, KeyRing};
pub use seal::{Purpose, Vault, key_of};
pub use session_token::thumbprint;
pub use throttle::{Limits, Throttle};
