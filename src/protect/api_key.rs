//! API keys: what another service shows instead of a person's token.
//!
//! ```text
//! mfaa_live_0123456789ABCDEF_0123456789ABCDEFGHJKMNPQRSTVWXYZ01234567
//!           id, 80 bits      secret, 160 bits                check
//! ```
//!
//! The symbols are digits and capitals without `I`, `L`, `O` and `U`. The check is the first 40 bits of SHA-256 of all that
//! stands before it: a scanner for secrets knows a key from what only looks like one, and a typo asks no store.
//!
//! What is stored is a keyed hash, sealed together with the hash's own key and with what the API key is good for. That key
//! is new for every API key, and not derived from the ring: when a key of the ring is replaced the secrets are not there to
//! make the hashes anew, and every API key would end with the key of the ring. Sealing binds all of it to the ring and to
//! the id: without the ring a stored one tells nothing, and in another's place it does not open.

use super::key_ring::{Environment, KeyRing};
use super::seal::Purpose;
use crate::base::bits::READABLE;
use crate::base::{Entropy, Error, Sensitive, Timestamp, Wiped};
use crate::crypto::{Algorithm, HmacKey, sha256};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;
use subtle::ConstantTimeEq;

/// A new API key: its text, to be shown once, and its record, to be stored.
///
/// ```
/// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded}};
/// use edge_mfa::protect::api_key::{ApiKey, NewApiKey, StoredApiKey};
///
/// let mut entropy = Seeded::new([7; 32]); // 32 bytes of the platform
/// let now = Timestamp::from_secs(1_790_000_000)?;
/// let ring = KeyRing::generate(Environment::Live, now, &mut entropy)?;
/// let tomorrow = now.plus_secs(86_400);
/// let NewApiKey { text, record } = NewApiKey::generate(&ring, "orders:read", tomorrow, &mut entropy)?;
///
/// // With a request:
/// let key = ApiKey::parse(&text, ring.environment()).expect("no API key");
/// let stored = StoredApiKey::open(&ring, &key.place(), &record)?; // the record of that place
/// assert!(stored.verify(&key, now) && !stored.verify(&key, tomorrow));
/// assert_eq!(stored.claims(), "orders:read");
/// # Ok::<(), edge_mfa::Error>(())
/// ```
pub struct NewApiKey {
    /// What [`ApiKey::parse`] reads.
    pub text: Sensitive<String>,
    /// Sealed, for its [`place`](ApiKey::place).
    pub record: Vec<u8>,
}

impl NewApiKey {
    /// Makes one for the environment of the ring. `claims` is whatever [`StoredApiKey::claims`] shall answer, and `expires` when that ends; a
    /// key without an end has the last point in time that there is.
    ///
    /// # Errors
    /// [`Error::EntropyUnavailable`] from `entropy`.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded, api_key::NewApiKey}};
    /// # let mut entropy = Seeded::new([7; 32]);
    /// # let (now, never) = (Timestamp::from_secs(0)?, Timestamp::from_millis((1 << 53) - 1)?);
    /// let ring = KeyRing::generate(Environment::Test, now, &mut entropy)?;
    /// let text = NewApiKey::generate(&ring, "", never, &mut entropy)?.text;
    /// assert!(text.starts_with("mfaa_test_") && text.len() == 67);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn generate(
        ring: &KeyRing,
        claims: &str,
        expires: Timestamp,
        entropy: &mut impl Entropy,
    ) -> Result<Self, Error> {
        let mut random = Wiped::new([0; 10 + 20 + 32]);
        entropy.fill(&mut *random)?;
        let (id, rest) = random.split_at(10);
        let (secret, hash_key) = rest.split_at(20);

        // Never grows, which would leave a copy behind.
        let mut text = Wiped::new(String::with_capacity(LENGTH));
        text.push_str("mfaa_");
        text.push_str(ring.environment().name());
        text.push('_');
        READABLE.encode(&mut text, id);
        text.push('_');
        READABLE.encode(&mut text, secret);
        push_check(&mut text);

        let key = ApiKey(&text);
        let mut plain = Wiped::new(Vec::with_capacity(HEAD + claims.len()));
        plain.push(VERSION);
        plain.extend_from_slice(hash_key);
        plain.extend_from_slice(&key.hash(hash_key));
        plain.extend_from_slice(&expires.as_millis().to_be_bytes());
        plain.extend_from_slice(claims.as_bytes());
        let record = ring.seal(Purpose::ApiKey, &key.place(), &plain, entropy)?;
        Ok(Self { text: Sensitive::new((*text).clone()), record })
    }
}

