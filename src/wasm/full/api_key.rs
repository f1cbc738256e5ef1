//! API keys.

use super::engine::{Engine, engine};
use super::{Blob, Bytes, Maybe, Number, Text, answer, typed};
use crate::base::json::writable;
use crate::protect::api_key::{self, ApiKey, StoredApiKey};
use crate::{Error, Sensitive};
use alloc::string::String;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// Makes an API key that is good for these claims up to a time, with 32 random bytes.
#[wasm_bindgen(js_name = apiKeyGenerate)]
pub fn generate(handle: &Number, claims: &Text, expires: &Number, seed: &Bytes) -> Ts<NewApiKey<'static>> {
    answer(|| {
        let claims = claims.read(Error::CommandInvalid)?;
        let new = api_key::NewApiKey::generate(&engine(handle)?.ring, &claims, expires.time()?, &mut *seed.seed()?)?;
        typed(&NewApiKey { key: new.text, body: Blob(&new.record) })
    })
}

/// A new API key.
#[derive(Tsify)]
pub struct NewApiKey<'a> {
    /// To be shown once.
    #[tsify(type = "string")]
    key: Sensitive<String>,
    /// The record to store, sealed.
    #[tsify(type = "Uint8Array<ArrayBuffer>")]
    body: Blob<'a>,
}

/// The id of an API key, whose record is stored as `api-key:ID`; absent for what is no API key of the ring's environment.
#[wasm_bindgen(js_name = apiKeyId)]
pub fn id(handle: &Number, token: &Text) -> Maybe {
    answer(|| {
        let engine = engine(handle)?;
        let text = token.read(Error::CommandInvalid).unwrap_or_default();
        Ok(ApiKey::parse(&text, engine.ring.environment()).map(|key| String::from(key.id())))
    })
}

/// The claims of an API key; absent if it is not the record's, or its time is over.
#[wasm_bindgen(js_name = apiKeyVerify)]
pub fn verify(handle: &Number, key: &Text, body: &Bytes, token: &Text, now: &Number) -> Maybe {
    answer(|| {
        let (engine, stored) = stored(handle, key, body)?;
        let text = token.read(Error::CommandInvalid).unwrap_or_default();
        let now = now.time()?;
        let key = ApiKey::parse(&text, engine.ring.environment());
        Ok(key.filter(|key| stored.verify(key, now)).map(|_| String::from(stored.claims())))
    })
}

/// The claims of a record.
#[wasm_bindgen(js_name = apiKeyClaims)]
pub fn claims(handle: &Number, key: &Text, body: &Bytes) -> Text {
    answer(|| stored(handle, key, body).map(|(_, stored)| String::from(stored.claims())))
}

fn stored(handle: &Number, key: &Text, body: &Bytes) -> Result<(&'static Engine, StoredApiKey), Error> {
    let engine = engine(handle)?;
    let (key, body) = (key.read(Error::SubjectInvalid)?, body.read(Error::SealMalformed)?);
    let stored = StoredApiKey::open(&engine.ring, &key, &body)?;
    Ok((engine, stored))
}

writable!(NewApiKey<'_>: key, body);
