//! `secret.generate` and `secret.parse`.

use super::entropy::System;
use super::exchange::{Argument, Arguments, respond};
use super::json;
use crate::{Error, Secret};
use alloc::string::String;
use wasm_bindgen::prelude::wasm_bindgen;

/// `bytes?` → base32.
#[wasm_bindgen]
pub fn secret_generate() -> bool {
    respond(|arguments| {
        let length = arguments.whole(1 << 16, Error::SecretTooShort)?.unwrap_or(20);
        Ok(Secret::generate(&mut System, length as usize)?.to_base32().into_bytes())
    })
}

/// `text` → `{ base32, weak }`.
#[wasm_bindgen]
pub fn secret_parse() -> bool {
    respond(|arguments| {
        let secret = secret(arguments)?;
        let mut json = String::new();
        json::text(&mut json, "{\"base32\":", &secret.to_base32());
        json.push_str(if secret.is_weak() { ",\"weak\":true}" } else { ",\"weak\":false}" });
        Ok(json.into_bytes())
    })
}

/// `text` → its bytes.
#[wasm_bindgen]
pub fn secret_bytes() -> bool {
    respond(|arguments| Ok(secret(arguments)?.as_bytes().to_vec()))
}

/// A secret as base32 text or as bytes.
pub(super) fn secret(arguments: &mut Arguments<'_>) -> Result<Secret, Error> {
    match arguments.next() {
        Argument::Text(text) => Secret::parse(text),
        Argument::Bytes(bytes) => Secret::from_bytes(bytes),
        _ => Err(Error::SecretType),
    }
}
