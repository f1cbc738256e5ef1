//! `secret.generate` and `secret.parse`.

use super::entropy::System;
use super::exchange::{Argument, Arguments, OrThrow, refuse, respond};
use super::json;
use crate::{Error, Secret};
use alloc::string::String;
use wasm_bindgen::prelude::wasm_bindgen;

/// `bytes?` → base32.
#[wasm_bindgen]
pub fn secret_generate() {
    respond(|arguments| {
        let length = arguments.small(20, Error::SecretTooShort);
        Secret::generate(&mut System, length as usize).or_throw().to_base32().into_bytes()
    });
}

/// `text` → `{ base32, weak }`.
#[wasm_bindgen]
pub fn secret_parse() {
    respond(|arguments| {
        let secret = secret(arguments);
        let mut json = String::new();
        json::text(&mut json, "{\"base32\":", &secret.to_base32());
        json.push_str(if secret.is_weak() { ",\"weak\":true}" } else { ",\"weak\":false}" });
        json.into_bytes()
    });
}

/// `text` → its bytes.
#[wasm_bindgen]
pub fn secret_bytes() {
    respond(|arguments| secret(arguments).as_bytes().to_vec());
}

/// A secret as base32 text or as bytes.
pub(super) fn secret(arguments: &mut Arguments<'_>) -> Secret {
    match arguments.next() {
        Argument::Text(text) => Secret::parse(text).or_throw(),
        Argument::Bytes(bytes) => Secret::from_bytes(bytes).or_throw(),
        _ => refuse(Error::SecretType),
    }
}