impl fmt::Debug for NewApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewApiKey(…)")
    }
}

/// An API key as it comes with a request. `Debug` shows the id only.
///
/// ```
/// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded, api_key::{ApiKey, NewApiKey}}};
/// # let mut entropy = Seeded::new([7; 32]);
/// # let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut entropy)?;
/// let text = NewApiKey::generate(&ring, "", Timestamp::from_secs(60)?, &mut entropy)?.text;
/// let key = ApiKey::parse(&text, Environment::Test).expect("no API key");
/// assert_eq!(format!("{key:?}"), format!("ApiKey({})", key.id()));
/// # Ok::<(), edge_mfa::Error>(())
/// ```
pub struct ApiKey<'a>(&'a str);

impl<'a> ApiKey<'a> {
    /// `None` is no API key of this environment, or one with a typo.
    ///
    /// ```
    /// use edge_mfa::protect::{Environment, api_key::ApiKey};
    /// let mistyped = "mfaa_live_0123456789ABCDEF_0123456789ABCDEFGHJKMNPQRSTVWXYZ01234567";
    /// assert!(ApiKey::parse(mistyped, Environment::Live).is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &'a str, environment: Environment) -> Option<Self> {
        let rest = text.strip_prefix("mfaa_")?.strip_prefix(environment.name())?.strip_prefix('_')?;
        let (id, secret) = rest.split_at_checked(ID)?;
        READABLE.decode(id.as_bytes())?;
        READABLE.decode(secret.strip_prefix('_')?.as_bytes())?;
        let mut right = String::with_capacity(LENGTH);
        right.push_str(text.get(..LENGTH - CHECK)?);
        push_check(&mut right);
        (right == text).then_some(Self(text))
    }

    /// What it is called: no secret.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded, api_key::{ApiKey, NewApiKey}}};
    /// # let mut entropy = Seeded::new([7; 32]);
    /// # let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut entropy)?;
    /// # let text = NewApiKey::generate(&ring, "", Timestamp::from_secs(60)?, &mut entropy)?.text;
    /// let key = ApiKey::parse(&text, Environment::Test).expect("no API key");
    /// assert!(text.starts_with(&format!("mfaa_test_{}_", key.id())));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn id(&self) -> &'a str {
        self.0.get(PREFIX..PREFIX + ID).unwrap_or_default()
    }

    /// Where its record is stored, which is the owner that the record is sealed for, too.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded, api_key::{ApiKey, NewApiKey}}};
    /// # let mut entropy = Seeded::new([7; 32]);
    /// # let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut entropy)?;
    /// # let text = NewApiKey::generate(&ring, "", Timestamp::from_secs(60)?, &mut entropy)?.text;
    /// let key = ApiKey::parse(&text, Environment::Test).expect("no API key");
    /// assert_eq!(key.place(), format!("api-key:{}", key.id()));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn place(&self) -> String {
        [PLACE, self.id()].concat()
    }

    fn hash(&self, key: &[u8]) -> [u8; 32] {
        let tag = HmacKey::new(Algorithm::Sha256, key).tag(self.0.as_bytes());
        tag.as_bytes().first_chunk().copied().unwrap_or_default()
    }
}

impl fmt::Debug for ApiKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({})", self.id())
    }
}

/// A stored API key, opened.
///
/// ```
/// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded, api_key::{ApiKey, NewApiKey, StoredApiKey}}};
/// # let mut entropy = Seeded::new([7; 32]);
/// # let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut entropy)?;
/// let end = Timestamp::from_secs(60)?;
/// let NewApiKey { text, record } = NewApiKey::generate(&ring, "claims", end, &mut entropy)?;
/// let key = ApiKey::parse(&text, Environment::Test).expect("no API key");
/// assert_eq!(StoredApiKey::open(&ring, &key.place(), &record)?.claims(), "claims"); // also after its end
/// # Ok::<(), edge_mfa::Error>(())
/// ```
pub struct StoredApiKey(Sensitive<Vec<u8>>);

