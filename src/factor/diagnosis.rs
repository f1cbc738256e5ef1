//! Why a code did not match: what its owner can do about it. A diagnosis never accepts a code.

use super::{Digits, Hotp, Period, Totp, Verdict, Window};
use crate::base::json::named;
use crate::base::typed::Symbols;
use crate::base::{Secret, Timestamp};
use crate::crypto::Algorithm;
use alloc::string::String;

/// What a wrong code was, and what its owner can do.
///
/// At a sign-in only `Expired` and `Algorithm` are told: codes that are over, and codes that will never be right. The rest
/// is for the person at an enrolment, who was shown the secret a moment ago.
///
/// ```
/// use edge_mfa::Diagnosis;
/// assert_ne!(Diagnosis::Expired, Diagnosis::Clock);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Diagnosis {
    /// The right one of a time step that is over: wait for the next one.
    Expired,
    /// The right one of another time: set the authenticator's clock.
    Clock,
    /// The right one under another hash: this authenticator ignores the one that was asked for.
    Algorithm,
    /// The right one with another number of digits: this authenticator ignores the one that was asked for.
    Digits,
    /// The right one of another period: this authenticator ignores the one that was asked for.
    Period,
    /// That of an older entry: of the QR code before this one, or of a factor that the account has already.
    PreviousSecret,
    /// The right one, but for two neighbouring digits in the wrong order, a zero in front or the last digits left out.
    Misread,
}

impl Totp {
    /// What a code beyond the window was. It says nothing that helps to guess: only codes that are over, and those that
    /// will never be right, are told from wrong ones.
    pub(crate) fn diagnose(&self, code: &str, time: Timestamp, window: Window) -> Option<Diagnosis> {
        let earlier = window.wider(FAR, 0);
        if self.verify(code, time, earlier, None).is_accepted() {
            return Some(Diagnosis::Expired);
        }
        let others = ALGORITHMS.into_iter().map(|algorithm| self.clone().with_algorithm(algorithm));
        others
            .map(|other| other.verify(code, time, window, None))
            .any(|verdict| verdict.is_accepted())
            .then_some(Diagnosis::Algorithm)
    }

    /// The same for a factor that is being enrolled, of which nothing is known yet: neither its clock, nor what it makes of
    /// its QR code, nor whether it is that QR code, and not the one that this enrolment `replaced`. Answers the steps that
    /// its clock is ahead, too.
    ///
    /// The work is bounded: for a window of one step each way, 414 codes of all ways to compute one, and 3 of misreadings.
    pub(crate) fn diagnose_first(
        &self,
        code: &str,
        time: Timestamp,
        window: Window,
        replaced: Option<&Secret>,
    ) -> Option<(Diagnosis, Option<i64>)> {
        let typed = digits(code)?;
        let wide = window.wider(FAR, FAR);
        if let Some(found) = self.computed_otherwise(self.secret(), &typed, time, wide) {
            return Some(found);
        }
        if replaced.is_some_and(|secret| self.computed_otherwise(secret, &typed, time, wide).is_some()) {
            return Some((Diagnosis::PreviousSecret, None));
        }
        let is_misread = self.codes(time, window).any(|right| is_misread(right.as_bytes(), typed.as_bytes()));
        is_misread.then_some((Diagnosis::Misread, None))
    }

    /// What an authenticator did that has the secret, and made this code of it.
    fn computed_otherwise(
        &self,
        secret: &Secret,
        typed: &str,
        time: Timestamp,
        window: Window,
    ) -> Option<(Diagnosis, Option<i64>)> {
        let digits = Digits::new(u8::try_from(typed.len()).ok()?).ok()?;
        let (asked, mut other) = (self.asked(), Self::new(secret.clone()).with_digits(digits));
        // What was asked for comes first: it is the likeliest.
        for (at, period) in [asked.period, Period::DEFAULT, Period::MINUTE].into_iter().enumerate() {
            for (place, algorithm) in
                [asked.algorithm, Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512].into_iter().enumerate()
            {
                if at > 0 && period == asked.period || place > 0 && algorithm == asked.algorithm {
                    continue;
                }
                other = other.with_period(period).with_algorithm(algorithm);
                let Verdict::Accepted(matched) = other.verify(typed, time, window, None) else { continue };
                let is_clock = place == 0 && at == 0 && Some(digits) == asked.digits;
                let diagnosis = match (place, Some(digits) == asked.digits, at) {
                    (0, true, 0) => Diagnosis::Clock,
                    (0, true, _) => Diagnosis::Period,
                    (0, false, _) => Diagnosis::Digits,
                    _ => Diagnosis::Algorithm,
                };
                return Some((diagnosis, is_clock.then_some(matched.drift)));
            }
        }
        None
    }
}

