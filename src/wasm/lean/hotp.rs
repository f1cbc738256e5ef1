//! `hotp.generate`, `hotp.verify` and `hotp.resync`.

use super::exchange::{Arguments, OrThrow};
use super::json;
use super::secret::secret;
use crate::{Algorithm, Digits, Error, Hotp, Verdict};
use alloc::vec::Vec;

/// `secret, algorithm, digits, counter` → the code.
pub(super) fn generate(arguments: &mut Arguments<'_>) -> Vec<u8> {
    let hotp = hotp(arguments);
    hotp.generate(counter(arguments)).into_bytes()
}

/// `secret, algorithm, digits, counter, lookAhead, code` → the verdict.
pub(super) fn verify(arguments: &mut Arguments<'_>) -> Vec<u8> {
    let hotp = hotp(arguments);
    let counter = counter(arguments);
    let look_ahead = arguments.small(Error::LookAheadInvalid);
    answer(hotp.verify(arguments.code(), counter, look_ahead).or_throw())
}

/// `secret, algorithm, digits, counter, lookAhead, first, second` → the verdict.
pub(super) fn resync(arguments: &mut Arguments<'_>) -> Vec<u8> {
    let hotp = hotp(arguments);
    let counter = counter(arguments);
    let look_ahead = arguments.small(Error::LookAheadInvalid);
    answer(hotp.resync([arguments.code(), arguments.code()], counter, look_ahead).or_throw())
}

fn hotp(arguments: &mut Arguments<'_>) -> Hotp {
    let secret = secret(arguments);
    Hotp::new(secret).with_algorithm(algorithm(arguments)).with_digits(digits(arguments))
}

pub(super) fn algorithm(arguments: &mut Arguments<'_>) -> Algorithm {
    Algorithm::parse(arguments.text(Error::AlgorithmInvalid)).or_throw()
}

pub(super) fn digits(arguments: &mut Arguments<'_>) -> Digits {
    Digits::new(arguments.tiny(Error::DigitsInvalid)).or_throw()
}

pub(super) fn counter(arguments: &mut Arguments<'_>) -> u64 {
    arguments.whole(Error::CounterInvalid)
}

fn answer(verdict: Verdict<u64>) -> Vec<u8> {
    json::verdict(verdict, ",\"counter\":", None)
}
