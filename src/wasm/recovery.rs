//! `recovery.generate` and `recovery.verify`.

use super::entropy::System;
use super::exchange::{Argument, Arguments, respond};
use super::json;
use crate::{Error, recovery};
use alloc::{string::String, vec::Vec};
use wasm_bindgen::prelude::wasm_bindgen;

/// `key, count?` → `{ codes, hashes }`.
#[wasm_bindgen]
pub fn recovery_generate() -> bool {
    respond(|arguments| {
        let key = key(arguments)?;
        let count = arguments.small(10, Error::RecoveryCount)?;
        let set = key.generate(&mut System, count.into())?;
        let mut json = String::new();
        json::texts(&mut json, "{\"codes\":", &set.codes);
        json::texts(&mut json, ",\"hashes\":", &set.hashes);
        json.push('}');
        Ok(json.into_bytes())
    })
}

/// `key, code, count`, then so many hashes → the verdict.
#[wasm_bindgen]
pub fn recovery_verify() -> bool {
    respond(|arguments| {
        let key = key(arguments)?;
        let code = arguments.next();
        let count = arguments.whole(64, Error::RecoveryHash)?.ok_or(Error::RecoveryHash)?;
        let mut hashes = Vec::new();
        for _ in 0..count {
            hashes.push(arguments.text(Error::RecoveryHash)?);
        }
        let verdict = key.verify(if let Argument::Text(code) = code { code } else { "" }, &hashes)?;
        let json = match code {
            Argument::Text(_) => json::verdict(verdict.map(|index| ("true,\"index\":", index as u64))),
            _ => json::not_text(),
        };
        Ok(json.into_bytes())
    })
}

fn key(arguments: &mut Arguments<'_>) -> Result<recovery::Key, Error> {
    match arguments.next() {
        Argument::Bytes(bytes) => recovery::Key::new(bytes),
        _ => Err(Error::RecoveryKey),
    }
}
