//! `totp.generate` and `totp.verify`.

use super::exchange::{Arguments, OrThrow, refuse};
use super::hotp::{algorithm, digits};
use super::json;
use super::secret::secret;
use crate::{Error, Period, Totp, Verdict, Window};
use alloc::vec::Vec;

/// `type, secret, algorithm, digits, period, time` → the code.
pub(super) fn generate(arguments: &mut Arguments<'_>) -> Vec<u8> {
    let totp = totp(arguments);
    totp.generate(arguments.time()).into_bytes()
}

/// `type, secret, algorithm, digits, period, time, past, future, after?, code` → the verdict.
pub(super) fn verify(arguments: &mut Arguments<'_>) -> Vec<u8> {
    let totp = totp(arguments);
    let time = arguments.time();
    let past = arguments.tiny(Error::WindowInvalid);
    let window = Window::new(past, arguments.tiny(Error::WindowInvalid)).or_throw();
    let after = arguments.next();
    let last = after.as_whole();
    if last.is_none() && !after.is_absent() {
        refuse(Error::AfterInvalid);
    }
    let verdict = totp.verify(arguments.code(), time, window, last);
    let drift = if let Verdict::Accepted(matched) = verdict { Some(matched.drift) } else { None };
    json::verdict(verdict.map(|matched| matched.step), ",\"step\":", drift)
}

fn totp(arguments: &mut Arguments<'_>) -> Totp {
    let kind = arguments.text(Error::TypeInvalid);
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
    Period::from_secs(arguments.small(Error::PeriodInvalid)).or_throw()
}
