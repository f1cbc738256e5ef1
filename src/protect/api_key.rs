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
//! What is stored is a keyed hash, sealed together with its key and with what the API key is good for. The hash's key is
//! new for every API key, and not derived from the ring: the secret is not there when a key of the ring is replaced, so
//! that no hash could be made anew, and every API key would end with the key of the ring. Sealing binds all of it to the
//! ring and to the id: without the ring a stored one tells nothing, and in another's place it does not open.

use super::key_ring::{Environment, KeyRing};
use super::seal::Purpose;
use crate::base::bits::READABLE;
use crate::base::{Entropy, Error, Sensitive, Timestamp, Wiped, json};
use crate::crypto::{Algorithm, HmacKey, sha256};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// An API key as it is shown once and comes with requests. It is wiped when dropped, and `Debug` shows the id only.
///
/// ```
/// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded}};
/// use edge_mfa::protect::api_key::{self, ApiKey, ApiKeyInfo};
///
/// let mut entropy = Seeded::new([7; 32]); // 32 bytes of the platform
/// let now = Timestamp::from_secs(1_790_000_000)?;
/// let ring = KeyRing::generate(Environment::Live, now, &mut entropy)?;
///
/// let key = ApiKey::generate(&ring, &mut entropy)?;
/// let info = ApiKeyInfo {
///     subject: "billing".into(),
///     scopes: vec!["orders:read".into()],
///     name: None,
///     created_at: now,
///     expires_at: Some(now.plus_secs(86_400)),
/// };
/// let sealed = key.seal(&ring, &info, &mut entropy)?; // store it as `key.place()`
///
/// // With a request:
/// let key = ApiKey::parse(&key.to_text()).expect("no API key");
/// assert_eq!(api_key::verify(&ring, &key, &sealed, now)?, Some(info));
/// assert_eq!(api_key::verify(&ring, &key, &sealed, now.plus_secs(86_400))?, None);
/// # Ok::<(), edge_mfa::Error>(())
/// ```
pub struct ApiKey(Wiped<String>);

