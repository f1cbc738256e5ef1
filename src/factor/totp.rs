//! TOTP (RFC 6238): codes by time.

#[cfg(not(all(feature = "lean", target_family = "wasm")))]
use super::diagnosis::Asked;
use super::hotp::Match;
use super::{Digits, Hotp, Reason, Verdict};
use crate::base::{Error, Secret, Timestamp};
use crate::crypto::Algorithm;
use alloc::string::String;

/// Time-based one-time codes, as authenticator apps make them.
///
/// ```
/// use edge_mfa::{Secret, Timestamp, Totp, Verdict, Window};
///
/// let totp = Totp::new(Secret::from_bytes(b"12345678901234567890")?);
/// let now = Timestamp::from_secs(59)?;
/// let Verdict::Accepted(matched) = totp.verify(&totp.generate(now), now, Window::default(), None) else {
///     panic!("a fresh code")
/// };
/// assert_eq!((matched.step, matched.drift), (1, 0)); // store the step: it is `after` next time
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totp {
    hotp: Hotp,
    period: Period,
}

impl Totp {
    /// SHA-1, six digits and 30 seconds, until said otherwise: what every authenticator honours.
    ///
    /// ```
    /// # use edge_mfa::{Secret, Totp};
    /// let totp = Totp::new(Secret::from_bytes(b"12345678901234567890")?);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub const fn new(secret: Secret) -> Self {
        Self { hotp: Hotp::new(secret), period: Period::DEFAULT }
    }

    /// Steam's variant: five characters of its own alphabet, SHA-1, 30 seconds.
    ///
    /// ```
    /// # use edge_mfa::{Secret, Timestamp, Totp};
    /// let steam = Totp::steam(Secret::from_bytes(b"12345678901234567890")?);
    /// assert_eq!(steam.generate(Timestamp::from_secs(59)?), "PV9M4");
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn steam(secret: Secret) -> Self {
        Self { hotp: Hotp::new(secret).steam(), period: Period::DEFAULT }
    }

    /// With another hash. Many authenticators ignore it and use SHA-1.
    ///
    /// ```
    /// # use edge_mfa::{Algorithm, Secret, Totp};
    /// let totp = Totp::new(Secret::from_bytes(&[7; 32])?).with_algorithm(Algorithm::Sha256);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn with_algorithm(mut self, algorithm: Algorithm) -> Self {
        self.hotp = self.hotp.with_algorithm(algorithm);
        self
    }

    /// With another number of digits.
    ///
    /// ```
    /// # use edge_mfa::{Digits, Secret, Timestamp, Totp};
    /// let totp = Totp::new(Secret::from_bytes(b"12345678901234567890")?).with_digits(Digits::EIGHT);
    /// assert_eq!(totp.generate(Timestamp::from_secs(59)?), "94287082"); // RFC 6238 appendix B
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn with_digits(mut self, digits: Digits) -> Self {
        self.hotp = self.hotp.with_digits(digits);
        self
    }

    /// With another period.
    ///
    /// ```
    /// # use edge_mfa::{Period, Secret, Totp};
    /// let totp = Totp::new(Secret::from_bytes(&[7; 20])?).with_period(Period::from_secs(60)?);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn with_period(mut self, period: Period) -> Self {
        self.period = period;
        self
    }

    /// The time step that `time` lies in (RFC 6238 section 4.2, T0 = 0).
    ///
    /// ```
    /// # use edge_mfa::{Secret, Timestamp, Totp};
    /// let totp = Totp::new(Secret::from_bytes(&[7; 20])?);
    /// assert_eq!(totp.step(Timestamp::from_secs(59)?), 1);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn step(&self, time: Timestamp) -> u64 {
        time.as_millis() / (u64::from(self.period.0) * 1000)
    }

    /// The code at a point in time.
    ///
    /// ```
    /// # use edge_mfa::{Secret, Timestamp, Totp};
    /// let totp = Totp::new(Secret::from_bytes(b"12345678901234567890")?);
    /// assert_eq!(totp.generate(Timestamp::from_secs(1_111_111_109)?), "081804");
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn generate(&self, time: Timestamp) -> String {
        self.hotp.generate(self.step(time))
    }

    /// Compares a typed code with the codes of every step of the window; all are always computed, in constant time.
    ///
    /// `after` is the last step that was accepted: a right code whose step is not greater is
    /// [`Reason::Replayed`] (RFC 6238 section 5.2). Without it the caller has no replay protection.
    ///
    /// ```
    /// # use edge_mfa::{Reason, Secret, Timestamp, Totp, Verdict, Window};
    /// let totp = Totp::new(Secret::from_bytes(b"12345678901234567890")?);
    /// let now = Timestamp::from_secs(59)?;
    /// let verdict = totp.verify("287082", now, Window::default(), Some(1));
    /// assert_eq!(verdict, Verdict::Refused(Reason::Replayed));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn verify(&self, code: &str, time: Timestamp, window: Window, after: Option<u64>) -> Verdict<TotpMatch> {
        let Some(typed) = self.hotp.read(code) else {
            return Verdict::Refused(Reason::Malformed);
        };
        let now = self.step(time);
        let (from, steps) = window.steps(now);
        // Should one code stand for two steps, both are spent.
        match self.hotp.find(typed, None, from, steps, Match::Highest) {
            Verdict::Accepted(step) if after.is_some_and(|last| step <= last) => Verdict::Refused(Reason::Replayed),
            verdict => verdict.map(|step| TotpMatch { step, drift: step.cast_signed() - now.cast_signed() }),
        }
    }
}

