//! What is kept of a passkey: a credential record (section 4).

use super::cose::PublicKey;
use super::{Assertion, Refusal};
use crate::base::{Error, cbor};
use alloc::vec::Vec;

/// A passkey.
///
/// ```
/// # use edge_mfa::webauthn::Credential;
/// fn is_bound_to_its_device(credential: &Credential) -> bool {
///     !credential.backup_eligible
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Up to 1,023 bytes, different for all passkeys that there are.
    pub id: Vec<u8>,
    /// The credential public key, a COSE key as it came.
    public_key: Vec<u8>,
    /// How often it signed, as far as it counts.
    pub sign_count: u32,
    /// It may be copied by a password manager.
    pub backup_eligible: bool,
    /// It is.
    pub backed_up: bool,
    /// The model; zeros where it does not say.
    pub aaguid: [u8; 16],
    /// What the attestation was worth.
    pub trust: Trust,
}

/// What an attestation is worth.
///
/// ```
/// use edge_mfa::webauthn::Trust;
/// assert_eq!(Trust::default(), Trust::None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// Nothing: there was none, or nobody stands behind it.
    #[default]
    None,
    /// One of the trust anchors stands behind it.
    Anchored,
}

impl Credential {
    pub(super) fn new(id: &[u8], public_key: &[u8], aaguid: [u8; 16]) -> Self {
        Self {
            id: id.into(),
            public_key: public_key.into(),
            sign_count: 0,
            backup_eligible: false,
            backed_up: false,
            aaguid,
            trust: Trust::None,
        }
    }

    pub(super) fn public_key(&self) -> Result<PublicKey<'_>, Refusal> {
        PublicKey::read(&self.public_key)
    }

    /// Takes note of what an assertion told.
    ///
    /// ```
    /// # use edge_mfa::webauthn::{Assertion, Credential};
    /// fn keep(credential: &mut Credential, assertion: &Assertion) -> Vec<u8> {
    ///     credential.update(assertion);
    ///     credential.to_bytes()
    /// }
    /// ```
    pub fn update(&mut self, assertion: &Assertion) {
        // A count that went back stays what it was: what comes after it is still told from a copy.
        self.sign_count = self.sign_count.max(assertion.sign_count);
        self.backed_up = assertion.backed_up;
    }

    /// As it is stored.
    ///
    /// ```
    /// # use edge_mfa::webauthn::Credential;
    /// fn survives(credential: &Credential) -> bool {
    ///     Credential::from_bytes(&credential.to_bytes()).as_ref() == Ok(credential)
    /// }
    /// ```
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let flags = [self.backup_eligible, self.backed_up, self.trust == Trust::Anchored];
        let flags = flags.iter().rev().fold(0, |flags, flag| flags << 1 | u8::from(*flag));
        let [.., upper, lower] = self.id.len().to_be_bytes();
        let head = [flags, upper, lower];
        [&head[..], &self.sign_count.to_be_bytes(), &self.aaguid, &self.id, &self.public_key].concat()
    }

    /// Reads it back.
    ///
    /// # Errors
    /// [`Error::RecordMalformed`] for what is none.
    ///
    /// ```
    /// use edge_mfa::{Error, webauthn::Credential};
    /// assert_eq!(Credential::from_bytes(&[0; 10]), Err(Error::RecordMalformed));
    /// ```
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        Self::read(bytes).ok_or(Error::RecordMalformed)
    }

    /// The same, for a caller that knows the error. An `Option` is read back from the stack with less code.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let ([flags, upper, lower], rest) = bytes.split_first_chunk()?;
        let (sign_count, rest) = rest.split_first_chunk()?;
        let (aaguid, rest) = rest.split_first_chunk()?;
        let (id, public_key) = rest.split_at_checked(u16::from_be_bytes([*upper, *lower]).into())?;
        // One item ends the text, and there are three flags: what is read is written the same.
        let public_key = cbor::whole(public_key).filter(|_| flags >> 3 == 0)?;
        let has = |bit: u8| flags >> bit & 1 == 1;
        Some(Self {
            id: id.into(),
            public_key: public_key.into(),
            sign_count: u32::from_be_bytes(*sign_count),
            backup_eligible: has(0),
            backed_up: has(1),
            aaguid: *aaguid,
            trust: if has(2) { Trust::Anchored } else { Trust::None },
        })
    }
}
