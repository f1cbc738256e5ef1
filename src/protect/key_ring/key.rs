//! One key: its name, its text, and what derives from it.

use super::super::{date, session_token};
use super::Environment;
use crate::base::bits::{decode_base64_url, encode_base64_url};
use crate::base::{Entropy, Error, Timestamp, Wiped, ascii, decimal, percent};
use crate::crypto::{Algorithm, HmacKey, expand};
use alloc::{boxed::Box, string::String};
use core::fmt;

/// What a key is called: no secret.
///
/// ```
/// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded}};
/// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut Seeded::new([1; 32]))?;
/// assert!(ring.newest().to_string().chars().all(|digit| digit.is_ascii_hexdigit()));
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 4]);

impl KeyId {
    /// Reads 8 hexadecimal digits in lower case.
    ///
    /// # Errors
    /// [`Error::KeyUnknown`]: nothing else names a key.
    ///
    /// ```
    /// use edge_mfa::{Error, protect::KeyId};
    /// assert_eq!(KeyId::parse("0123cdef")?.to_string(), "0123cdef");
    /// assert_eq!(KeyId::parse("0123CDEF"), Err(Error::KeyUnknown));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut id = 0_u32;
        for digit in text.bytes() {
            let value = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => return Err(Error::KeyUnknown),
            };
            id = id << 4 | u32::from(value);
        }
        if text.len() == 8 { Ok(Self(id.to_be_bytes())) } else { Err(Error::KeyUnknown) }
    }

    pub(in crate::protect) const fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }

    pub(in crate::protect) const fn as_bytes(&self) -> &[u8; 4] {
        &self.0
    }
}

impl KeyId {
    pub(crate) fn text(self) -> String {
        percent::hex(&self.0)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// What may be told about a key.
///
/// ```
/// # use edge_mfa::{Timestamp, protect::{Environment, KeyInfo, KeyRing, Seeded}};
/// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut Seeded::new([1; 32]))?;
/// let keys: Vec<KeyInfo> = ring.keys().collect();
/// assert_eq!(keys[0].id, ring.newest());
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyInfo {
    /// Its name, in every record that it sealed.
    pub id: KeyId,
    /// The beginning of the day (UTC) that it was made on.
    pub created: Timestamp,
}

/// One key of a ring, and what derives from it.
pub(in crate::protect) struct Key {
    pub(in crate::protect) environment: Environment,
    pub(in crate::protect) id: KeyId,
    pub(in crate::protect) created: Timestamp,
    /// Signs what begins with the header of session tokens; made once, because every request verifies one.
    pub(in crate::protect) signing: HmacKey,
    /// The header of those.
    pub(in crate::protect) header: String,
    bytes: Wiped<[u8; 32]>,
    derive: HmacKey,
}

impl Key {
    pub(super) fn generate(
        environment: Environment,
        created: Timestamp,
        entropy: &mut impl Entropy,
    ) -> Result<Box<Self>, Error> {
        let mut bytes = Wiped::new([0; 32]);
        entropy.fill(&mut *bytes)?;
        Ok(Self::new(environment, created, bytes))
    }

    pub(super) fn parse(text: &str) -> Result<Box<Self>, Error> {
        Self::read(text).ok_or(Error::KeyRingMalformed)
    }

    pub(super) fn write(&self, out: &mut String) {
        out.push_str("mfak_");
        out.push_str(self.environment.name());
        out.push('_');
        out.push_str(&self.id.text());
        out.push('_');
        decimal::push_padded(out, date::to_digits(self.created), 8);
        out.push('_');
        encode_base64_url(out, &*self.bytes);
    }

    /// The key that seals for one owner.
    pub(in crate::protect) fn sealing_key(&self, owner: &str) -> Wiped<[u8; 32]> {
        self.expand(SEALING, &[owner.as_bytes()])
    }

    /// The bytes of what signs session tokens, for other libraries.
    pub(in crate::protect) fn signing_key(&self) -> Wiped<[u8; 32]> {
        self.expand(SIGNING, &[])
    }

    pub(super) fn keyed_id(&self, label: &str, data: &[u8]) -> [u8; 16] {
        self.expand(KEYED_ID, &[label.as_bytes(), &[0], data]).first_chunk().copied().unwrap_or_default()
    }
}

impl Key {
    fn new(environment: Environment, created: Timestamp, bytes: Wiped<[u8; 32]>) -> Box<Self> {
        let derive = HmacKey::new(Algorithm::Sha256, &*bytes);
        let day = date::to_digits(created).to_be_bytes();
        let id = expanded(&derive, environment, ID, &[&day]);
        let signing = expanded(&derive, environment, SIGNING, &[]);
        let id = KeyId(id.first_chunk().copied().unwrap_or_default());
        let header = session_token::header(id);
        Box::new(Self {
            environment,
            id,
            created,
            signing: HmacKey::new(Algorithm::Sha256, &*signing).beginning(header.as_bytes()),
            header,
            bytes,
            derive,
        })
    }

    fn read(text: &str) -> Option<Box<Self>> {
        let (environment, rest) = match text.strip_prefix("mfak_live_") {
            Some(rest) => (Environment::Live, rest),
            None => (Environment::Test, text.strip_prefix("mfak_test_")?),
        };
        let (id, rest) = ascii::split(rest, b'_');
        let (day, key) = ascii::split(rest, b'_');
        let bytes = decode_base64_url(key)?;
        let bytes = Wiped::new(<[u8; 32]>::try_from(bytes.as_slice()).ok()?);
        let key = Self::new(environment, date::parse(day)?, bytes);
        (key.id.text() == id).then_some(key)
    }

    fn expand(&self, label: &str, context: &[&[u8]]) -> Wiped<[u8; 32]> {
        expanded(&self.derive, self.environment, label, context)
    }
}

/// What derives from a key for tests is never what derives from a live one.
fn expanded(key: &HmacKey, environment: Environment, label: &str, context: &[&[u8]]) -> Wiped<[u8; 32]> {
    expand(key, label, &[&[environment.tag()], &context.concat()])
}

/// Characters of a key: 10, 8, 1, 8, 1 and 43.
pub(super) const LENGTH: usize = 71;
/// What is derived: a change of one of these is a change that no stored record survives.
const ID: &str = "edge-mfa key id";
const SEALING: &str = "edge-mfa sealing key";
const SIGNING: &str = "edge-mfa session key";
const KEYED_ID: &str = "edge-mfa keyed id";
