//! API keys.

use super::engine::engine;
use super::{Bytes, Number, Read, Text, answer, bytes, typed};
use crate::protect::api_key::{self, ApiKey, ApiKeyInfo};
use crate::{Error, Sensitive};
use alloc::{string::String, vec::Vec};
use serde::Serialize;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// Makes an API key, with 32 random bytes.
#[wasm_bindgen(js_name = apiKeyGenerate)]
pub fn generate(handle: &Number, info: &Ts<ApiKeyInfo>, seed: &Bytes) -> Result<Ts<NewApiKey>, JsValue> {
    answer(|| {
        let engine = engine(handle)?;
        let info = info.read(Error::CommandInvalid)?;
        let mut entropy = seed.seed()?;
        let key = ApiKey::generate(&engine.ring, &mut entropy)?;
        let body = key.seal(&engine.ring, &info, &mut entropy)?;
        typed(&NewApiKey { id: key.id().into(), key: key.to_text(), body })
    })
}

/// A new API key.
#[derive(Serialize, Tsify)]
pub struct NewApiKey {
    id: String,
    /// To be shown once.
    #[tsify(type = "string")]
    key: Sensitive<String>,
    /// The record to store, sealed.
    #[serde(serialize_with = "bytes")]
    #[tsify(type = "Uint8Array<ArrayBuffer>")]
    body: Vec<u8>,
}

/// The id of an API key, whose record is stored as `api-key:ID`; absent for what is no API key.
#[wasm_bindgen(js_name = apiKeyId)]
pub fn id(token: &Text) -> Option<String> {
    parse(token).map(|key| key.id().into())
}

/// What an API key is good for now; absent if it is not the record's, or its time is over.
#[wasm_bindgen(js_name = apiKeyVerify)]
pub fn verify(handle: &Number, token: &Text, body: &Bytes, now: &Number) -> Result<Option<Ts<ApiKeyInfo>>, JsValue> {
    answer(|| {
        let (engine, body) = (engine(handle)?, body.read(Error::SealMalformed)?);
        let Some(key) = parse(token) else { return Ok(None) };
        api_key::verify(&engine.ring, &key, &body, now.time()?)?.as_ref().map(typed).transpose()
    })
}

/// What the API key of a record is good for.
#[wasm_bindgen(js_name = apiKeyOpen)]
pub fn open(handle: &Number, key: &Text, body: &Bytes) -> Result<Ts<ApiKeyInfo>, JsValue> {
    answer(|| {
        let (key, body) = (key.read(Error::SubjectInvalid)?, body.read(Error::SealMalformed)?);
        typed(&api_key::open(&engine(handle)?.ring, &key, &body)?)
    })
}

fn parse(token: &Text) -> Option<ApiKey> {
    ApiKey::parse(&token.read(Error::CommandInvalid).ok()?)
}
