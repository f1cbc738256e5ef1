//! Passkeys: a challenge, the browser's answer to it, and the credential that comes of it.
//!
//! A challenge is gone before its answer is looked at, whatever comes of that. What signatures there are to check is asked
//! first ([`Outcome::Check`]): then the same command is decided again, on the same record, with what they came to.

use super::enrol::name;
use super::session;
use crate::base::bits::{base64_url, decode_base64_url};
use crate::base::{Entropy, Error, Timestamp, percent};
use crate::engine::record::{Ceremony, Factor, Kind, PasskeyFactor, Record};
use crate::engine::step::{Claim, Stop, Turn};
use crate::engine::{
    Attachment, AuthenticationOptions, AuthenticationResponse, Denial, Descriptor, EventKind, NewPasskey, Outcome,
    PasskeyState, Passkeys, Policy, RegistrationOptions, RegistrationResponse, VerifyUser,
};
use crate::protect::Seeded;
use crate::protect::session_token::{Level, Method};
use crate::webauthn::{self, Credential, Refusal, SignatureCheck, Trust, UserVerification};
use alloc::string::String;
use alloc::vec::Vec;

pub(crate) fn registration_options(turn: &mut Turn<'_>, new: &NewPasskey) -> Result<(), Stop> {
    let passkeys = turn.passkeys()?;
    turn.may_add()?;
    if turn.record.user_handle.is_empty() {
        let mut handle = [0; 32];
        turn.entropy.fill(&mut handle)?;
        turn.record.user_handle = handle.into();
    }
    let user_verification = turn.policy.verify_user.verifies(new.attachment != Some(Attachment::CrossPlatform));
    let expires = turn.now().plus_secs(turn.policy.challenge);
    let challenge = begin(&mut turn.record.registering, expires, user_verification, &mut turn.entropy)?;
    let account = new.account.as_ref().unwrap_or(&turn.context.subject);
    let options = RegistrationOptions {
        ok: true,
        challenge,
        user_handle: base64_url(&turn.record.user_handle),
        display_name: new.display_name.as_ref().unwrap_or(account).clone(),
        account: account.clone(),
        algorithms: webauthn::ALGORITHMS,
        attachment: new.attachment,
        user_verification,
        attestation: passkeys.attestation.is_wanted(),
        exclude: turn.record.descriptors().ok_or(Error::RecordMalformed)?,
        timeout: turn.policy.challenge,
    };
    turn.outcome = Outcome::RegistrationOptions(options);
    Ok(())
}

/// The passkey, which the person has just used, verifies as well.
pub(crate) fn register(
    turn: &mut Turn<'_>,
    response: &RegistrationResponse,
    as_name: Option<&str>,
) -> Result<(), Stop> {
    let passkeys = turn.passkeys()?;
    let name = name(as_name.unwrap_or("Passkey"))?;
    let ceremony = turn.record.registering.take();
    turn.may_add()?;
    let ceremony = turn.in_time(&ceremony).ok_or(Denial::NoChallenge)?;
    let is_platform = response.attachment == Some(Attachment::Platform);
    let pending = webauthn::register(
        &webauthn::RegistrationResponse {
            id: &bytes(&response.id),
            client_data_json: &bytes(&response.client_data_json),
            attestation_object: &bytes(&response.attestation_object),
        },
        &turn.expected(passkeys, ceremony, is_platform),
        &passkeys.attestation,
    );
    let pending = pending.map_err(|refusal| turn.refuse(refusal))?;
    if turn.has_to_ask(pending.checks()) {
        turn.outcome = Outcome::Check(pending.into_checks());
        return Ok(());
    }
    let registration = pending.answer(turn.signatures()).map_err(|refusal| turn.refuse(refusal))?;
    let user_verified = registration.user_verified;
    let credential = registration.into_credential();
    if turn.record.passkey(&credential.id)?.is_some() {
        return Err(Denial::AlreadyEnrolled.into());
    }
    match &turn.context.owner {
        None => turn.claims.push(Claim::Take(response.id.clone())),
        // Of a registration that went no further.
        Some(owner) if *owner == turn.context.subject => {}
        Some(_) => return Err(Denial::PasskeyTaken.into()),
    }
    let kind = Kind::Passkey(PasskeyFactor {
        credential: credential.to_bytes(),
        is_platform,
        transports: transports(&response.transports),
        told: false,
    });
    let id = turn.add(name, kind)?;
    open(turn, id, &credential, user_verified)
}

pub(crate) fn authentication_options(turn: &mut Turn<'_>) -> Result<(), Stop> {
    turn.passkeys()?;
    let allow = turn.record.descriptors().ok_or(Error::RecordMalformed)?;
    if allow.is_empty() {
        return Err(Denial::NotEnrolled.into());
    }
    let is_platform = turn.record.passkeys().all(|(_, passkey)| passkey.is_platform);
    let user_verification = turn.policy.verify_user.verifies(is_platform);
    let expires = turn.now().plus_secs(turn.policy.challenge);
    let challenge = begin(&mut turn.record.asserting, expires, user_verification, &mut turn.entropy)?;
    let options =
        AuthenticationOptions { ok: true, challenge, allow, user_verification, timeout: turn.policy.challenge };
    turn.outcome = Outcome::AuthenticationOptions(options);
    Ok(())
}

