//! Sealed bytes: AES-256-GCM under a key that is derived from one of the ring for one owner.
//!
//! ```text
//! 1  version, 1
//! 1  environment (0x80 for tests) and purpose
//! 4  id of the key
//! 12 nonce
//! …  ciphertext
//! 16 tag
//! ```
//!
//! What comes before the nonce is authenticated, and so is the owner: bytes that were moved to another account, or given
//! another purpose, do not open. A nonce is random and its key belongs to one owner, so that a service with any number of accounts never comes
//! near the 2^32 messages that NIST SP 800-38D section 8.3 allows one key.

use super::key_ring::{Key, KeyId, KeyRing};
use crate::base::{Entropy, Error, Sensitive};
use crate::crypto::AeadKey;
use alloc::vec::Vec;
use core::fmt;

impl KeyRing {
    /// What seals and opens for one owner: the key is derived once, however much there is.
    ///
    /// ```
    /// # use edge_mfa::Timestamp;
    /// use edge_mfa::protect::{Environment, KeyRing, Purpose, Seeded};
    ///
    /// let mut entropy = Seeded::new([7; 32]); // 32 bytes of the platform
    /// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut entropy)?;
    /// let alice = ring.vault("alice");
    /// let sealed = alice.seal(Purpose::Record, b"plain", &mut entropy)?;
    /// assert_eq!(*alice.open(Purpose::Record, &sealed)?, b"plain");
    /// assert!(ring.vault("bob").open(Purpose::Record, &sealed).is_err());
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn vault<'a>(&'a self, owner: &'a str) -> Vault<'a> {
        Vault { ring: self, owner, newest: aead(self.newest_key(), owner) }
    }

    /// Seals one text: [`Vault::seal`].
    ///
    /// # Errors
    /// Those of [`Vault::seal`].
    ///
    /// ```
    /// # use edge_mfa::Timestamp;
    /// # use edge_mfa::protect::{Environment, KeyRing, Purpose, Seeded};
    /// # let mut entropy = Seeded::new([7; 32]);
    /// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut entropy)?;
    /// assert_eq!(ring.seal(Purpose::Record, "alice", b"plain", &mut entropy)?.len(), 5 + 34);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn seal(
        &self,
        purpose: Purpose,
        owner: &str,
        plain: &[u8],
        entropy: &mut impl Entropy,
    ) -> Result<Vec<u8>, Error> {
        self.vault(owner).seal(purpose, plain, entropy)
    }

    /// Opens one text: [`Vault::open`].
    ///
    /// # Errors
    /// Those of [`Vault::open`].
    ///
    /// ```
    /// # use edge_mfa::{Error, Timestamp};
    /// # use edge_mfa::protect::{Environment, KeyRing, Purpose, Seeded};
    /// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut Seeded::new([7; 32]))?;
    /// assert_eq!(ring.open(Purpose::Record, "alice", b"sealed?"), Err(Error::SealMalformed));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn open(&self, purpose: Purpose, owner: &str, sealed: &[u8]) -> Result<Sensitive<Vec<u8>>, Error> {
        self.vault(owner).open(purpose, sealed)
    }
}

/// Seals and opens for one owner. It is wiped when dropped.
///
/// ```
/// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded}};
/// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut Seeded::new([7; 32]))?;
/// assert_eq!(format!("{:?}", ring.vault("alice")), "Vault(…)");
/// # Ok::<(), edge_mfa::Error>(())
/// ```
pub struct Vault<'a> {
    ring: &'a KeyRing,
    owner: &'a str,
    newest: AeadKey,
}

