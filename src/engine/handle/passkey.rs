//! Passkeys: a challenge, the browser's answer to it, and the credential that comes of it.
//!
//! A challenge is gone before its answer is looked at, whatever comes of that. What signatures there are to check is asked
//! first ([`Outcome::Check`]): then the same command is decided again, on the same record, with what they came to.

use super::enrol::name;
use super::{recover, session};
use crate::base::bits::{decode_base64_url, encode_base64_url};
use crate::base::{Entropy, Error, Timestamp};
use crate::engine::key::push_hex;
use crate::engine::record::{Ceremony, Factor, Kind, PasskeyFactor, Record};
use crate::engine::step::{Claim, Turn, denied};
use crate::engine::{
    Attachment, AuthenticationOptions, AuthenticationResponse, Context, Denial, Denied, Descriptor, EventKind,
    NewPasskey, Outcome, PasskeyState, Passkeys, Policy, RegistrationOptions, RegistrationResponse, Target, Verified,
    VerifyUser,
};
use crate::protect::Seeded;
use crate::protect::session_token::{Level, Method};
use crate::webauthn::{self, Credential, Pending, Refusal, SignatureCheck, Trust, UserVerification};
use alloc::string::String;
use alloc::vec::Vec;

pub(crate) fn registration_options(turn: &mut Turn<'_>, new: NewPasskey) -> Result<Outcome, Error> {
    let passkeys = turn.passkeys()?;
    if let Some(denied) = turn.may_not_add() {
        return Ok(denied);
    }
    if turn.record.user_handle.is_empty() {
        let mut handle = [0; 32];
        turn.entropy.fill(&mut handle)?;
        turn.record.user_handle = handle.into();
    }
    let user_verification = match turn.policy.verify_user {
        VerifyUser::Always => true,
        VerifyUser::Platform => new.attachment != Some(Attachment::CrossPlatform),
        VerifyUser::Never => false,
    };
    let expires = turn.now().plus_secs(turn.policy.challenge);
    let challenge = begin(&mut turn.record.registering, expires, user_verification, &mut turn.entropy)?;
    let account = new.account.unwrap_or_else(|| turn.context.subject.clone());
    let options = RegistrationOptions {
        ok: true,
        challenge,
        user_handle: text(&turn.record.user_handle),
        display_name: new.display_name.unwrap_or_else(|| account.clone()),
        account,
        algorithms: webauthn::ALGORITHMS,
        attachment: new.attachment,
        user_verification,
        attestation: passkeys.attestation.is_wanted(),
        exclude: turn.record.descriptors().ok_or(Error::RecordMalformed)?,
        timeout: turn.policy.challenge,
    };
    Ok(Outcome::RegistrationOptions(options))
}

/// The passkey, which the person has just used, verifies as well.
pub(crate) fn register(
    turn: &mut Turn<'_>,
    response: &RegistrationResponse,
    as_name: Option<&str>,
) -> Result<Outcome, Error> {
    let passkeys = turn.passkeys()?;
    let name = name(as_name.unwrap_or("Passkey"))?;
    let ceremony = turn.record.registering.take();
    if let Some(denied) = turn.may_not_add() {
        return Ok(denied);
    }
    let Some(ceremony) = turn.in_time(&ceremony) else { return Ok(denied(Denial::NoChallenge)) };
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
    let registration = match answered(pending, turn.context) {
        Ok(registration) => registration,
        Err(unanswered) => return Ok(turn.unanswered(unanswered)),
    };
    let user_verified = registration.user_verified;
    let credential = registration.into_credential();
    if turn.record.passkey(&credential.id)?.is_some() {
        return Ok(denied(Denial::AlreadyEnrolled));
    }
    match &turn.context.owner {
        None => turn.claims.push(Claim::Take(response.id.clone())),
        // Of a registration that went no further.
        Some(owner) if *owner == turn.context.subject => {}
        Some(_) => return Ok(denied(Denial::PasskeyTaken)),
    }
    turn.record.next_factor = turn.record.next_factor.saturating_add(1);
    let id = turn.record.next_factor;
    turn.record.factors.push(Factor {
        id,
        name,
        confirmed: turn.now(),
        used: Some(turn.now()),
        kind: Kind::Passkey(PasskeyFactor {
            credential: credential.to_bytes(),
            is_platform,
            transports: transports(&response.transports),
            told: false,
        }),
    });
    turn.happened(EventKind::FactorAdded { factor: id });
    let codes = if turn.record.recovery.is_none() { Some(recover::make(turn)?) } else { None };
    let mut verified = open(turn, id, &credential, user_verified)?;
    verified.recovery_codes = codes;
    Ok(Outcome::Verified(verified))
}

pub(crate) fn authentication_options(turn: &mut Turn<'_>) -> Result<Outcome, Error> {
    turn.passkeys()?;
    let allow = turn.record.descriptors().ok_or(Error::RecordMalformed)?;
    if allow.is_empty() {
        return Ok(denied(Denial::NotEnrolled));
    }
    let user_verification = match turn.policy.verify_user {
        VerifyUser::Always => true,
        VerifyUser::Platform => turn.record.passkeys().all(|(_, passkey)| passkey.is_platform),
        VerifyUser::Never => false,
    };
    let expires = turn.now().plus_secs(turn.policy.challenge);
    let challenge = begin(&mut turn.record.asserting, expires, user_verification, &mut turn.entropy)?;
    let options =
        AuthenticationOptions { ok: true, challenge, allow, user_verification, timeout: turn.policy.challenge };
    Ok(Outcome::AuthenticationOptions(options))
}

