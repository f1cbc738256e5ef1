//! What the authenticator says of the ceremony (section 6.1).

use super::{Ceremony, Refusal, UserVerification};
use crate::base::cbor;
use crate::crypto::sha256;

pub(super) struct AuthenticatorData<'a> {
    pub(super) rp_id_hash: &'a [u8; 32],
    flags: u8,
    pub(super) sign_count: u32,
    pub(super) attested: Option<Attested<'a>>,
}

/// Attested credential data (section 6.5.1).
#[derive(Clone, Copy)]
pub(super) struct Attested<'a> {
    pub(super) aaguid: &'a [u8; 16],
    pub(super) id: &'a [u8],
    /// As it is written.
    pub(super) public_key: &'a [u8],
}

impl<'a> AuthenticatorData<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (rp_id_hash, rest) = bytes.split_first_chunk()?;
        let (flags, rest) = rest.split_first()?;
        let (sign_count, mut rest) = rest.split_first_chunk()?;
        let mut data = Self { rp_id_hash, flags: *flags, sign_count: u32::from_be_bytes(*sign_count), attested: None };
        if data.has(AT) {
            let (aaguid, after) = rest.split_first_chunk()?;
            let (length, after) = after.split_first_chunk()?;
            let (id, after) = after.split_at_checked(u16::from_be_bytes(*length).into())?;
            rest = after;
            data.attested = Some(Attested { aaguid, id, public_key: cbor::take(&mut rest)? });
        }
        if data.has(ED) {
            cbor::count(cbor::take(&mut rest)?)?;
        }
        rest.is_empty().then_some(data)
    }

    /// 7.1 steps 14 to 17, 7.2 steps 15 to 18.
    pub(super) fn check(&self, ceremony: &Ceremony<'_>) -> Result<(), Refusal> {
        if *self.rp_id_hash != sha256(ceremony.relying_party.id().as_bytes()) {
            return Err(Refusal::RpIdHash);
        }
        if !self.has(UP) {
            return Err(Refusal::UserPresence);
        }
        if ceremony.user_verification == UserVerification::Required && !self.user_verified() {
            return Err(Refusal::UserVerification);
        }
        if self.backed_up() && !self.backup_eligible() {
            return Err(Refusal::BackupState);
        }
        Ok(())
    }

    pub(super) const fn user_verified(&self) -> bool {
        self.has(UV)
    }

    pub(super) const fn backup_eligible(&self) -> bool {
        self.has(BE)
    }

    pub(super) const fn backed_up(&self) -> bool {
        self.has(BS)
    }

    const fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

const UP: u8 = 1;
const UV: u8 = 1 << 2;
const BE: u8 = 1 << 3;
const BS: u8 = 1 << 4;
const AT: u8 = 1 << 6;
const ED: u8 = 1 << 7;
