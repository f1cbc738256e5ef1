//! Recovery codes: 80 random bits each, kept only as keyed, salted hashes.
//!
//! A hash is `$hmac-sha256$k=KEYID$SALT$TAG` (base64 without padding). The tag is the first 16 bytes of HMAC-SHA-256
//! under a key that the database does not hold, over a salt of 16 bytes and the code. A slow password hash would add
//! nothing to 80 bits of randomness but a way to keep the server busy.

use super::hotp::Found;
use super::{Reason, Verdict};
use crate::base::bits::{BASE64, READABLE, decode_base64};
use crate::base::typed::Symbols;
use crate::base::{Entropy, Error, Result, Wiped, ascii, ensure, refuse};
use crate::crypto::{Algorithm, HmacKey};
use alloc::{string::String, vec::Vec};
use core::fmt;
use subtle::ConstantTimeEq;

/// The key ("pepper") of recovery hashes. Keep it outside the database that holds the hashes.
///
/// ```
/// use edge_mfa::{Verdict, recovery};
///
/// # let mut system = |bytes: &mut [u8]| { bytes.fill(7); Ok(()) };
/// let key = recovery::Key::new(&[1; 32])?;
/// let set = key.generate(&mut system, 10)?;
///
/// // Store `set.hashes`, show `set.codes` once.
/// let hashes: Vec<&str> = set.hashes.iter().map(String::as_str).collect();
/// assert!(key.verify(&set.codes[3].to_lowercase(), &hashes)?.is_accepted());
/// # Ok::<(), edge_mfa::Error>(())
/// ```
pub struct Key {
    hmac: HmacKey,
    /// What its hashes begin with: up to the salt.
    prefix: String,
}

impl Key {
    /// Takes 32 to 1,024 bytes.
    ///
    /// # Errors
    /// [`Error::RecoveryKey`] for another length.
    ///
    /// ```
    /// use edge_mfa::{Error, recovery};
    /// assert_eq!(recovery::Key::new(&[1; 31]).unwrap_err(), Error::RecoveryKey);
    /// ```
    pub fn new(bytes: &[u8]) -> Result<Self> {
        ensure((32..=1024).contains(&bytes.len()), Error::RecoveryKey)?;
        let mut key = Self { hmac: HmacKey::new(Algorithm::Sha256, bytes), prefix: String::from(PREFIX) };
        let id = key.hmac.tag(b"edge-mfa recovery key id");
        BASE64.encode(&mut key.prefix, id.as_bytes().get(..ID).unwrap_or_default());
        key.prefix.push('$');
        Ok(key)
    }

    /// Makes `count` codes, 8 to 10, and their hashes in the same order.
    ///
    /// # Errors
    /// [`Error::RecoveryCount`], or [`Error::EntropyUnavailable`] from `entropy`.
    ///
    /// ```
    /// # use edge_mfa::recovery;
    /// # let mut system = |bytes: &mut [u8]| { bytes.fill(7); Ok(()) };
    /// let set = recovery::Key::new(&[1; 32])?.generate(&mut system, 8)?;
    /// assert_eq!(set.codes.len(), 8);
    /// assert_eq!(set.codes[0].len(), "XXXX-XXXX-XXXX-XXXX".len());
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn generate(&self, entropy: &mut impl Entropy, count: usize) -> Result<Set> {
        let mut set = Set { codes: Vec::with_capacity(MOST), hashes: Vec::with_capacity(MOST) };
        make(entropy, count, |salt, code| {
            set.codes.push(grouped(code));
            set.hashes.push(self.hash(salt, code.as_bytes()));
        })?;
        Ok(set)
    }

    /// Compares a typed code with every hash, and answers the index of the one it belongs to: remove that one.
    ///
    /// Each hash costs one HMAC, whatever was typed; a code that is no recovery code costs none. Case, grouping,
    /// `O` for `0` and `I` or `L` for `1` do not matter. The codes of an empty list match nothing.
    ///
    /// # Errors
    /// [`Error::RecoveryHash`] for a text that is not a hash or for more than 64 of them,
    /// [`Error::RecoveryKeyMismatch`] where all were made with another key.
    ///
    /// ```
    /// # use edge_mfa::{Reason, Verdict, recovery};
    /// let verdict = recovery::Key::new(&[1; 32])?.verify("not a code", &[])?;
    /// assert_eq!(verdict, Verdict::Refused(Reason::Malformed));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn verify(&self, code: &str, hashes: &[&str]) -> Result<Verdict<usize>> {
        let verdict = self.find(code, hashes)?;
        Ok(verdict.map(|index| usize::try_from(index).unwrap_or(usize::MAX)))
    }

    /// The same, its index as wide as the lean wasm writes numbers.
    pub(crate) fn find(&self, code: &str, hashes: &[&str]) -> Result<Verdict<u64>> {
        ensure(hashes.len() <= HASHES_MOST, Error::RecoveryHash)?;
        let code = read(code);
        let mut found = Found::default();
        let mut ours = hashes.is_empty();
        for (index, hash) in (0..).zip(hashes) {
            ensure(hash.len() == HASH && hash.starts_with(PREFIX), Error::RecoveryHash)?;
            let Some(rest) = hash.strip_prefix(self.prefix.as_str()) else { continue };
            let salt = decode_base64(ascii::split(rest, b'$').0).ok_or(Error::RecoveryHash)?;
            ours = true;
            if let Some(code) = &code {
                found = found.or(index, self.hash(&salt, code).as_bytes().ct_eq(hash.as_bytes()));
            }
        }
        match (ours, code) {
            (false, _) => refuse(Error::RecoveryKeyMismatch),
            (true, None) => Ok(Verdict::Refused(Reason::Malformed)),
            (true, Some(_)) => Ok(found.verdict()),
        }
    }

    fn hash(&self, salt: &[u8], code: &[u8]) -> String {
        let mut hash = self.prefix.clone();
        BASE64.encode(&mut hash, salt);
        hash.push('$');
        let tag = self.hmac.tag(&message(salt, code));
        BASE64.encode(&mut hash, tag.as_bytes().get(..TAG).unwrap_or_default());
        hash
    }
}

