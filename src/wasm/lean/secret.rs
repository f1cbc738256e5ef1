//! `secret.generate` and `secret.parse`.

use super::entropy::System;
use super::exchange::{Arguments, OrThrow, refuse};
use super::json;
use crate::{Error, Secret};
use alloc::{string::String, vec::Vec};

/// `bytes` → base32.
pub(super) fn generate(arguments: &mut Arguments) -> Vec<u8> {
    let length = arguments.small(Error::SecretTooShort);
    Secret::generate(&mut System, length as usize).or_throw().to_base32().into_bytes()
}

/// `text` → `{ base32, weak }`.
pub(super) fn parse(arguments: &mut Arguments) -> Vec<u8> {
    let secret = secret(arguments);
    let mut json = String::new();
    json::text(&mut json, "{\"base32\":", &secret.to_base32());
    json.push_str(if secret.is_weak() { ",\"weak\":true}" } else { ",\"weak\":false}" });
    json.into_bytes()
}

/// `text` → its bytes.
pub(super) fn bytes(arguments: &mut Arguments) -> Vec<u8> {
    secret(arguments).as_bytes().to_vec()
}

/// A secret as base32 text or as bytes.
pub(super) fn secret(arguments: &mut Arguments) -> Secret {
    let secret = arguments.next();
    match (secret.as_text(), secret.as_bytes()) {
        (Some(text), _) => Secret::parse(text),
        (_, Some(bytes)) => Secret::from_bytes(bytes),
        _ => refuse(Error::SecretType),
    }
    .or_throw()
}
