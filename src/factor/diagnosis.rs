//! Why a code did not match: what its owner can do about it. A diagnosis never accepts a code.

use super::hotp::Match;
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
#[cfg_attr(all(feature = "full", target_family = "wasm"), repr(u32))]
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
        let (asked, (from, steps)) = (self.asked(), window.steps(self.step(time)));
        let typed = digits(code).filter(|typed| asked.has(typed))?;
        made(self.secret(), asked.algorithm, &typed, from, steps).map(|_| Diagnosis::Algorithm)
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
        let (from, steps) = window.steps(self.step(time));
        misread(self.hotp(), &typed, from, steps).then_some((Diagnosis::Misread, None))
    }

    /// What an authenticator did that has the secret, and made this code of it.
    fn computed_otherwise(
        &self,
        secret: &Secret,
        typed: &str,
        time: Timestamp,
        window: Window,
    ) -> Option<(Diagnosis, Option<i64>)> {
        let asked = self.asked();
        // What was asked for comes first: it is the likeliest.
        for (at, period) in [asked.period, Period::DEFAULT, Period::MINUTE].iter().enumerate() {
            if at > 0 && *period == asked.period {
                continue;
            }
            let now = time.as_millis() / (u64::from(period.as_secs()) * 1000);
            let (from, steps) = window.steps(now);
            let Some((algorithm, step)) = made(secret, asked.algorithm, typed, from, steps) else { continue };
            return Some(if algorithm != asked.algorithm {
                (Diagnosis::Algorithm, None)
            } else if !asked.has(typed) {
                (Diagnosis::Digits, None)
            } else if at > 0 {
                (Diagnosis::Period, None)
            } else {
                (Diagnosis::Clock, Some(step.cast_signed() - now.cast_signed()))
            });
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
        if let Some((algorithm, _)) = made(self.secret(), asked, &typed, counter, look_ahead) {
            return Some(if algorithm == asked { Diagnosis::Digits } else { Diagnosis::Algorithm });
        }
        if replaced.is_some_and(|secret| made(secret, asked, &typed, counter, look_ahead).is_some()) {
            return Some(Diagnosis::PreviousSecret);
        }
        misread(self, &typed, counter, look_ahead).then_some(Diagnosis::Misread)
    }
}

/// Under which hash an authenticator that has the secret made this code, and of which of these counters. The hash that was
/// asked for comes first.
#[inline(never)]
fn made(secret: &Secret, asked: Algorithm, typed: &str, from: u64, ahead: u32) -> Option<(Algorithm, u64)> {
    let digits = Digits::new(u8::try_from(typed.len()).ok()?).ok()?;
    for (at, algorithm) in [asked, Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512].iter().enumerate() {
        if at > 0 && *algorithm == asked {
            continue;
        }
        let other = Hotp::new(secret.clone()).with_algorithm(*algorithm).with_digits(digits);
        if let Verdict::Accepted(counter) = other.find(other.read(typed)?, None, from, ahead, Match::Highest) {
            return Some((*algorithm, counter));
        }
    }
    None
}

/// Whether somebody who saw one of these codes may have typed this.
#[inline(never)]
fn misread(hotp: &Hotp, typed: &str, from: u64, ahead: u32) -> bool {
    hotp.has(from, ahead, |right| is_misread(right.as_bytes(), typed.as_bytes()))
}

/// What an authenticator was asked for.
pub(super) struct Asked {
    pub(super) algorithm: Algorithm,
    /// None of Steam's.
    pub(super) digits: Option<Digits>,
    pub(super) period: Period,
}

impl Asked {
    /// Whether a code has the digits.
    fn has(&self, typed: &str) -> bool {
        self.digits.is_some_and(|digits| usize::from(digits.count()) == typed.len())
    }
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
    let same = right.iter().zip(typed).take_while(|(right, typed)| right == typed).count();
    match (right.get(same..), typed.get(same..)) {
        (Some([a, b, right @ ..]), Some([c, d, typed @ ..])) => (a, b) == (d, c) && right == typed,
        _ => false,
    }
}

/// Steps beyond the window: five minutes.
const FAR: u8 = 10;
/// Digits: the least is that of a code of six with a zero in front that was lost.
const LEAST: usize = 5;
const MOST: usize = 8;

named!(Diagnosis, Snake: Expired, Clock, Algorithm, Digits, Period, PreviousSecret, Misread);

#[cfg(test)]
mod tests;
