//! Bindings to JavaScript: `lean` for pages, `full` for servers. They convert and delegate; nobody imports them.

#[cfg(feature = "lean")]
mod lean;