fn message(salt: &[u8], code: &[u8]) -> Wiped<Vec<u8>> {
    let mut message = Wiped::new(Vec::with_capacity(64));
    message.extend_from_slice(b"edge-mfa recovery code");
    message.extend_from_slice(salt);
    message.extend_from_slice(code);
    message
}

/// The same with salts and tags alone, as records keep them beside their key.
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) struct PackedKey(HmacKey);

#[cfg(not(all(feature = "lean", target_family = "wasm")))]
impl PackedKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(HmacKey::new(Algorithm::Sha256, key))
    }

    /// Makes codes and their hashes, a pair for each call.
    pub(crate) fn generate(
        &self,
        entropy: &mut impl Entropy,
        count: usize,
        mut each: impl FnMut(String, Packed),
    ) -> Result<()> {
        make(entropy, count, |salt, code| each(grouped(code), self.pack(salt, code.as_bytes())))
    }

    /// The index of the hash that a code belongs to.
    pub(crate) fn verify<'a>(&self, code: &str, hashes: impl Iterator<Item = &'a Packed>) -> Option<usize> {
        let code = read(code)?;
        let mut found = Found::default();
        for (index, hash) in (0..).zip(hashes) {
            found = found.or(index, self.pack(hash, &code).ct_eq(hash));
        }
        match found.verdict() {
            Verdict::Accepted(index) => usize::try_from(index).ok(),
            Verdict::Refused(_) => None,
        }
    }

    fn pack(&self, salt: &[u8], code: &[u8]) -> Packed {
        let salt: [u8; SALT] = salt.first_chunk().copied().unwrap_or_default();
        let tag = self.0.tag(&message(&salt, code));
        let mut packed = [0; SALT + TAG];
        if let (Some(to), Some(tag)) = (packed.last_chunk_mut::<TAG>(), tag.as_bytes().first_chunk()) {
            *to = *tag;
        }
        if let Some(to) = packed.first_chunk_mut() {
            *to = salt;
        }
        packed
    }
}

#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) type Packed = [u8; SALT + TAG];

/// Makes salts and codes, a pair for each call.
fn make(entropy: &mut impl Entropy, count: usize, mut each: impl FnMut(&[u8], &str)) -> Result<()> {
    ensure((8..=MOST).contains(&count), Error::RecoveryCount)?;
    let mut random = Wiped::new([0; RANDOM * MOST]);
    entropy.fill(random.as_mut())?;
    for (_, random) in (0..count).zip(random.as_chunks::<RANDOM>().0) {
        let (salt, bits) = random.split_at(SALT);
        let mut code = Wiped::new(String::with_capacity(SYMBOLS));
        READABLE.encode(&mut code, bits);
        each(salt, &code);
    }
    Ok(())
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("recovery::Key(…)")
    }
}

/// New codes, to be shown once, and their hashes, to be stored.
///
/// ```
/// # use edge_mfa::recovery;
/// # let mut system = |bytes: &mut [u8]| { bytes.fill(7); Ok(()) };
/// let recovery::Set { codes, hashes } = recovery::Key::new(&[1; 32])?.generate(&mut system, 10)?;
/// assert!(hashes[0].starts_with("$hmac-sha256$k="));
/// # Ok::<(), edge_mfa::Error>(())
/// ```
pub struct Set {
    /// In groups of four, of digits and upper-case letters without `I`, `L`, `O` and `U`.
    pub codes: Vec<String>,
    /// In the order of the codes.
    pub hashes: Vec<String>,
}

impl fmt::Debug for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("recovery::Set(…)")
    }
}

fn grouped(code: &str) -> String {
    let mut text = String::with_capacity(SYMBOLS + 3);
    for (place, symbol) in code.bytes().enumerate() {
        if place % 4 == 0 && place > 0 {
            text.push('-');
        }
        text.push(char::from(symbol));
    }
    text
}

/// Whether a typed text has the shape of a recovery code: no other code is as long.
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) fn is_shaped(typed: &str) -> bool {
    read(typed).is_some()
}

/// A typed code in canonical form.
fn read(typed: &str) -> Option<Wiped<Vec<u8>>> {
    let mut code = Wiped::new(Vec::with_capacity(typed.len()));
    for symbol in Symbols::of(typed) {
        code.push(match symbol? {
            b'O' => b'0',
            b'I' | b'L' => b'1',
            b'U' | b'=' => return None,
            symbol => symbol,
        });
    }
    (code.len() == SYMBOLS).then_some(code)
}

const PREFIX: &str = "$hmac-sha256$k=";
/// Codes of a set.
const MOST: usize = 10;
const SYMBOLS: usize = 16;
/// Bytes of a salt and of a code.
const RANDOM: usize = SALT + 10;
const SALT: usize = 16;
const TAG: usize = 16;
const ID: usize = 4;
/// Characters of a hash: 15, 6, 1, 22, 1 and 22.
const HASH: usize = 67;
/// Six sets: bounds the work of a guess.
const HASHES_MOST: usize = 64;