impl Vault<'_> {
    /// Seals `plain` with the newest key; 34 bytes longer.
    ///
    /// # Errors
    /// [`Error::EntropyUnavailable`] from `entropy`, which gives the nonce: it must never repeat itself.
    ///
    /// ```
    /// # use edge_mfa::Timestamp;
    /// # use edge_mfa::protect::{Environment, KeyRing, Purpose, Seeded};
    /// # let mut entropy = Seeded::new([7; 32]);
    /// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut entropy)?;
    /// assert_eq!(ring.vault("alice").seal(Purpose::Event, b"", &mut entropy)?.len(), 34);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn seal(&self, purpose: Purpose, plain: &[u8], entropy: &mut impl Entropy) -> Result<Vec<u8>, Error> {
        let mut nonce = [0; NONCE];
        entropy.fill(&mut nonce)?;
        let [a, b, c, d] = *self.ring.newest().as_bytes();
        let header = [VERSION, self.ring.environment().tag() | purpose as u8, a, b, c, d];

        let mut sealed = Vec::with_capacity(HEADER + NONCE + plain.len() + TAG);
        sealed.extend_from_slice(&header);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let text = sealed.get_mut(HEADER + NONCE..).unwrap_or_default();
        let tag = self.newest.seal(&nonce, &self.associated(&header), text).ok_or(Error::SealMalformed)?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    /// Opens what was sealed, with the key that sealed it. The bytes are wiped when dropped.
    ///
    /// # Errors
    /// [`Error::SealMalformed`], [`Error::KeyEnvironment`], [`Error::KeyUnknown`]; [`Error::SealBroken`] if anything
    /// differs from what was sealed, the owner and the purpose included.
    ///
    /// ```
    /// # use edge_mfa::{Error, Timestamp};
    /// # use edge_mfa::protect::{Environment, KeyRing, Purpose, Seeded};
    /// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut Seeded::new([7; 32]))?;
    /// assert_eq!(ring.vault("alice").open(Purpose::Record, &[1; 40]), Err(Error::KeyEnvironment));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn open(&self, purpose: Purpose, sealed: &[u8]) -> Result<Sensitive<Vec<u8>>, Error> {
        let parts = Parts::of(sealed)?;
        if parts.kind & TEST != self.ring.environment().tag() {
            return Err(Error::KeyEnvironment);
        }
        let key = self.ring.key(parts.key).ok_or(Error::KeyUnknown)?;
        if parts.kind & !TEST != purpose as u8 {
            return Err(Error::SealBroken);
        }
        let mut text = parts.text.to_vec();
        let mut open = |aead: &AeadKey| aead.open(parts.nonce, &self.associated(parts.header), &mut text, parts.tag);
        let opened = if parts.key == self.ring.newest() { open(&self.newest) } else { open(&aead(key, self.owner)) };
        opened.ok_or(Error::SealBroken)?;
        Ok(Sensitive::new(text))
    }

    fn associated(&self, header: &[u8]) -> Vec<u8> {
        [header, self.owner.as_bytes()].concat()
    }
}

impl fmt::Debug for Vault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

/// The key that something was sealed with, without opening it: for a report of what is still to be sealed anew.
///
/// # Errors
/// [`Error::SealMalformed`].
///
/// ```
/// # use edge_mfa::Timestamp;
/// # use edge_mfa::protect::{self, Environment, KeyRing, Purpose, Seeded};
/// # let mut entropy = Seeded::new([7; 32]);
/// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut entropy)?;
/// let sealed = ring.seal(Purpose::Record, "alice", b"plain", &mut entropy)?;
/// assert_eq!(protect::key_of(&sealed)?, ring.newest());
/// # Ok::<(), edge_mfa::Error>(())
/// ```
pub fn key_of(sealed: &[u8]) -> Result<KeyId, Error> {
    Ok(Parts::of(sealed)?.key)
}

/// What sealed bytes are: one never opens as another.
///
/// ```
/// # use edge_mfa::{Error, Timestamp};
/// # use edge_mfa::protect::{Environment, KeyRing, Purpose, Seeded};
/// # let mut entropy = Seeded::new([7; 32]);
/// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut entropy)?;
/// let sealed = ring.seal(Purpose::Event, "alice", b"plain", &mut entropy)?;
/// assert_eq!(ring.open(Purpose::Record, "alice", &sealed), Err(Error::SealBroken));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Purpose {
    /// The record of an account.
    Record = 1,
    /// The body of an event.
    Event = 2,
    /// The budget of an address.
    Address = 3,
    /// The record of an API key.
    ApiKey = 4,
    /// Whose a credential id is.
    Credential = 5,
}

/// Sealed bytes in pieces.
struct Parts<'a> {
    /// All before the nonce.
    header: &'a [u8],
    /// Environment and purpose.
    kind: u8,
    key: KeyId,
    nonce: &'a [u8; NONCE],
    text: &'a [u8],
    tag: &'a [u8; TAG],
}

impl<'a> Parts<'a> {
    fn of(sealed: &'a [u8]) -> Result<Self, Error> {
        Self::split(sealed).ok_or(Error::SealMalformed)
    }

    fn split(sealed: &'a [u8]) -> Option<Self> {
        let (header, rest) = sealed.split_at_checked(HEADER)?;
        let (nonce, rest) = rest.split_first_chunk()?;
        let (text, tag) = rest.split_last_chunk()?;
        let [VERSION, kind, a, b, c, d] = *header else { return None };
        matches!(kind & !TEST, 1..=5).then_some(())?;
        Some(Self { header, kind, key: KeyId::from_bytes([a, b, c, d]), nonce, text, tag })
    }
}

fn aead(key: &Key, owner: &str) -> AeadKey {
    AeadKey::new(&key.sealing_key(owner))
}

const VERSION: u8 = 1;
const HEADER: usize = 6;
const NONCE: usize = 12;
const TAG: usize = 16;
/// The bit of the environment.
const TEST: u8 = 0x80;
