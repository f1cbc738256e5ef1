//! Passkeys.

use super::engine::{Engine, engine};
use super::{Blob, Bytes, Maybe, Number, Text, answer};
use crate::base::bits::{base64_url, decode_base64_url};
use crate::base::decimal;
use crate::base::json::{self, readable};
use crate::base::percent::hex;
use crate::engine::{Passkeys, credential_key};
use crate::protect::{Purpose, Seeded, challenge, session_token, thumbprint};
use crate::webauthn::{AttestationPolicy, RelyingParty, SignatureCheck, challenge_of};
use crate::{Error, Timestamp};
use alloc::{string::String, sync::Arc, vec::Vec};
use tsify::Tsify;
use wasm_bindgen::prelude::*;

/// Who asks for passkeys, and which are taken.
#[derive(Default, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct PasskeySettings {
    /// The domain: passkeys are good for it and what is below it.
    rp_id: String,
    /// The origins of the pages, such as `https://login.example.com`.
    origins: Vec<String>,
    /// The origins of pages that may show ours in a frame; none unless told.
    #[tsify(optional)]
    top_origins: Vec<String>,
    /// Certificates (DER, base64url) of makers of authenticators: with some only models are taken that one of them attests.
    #[tsify(optional)]
    trust_anchors: Vec<String>,
    /// The models that are taken, as UUIDs; all unless told.
    #[tsify(optional)]
    aaguids: Vec<String>,
}

impl PasskeySettings {
    pub(super) fn passkeys(self) -> Result<Arc<Passkeys>, Error> {
        let (mut anchors, mut aaguids) = (Vec::new(), Vec::new());
        for text in &self.trust_anchors {
            anchors.push(core::mem::take(&mut *decode_base64_url(text).ok_or(Error::RelyingPartyInvalid)?));
        }
        for text in &self.aaguids {
            let mut aaguid = [0; 16];
            read_hex(text, &mut aaguid).ok_or(Error::RelyingPartyInvalid)?;
            aaguids.push(aaguid);
        }
        Ok(Arc::new(Passkeys {
            relying_party: RelyingParty::new(self.rp_id, self.origins, self.top_origins)?,
            attestation: AttestationPolicy::new(anchors, aaguids)?,
        }))
    }
}

/// A signature to check.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)] // For TypeScript.
pub struct Signature {
    /// What to put into `signatures` if it is good.
    id: String,
    /// As WebCrypto names it, with its hash or its curve: `ECDSA P-256 SHA-256`, `RSASSA-PKCS1-v1_5 SHA-256`, `Ed25519`.
    #[tsify(type = "string")]
    algorithm: &'static str,
    /// `SubjectPublicKeyInfo`.
    #[tsify(type = "Uint8Array<ArrayBuffer>")]
    key: Vec<u8>,
    #[tsify(type = "Uint8Array<ArrayBuffer>")]
    message: Vec<u8>,
    #[tsify(type = "Uint8Array<ArrayBuffer>")]
    signature: Vec<u8>,
}

impl json::Write for SignatureCheck {
    fn write(&self, to: &mut String) {
        let id = hex(&self.digest());
        let (key, message, signature) = (Blob(&self.public_key), Blob(&self.message), Blob(&self.signature));
        json::object(
            to,
            "id algorithm key message signature",
            &[&id, &self.algorithm.name(), &key, &message, &signature],
        );
    }
}

/// A note of whose a credential id is, sealed.
#[derive(Tsify)]
pub struct Note {
    key: String,
    #[tsify(type = "Uint8Array<ArrayBuffer>")]
    body: Vec<u8>,
}

impl json::Write for Note {
    fn write(&self, to: &mut String) {
        json::object(to, "key body", &[&self.key, &Blob(&self.body)]);
    }
}

impl Engine {
    /// The note to store under a key.
    pub(super) fn note(&self, key: String, subject: &str, nonces: &mut Seeded) -> Result<Note, Error> {
        let body = self.ring.seal(Purpose::Credential, &key, subject.as_bytes(), nonces)?;
        Ok(Note { key, body })
    }

