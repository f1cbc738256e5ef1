//! `keyring`.

use super::{Bytes, Number, Text, answer, typed};
use crate::Error;
use crate::base::json::writable;
use crate::protect::{Environment, KeyId, KeyRing, session_token};
use alloc::string::String;
use alloc::vec::Vec;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// A ring of one new key, as text.
#[wasm_bindgen(js_name = keyringGenerate)]
pub fn generate(environment: &Text, now: &Number, seed: &Bytes) -> Text {
    answer(|| {
        let environment = match environment.read(Error::KeyEnvironment)?.as_str() {
            "live" => Environment::Live,
            "test" => Environment::Test,
            _ => return Err(Error::KeyEnvironment),
        };
        KeyRing::generate(environment, now.time()?, &mut *seed.seed()?).map(text)
    })
}

/// The ring with a new key, with which everything is sealed from then on.
#[wasm_bindgen(js_name = keyringAdd)]
pub fn add(keys: &Text, now: &Number, seed: &Bytes) -> Text {
    answer(|| ring(keys)?.with_new_key(now.time()?, &mut *seed.seed()?).map(text))
}

/// The ring without a key: what that one sealed does not open any more.
#[wasm_bindgen(js_name = keyringRemove)]
pub fn remove(keys: &Text, id: &Text) -> Text {
    answer(|| ring(keys)?.without_key(KeyId::parse(&id.read(Error::KeyUnknown)?)?).map(text))
}

/// What may be told about a ring.
#[wasm_bindgen(js_name = keyringParse)]
pub fn parse(keys: &Text) -> Ts<KeyRingInfo> {
    answer(|| {
        let ring = ring(keys)?;
        let mut keys = Vec::new();
        for key in ring.keys() {
            keys.push(KeyInfo { id: key.id.text(), created: key.created.as_millis() });
        }
        typed(&KeyRingInfo { environment: ring.environment().name(), keys })
    })
}

/// The keys that session tokens are signed with, as a JWK Set (RFC 7517).
#[wasm_bindgen(js_name = keyringSessionKeys)]
pub fn session_keys(keys: &Text) -> Text {
    answer(|| ring(keys).map(|ring| (*session_token::jwk_set(&ring)).clone()))
}

/// What may be told about a ring.
#[derive(Tsify)]
pub struct KeyRingInfo {
    /// Real accounts, or development and tests: neither opens what the other sealed.
    #[tsify(type = "\"live\" | \"test\"")]
    environment: &'static str,
    /// Newest first.
    keys: Vec<KeyInfo>,
}

/// What may be told about a key.
#[derive(Tsify)]
pub struct KeyInfo {
    /// Its name, in every record that it sealed.
    id: String,
    /// The beginning of the day (UTC) that it was made on, in milliseconds since 1970.
    created: u64,
}

fn ring(keys: &Text) -> Result<KeyRing, Error> {
    KeyRing::parse(&keys.read(Error::KeyRingMalformed)?)
}

fn text(ring: KeyRing) -> String {
    (*ring.to_text()).clone()
}

writable!(KeyRingInfo: environment, keys);
writable!(KeyInfo: id, created);
