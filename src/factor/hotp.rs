//! HOTP (RFC 4226): codes by counter, and the code formats that TOTP shares.

use super::{Reason, Verdict};
use crate::base::typed::Symbols;
use crate::base::{Error, Result, Secret, big_endian, decimal, ensure};
use crate::crypto::{Algorithm, HmacKey};
use alloc::string::String;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

/// Counter-based one-time codes, as hardware tokens make them.
///
/// ```
/// use edge_mfa::{Hotp, Secret, Verdict};
///
/// let token = Hotp::new(Secret::from_bytes(b"12345678901234567890")?);
/// assert_eq!(token.generate(0), "755224"); // RFC 4226 appendix D
///
/// // The holder pressed the button twice in vain: code 2 is found two ahead. Store 3.
/// assert_eq!(token.verify("359152", 0, 10)?, Verdict::Accepted(2));
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hotp {
    secret: Secret,
    algorithm: Algorithm,
    format: Format,
}

impl Hotp {
    /// SHA-1 and six digits, until said otherwise.
    ///
    /// ```
    /// # use edge_mfa::{Hotp, Secret};
    /// let token = Hotp::new(Secret::from_bytes(b"12345678901234567890")?);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub const fn new(secret: Secret) -> Self {
        Self { secret, algorithm: Algorithm::Sha1, format: Format::Decimal(Digits::SIX) }
    }

    /// With another hash.
    ///
    /// ```
    /// # use edge_mfa::{Algorithm, Hotp, Secret};
    /// let token = Hotp::new(Secret::from_bytes(b"12345678901234567890")?).with_algorithm(Algorithm::Sha256);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn with_algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// With another number of digits.
    ///
    /// ```
    /// # use edge_mfa::{Digits, Hotp, Secret};
    /// let token = Hotp::new(Secret::from_bytes(b"12345678901234567890")?).with_digits(Digits::EIGHT);
    /// assert_eq!(token.generate(0), "84755224");
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn with_digits(mut self, digits: Digits) -> Self {
        self.format = Format::Decimal(digits);
        self
    }

    /// The five characters of Steam's authenticator instead of digits.
    pub(super) fn steam(mut self) -> Self {
        self.format = Format::Steam;
        self
    }

    /// The code of one counter (RFC 4226 section 5.3).
    ///
    /// ```
    /// # use edge_mfa::{Hotp, Secret};
    /// assert_eq!(Hotp::new(Secret::from_bytes(b"12345678901234567890")?).generate(9), "520489");
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn generate(&self, counter: u64) -> String {
        self.format.write(self.codes().value(counter))
    }

    /// Compares a typed code with the codes of `counter` and of the next `look_ahead` ones (RFC 4226 section 7.4).
    ///
    /// All of them are always computed. The verdict carries the counter that matched; store the one after it, and
    /// store nothing on a refusal.
    ///
    /// # Errors
    /// [`Error::LookAheadInvalid`] over 100.
    ///
    /// ```
    /// # use edge_mfa::{Hotp, Reason, Secret, Verdict};
    /// # let token = Hotp::new(Secret::from_bytes(b"12345678901234567890")?);
    /// assert_eq!(token.verify("755224", 1, 10)?, Verdict::Refused(Reason::Mismatch)); // code 0 is behind
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn verify(&self, code: &str, counter: u64, look_ahead: u32) -> Result<Verdict<u64>> {
        ensure(look_ahead <= LOOK_AHEAD_MOST, Error::LookAheadInvalid)?;
        let Some(typed) = self.format.read(code) else {
            return Ok(Verdict::Refused(Reason::Malformed));
        };
        Ok(self.find(typed, None, counter, look_ahead, Match::Lowest))
    }

    /// Finds a token again that ran far ahead, by two codes in a row (RFC 4226 section 7.4).
    ///
    /// The verdict carries the counter of the second code; store the one after it.
    ///
    /// # Errors
    /// [`Error::LookAheadInvalid`] over 1,000.
    ///
    /// ```
    /// # use edge_mfa::{Hotp, Secret, Verdict};
    /// # let token = Hotp::new(Secret::from_bytes(b"12345678901234567890")?);
    /// assert_eq!(token.resync(["254676", "287922"], 0, 100)?, Verdict::Accepted(6));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn resync(&self, codes: [&str; 2], counter: u64, look_ahead: u32) -> Result<Verdict<u64>> {
        ensure(look_ahead <= RESYNC_MOST, Error::LookAheadInvalid)?;
        let [first, second] = codes;
        let (Some(first), Some(second)) = (self.format.read(first), self.format.read(second)) else {
            return Ok(Verdict::Refused(Reason::Malformed));
        };
        Ok(self.find(first, Some(second), counter, look_ahead + 1, Match::Lowest))
    }

    /// Looks for a code, or two in a row, from `counter` to `ahead` counters later, all of which are always computed; the
    /// verdict carries the counter of the last code. In constant time.
    pub(super) fn find(&self, code: u32, next: Option<u32>, counter: u64, ahead: u32, which: Match) -> Verdict<u64> {
        let codes = self.codes();
        let mut found = Found::default();
        let mut next_matches = Choice::from(u8::from(next.is_none()));
        for ahead in (0..=ahead).rev() {
            let at = counter.saturating_add(ahead.into());
            let value = codes.value(at);
            let matches = value.ct_eq(&code) & next_matches & !(found.any & which.is_highest());
            found = found.or(at.saturating_add(next.is_some().into()), matches);
            next_matches = next.map_or(next_matches, |next| value.ct_eq(&next));
        }
        found.verdict()
    }

    /// The secret hashed into the key once, for several codes.
    fn codes(&self) -> Codes {
        Codes { key: HmacKey::new(self.algorithm, self.secret.as_bytes()), modulus: self.format.modulus() }
    }

    /// A typed code as a number, `None` if it is malformed.
    pub(super) fn read(&self, code: &str) -> Option<u32> {
        self.format.read(code)
    }
}