impl Hotp {
    /// The same for a token that is being enrolled, by counters instead of times. How far it is beyond the look-ahead is
    /// not looked for: its counter is a part of the enrolment.
    ///
    /// The work is seven times that of a verification.
    pub(crate) fn diagnose_first(
        &self,
        code: &str,
        counter: u64,
        look_ahead: u32,
        replaced: Option<&Secret>,
    ) -> Option<Diagnosis> {
        let typed = digits(code)?;
        let (asked, _) = self.asked();
        let made = |secret: &Secret, algorithm| {
            let digits = u8::try_from(typed.len()).ok().and_then(|count| Digits::new(count).ok());
            let other = digits.map(|digits| Self::new(secret.clone()).with_algorithm(algorithm).with_digits(digits));
            other.is_some_and(|other| {
                other.verify(&typed, counter, look_ahead).is_ok_and(|verdict| verdict.is_accepted())
            })
        };
        if made(self.secret(), asked) {
            return Some(Diagnosis::Digits);
        }
        if ALGORITHMS.into_iter().any(|algorithm| algorithm != asked && made(self.secret(), algorithm)) {
            return Some(Diagnosis::Algorithm);
        }
        if replaced.is_some_and(|secret| ALGORITHMS.into_iter().any(|algorithm| made(secret, algorithm))) {
            return Some(Diagnosis::PreviousSecret);
        }
        let mut codes = (counter..=counter.saturating_add(look_ahead.into())).map(|counter| self.generate(counter));
        codes.any(|right| is_misread(right.as_bytes(), typed.as_bytes())).then_some(Diagnosis::Misread)
    }
}

/// What an authenticator was asked for.
pub(super) struct Asked {
    pub(super) algorithm: Algorithm,
    /// None of Steam's.
    pub(super) digits: Option<Digits>,
    pub(super) period: Period,
}

/// A typed code of any length that an authenticator may show, or of one digit less: that counts as an attempt at an
/// enrolment, because it is looked for.
pub(crate) fn digits(code: &str) -> Option<String> {
    let mut typed = String::with_capacity(MOST);
    for symbol in Symbols::of(code) {
        let symbol = symbol.filter(u8::is_ascii_digit)?;
        if typed.len() == MOST {
            return None;
        }
        typed.push(char::from(symbol));
    }
    (typed.len() >= LEAST).then_some(typed)
}

/// Whether somebody who saw the right code may have typed this. One wrong digit is no misreading: to tell of it would make
/// every code 54 times as easy to hit.
fn is_misread(right: &[u8], typed: &[u8]) -> bool {
    let is_cut = typed.len() > LEAST && typed.len() < right.len() && right.starts_with(typed);
    is_cut || right.strip_prefix(b"0") == Some(typed) || is_swapped(right, typed)
}

fn is_swapped(right: &[u8], typed: &[u8]) -> bool {
    let mut differing = right.iter().zip(typed).enumerate().filter(|(_, (right, typed))| right != typed);
    match (differing.next(), differing.next(), differing.next()) {
        (Some((at, (a, b))), Some((next, (c, d))), None) => {
            right.len() == typed.len() && next == at + 1 && (a, b) == (d, c)
        }
        _ => false,
    }
}

/// Steps beyond the window: five minutes.
const FAR: u8 = 10;
const ALGORITHMS: [Algorithm; 3] = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512];
/// Digits: the least is that of a code of six with a zero in front that was lost.
const LEAST: usize = 5;
const MOST: usize = 8;

named!(Diagnosis, Snake: Expired, Clock, Algorithm, Digits, Period, PreviousSecret, Misread);

#[cfg(test)]
mod tests;
