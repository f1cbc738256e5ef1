//! The budget of an address.

use super::engine::engine;
use super::{Blob, Bytes, MaybeBytes, MaybeNumber, Number, Text, answer, typed};
use crate::base::json::writable;
use crate::engine::address;
use crate::protect::Purpose;
use crate::{Error, Timestamp};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// The store key of an address's budget: a keyed hash of its network.
#[wasm_bindgen(js_name = addressKey)]
pub fn key(handle: &Number, address: &Text) -> Text {
    answer(|| {
        let network = engine(handle)?.network(&address.read(Error::AddressInvalid)?)?;
        Ok(["address:", &network].concat())
    })
}

/// Until when the address is locked, in milliseconds since 1970; absent if it is not.
#[wasm_bindgen(js_name = addressLocked)]
pub fn locked(handle: &Number, key: &Text, body: &Bytes, now: &Number) -> MaybeNumber {
    answer(|| {
        let engine = engine(handle)?;
        let key = key.read(Error::AddressInvalid)?;
        let record = engine.ring.open(Purpose::Address, &key, &body.read(Error::SealMalformed)?)?;
        let until = address::locked(Some(&record), now.time()?, &engine.policy)?;
        Ok(until.map(|until| until.as_millis() as f64))
    })
}

/// Counts a failure, with 32 random bytes.
#[wasm_bindgen(js_name = addressCharge)]
pub fn charge(handle: &Number, key: &Text, body: &MaybeBytes, now: &Number, seed: &Bytes) -> Ts<Charged<'static>> {
    answer(|| {
        let engine = engine(handle)?;
        let key = key.read(Error::AddressInvalid)?;
        let body = body.read(Error::SealMalformed)?;
        let record = body.map(|body| engine.ring.open(Purpose::Address, &key, &body)).transpose()?;
        let record = record.as_ref().map(|record| record.as_slice());
        let (record, expires_at) = address::charge(record, now.time()?, &engine.policy)?;
        let body = engine.ring.seal(Purpose::Address, &key, &record, &mut *seed.seed()?)?;
        typed(&Charged { body: Blob(&body), expires_at })
    })
}

/// What to store for an address.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Charged<'a> {
    #[tsify(type = "Uint8Array<ArrayBuffer>")]
    body: Blob<'a>,
    /// When it can be forgotten; milliseconds since 1970.
    expires_at: Timestamp,
}

writable!(Charged<'_>: body, expires_at);
