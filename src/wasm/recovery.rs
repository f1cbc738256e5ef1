//! `recovery.generate` and `recovery.verify`.

use super::entropy::System;
use super::exchange::{Argument, Arguments, OrThrow, refuse, respond};
use super::json;
use crate::{Error, recovery};
use alloc::{string::String, vec::Vec};
use wasm_bindgen::prelude::wasm_bindgen;

/// `key, count?` → `{ codes, hashes }`.
#[wasm_bindgen]
pub fn recovery_generate() {
    respond(|arguments| {
        let key = key(arguments);
        let count = arguments.tiny(10, Error::RecoveryCount);
        let set = key.generate(&mut System, count.into()).or_throw();
        let mut json = String::new();
        json::texts(&mut json, "{\"codes\":", set.codes.iter().map(String::as_str));
        json::texts(&mut json, ",\"hashes\":", set.hashes.iter().map(String::as_str));
        json.push('}');
        json.into_bytes()
    });
}

/// `key, count, code`, then so many hashes → the verdict.
#[wasm_bindgen]
pub fn recovery_verify() {
    respond(|arguments| {
        let key = key(arguments);
        let count = arguments.count(64, Error::RecoveryHash);
        let code = arguments.next();
        let hashes: Vec<&str> = (0..count).map(|_| arguments.text(Error::RecoveryHash)).collect();
        let typed = if let Argument::Text(code) = code { code } else { "" };
        let verdict = key.verify(typed, &hashes).or_throw();
        match code {
            Argument::Text(_) => json::verdict(verdict.map(|index| (",\"index\":", index as u64, None))),
            _ => json::not_text(),
        }
    });
}

fn key(arguments: &mut Arguments<'_>) -> recovery::Key {
    match arguments.next() {
        Argument::Bytes(bytes) => recovery::Key::new(bytes).or_throw(),
        _ => refuse(Error::RecoveryKey),
    }
}