/// For the diagnosis of a wrong code.
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
impl Hotp {
    pub(super) const fn secret(&self) -> &Secret {
        &self.secret
    }

    pub(super) const fn asked(&self) -> (Algorithm, Option<Digits>) {
        match self.format {
            Format::Decimal(digits) => (self.algorithm, Some(digits)),
            Format::Steam => (self.algorithm, None),
        }
    }

    /// Whether one of the codes from a counter on is such a one; none of Steam's is.
    pub(super) fn has(&self, counter: u64, ahead: u32, is_such: impl Fn(&str) -> bool) -> bool {
        let (Format::Decimal(digits), codes) = (self.format, self.codes()) else { return false };
        (0..=ahead).any(|ahead| {
            let mut code = String::with_capacity(8);
            let value = codes.value(counter.saturating_add(ahead.into()));
            decimal::push_padded(&mut code, value.into(), digits.0);
            is_such(&code)
        })
    }
}

/// Which counter counts where a code is that of several.
#[derive(Clone, Copy)]
pub(super) enum Match {
    Lowest,
    Highest,
}

impl Match {
    fn is_highest(self) -> Choice {
        Choice::from(u8::from(matches!(self, Self::Highest)))
    }
}

/// The codes of one key, as numbers.
struct Codes {
    key: HmacKey,
    modulus: u32,
}

impl Codes {
    /// Dynamic truncation (RFC 4226 section 5.3).
    fn value(&self, counter: u64) -> u32 {
        let mut message = [0; 8];
        big_endian::write(counter, &mut message);
        let tag = self.key.tag(&message);
        let bytes = tag.as_bytes();
        let offset = usize::from(bytes.last().copied().unwrap_or(0) & 15);
        let word = bytes.get(offset..).and_then(|rest| rest.first_chunk()).map_or(0, |word| u32::from_be_bytes(*word));
        (word & 0x7fff_ffff) % self.modulus
    }
}

/// The last counter that matched, without a branch on whether one did.
#[derive(Clone, Copy)]
pub(super) struct Found {
    any: Choice,
    counter: u64,
}