pub(crate) fn authenticate(turn: &mut Turn<'_>, response: &AuthenticationResponse) -> Result<(), Stop> {
    let ceremony = turn.record.asserting.take();
    let ceremony = turn.in_time(&ceremony).ok_or(Denial::NoChallenge)?;
    assert(turn, response, ceremony)
}

/// The passkey is all that somebody came with: it says who it is, and that has to be its owner.
pub(crate) fn sign_in(turn: &mut Turn<'_>, response: &AuthenticationResponse) -> Result<(), Stop> {
    let challenge = turn.context.challenge.ok_or(Denial::NoChallenge)?;
    if response.user_handle.is_none() {
        return Err(turn.refuse(Refusal::UserHandle).into());
    }
    assert(turn, response, &Ceremony { challenge, expires: turn.now(), verified: true })
}

fn assert(turn: &mut Turn<'_>, response: &AuthenticationResponse, ceremony: &Ceremony) -> Result<(), Stop> {
    let passkeys = turn.passkeys()?;
    let credential_id = bytes(&response.id);
    let Some((factor, passkey, mut credential)) = turn.record.passkey(&credential_id)? else {
        return Err(Denial::PasskeyUnknown.into());
    };
    let (id, is_told) = (factor.id, passkey.told);
    let expires = passkey.expires(factor.confirmed, turn.policy);
    if expires <= turn.now() {
        return Err(Denial::PasskeyExpired.into());
    }
    let user_handle = response.user_handle.as_deref().map(bytes);
    let pending = webauthn::authenticate(
        &webauthn::AuthenticationResponse {
            id: &credential_id,
            client_data_json: &bytes(&response.client_data_json),
            authenticator_data: &bytes(&response.authenticator_data),
            signature: &bytes(&response.signature),
            user_handle: user_handle.as_deref(),
        },
        &turn.expected(passkeys, ceremony, passkey.is_platform),
        &credential,
        &turn.record.user_handle,
    );
    let pending = pending.map_err(|refusal| turn.refuse(refusal))?;
    if turn.has_to_ask(pending.checks()) {
        turn.outcome = Outcome::Check(pending.into_checks());
        return Ok(());
    }
    let assertion = pending.answer(turn.signatures()).map_err(|refusal| turn.refuse(refusal))?;
    let was_backed_up = credential.backed_up;
    credential.update(&assertion);
    if assertion.sign_count_regressed {
        turn.happened(EventKind::PasskeyCounter { factor: id });
    }
    if credential.backed_up != was_backed_up {
        turn.happened(EventKind::PasskeyBackup { factor: id, backed_up: credential.backed_up });
    }
    let is_due = expires <= turn.now().plus_secs(turn.policy.passkey_reminder);
    if is_due && !is_told {
        turn.happened(EventKind::PasskeyDue { factor: id, due: expires });
    }
    let now = turn.now();
    if let Some(Factor { used, kind: Kind::Passkey(passkey), .. }) = turn.record.factor(id) {
        *used = Some(now);
        passkey.credential = credential.to_bytes();
        passkey.told |= is_due;
    }
    turn.happened(EventKind::Verified { factor: id });
    open(turn, id, &credential, assertion.user_verified)
}

/// A session that says how it was proved: by a key, in hardware as far as one knows, of somebody who was there.
fn open(turn: &mut Turn<'_>, id: u16, credential: &Credential, user_verified: bool) -> Result<(), Stop> {
    // A key that may leave its device is not bound to hardware.
    let key = if credential.backup_eligible { Method::Swk } else { Method::Hwk };
    // NIST SP 800-63B section 4.3.1: hardware that is known to be, cannot be copied, and was unlocked.
    let is_hardware = user_verified && !credential.backup_eligible && credential.trust == Trust::Anchored;
    let level = if is_hardware { Level::Aal3 } else { Level::Aal2 };
    session::open(turn, Some(id), None, &[key, Method::User, Method::Mfa], level)
}

/// Begins a ceremony in place of the one before; its challenge.
fn begin(
    place: &mut Option<Ceremony>,
    expires: Timestamp,
    verified: bool,
    entropy: &mut Seeded,
) -> Result<String, Error> {
    let ceremony = place.insert(Ceremony { challenge: [0; 32], expires, verified });
    entropy.fill(&mut ceremony.challenge)?;
    Ok(base64_url(&ceremony.challenge))
}

impl VerifyUser {
    /// Whether the person has to be verified, who comes with a passkey of a platform or with another one.
    const fn verifies(self, is_platform: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Platform => is_platform,
            Self::Never => false,
        }
    }
}

