//! Recovery codes: 80 random bits each, kept only as keyed, salted hashes.
//!
//! A hash is `$hmac-sha256$k=KEYID$SALT$TAG` (base64 without padding). The tag is the first 16 bytes of HMAC-SHA-256
//! under a key that the database does not hold, over a salt of 16 bytes and the code. A slow password hash would add
//! nothing to 80 bits of randomness but a way to keep the server busy.

use super::hotp::Found;
use super::{Reason, Verdict, typed};
use crate::base::{Entropy, Error, base64};
use crate::crypto::{Algorithm, HmacKey};
use alloc::{string::String, vec::Vec};
use core::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

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
    id: [u8; ID],
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
    pub fn new(bytes: &[u8]) -> Result<Self, Error> {
        if !(32..=1024).contains(&bytes.len()) {
            return Err(Error::RecoveryKey);
        }
        let hmac = HmacKey::new(Algorithm::Sha256, bytes);
        let id = first(hmac.tag(&[b"edge-mfa recovery key id"]).as_bytes());
        Ok(Self { hmac, id })
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
    pub fn generate(&self, entropy: &mut impl Entropy, count: usize) -> Result<Set, Error> {
        if !(8..=10).contains(&count) {
            return Err(Error::RecoveryCount);
        }
        let mut random = Zeroizing::new([0; RANDOM * 10]);
        entropy.fill(random.as_mut())?;
        let (codes, hashes) = random
            .chunks_exact(RANDOM)
            .take(count)
            .map(|random| {
                let (salt, bits) = random.split_at(SALT);
                let code = symbols_of(bits);
                (grouped(&code), self.hash(salt, &code))
            })
            .unzip();
        Ok(Set { codes, hashes })
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
    pub fn verify(&self, code: &str, hashes: &[&str]) -> Result<Verdict<usize>, Error> {
        if hashes.len() > HASHES_MOST {
            return Err(Error::RecoveryHash);
        }
        let hashes = hashes.iter().map(|hash| parse(hash)).collect::<Result<Vec<_>, _>>()?;
        if !hashes.is_empty() && hashes.iter().all(|hash| hash.key_id != self.id) {
            return Err(Error::RecoveryKeyMismatch);
        }
        let Some(code) = read(code) else {
            return Ok(Verdict::Refused(Reason::Malformed));
        };
        let mut found = Found::default();
        for (index, hash) in (0..).zip(&hashes) {
            found = found.or(index, self.tag(&hash.salt, &code).ct_eq(&hash.tag));
        }
        Ok(match found.verdict() {
            Verdict::Accepted(index) => Verdict::Accepted(usize::try_from(index).unwrap_or(usize::MAX)),
            Verdict::Refused(reason) => Verdict::Refused(reason),
        })
    }

    fn hash(&self, salt: &[u8], code: &Code) -> String {
        let mut hash = String::with_capacity(80);
        hash.push_str(PREFIX);
        base64::encode(&mut hash, &self.id);
        hash.push('$');
        base64::encode(&mut hash, salt);
        hash.push('$');
        base64::encode(&mut hash, &self.tag(salt, code));
        hash
    }

    fn tag(&self, salt: &[u8], code: &Code) -> [u8; TAG] {
        first(self.hmac.tag(&[b"edge-mfa recovery code", salt, code.as_ref()]).as_bytes())
    }
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

/// The symbols of a code in canonical form.
type Code = Zeroizing<[u8; SYMBOLS]>;

struct Hash {
    key_id: [u8; ID],
    salt: [u8; SALT],
    tag: [u8; TAG],
}

fn parse(hash: &str) -> Result<Hash, Error> {
    let mut fields = hash.strip_prefix(PREFIX).unwrap_or_default().split('$');
    let key_id = field(fields.next())?;
    let salt = field(fields.next())?;
    let tag = field(fields.next())?;
    if fields.next().is_some() {
        return Err(Error::RecoveryHash);
    }
    Ok(Hash { key_id, salt, tag })
}

fn field<const N: usize>(text: Option<&str>) -> Result<[u8; N], Error> {
    text.and_then(base64::decode).and_then(|bytes| bytes.try_into().ok()).ok_or(Error::RecoveryHash)
}

fn symbols_of(bits: &[u8]) -> Code {
    let number = bits.iter().fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    let mut code = Code::default();
    for (place, symbol) in code.iter_mut().rev().enumerate() {
        let index = (number >> (5 * place)) & 31;
        *symbol = ALPHABET.get(index as usize).copied().unwrap_or(b'0');
    }
    code
}

fn grouped(code: &Code) -> String {
    let mut text = String::with_capacity(SYMBOLS + 3);
    for (place, symbol) in code.iter().enumerate() {
        if place % 4 == 0 && place > 0 {
            text.push('-');
        }
        text.push(char::from(*symbol));
    }
    text
}

fn read(typed: &str) -> Option<Code> {
    let mut symbols = typed::symbols(typed);
    let mut code = Code::default();
    for place in code.iter_mut() {
        *place = match symbols.next()?? {
            b'O' => b'0',
            b'I' | b'L' => b'1',
            b'U' => return None,
            symbol => symbol,
        };
    }
    symbols.next().is_none().then_some(code)
}

fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.first_chunk().copied().unwrap_or([0; N])
}

const PREFIX: &str = "$hmac-sha256$k=";
/// Crockford's base32.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SYMBOLS: usize = 16;
/// Bytes of a salt and of a code.
const RANDOM: usize = SALT + 10;
const SALT: usize = 16;
const TAG: usize = 16;
const ID: usize = 4;
/// Six sets: bounds the work of a guess.
const HASHES_MOST: usize = 64;
