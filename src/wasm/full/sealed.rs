//! What is sealed, and with which key.

use super::engine::{Engine, engine};
use super::{Bytes, MaybeBytes, Number, Text, answer, typed};
use crate::base::json::{self, writable};
use crate::engine::CREDENTIAL;
use crate::protect::{Purpose, api_key, key_of};
use crate::{Error, Timestamp};
use alloc::{string::String, vec::Vec};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// The keys of an engine, newest first.
#[wasm_bindgen]
pub fn keys(handle: &Number, now: &Number) -> Ts<KeyStates> {
    answer(|| {
        let engine = engine(handle)?;
        let newest = engine.ring.newest();
        let due = engine.ring.is_due(now.time()?, engine.policy.key_lifetime / 86_400);
        let mut states = Vec::new();
        for key in engine.ring.keys() {
            let newest = key.id == newest;
            states.push(KeyState { id: key.id.text(), created_at: key.created, newest, due: due && newest });
        }
        typed(&KeyStates(states))
    })
}

/// Keys, newest first.
#[derive(Tsify)]
pub struct KeyStates(Vec<KeyState>);

/// A key, without the key.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct KeyState {
    id: String,
    /// Milliseconds since 1970.
    created_at: Timestamp,
    /// It is the one that seals.
    newest: bool,
    /// It seals, and is as old as the policy allows.
    due: bool,
}

/// The id of the key that sealed a record.
#[wasm_bindgen(js_name = keyOf)]
pub fn sealed_by(body: &Bytes) -> Text {
    answer(|| key_of(&body.read(Error::SealMalformed)?).map(|id| id.text()))
}

/// A record sealed anew with the newest key and 32 random bytes; absent if that key sealed it already.
#[wasm_bindgen]
pub fn reseal(handle: &Number, key: &Text, body: &Bytes, seed: &Bytes) -> MaybeBytes {
    answer(|| {
        let engine = engine(handle)?;
        let (key, body) = (key.read(Error::SubjectInvalid)?, body.read(Error::SealMalformed)?);
        if key_of(&body)? == engine.ring.newest() {
            return Ok(None);
        }
        let purpose = match &*key {
            key if key.starts_with(api_key::PLACE) => Purpose::ApiKey,
            key if key.starts_with(CREDENTIAL) => Purpose::Credential,
            _ => Purpose::Record,
        };
        let plain = engine.ring.open(purpose, &key, &body)?;
        engine.ring.seal(purpose, &key, &plain, &mut *seed.seed()?).map(Some)
    })
}

/// A sealed event, as JSON text of an `Event`.
#[wasm_bindgen(js_name = openEvent)]
pub fn open_event(handle: &Number, key: &Text, body: &Bytes) -> Text {
    answer(|| {
        let key = key.read(Error::SubjectInvalid)?;
        engine(handle)?.text(Purpose::Event, &key, &body.read(Error::SealMalformed)?)
    })
}

impl Engine {
    /// A text that is sealed.
    pub(super) fn text(&self, purpose: Purpose, key: &str, body: &[u8]) -> Result<String, Error> {
        let plain = self.ring.open(purpose, key, body)?;
        core::str::from_utf8(&plain).map(String::from).map_err(|_| Error::RecordMalformed)
    }
}

writable!(KeyState: id, created_at, newest, due);

impl json::Write for KeyStates {
    fn write(&self, to: &mut String) {
        self.0.write(to);
    }
}
