//! The keys of a service: which there are, since when, and which is the newest.
//!
//! A key is written `mfak_live_ID_DATE_KEY`: the day it was made (`YYYYMMDD`, UTC) and 32 random bytes in base64url. The id
//! is 8 hexadecimal digits that follow from all the rest, so that a typo, a key cut short or a test key renamed to a live
//! one is found when the ring is read, not when a record will not open.

mod key;

use super::date;
use crate::base::{Entropy, Error, Sensitive, Timestamp};
use alloc::{boxed::Box, string::String, vec::Vec};
use core::fmt;

pub(super) use key::Key;
pub use key::{KeyId, KeyInfo};

/// Up to 32 keys: the newest seals and signs, all of them open and verify.
///
/// The text of a ring is a secret: keep it where the database is not, in an environment variable or wrapped by a key
/// management service. It is wiped from memory when the ring is dropped, and `Debug` shows ids only.
///
/// ```
/// use edge_mfa::Timestamp;
/// use edge_mfa::protect::{Environment, KeyRing};
///
/// # let mut system = |bytes: &mut [u8]| { bytes.fill(7); Ok(()) };
/// let now = Timestamp::from_secs(1_790_000_000)?;
/// let ring = KeyRing::generate(Environment::Live, now, &mut system)?;
/// let text = ring.to_text();
/// assert!(text.starts_with("mfak_live_"));
/// assert_eq!(KeyRing::parse(&text)?.newest(), ring.newest());
/// # Ok::<(), edge_mfa::Error>(())
/// ```
pub struct KeyRing {
    newest: Box<Key>,
    /// Newest first.
    #[allow(clippy::vec_box)] // A key is large, and moves as a pointer.
    retired: Vec<Box<Key>>,
}

impl KeyRing {
    /// Makes a ring of one key.
    ///
    /// # Errors
    /// [`Error::EntropyUnavailable`] from `entropy`, [`Error::TimeInvalid`] after the year 9999.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing}};
    /// # let mut system = |bytes: &mut [u8]| { bytes.fill(7); Ok(()) };
    /// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut system)?;
    /// assert!(ring.to_text().starts_with("mfak_test_"));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn generate(environment: Environment, now: Timestamp, entropy: &mut impl Entropy) -> Result<Self, Error> {
        let created = date::day(now).ok_or(Error::TimeInvalid)?;
        Ok(Self { newest: Key::generate(environment, created, entropy)?, retired: Vec::new() })
    }

    /// Reads keys that are separated by white space, in any order.
    ///
    /// # Errors
    /// [`Error::KeyRingMalformed`], [`Error::KeyRingEmpty`] for no key or more than 32, [`Error::KeyRingMixed`],
    /// [`Error::KeyRingDuplicate`].
    ///
    /// ```
    /// # use edge_mfa::{Error, protect::KeyRing};
    /// assert_eq!(KeyRing::parse(" \n").unwrap_err(), Error::KeyRingEmpty);
    /// assert_eq!(KeyRing::parse("hunter2").unwrap_err(), Error::KeyRingMalformed);
    /// ```
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut words = text.split_ascii_whitespace();
        let newest = Key::parse(words.next().ok_or(Error::KeyRingEmpty)?)?;
        let mut ring = Self { newest, retired: Vec::new() };
        for word in words {
            ring.insert(Key::parse(word)?)?;
        }
        Ok(ring)
    }

    /// With one more key, which is the newest. Its day is never before that of the others, even if the clock is.
    ///
    /// # Errors
    /// [`Error::KeyRingEmpty`] where there are 32 already, and those of [`KeyRing::generate`].
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded}};
    /// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut Seeded::new([1; 32]))?;
    /// let old = ring.newest();
    /// let ring = ring.with_new_key(Timestamp::from_secs(7_776_000)?, &mut Seeded::new([2; 32]))?;
    /// assert_ne!(ring.newest(), old);
    /// assert_eq!(ring.keys().count(), 2);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn with_new_key(mut self, now: Timestamp, entropy: &mut impl Entropy) -> Result<Self, Error> {
        let created = date::day(now).ok_or(Error::TimeInvalid)?.max(self.newest.created);
        let key = Key::generate(self.environment(), created, entropy)?;
        self.insert(key)?;
        Ok(self)
    }

    /// Without a key: when no record is sealed with it any more.
    ///
    /// # Errors
    /// [`Error::KeyUnknown`], and [`Error::KeyRingEmpty`] for the last key.
    ///
    /// ```
    /// # use edge_mfa::{Error, Timestamp, protect::{Environment, KeyRing, Seeded}};
    /// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut Seeded::new([1; 32]))?;
    /// let old = ring.newest();
    /// let ring = ring.with_new_key(Timestamp::from_secs(0)?, &mut Seeded::new([2; 32]))?.without_key(old)?;
    /// assert_eq!(ring.without_key(old).unwrap_err(), Error::KeyUnknown);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn without_key(mut self, id: KeyId) -> Result<Self, Error> {
        if self.newest.id == id {
            if self.retired.is_empty() {
                return Err(Error::KeyRingEmpty);
            }
            self.newest = self.retired.remove(0);
            return Ok(self);
        }
        let at = self.retired.iter().position(|key| key.id == id).ok_or(Error::KeyUnknown)?;
        self.retired.remove(at);
        Ok(self)
    }

    /// The text that [`KeyRing::parse`] reads: a key on each line, oldest first. It is wiped when dropped.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded}};
    /// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut Seeded::new([1; 32]))?;
    /// assert!(ring.to_text().starts_with(&format!("mfak_test_{}_19700101_", ring.newest())));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn to_text(&self) -> Sensitive<String> {
        // Never grows, which would leave a copy behind.
        let mut text = String::with_capacity((self.retired.len() + 1) * (key::LENGTH + 1));
        for key in self.retired.iter().rev() {
            key.write(&mut text);
            text.push('\n');
        }
        self.newest.write(&mut text);
        Sensitive::new(text)
    }

    /// Whether the keys are for tests.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded}};
    /// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut Seeded::new([1; 32]))?;
    /// assert_eq!(ring.environment(), Environment::Test);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub const fn environment(&self) -> Environment {
        self.newest.environment
    }

    /// The key that seals and signs: of the latest day, and of several the one that stands last in the text.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded}};
    /// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut Seeded::new([1; 32]))?;
    /// assert_eq!(ring.newest().to_string().len(), 8);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub const fn newest(&self) -> KeyId {
        self.newest.id
    }

    /// Every key, newest first.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded}};
    /// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(90_000)?, &mut Seeded::new([1; 32]))?;
    /// let created: Vec<_> = ring.keys().map(|key| key.created).collect();
    /// assert_eq!(created, [Timestamp::from_secs(86_400)?]); // a day has no hours
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn keys(&self) -> impl Iterator<Item = KeyInfo> {
        self.all().map(|key| KeyInfo { id: key.id, created: key.created })
    }

    /// Whether the newest key is `days` old or older: make a new one. 90 is a good number.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded}};
    /// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut Seeded::new([1; 32]))?;
    /// assert!(!ring.is_due(Timestamp::from_secs(89 * 86_400)?, 90));
    /// assert!(ring.is_due(Timestamp::from_secs(90 * 86_400)?, 90));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn is_due(&self, now: Timestamp, days: u32) -> bool {
        date::days_between(self.newest.created, now) >= days.into()
    }

    /// A pseudonym of `data`, which nobody without the newest key can make or compare. Labels keep uses apart.
    ///
    /// It changes when a newer key comes: do not look anything up by it that must outlive a key.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded}};
    /// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut Seeded::new([1; 32]))?;
    /// assert_eq!(ring.keyed_id("address", &[192, 0, 2, 1]), ring.keyed_id("address", &[192, 0, 2, 1]));
    /// assert_ne!(ring.keyed_id("address", &[192, 0, 2, 1]), ring.keyed_id("device", &[192, 0, 2, 1]));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn keyed_id(&self, label: &'static str, data: &[u8]) -> [u8; 16] {
        self.newest.keyed_id(label, data)
    }
}

