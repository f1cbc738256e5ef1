//! `totp.generate` and `totp.verify`.

use super::exchange::{Argument, Arguments, respond};
use super::hotp::{algorithm, digits};
use super::json;
use super::secret::secret;
use crate::base::MAX_SAFE_INTEGER;
use crate::{Error, Period, Totp, Verdict, Window};
use wasm_bindgen::prelude::wasm_bindgen;

/// `type?, secret, algorithm?, digits?, period?, time` → the code.
#[wasm_bindgen]
pub fn totp_generate() -> bool {
    respond(|arguments| {
        let totp = totp(arguments)?;
        Ok(totp.generate(arguments.time()?).into_bytes())
    })
}

/// `type?, secret, algorithm?, digits?, period?, time, past?, future?, after?, code` → the verdict.
#[wasm_bindgen]
pub fn totp_verify() -> bool {
    respond(|arguments| {
        let totp = totp(arguments)?;
        let time = arguments.time()?;
        let window = Window::new(arguments.small(1, Error::WindowInvalid)?, arguments.small(1, Error::WindowInvalid)?)?;
        let after = arguments.whole(MAX_SAFE_INTEGER, Error::AfterInvalid)?;
        let Argument::Text(code) = arguments.next() else {
            return Ok(json::not_text().into_bytes());
        };
        let verdict = totp.verify(code, time, window, after);
        let mut json = json::verdict(verdict.map(|matched| ("true,\"step\":", matched.step)));
        if let Verdict::Accepted(matched) = verdict {
            json.pop();
            let name = if matched.drift < 0 { ",\"drift\":-" } else { ",\"drift\":" };
            json::number(&mut json, name, matched.drift.unsigned_abs());
            json.push('}');
        }
        Ok(json.into_bytes())
    })
}

fn totp(arguments: &mut Arguments<'_>) -> Result<Totp, Error> {
    let kind = arguments.text_or("totp", Error::TypeInvalid)?;
    let secret = secret(arguments)?;
    let algorithm = algorithm(arguments)?;
    match kind {
        "totp" => {
            let digits = digits(arguments)?;
            Ok(Totp::new(secret).with_algorithm(algorithm).with_digits(digits).with_period(period(arguments)?))
        }
        "steam" => {
            // Its digits and period are fixed; what a parsed account carries is read over.
            arguments.next();
            arguments.next();
            Ok(Totp::steam(secret))
        }
        _ => Err(Error::TypeInvalid),
    }
}

pub(super) fn period(arguments: &mut Arguments<'_>) -> Result<Period, Error> {
    let seconds = arguments.whole(u32::MAX.into(), Error::PeriodInvalid)?;
    Period::from_secs(seconds.map_or(30, |seconds| seconds as u32))
}