impl Found {
    pub(super) fn or(self, counter: u64, matches: Choice) -> Self {
        Self { any: self.any | matches, counter: u64::conditional_select(&self.counter, &counter, matches) }
    }

    pub(super) fn verdict(self) -> Verdict<u64> {
        if bool::from(self.any) { Verdict::Accepted(self.counter) } else { Verdict::Refused(Reason::Mismatch) }
    }
}

impl Default for Found {
    fn default() -> Self {
        Self { any: Choice::from(0), counter: 0 }
    }
}

/// How many digits a code has: 6, 7 or 8 (RFC 4226 section 5.3).
///
/// ```
/// use edge_mfa::{Digits, Error};
/// assert_eq!(Digits::new(8), Ok(Digits::EIGHT));
/// assert_eq!(Digits::new(5), Err(Error::DigitsInvalid));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digits(u8);

impl Digits {
    /// Six, the default.
    pub const SIX: Self = Self(6);
    /// Seven.
    pub const SEVEN: Self = Self(7);
    /// Eight.
    pub const EIGHT: Self = Self(8);

    /// # Errors
    /// [`Error::DigitsInvalid`] for anything but 6, 7 and 8.
    ///
    /// ```
    /// assert_eq!(edge_mfa::Digits::new(7)?.count(), 7);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub const fn new(digits: u8) -> core::result::Result<Self, Error> {
        match digits {
            6..=8 => Ok(Self(digits)),
            _ => Err(Error::DigitsInvalid),
        }
    }

    /// The number of digits.
    ///
    /// ```
    /// assert_eq!(edge_mfa::Digits::default().count(), 6);
    /// ```
    #[must_use]
    pub const fn count(self) -> u8 {
        self.0
    }
}

impl Default for Digits {
    fn default() -> Self {
        Self::SIX
    }
}

/// How the number under a code is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Decimal(Digits),
    Steam,
}

impl Format {
    const fn modulus(self) -> u32 {
        match self {
            Self::Decimal(digits) => 10_u32.pow(digits.0 as u32),
            Self::Steam => STEAM_BASE.pow(STEAM_LENGTH),
        }
    }

    fn read(self, code: &str) -> Option<u32> {
        let (length, base) = match self {
            Self::Decimal(digits) => (digits.0.into(), 10),
            Self::Steam => (STEAM_LENGTH, STEAM_BASE),
        };
        let (mut value, mut place, mut count) = (0_u32, 1_u32, 0);
        for symbol in Symbols::of(code) {
            let symbol = symbol?;
            let digit = match self {
                Self::Decimal(_) => u32::from(symbol).checked_sub(b'0'.into()).filter(|digit| *digit < 10)?,
                Self::Steam => u32::try_from(STEAM_ALPHABET.iter().position(|letter| *letter == symbol)?).ok()?,
            };
            count += 1;
            if count > length {
                return None;
            }
            // Steam writes the lowest place first.
            value = if base == 10 { value * 10 + digit } else { value + digit * place };
            place = place.wrapping_mul(base);
        }
        (count == length).then_some(value)
    }

    fn write(self, value: u32) -> String {
        let mut code = String::with_capacity(8);
        match self {
            Self::Decimal(digits) => decimal::push_padded(&mut code, value.into(), digits.0),
            Self::Steam => {
                let mut rest = value;
                for _ in 0..STEAM_LENGTH {
                    let letter = STEAM_ALPHABET.get((rest % STEAM_BASE) as usize).copied().unwrap_or(b'?');
                    code.push(char::from(letter));
                    rest /= STEAM_BASE;
                }
            }
        }
        code
    }
}

/// One wrong guess in ten thousand is let through by 100 counters of six digits: no more.
const LOOK_AHEAD_MOST: u32 = 100;
/// Two codes in a row make a guess hopeless; this bounds the work.
const RESYNC_MOST: u32 = 1000;

const STEAM_ALPHABET: &[u8; 26] = b"23456789BCDFGHJKMNPQRTVWXY";
const STEAM_BASE: u32 = 26;
const STEAM_LENGTH: u32 = 5;