impl KeyRing {
    pub(super) const fn newest_key(&self) -> &Key {
        &self.newest
    }

    pub(super) fn key(&self, id: KeyId) -> Option<&Key> {
        self.all().find(|key| key.id == id)
    }

    /// The key whose tokens have this header, which is no secret.
    pub(super) fn signer(&self, header: &str) -> Option<&Key> {
        self.all().find(|key| key.header == header)
    }

    /// Newest first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Key> {
        core::iter::once(&self.newest).chain(&self.retired).map(|key| &**key)
    }

    fn insert(&mut self, mut key: Box<Key>) -> Result<(), Error> {
        if key.environment != self.environment() {
            return Err(Error::KeyRingMixed);
        }
        if self.key(key.id).is_some() {
            return Err(Error::KeyRingDuplicate);
        }
        if self.retired.len() + 1 >= KEYS_MOST {
            return Err(Error::KeyRingEmpty);
        }
        if key.created >= self.newest.created {
            core::mem::swap(&mut key, &mut self.newest);
        }
        let at = self.retired.partition_point(|older| older.created > key.created);
        self.retired.insert(at, key);
        Ok(())
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyRing({:?}", self.environment())?;
        self.all().try_for_each(|key| write!(f, ", {}", key.id))?;
        f.write_str(")")
    }
}

/// What a key is for. Neither opens what the other sealed.
///
/// ```
/// use edge_mfa::protect::Environment;
/// assert_eq!(Environment::Live.name(), "live");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Environment {
    /// Real accounts: `mfak_live_…`.
    Live,
    /// Development and tests: `mfak_test_…`.
    Test,
}

impl Environment {
    /// As it stands in a key.
    ///
    /// ```
    /// assert_eq!(edge_mfa::protect::Environment::Test.name(), "test");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
        }
    }

    /// What stands for it in what is derived and sealed.
    pub(super) const fn tag(self) -> u8 {
        match self {
            Self::Live => 0,
            Self::Test => 0x80,
        }
    }
}

const KEYS_MOST: usize = 32;
