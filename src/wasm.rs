//! Bindings to JavaScript: `lean` for pages, `full` for servers. They convert and delegate; nobody imports them.

#[cfg(feature = "full")]
mod full;
#[cfg(feature = "full")]
pub use full::{SerializationConfig, Ts, Tsify};
#[cfg(feature = "lean")]
mod lean;
