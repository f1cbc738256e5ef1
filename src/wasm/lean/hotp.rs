//! `hotp.generate`, `hotp.verify` and `hotp.resync`.

use super::exchange::{Arguments, OrThrow};
use super::secret::secret;
use super::verdict::answer;
use crate::{Algorithm, Digits, Error, Hotp};
use alloc::vec::Vec;

/// A generator → the code.
pub(super) fn generate(arguments: &mut Arguments) -> Vec<u8> {
    let hotp = hotp(arguments);
    hotp.generate(counter(arguments)).into_bytes()
}

/// `code, lookAhead`, a generator → the verdict.
pub(super) fn verify(arguments: &mut Arguments) -> Vec<u8> {
    let code = arguments.code();
    let look_ahead = arguments.small(Error::LookAheadInvalid);
    let hotp = hotp(arguments);
    answer(hotp.verify(code, counter(arguments), look_ahead).or_throw(), 0)
}

/// `first, second, lookAhead`, a generator → the verdict.
pub(super) fn resync(arguments: &mut Arguments) -> Vec<u8> {
    let codes = [arguments.code(), arguments.code()];
    let look_ahead = arguments.small(Error::LookAheadInvalid);
    let hotp = hotp(arguments);
    answer(hotp.resync(codes, counter(arguments), look_ahead).or_throw(), 0)
}

/// A generator of whatever type, up to its counter.
fn hotp(arguments: &mut Arguments) -> Hotp {
    arguments.skip(1);
    let secret = secret(arguments);
    Hotp::new(secret).with_algorithm(algorithm(arguments)).with_digits(digits(arguments))
}

pub(super) fn algorithm(arguments: &mut Arguments) -> Algorithm {
    Algorithm::parse(arguments.text(Error::AlgorithmInvalid)).or_throw()
}

pub(super) fn digits(arguments: &mut Arguments) -> Digits {
    Digits::new(arguments.tiny(Error::DigitsInvalid)).or_throw()
}

pub(super) fn counter(arguments: &mut Arguments) -> u64 {
    arguments.whole(Error::CounterInvalid)
}