impl ApiKey {
    /// Makes a new one for the environment of the ring.
    ///
    /// # Errors
    /// [`Error::EntropyUnavailable`] from `entropy`.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded, api_key::ApiKey}};
    /// # let mut entropy = Seeded::new([7; 32]);
    /// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut entropy)?;
    /// assert!(ApiKey::generate(&ring, &mut entropy)?.to_text().starts_with("mfaa_test_"));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn generate(ring: &KeyRing, entropy: &mut impl Entropy) -> Result<Self, Error> {
        let mut random = Wiped::new([0; 30]);
        entropy.fill(&mut *random)?;
        let (id, secret) = random.split_at(10);
        // Never grows, which would leave a copy behind.
        let mut text = Wiped::new(String::with_capacity(LENGTH));
        text.push_str(prefix(ring.environment()));
        READABLE.encode(&mut text, id);
        text.push('_');
        READABLE.encode(&mut text, secret);
        let check = check(&text);
        text.push_str(&check);
        Ok(Self(text))
    }

    /// Reads what [`ApiKey::to_text`] writes, and nothing else: `None` is no API key, or one with a typo.
    ///
    /// ```
    /// use edge_mfa::protect::api_key::ApiKey;
    /// assert!(ApiKey::parse("mfaa_live_0123456789ABCDEF_0123456789ABCDEFGHJKMNPQRSTVWXYZ01234567").is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let known = [Environment::Live, Environment::Test].into_iter().any(|kind| text.starts_with(prefix(kind)));
        let (id, rest) = text.get(PREFIX..)?.split_once('_')?;
        let right = known
            && id.len() == ID
            && text.len() == LENGTH
            && text.get(LENGTH - CHECK..)? == check(text.get(..LENGTH - CHECK)?);
        READABLE.decode(id.as_bytes())?;
        READABLE.decode(rest.as_bytes())?;
        right.then(|| Self(Wiped::new(text.into())))
    }

    /// What it is called: no secret.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded, api_key::ApiKey}};
    /// # let mut entropy = Seeded::new([7; 32]);
    /// # let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut entropy)?;
    /// let key = ApiKey::generate(&ring, &mut entropy)?;
    /// assert_eq!(key.id().len(), 16);
    /// assert!(key.to_text().starts_with(&format!("mfaa_test_{}_", key.id())));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.get(PREFIX..PREFIX + ID).unwrap_or_default()
    }

    /// Where its record is stored, which is the owner that the record is sealed for, too.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded, api_key::ApiKey}};
    /// # let mut entropy = Seeded::new([7; 32]);
    /// # let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut entropy)?;
    /// let key = ApiKey::generate(&ring, &mut entropy)?;
    /// assert_eq!(key.place(), format!("api-key:{}", key.id()));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn place(&self) -> String {
        [PLACE, self.id()].concat()
    }

    /// The text to show once. It is wiped when dropped.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded, api_key::ApiKey}};
    /// # let mut entropy = Seeded::new([7; 32]);
    /// # let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut entropy)?;
    /// assert_eq!(ApiKey::generate(&ring, &mut entropy)?.to_text().len(), 67);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn to_text(&self) -> Sensitive<String> {
        Sensitive::new((*self.0).clone())
    }

    /// The record to store: a keyed hash, and what the key is good for, sealed with the newest key of the ring.
    ///
    /// # Errors
    /// [`Error::SubjectInvalid`], [`Error::NameInvalid`], [`Error::CommandInvalid`] for scopes that are none (RFC 6749
    /// section 3.3), over 128 characters or more than 64, [`Error::TimeInvalid`] for an end that is not after the
    /// beginning, and [`Error::EntropyUnavailable`] from `entropy`.
    ///
    /// ```
    /// # use edge_mfa::{Error, Timestamp, protect::{Environment, KeyRing, Seeded, api_key::*}};
    /// # let mut entropy = Seeded::new([7; 32]);
    /// # let now = Timestamp::from_secs(0)?;
    /// # let ring = KeyRing::generate(Environment::Test, now, &mut entropy)?;
    /// let nobody = ApiKeyInfo { subject: "".into(), scopes: vec![], name: None, created_at: now, expires_at: None };
    /// let key = ApiKey::generate(&ring, &mut entropy)?;
    /// assert_eq!(key.seal(&ring, &nobody, &mut entropy), Err(Error::SubjectInvalid));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn seal(&self, ring: &KeyRing, info: &ApiKeyInfo, entropy: &mut impl Entropy) -> Result<Vec<u8>, Error> {
        info.check()?;
        let mut plain = Wiped::new(Vec::with_capacity(1024));
        plain.push(VERSION);
        plain.extend_from_slice(&[0; KEY]);
        entropy.fill(plain.get_mut(1..).unwrap_or_default())?;
        let tag = self.tag(plain.get(1..).unwrap_or_default());
        plain.extend_from_slice(&tag);
        plain.extend_from_slice(serde_json::to_string(info).map_err(|_| Error::RecordMalformed)?.as_bytes());
        ring.seal(Purpose::ApiKey, &self.place(), &plain, entropy)
    }

    fn tag(&self, key: &[u8]) -> [u8; TAG] {
        let tag = HmacKey::new(Algorithm::Sha256, key).tag(self.0.as_bytes());
        tag.as_bytes().first_chunk().copied().unwrap_or_default()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({})", self.id())
    }
}

/// What an API key is good for: all that is known of it but the secret.
///
/// ```
/// # use edge_mfa::{Timestamp, protect::api_key::ApiKeyInfo};
/// let now = Timestamp::from_secs(0)?;
/// let info = ApiKeyInfo { subject: "cron".into(), scopes: vec![], name: None, created_at: now, expires_at: None };
/// assert!(!info.is_expired(now));
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiKeyInfo {
    /// The service account: 1 to 256 bytes, no control characters, no outer spaces.
    pub subject: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// For whoever looks after the keys: 1 to 64 characters on one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub name: Option<String>,
    /// Milliseconds since 1970.
    pub created_at: Timestamp,
    /// From when on it is refused; never unless told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub expires_at: Option<Timestamp>,
}

impl ApiKeyInfo {
    /// Whether its time is over.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::api_key::ApiKeyInfo};
    /// let (now, end) = (Timestamp::from_secs(0)?, Some(Timestamp::from_secs(60)?));
    /// let info = ApiKeyInfo { subject: "cron".into(), scopes: vec![], name: None, created_at: now, expires_at: end };
    /// assert!(!info.is_expired(Timestamp::from_millis(59_999)?));
    /// assert!(info.is_expired(Timestamp::from_millis(60_000)?));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    fn check(&self) -> Result<(), Error> {
        if self.subject.len() > SUBJECT_LONGEST || !is_line(&self.subject) {
            return Err(Error::SubjectInvalid);
        }
        if self.name.as_ref().is_some_and(|name| name.chars().count() > NAME_LONGEST || !is_line(name)) {
            return Err(Error::NameInvalid);
        }
        if self.scopes.len() > SCOPES_MOST || !self.scopes.iter().all(|scope| is_scope(scope)) {
            return Err(Error::CommandInvalid);
        }
        if self.is_expired(self.created_at) { Err(Error::TimeInvalid) } else { Ok(()) }
    }
}