/// For the diagnosis of a wrong code.
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
impl Totp {
    pub(super) const fn hotp(&self) -> &Hotp {
        &self.hotp
    }

    pub(super) const fn secret(&self) -> &Secret {
        self.hotp.secret()
    }

    pub(super) const fn asked(&self) -> Asked {
        let (algorithm, digits) = self.hotp.asked();
        Asked { algorithm, digits, period: self.period }
    }
}

/// What an accepted code matched.
///
/// ```
/// let matched = edge_mfa::TotpMatch { step: 41, drift: -1 };
/// assert_eq!(matched.drift, -1); // the authenticator is a step behind
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TotpMatch {
    /// The time step of the code; `after` of the next verification.
    pub step: u64,
    /// That step less the step of now: below zero the authenticator is behind, above zero it is ahead.
    pub drift: i64,
}

/// Which steps around now are accepted, up to 20 each way. The default is one each way: a code lives 90 seconds.
///
/// ```
/// use edge_mfa::{Error, Window};
/// assert_eq!(Window::new(1, 1), Ok(Window::default()));
/// assert_eq!(Window::new(21, 0), Err(Error::WindowInvalid));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    past: u8,
    future: u8,
}

impl Window {
    /// # Errors
    /// [`Error::WindowInvalid`] over 20 steps.
    ///
    /// ```
    /// let strict = edge_mfa::Window::new(0, 0)?;
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub const fn new(past: u8, future: u8) -> Result<Self, Error> {
        if past > WINDOW_MOST || future > WINDOW_MOST {
            return Err(Error::WindowInvalid);
        }
        Ok(Self { past, future })
    }

    /// The first step around that of now, and how many follow.
    pub(super) fn steps(self, now: u64) -> (u64, u32) {
        let past = self.past.min(u8::try_from(now).unwrap_or(u8::MAX));
        (now - u64::from(past), u32::from(past) + u32::from(self.future))
    }
}

#[cfg(not(all(feature = "lean", target_family = "wasm")))]
impl Window {
    /// So many steps more, as far as a window goes.
    pub(crate) fn wider(self, past: u8, future: u8) -> Self {
        let most = |steps: u8, more| steps.saturating_add(more).min(WINDOW_MOST);
        Self { past: most(self.past, past), future: most(self.future, future) }
    }
}

impl Default for Window {
    fn default() -> Self {
        Self { past: 1, future: 1 }
    }
}

/// How long a time step lasts, in whole seconds from 1 to 2^31 − 1.
///
/// ```
/// use edge_mfa::{Error, Period};
/// assert_eq!(Period::from_secs(0), Err(Error::PeriodInvalid));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(u32);

impl Period {
    pub(super) const DEFAULT: Self = Self(30);
    #[cfg(not(all(feature = "lean", target_family = "wasm")))]
    pub(super) const MINUTE: Self = Self(60);

    /// # Errors
    /// [`Error::PeriodInvalid`] for 0 and beyond 2^31 − 1.
    ///
    /// ```
    /// assert_eq!(edge_mfa::Period::from_secs(60)?.as_secs(), 60);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub const fn from_secs(seconds: u32) -> Result<Self, Error> {
        match seconds {
            1..=0x7fff_ffff => Ok(Self(seconds)),
            _ => Err(Error::PeriodInvalid),
        }
    }

    /// The length in seconds.
    ///
    /// ```
    /// assert_eq!(edge_mfa::Period::default().as_secs(), 30);
    /// ```
    #[must_use]
    pub const fn as_secs(self) -> u32 {
        self.0
    }
}

impl Default for Period {
    fn default() -> Self {
        Self::DEFAULT
    }
}

const WINDOW_MOST: u8 = 20;