    /// Whose a credential id is.
    pub(super) fn owner(&self, key: &str, body: &[u8]) -> Result<String, Error> {
        self.text(Purpose::Credential, key, body)
    }
}

/// The challenge of a sign-in without a name: 32 bytes that are nowhere stored, made of 32 random ones.
#[wasm_bindgen(js_name = signInChallenge)]
pub fn sign_in_challenge(handle: &Number, now: &Number, seed: &Bytes) -> Text {
    answer(|| {
        let engine = engine(handle)?;
        let expires = now.time()?.plus_secs(engine.policy.challenge);
        challenge::generate(&engine.ring, expires, &mut *seed.seed()?).map(|challenge| base64_url(&challenge))
    })
}

/// What the client data answer: when that is over, a space, and the key to note it under as spent; absent if it is none of
/// ours, or over.
#[wasm_bindgen(js_name = signInSpend)]
pub fn sign_in_spend(handle: &Number, client_data: &Text, now: &Number) -> Maybe {
    answer(|| {
        let engine = engine(handle)?;
        let found = engine.challenge(&client_data.read(Error::CommandInvalid)?, now.time()?);
        Ok(found.map(|(challenge, expires)| {
            let mut text = String::new();
            decimal::push(&mut text, expires.as_millis());
            text.push_str(" challenge:");
            text.push_str(&hex(&challenge));
            text
        }))
    })
}

/// A session that was opened without a primary token, bound to the one that came of it.
#[wasm_bindgen(js_name = sessionBind)]
pub fn bind(handle: &Number, session: &Text, primary: &Text, now: &Number) -> Text {
    answer(|| {
        let engine = engine(handle)?;
        let session = session.read(Error::ContextInvalid)?;
        let claims = session_token::verify(&engine.ring, &engine.issuer, &session, None, now.time()?);
        let mut claims = claims.map_err(|_| Error::ContextInvalid)?;
        claims.bound_to = Some(thumbprint(&primary.read(Error::ContextInvalid)?));
        claims.sign(&engine.ring)
    })
}

/// Whose the credential id is that a note tells of.
#[wasm_bindgen(js_name = credentialOwner)]
pub fn credential_owner(handle: &Number, key: &Text, body: &Bytes) -> Text {
    answer(|| {
        let key = key.read(Error::CommandInvalid)?;
        engine(handle)?.owner(&key, &body.read(Error::SealMalformed)?)
    })
}

/// The key of what tells whose a credential id is.
#[wasm_bindgen(js_name = credentialKey)]
pub fn credential_place(id: &Text) -> Text {
    answer(|| Ok(credential_key(&id.read(Error::CommandInvalid)?)))
}

impl Engine {
    /// The challenge that client data answer, if it is ours and not over, and when it will be.
    pub(super) fn challenge(&self, client_data: &str, now: Timestamp) -> Option<([u8; 32], Timestamp)> {
        let challenge = challenge_of(&decode_base64_url(client_data)?)?;
        let expires = challenge::verify(&self.ring, &challenge, now)?;
        Some((challenge, expires))
    }
}

/// Reads as many bytes as there is room for, and the hyphens of a UUID (RFC 9562 section 4).
fn read_hex(text: &str, to: &mut [u8]) -> Option<()> {
    let mut digits = text.chars().filter(|digit| *digit != '-').map(|digit| digit.to_digit(16));
    for byte in to {
        *byte = u8::try_from(digits.next()?? << 4 | digits.next()??).ok()?;
    }
    digits.next().is_none().then_some(())
}

/// SHA-256 in hexadecimal; anything else is nobody's.
pub(super) fn digest(text: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    read_hex(text, &mut bytes).map_or([0; 32], |()| bytes)
}

readable!(PasskeySettings: [rp_id, origins] top_origins, trust_anchors, aaguids);
