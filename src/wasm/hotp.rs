//! `hotp.generate`, `hotp.verify` and `hotp.resync`.

use super::exchange::{Argument, Arguments, respond};
use super::json;
use super::secret::secret;
use crate::base::MAX_SAFE_INTEGER;
use crate::{Algorithm, Digits, Error, Hotp, Verdict};
use alloc::vec::Vec;
use wasm_bindgen::prelude::wasm_bindgen;

/// `secret, algorithm?, digits?, counter` → the code.
#[wasm_bindgen]
pub fn hotp_generate() -> bool {
    respond(|arguments| {
        let hotp = hotp(arguments)?;
        Ok(hotp.generate(counter(arguments)?).into_bytes())
    })
}

/// `secret, algorithm?, digits?, counter, lookAhead?, code` → the verdict.
#[wasm_bindgen]
pub fn hotp_verify() -> bool {
    respond(|arguments| {
        let hotp = hotp(arguments)?;
        let counter = counter(arguments)?;
        let look_ahead = look_ahead(arguments, 10)?;
        match arguments.next() {
            Argument::Text(code) => Ok(counted(hotp.verify(code, counter, look_ahead)?)),
            _ => Ok(json::not_text().into_bytes()),
        }
    })
}

/// `secret, algorithm?, digits?, counter, lookAhead?, first, second` → the verdict.
#[wasm_bindgen]
pub fn hotp_resync() -> bool {
    respond(|arguments| {
        let hotp = hotp(arguments)?;
        let counter = counter(arguments)?;
        let look_ahead = look_ahead(arguments, 100)?;
        match (arguments.next(), arguments.next()) {
            (Argument::Text(first), Argument::Text(second)) => {
                Ok(counted(hotp.resync([first, second], counter, look_ahead)?))
            }
            _ => Ok(json::not_text().into_bytes()),
        }
    })
}

fn hotp(arguments: &mut Arguments<'_>) -> Result<Hotp, Error> {
    let secret = secret(arguments)?;
    Ok(Hotp::new(secret).with_algorithm(algorithm(arguments)?).with_digits(digits(arguments)?))
}

pub(super) fn algorithm(arguments: &mut Arguments<'_>) -> Result<Algorithm, Error> {
    Algorithm::parse(arguments.text_or("SHA1", Error::AlgorithmInvalid)?)
}

pub(super) fn digits(arguments: &mut Arguments<'_>) -> Result<Digits, Error> {
    Digits::new(arguments.small(6, Error::DigitsInvalid)?)
}

pub(super) fn counter(arguments: &mut Arguments<'_>) -> Result<u64, Error> {
    arguments.whole(MAX_SAFE_INTEGER, Error::CounterInvalid)?.ok_or(Error::CounterInvalid)
}

fn look_ahead(arguments: &mut Arguments<'_>, default: u32) -> Result<u32, Error> {
    let steps = arguments.whole(1000, Error::LookAheadInvalid)?;
    Ok(steps.map_or(default, |steps| steps as u32))
}

fn counted(verdict: Verdict<u64>) -> Vec<u8> {
    json::verdict(verdict.map(|counter| ("true,\"counter\":", counter))).into_bytes()
}
