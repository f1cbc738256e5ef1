//! `totp.generate` and `totp.verify`.

use super::exchange::{Argument, Arguments, OrThrow, refuse, respond};
use super::hotp::{algorithm, digits};
use super::json;
use super::secret::secret;
use crate::{Error, Period, Totp, Window};
use wasm_bindgen::prelude::wasm_bindgen;

/// `type?, secret, algorithm?, digits?, period?, time` → the code.
#[wasm_bindgen]
pub fn totp_generate() {
    respond(|arguments| {
        let totp = totp(arguments);
        totp.generate(arguments.time()).into_bytes()
    });
}

/// `type?, secret, algorithm?, digits?, period?, time, past?, future?, after?, code` → the verdict.
#[wasm_bindgen]
pub fn totp_verify() {
    respond(|arguments| {
        let totp = totp(arguments);
        let time = arguments.time();
        let past = arguments.tiny(1, Error::WindowInvalid);
        let window = Window::new(past, arguments.tiny(1, Error::WindowInvalid)).or_throw();
        let after = arguments.whole(Error::AfterInvalid);
        match arguments.next() {
            Argument::Text(code) => {
                let verdict = totp.verify(code, time, window, after);
                json::verdict(verdict.map(|matched| (",\"step\":", matched.step, Some(matched.drift))))
            }
            _ => json::not_text(),
        }
    });
}

fn totp(arguments: &mut Arguments<'_>) -> Totp {
    let kind = arguments.text_or("totp", Error::TypeInvalid);
    let secret = secret(arguments);
    match kind {
        "totp" => {
            let totp = Totp::new(secret).with_algorithm(algorithm(arguments)).with_digits(digits(arguments));
            totp.with_period(period(arguments))
        }
        "steam" => {
            // Steam has one setting only: what a parsed account carries is read over.
            arguments.skip(3);
            Totp::steam(secret)
        }
        _ => refuse(Error::TypeInvalid),
    }
}

pub(super) fn period(arguments: &mut Arguments<'_>) -> Period {
    Period::from_secs(arguments.small(30, Error::PeriodInvalid)).or_throw()
}
