//! `totp.generate` and `totp.verify`.

use super::exchange::{Arguments, OrThrow, refuse};
use super::hotp::{algorithm, digits};
use super::secret::secret;
use super::verdict::answer;
use crate::{Error, Period, Totp, Verdict, Window};
use alloc::vec::Vec;

/// `time`, a generator → the code.
pub(super) fn generate(arguments: &mut Arguments) -> Vec<u8> {
    let time = arguments.time();
    totp(arguments).generate(time).into_bytes()
}

/// `code, past, future, after?, time`, a generator → the verdict.
pub(super) fn verify(arguments: &mut Arguments) -> Vec<u8> {
    let code = arguments.code();
    let past = arguments.tiny(Error::WindowInvalid);
    let window = Window::new(past, arguments.tiny(Error::WindowInvalid)).or_throw();
    let after = arguments.next();
    let last = after.as_whole();
    if last.is_none() && !after.is_absent() {
        refuse(Error::AfterInvalid);
    }
    let time = arguments.time();
    let verdict = totp(arguments).verify(code, time, window, last);
    let drift = if let Verdict::Accepted(matched) = verdict { matched.drift } else { 0 };
    answer(verdict.map(|matched| matched.step), drift)
}

fn totp(arguments: &mut Arguments) -> Totp {
    let kind = arguments.text(Error::TypeInvalid);
    let secret = secret(arguments);
    match kind {
        "totp" => {
            let totp = Totp::new(secret).with_algorithm(algorithm(arguments)).with_digits(digits(arguments));
            arguments.skip(1);
            totp.with_period(period(arguments))
        }
        // Steam has one setting only: what else a parsed account carries is not read.
        "steam" => Totp::steam(secret),
        _ => refuse(Error::TypeInvalid),
    }
}

pub(super) fn period(arguments: &mut Arguments) -> Period {
    Period::from_secs(arguments.small(Error::PeriodInvalid)).or_throw()
}