impl<'a> Turn<'a> {
    fn passkeys(&self) -> Result<&'a Passkeys, Error> {
        self.context.passkeys.as_deref().ok_or(Error::RelyingPartyInvalid)
    }

    /// A challenge that is not over.
    fn in_time<'c>(&self, ceremony: &'c Option<Ceremony>) -> Option<&'c Ceremony> {
        ceremony.as_ref().filter(|ceremony| ceremony.expires > self.now())
    }

    /// What the answer has to be.
    fn expected<'c>(
        &self,
        passkeys: &'c Passkeys,
        ceremony: &'c Ceremony,
        is_platform: bool,
    ) -> webauthn::Ceremony<'c> {
        let is_verified = ceremony.verified || is_platform && self.policy.verify_user == VerifyUser::Platform;
        webauthn::Ceremony {
            relying_party: &passkeys.relying_party,
            challenge: &ceremony.challenge,
            user_verification: if is_verified { UserVerification::Required } else { UserVerification::Preferred },
            now: self.now(),
        }
    }

    /// Whether there are signatures of which nothing is known yet.
    const fn has_to_ask(&self, checks: &[SignatureCheck]) -> bool {
        self.context.signatures.is_none() && !checks.is_empty()
    }

    /// Those that are good.
    fn signatures(&self) -> &'a [[u8; 32]] {
        self.context.signatures.as_deref().unwrap_or_default()
    }

    /// Gives up the credential id of a factor, or of all.
    pub(super) fn release(&mut self, which: Option<u16>) {
        for (factor, passkey) in self.record.passkeys() {
            if which.is_none_or(|id| id == factor.id)
                && let Some(credential) = Credential::read(&passkey.credential)
            {
                self.claims.push(Claim::Release(base64_url(&credential.id)));
            }
        }
    }

    /// It counts for the address and locks nobody out: a signature cannot be guessed, and a passkey is a way in under the
    /// lock of the codes.
    fn refuse(&mut self, refusal: Refusal) -> Denial {
        self.counted = true;
        let check = refusal.name();
        self.happened(EventKind::PasskeyRefused { check });
        self.denied.check = Some(check);
        Denial::PasskeyRefused
    }
}

impl Record {
    fn passkeys(&self) -> impl Iterator<Item = (&Factor, &PasskeyFactor)> {
        self.factors.iter().filter_map(|factor| match &factor.kind {
            Kind::Passkey(passkey) => Some((factor, passkey)),
            _ => None,
        })
    }

    /// The passkey of a credential id.
    fn passkey(&self, id: &[u8]) -> Result<Option<(&Factor, &PasskeyFactor, Credential)>, Error> {
        for (factor, passkey) in self.passkeys() {
            let credential = Credential::read(&passkey.credential).ok_or(Error::RecordMalformed)?;
            if credential.id == id {
                return Ok(Some((factor, passkey, credential)));
            }
        }
        Ok(None)
    }

    pub(super) fn user_handle_text(&self) -> Option<String> {
        (!self.user_handle.is_empty()).then(|| base64_url(&self.user_handle))
    }

    /// The passkeys as browsers are told of them.
    fn descriptors(&self) -> Option<Vec<Descriptor>> {
        let mut descriptors = Vec::new();
        for (_, passkey) in self.passkeys() {
            let mut transports = Vec::new();
            for (at, name) in TRANSPORTS.iter().enumerate() {
                if passkey.transports >> at & 1 == 1 {
                    transports.push(String::from(*name));
                }
            }
            let id = base64_url(&Credential::read(&passkey.credential)?.id);
            descriptors.push(Descriptor { id, transports, kind: "public-key" });
        }
        Some(descriptors)
    }
}

impl PasskeyFactor {
    /// From when on it has to be registered anew.
    fn expires(&self, confirmed: Timestamp, policy: &Policy) -> Timestamp {
        confirmed.plus_secs(if self.is_platform { policy.passkey_lifetime } else { policy.security_key_lifetime })
    }

    pub(super) fn state(&self, confirmed: Timestamp, policy: &Policy) -> Option<PasskeyState> {
        let credential = Credential::read(&self.credential)?;
        Some(PasskeyState {
            credential: base64_url(&credential.id),
            aaguid: uuid(&credential.aaguid),
            platform: self.is_platform,
            backed_up: credential.backed_up,
            attested: credential.trust == Trust::Anchored,
            expires_at: self.expires(confirmed, policy),
        })
    }
}

/// The bytes of base64url. What is none has no bytes, which no check lets pass.
fn bytes(text: &str) -> Vec<u8> {
    decode_base64_url(text).map(|mut bytes| core::mem::take(&mut *bytes)).unwrap_or_default()
}

/// RFC 9562 section 4.
fn uuid(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        percent::push_hex(&mut text, *byte, b'a');
    }
    text
}

/// A bit for each name that we know.
fn transports(names: &[String]) -> u8 {
    TRANSPORTS
        .iter()
        .enumerate()
        .fold(0, |bits, (at, known)| bits | u8::from(names.iter().any(|name| name == known)) << at)
}

/// Web Authentication, section 5.8.4. The order is part of the schema of the record.
const TRANSPORTS: [&str; 6] = ["usb", "nfc", "ble", "smart-card", "hybrid", "internal"];