impl StoredApiKey {
    /// Opens the record of a [`place`](ApiKey::place).
    ///
    /// # Errors
    /// Those of [`Vault::open`](super::Vault::open); [`Error::RecordVersion`] for a record of a newer edge-mfa,
    /// [`Error::RecordMalformed`] for anything else that is none.
    ///
    /// ```
    /// # use edge_mfa::{Error, Timestamp, protect::{Environment, KeyRing, Seeded, api_key::StoredApiKey}};
    /// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut Seeded::new([7; 32]))?;
    /// let opened = StoredApiKey::open(&ring, "api-key:0123456789ABCDEF", b"no record");
    /// assert_eq!(opened.unwrap_err(), Error::SealMalformed);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn open(ring: &KeyRing, place: &str, record: &[u8]) -> Result<Self, Error> {
        let stored = Self(ring.open(Purpose::ApiKey, place, record)?);
        match stored.0.first() {
            Some(&VERSION) if stored.0.len() >= HEAD => Ok(stored),
            None | Some(&(0 | VERSION)) => Err(Error::RecordMalformed),
            Some(_) => Err(Error::RecordVersion),
        }
    }

    /// Whether it was made of this key, whose time is not over. The hash is compared in constant time.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded, api_key::{ApiKey, NewApiKey, StoredApiKey}}};
    /// # let mut entropy = Seeded::new([7; 32]);
    /// # let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut entropy)?;
    /// let end = Timestamp::from_secs(60)?;
    /// let NewApiKey { text, record } = NewApiKey::generate(&ring, "claims", end, &mut entropy)?;
    /// let key = ApiKey::parse(&text, Environment::Test).expect("no API key");
    /// let stored = StoredApiKey::open(&ring, &key.place(), &record)?;
    /// assert!(stored.verify(&key, Timestamp::from_millis(59_999)?));
    /// assert!(!stored.verify(&key, end));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn verify(&self, key: &ApiKey<'_>, now: Timestamp) -> bool {
        let hash = key.hash(self.part(HASH_KEY));
        let end = self.part(END).first_chunk().map(|end| u64::from_be_bytes(*end)).unwrap_or_default();
        bool::from(hash.ct_eq(self.part(HASH))) && now.as_millis() < end
    }

    /// What [`NewApiKey::generate`] was given.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded, api_key::{ApiKey, NewApiKey, StoredApiKey}}};
    /// # let mut entropy = Seeded::new([7; 32]);
    /// # let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut entropy)?;
    /// let NewApiKey { text, record } = NewApiKey::generate(&ring, "claims", Timestamp::from_secs(9)?, &mut entropy)?;
    /// let key = ApiKey::parse(&text, Environment::Test).expect("no API key");
    /// assert_eq!(StoredApiKey::open(&ring, &key.place(), &record)?.claims(), "claims");
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn claims(&self) -> &str {
        core::str::from_utf8(self.part(HEAD..)).unwrap_or_default()
    }

    fn part(&self, place: impl core::slice::SliceIndex<[u8], Output = [u8]>) -> &[u8] {
        self.0.get(place).unwrap_or_default()
    }
}

impl fmt::Debug for StoredApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredApiKey(…)")
    }
}

fn push_check(text: &mut String) {
    let hash = sha256(text.as_bytes());
    READABLE.encode(text, hash.get(..5).unwrap_or_default());
}

/// What the places of all records begin with.
pub(crate) const PLACE: &str = "api-key:";
/// Characters: all, those before the id, of the id, and of the check.
const LENGTH: usize = PREFIX + ID + 1 + 32 + CHECK;
const PREFIX: usize = 10;
const ID: usize = 16;
const CHECK: usize = 8;
/// What stands where in a record: the key of the hash, the hash, the end in milliseconds, and then the claims.
const HASH_KEY: Range<usize> = 1..33;
const HASH: Range<usize> = 33..65;
const END: Range<usize> = 65..73;
const HEAD: usize = 73;
const VERSION: u8 = 1;
