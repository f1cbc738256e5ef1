//! `recovery.generate` and `recovery.verify`.

use super::entropy::System;
use super::exchange::{Arguments, OrThrow};
use super::json;
use super::verdict::answer;
use crate::{Error, recovery};
use alloc::{string::String, vec::Vec};

/// `key, count` → `{ codes, hashes }`.
pub(super) fn generate(arguments: &mut Arguments) -> Vec<u8> {
    let key = key(arguments);
    let count = arguments.tiny(Error::RecoveryCount);
    let set = key.generate(&mut System, count.into()).or_throw();
    let mut json = String::new();
    json::texts(&mut json, "{\"codes\":", set.codes.iter().map(String::as_str));
    json::texts(&mut json, ",\"hashes\":", set.hashes.iter().map(String::as_str));
    json.push('}');
    json.into_bytes()
}

/// `code, key`, then the hashes → the verdict.
pub(super) fn verify(arguments: &mut Arguments) -> Vec<u8> {
    let code = arguments.code();
    let key = key(arguments);
    let hashes = arguments.texts(64, Error::RecoveryHash);
    answer(key.find(code, &hashes).or_throw(), 0)
}

fn key(arguments: &mut Arguments) -> recovery::Key {
    recovery::Key::new(arguments.next().as_bytes().unwrap_or_default()).or_throw()
}