/// What the key is good for, if it is the one that the record was made of and its time is not over.
///
/// The secret is compared in constant time. A key of another environment than the ring's is refused like a wrong one.
///
/// # Errors
/// Those of [`open`]: such a record is damaged, or not this key's.
///
/// ```
/// # use edge_mfa::{Error, Timestamp, protect::{Environment, KeyRing, Seeded, api_key::{self, ApiKey}}};
/// # let mut entropy = Seeded::new([7; 32]);
/// # let now = Timestamp::from_secs(0)?;
/// # let ring = KeyRing::generate(Environment::Test, now, &mut entropy)?;
/// let key = ApiKey::generate(&ring, &mut entropy)?;
/// assert_eq!(api_key::verify(&ring, &key, b"no record", now), Err(Error::SealMalformed));
/// # Ok::<(), Error>(())
/// ```
pub fn verify(ring: &KeyRing, key: &ApiKey, sealed: &[u8], now: Timestamp) -> Result<Option<ApiKeyInfo>, Error> {
    let plain = ring.open(Purpose::ApiKey, &key.place(), sealed)?;
    let record = Record::of(&plain)?;
    let is_right = bool::from(record.tag.ct_eq(&key.tag(record.key)));
    Ok(Some(record.info).filter(|info| is_right && !info.is_expired(now)))
}

/// What the key of the record at this [`place`](ApiKey::place) is good for, without the key.
///
/// # Errors
/// Those of [`Vault::open`](super::Vault::open); [`Error::RecordVersion`] for a record of a newer edge-mfa,
/// [`Error::RecordMalformed`] for anything else that is none.
///
/// ```
/// # use edge_mfa::{Error, Timestamp, protect::{Environment, KeyRing, Seeded, api_key}};
/// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut Seeded::new([7; 32]))?;
/// assert_eq!(api_key::open(&ring, "api-key:0123456789ABCDEF", b"no record"), Err(Error::SealMalformed));
/// # Ok::<(), Error>(())
/// ```
pub fn open(ring: &KeyRing, place: &str, sealed: &[u8]) -> Result<ApiKeyInfo, Error> {
    Record::of(&ring.open(Purpose::ApiKey, place, sealed)?).map(|record| record.info)
}

/// What an opened record says.
struct Record<'a> {
    /// Of the hash.
    key: &'a [u8],
    tag: &'a [u8],
    info: ApiKeyInfo,
}

impl<'a> Record<'a> {
    fn of(plain: &'a [u8]) -> Result<Self, Error> {
        match plain.split_first() {
            Some((&VERSION, body)) => Self::read(body).ok_or(Error::RecordMalformed),
            Some((&0, _)) | None => Err(Error::RecordMalformed),
            Some(_) => Err(Error::RecordVersion),
        }
    }

    fn read(body: &'a [u8]) -> Option<Self> {
        let (key, rest) = body.split_at_checked(KEY)?;
        let (tag, info) = rest.split_at_checked(TAG)?;
        let info = json::read(core::str::from_utf8(info).ok()?).ok()?;
        Some(Self { key, tag, info })
    }
}

fn prefix(environment: Environment) -> &'static str {
    match environment {
        Environment::Live => "mfaa_live_",
        Environment::Test => "mfaa_test_",
    }
}

fn check(text: &str) -> String {
    let mut check = String::with_capacity(CHECK);
    READABLE.encode(&mut check, sha256(text.as_bytes()).get(..5).unwrap_or_default());
    check
}

fn is_line(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.chars().any(char::is_control)
}

/// A *scope-token* (RFC 6749 section 3.3).
fn is_scope(scope: &str) -> bool {
    (1..=SCOPE_LONGEST).contains(&scope.len())
        && scope.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}

/// What the places of all records begin with.
pub(crate) const PLACE: &str = "api-key:";
/// Characters: all, up to the id, the id, and the check.
const LENGTH: usize = PREFIX + ID + 1 + 32 + CHECK;
const PREFIX: usize = 10;
const ID: usize = 16;
const CHECK: usize = 8;
/// Bytes of the hash and of its key.
const TAG: usize = 32;
const KEY: usize = 32;
const VERSION: u8 = 1;
const SUBJECT_LONGEST: usize = 256;
const NAME_LONGEST: usize = 64;
const SCOPES_MOST: usize = 64;
const SCOPE_LONGEST: usize = 128;