pub(crate) fn authenticate(
    turn: &mut Turn<'_>,
    response: &AuthenticationResponse,
    target: Option<&Target>,
) -> Result<Outcome, Error> {
    let target = target.map(Target::digest).transpose()?;
    let ceremony = turn.record.asserting.take();
    let Some(ceremony) = turn.in_time(&ceremony) else { return Ok(denied(Denial::NoChallenge)) };
    let outcome = assert(turn, response, ceremony)?;
    if let (Outcome::Verified(verified), Some(target)) = (&outcome, target) {
        turn.grant(verified.session.id, target);
    }
    Ok(outcome)
}

/// The passkey is all that somebody came with: it says who it is, and that has to be its owner.
pub(crate) fn sign_in(turn: &mut Turn<'_>, response: &AuthenticationResponse) -> Result<Outcome, Error> {
    let Some(challenge) = turn.context.challenge else { return Ok(denied(Denial::NoChallenge)) };
    if response.user_handle.is_none() {
        return Ok(turn.refuse(Refusal::UserHandle));
    }
    assert(turn, response, &Ceremony { challenge, expires: turn.now(), verified: true })
}

fn assert(turn: &mut Turn<'_>, response: &AuthenticationResponse, ceremony: &Ceremony) -> Result<Outcome, Error> {
    let passkeys = turn.passkeys()?;
    let credential_id = bytes(&response.id);
    let Some((factor, passkey, mut credential)) = turn.record.passkey(&credential_id)? else {
        return Ok(denied(Denial::PasskeyUnknown));
    };
    let (id, is_told) = (factor.id, passkey.told);
    let expires = passkey.expires(factor.confirmed, turn.policy);
    if expires <= turn.now() {
        return Ok(denied(Denial::PasskeyExpired));
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
    let assertion = match answered(pending, turn.context) {
        Ok(assertion) => assertion,
        Err(unanswered) => return Ok(turn.unanswered(unanswered)),
    };
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
    open(turn, id, &credential, assertion.user_verified).map(Outcome::Verified)
}

/// A session that says how it was proved: by a key, in hardware as far as one knows, of somebody who was there.
fn open(turn: &mut Turn<'_>, id: u16, credential: &Credential, user_verified: bool) -> Result<Verified, Error> {
    let mut verified = session::open(turn, Some(id), None)?;
    // A key that may leave its device is not bound to hardware.
    let key = if credential.backup_eligible { Method::Swk } else { Method::Hwk };
    verified.session.methods = [key, Method::User, Method::Mfa].into();
    // NIST SP 800-63B section 4.3.1: hardware that is known to be, cannot be copied, and was unlocked.
    if user_verified && !credential.backup_eligible && credential.trust == Trust::Anchored {
        verified.session.level = Level::Aal3;
    }
    Ok(verified)
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
    Ok(text(&ceremony.challenge))
}

/// Why a ceremony has not come to anything.
enum Unanswered {
    Refused(Refusal),
    /// Not yet.
    Check(Vec<SignatureCheck>),
}

/// What a ceremony comes to, if its signatures have been checked.
fn answered<T>(pending: Result<Pending<T>, Refusal>, context: &Context) -> Result<T, Unanswered> {
    let pending = pending.map_err(Unanswered::Refused)?;
    if context.signatures.is_none() && !pending.checks().is_empty() {
        return Err(Unanswered::Check(pending.into_checks()));
    }
    pending.answer(context.signatures.as_deref().unwrap_or_default()).map_err(Unanswered::Refused)
}

impl<'a> Turn<'a> {
    fn passkeys(&self) -> Result<&'a Passkeys, Error> {
        self.context.passkeys.as_deref().ok_or(Error::RelyingPartyInvalid)
    }

    /// Why no factor may be added now.
    pub(super) fn may_not_add(&self) -> Option<Outcome> {
        if !self.record.factors.is_empty()
            && let Some(denied) = self.verification_required()
        {
            return Some(denied);
        }
        // The last number is given to nobody: what comes after it would have it, too.
        let is_full = self.record.factors.len() >= usize::from(self.policy.most_factors);
        (is_full || self.record.next_factor == u16::MAX).then(|| denied(Denial::TooManyFactors))
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

    fn unanswered(&mut self, why: Unanswered) -> Outcome {
        match why {
            Unanswered::Refused(refusal) => self.refuse(refusal),
            Unanswered::Check(checks) => Outcome::Check(checks),
        }
    }

    /// Gives up the credential id of a factor, or of all.
    pub(super) fn release(&mut self, which: Option<u16>) {
        for (factor, passkey) in self.record.passkeys() {
            if which.is_none_or(|id| id == factor.id)
                && let Some(credential) = Credential::read(&passkey.credential)
            {
                self.claims.push(Claim::Release(text(&credential.id)));
            }
        }
    }

    /// It counts for the address and locks nobody out: a signature cannot be guessed, and a passkey is a way in under the
    /// lock of the codes.
    fn refuse(&mut self, refusal: Refusal) -> Outcome {
        self.counted = true;
        let check = refusal.name();
        self.happened(EventKind::PasskeyRefused { check });
        Outcome::Denied(Denied { check: Some(check), ..Denied::of(Denial::PasskeyRefused) })
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
        (!self.user_handle.is_empty()).then(|| text(&self.user_handle))
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
            let id = text(&Credential::read(&passkey.credential)?.id);
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

    pub(super) fn state(&self, confirmed: Timestamp, policy: &Policy) -> Result<PasskeyState, Error> {
        let credential = Credential::read(&self.credential).ok_or(Error::RecordMalformed)?;
        Ok(PasskeyState {
            credential: text(&credential.id),
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

fn text(bytes: &[u8]) -> String {
    let mut text = String::new();
    encode_base64_url(&mut text, bytes);
    text
}

/// RFC 9562 section 4.
fn uuid(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        push_hex(&mut text, &[*byte]);
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
